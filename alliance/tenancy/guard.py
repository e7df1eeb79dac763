"""Web and workers refuse to start where row-level security would not hold."""

import time

from django.db import OperationalError, connection

# Less than gunicorn's patience with a worker that starts.
PATIENCE_SECONDS = 20.0


class UnsafeRole(RuntimeError):
    """The database login would see every alliance's rows."""


UNSAFE = """
    SELECT rolname,
           rolsuper,
           rolbypassrls,
           rolinherit,
           EXISTS (
               SELECT 1 FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
               WHERE n.nspname = 'public' AND pg_has_role(r.oid, c.relowner, 'MEMBER')
           )
    FROM pg_roles r WHERE rolname = current_user
"""


def refuse_unsafe_role() -> None:
    """Asks the database who this process is; waits for a database that is just starting.

    Raises:
        UnsafeRole: the login is superuser, owner, inherits or bypasses RLS.
        OperationalError: no answer in time.
    """
    name, is_super, bypasses, inherits, owns = _own_role()
    faults = [
        fault
        for fault, found in (
            ("is a superuser", is_super),
            ("bypasses row-level security", bypasses),
            ("inherits its roles' rights", inherits),
            ("owns tables, or may become their owner", owns),
        )
        if found
    ]
    if faults:
        raise UnsafeRole(
            f"The database role {name} {' and '.join(faults)}: row-level security would not "
            "hold. DATABASE_URL must name the application's own login (docs/operations.md)."
        )


def _own_role() -> tuple[str, bool, bool, bool, bool]:
    # gunicorn stops altogether when one worker cannot start: a worker that dies while
    # PostgreSQL recovers would take the healthy ones with it.
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            with connection.cursor() as cursor:
                cursor.execute(UNSAFE)
                return cursor.fetchone()
        except OperationalError:
            connection.close()
            if time.monotonic() > deadline:
                raise
            time.sleep(0.25)
