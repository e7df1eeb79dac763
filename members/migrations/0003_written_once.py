"""The day on which a period, a hold or a cancellation ceased to count is written once."""

from django.db import migrations

TABLES = {
    "members_membershipperiod": "voided_on",
    "members_hold": "released_on",
    "members_cancellation": "revoked_on",
}
FUNCTION = """
CREATE FUNCTION members_written_once() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the end of % is written already', OLD.id
        USING ERRCODE = 'integrity_constraint_violation';
END $$;
"""


def up() -> str:
    triggers = (
        f"CREATE TRIGGER {table}_once BEFORE UPDATE ON {table} FOR EACH ROW "
        f"WHEN (OLD.{column} IS NOT NULL) EXECUTE FUNCTION members_written_once();"
        for table, column in TABLES.items()
    )
    return FUNCTION + "\n".join(triggers)


def down() -> str:
    triggers = (f"DROP TRIGGER {table}_once ON {table};" for table in TABLES)
    return "\n".join(triggers) + "\nDROP FUNCTION members_written_once();"


class Migration(migrations.Migration):
    dependencies = [("members", "0002_dues")]
    operations = [migrations.RunSQL(up(), down())]
