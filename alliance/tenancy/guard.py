"""Web and workers refuse to start where row-level security would not hold."""

from django.db import connection


class UnsafeRole(RuntimeError):
    """The database login would see every alliance's rows."""


UNSAFE = """
    SELECT rolname,
           rolsuper,
           rolbypassrls,
           rolinherit,
           EXISTS (
               SELECT 1 FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
               WHERE n.nspname = 'public' AND c.relowner = r.oid
           )
    FROM pg_roles r WHERE rolname = current_user
"""


def refuse_unsafe_role() -> None:
    """Raises `UnsafeRole` if the login is superuser, owner, inherits or bypasses RLS."""
    with connection.cursor() as cursor:
        cursor.execute(UNSAFE)
        name, is_super, bypasses, inherits, owns = cursor.fetchone()
    faults = [
        fault
        for fault, found in (
            ("is a superuser", is_super),
            ("bypasses row-level security", bypasses),
            ("inherits its roles' rights", inherits),
            ("owns tables", owns),
        )
        if found
    ]
    if faults:
        raise UnsafeRole(
            f"The database role {name} {' and '.join(faults)}: row-level security would not "
            "hold. DATABASE_URL must name the application's own login (docs/operations.md)."
        )
