"""The rows that are measured: the demo network, and as many more as growth asks for.

Copied in bulk by the administrator: what is measured is reading and writing them, not making them.
"""

from tests.load.stack import Stack

HOME, DRIVE = "eastbay", "gustoso-oven"
TABLES = {
    "bare_business": "members_business",
    "bare_drive": "pledges_pledgedrive",
    "bare_pledge": "pledges_pledge",
    "bare_step": "pledges_pledgestep",
    "bare_consent": "alliance_consent",
    "bare_message": "alliance_outboxmessage",
    "bare_listing": "directory_entry",
}


def copy_drive(stack: Stack, slug: str, *, pledges: int, state: str = "active") -> None:
    """Another drive of the same business with so many pledges, all standing or all waiting."""
    stack.sql(
        """
        INSERT INTO pledges_pledgedrive SELECT (jsonb_populate_record(d, jsonb_build_object(
            'id', md5(%s)::uuid, 'slug', %s::text))).*
        FROM pledges_pledgedrive d WHERE slug = %s
        """,
        slug, slug, DRIVE,
    )  # fmt: skip
    _pledges(stack, f"WHERE d.slug = '{slug}'", pledges=pledges, state=state)


def add_alliances(stack: Stack, *, count: int, pledges: int) -> None:
    """More alliances, each with a business, a drive and its pledges, rows interleaved."""
    ours = "alliance_id = (SELECT id FROM alliance_alliance WHERE slug = 'eastbay')"
    for table, where, changes in (
        ("alliance_alliance", f"slug = '{HOME}'", "'slug', 'town-' || n, 'name', 'Town ' || n"),
        ("members_business", ours, "'alliance_id', md5('alliance_alliance' || n), 'tier_id', NULL"),
        (
            "pledges_pledgedrive",
            f"slug = '{DRIVE}'",
            "'alliance_id', md5('alliance_alliance' || n), 'made_by_id', NULL,"
            "'business_id', md5('members_business' || n)",
        ),
    ):
        stack.sql(
            f"INSERT INTO {table} SELECT (jsonb_populate_record(t, jsonb_build_object("
            f"'id', md5('{table}' || n), {changes}))).* "
            f"FROM {table} t, generate_series(1, %s) n "
            f"WHERE t.id = (SELECT id FROM {table} WHERE {where} LIMIT 1)",
            count,
        )
    _pledges(stack, "WHERE a.slug LIKE 'town-%%'", pledges=pledges, state="active")


def _pledges(stack: Stack, where: str, *, pledges: int, state: str) -> None:
    confirmed = "NULL" if state == "intended" else "now() - n * interval '1 minute'"
    stack.sql(
        f"""
        INSERT INTO pledges_pledge SELECT (jsonb_populate_record(p, jsonb_build_object(
            'id', md5(d.id::text || n), 'alliance_id', d.alliance_id, 'drive_id', d.id,
            'email', 'bench-' || n || '@example.com',
            'email_normalised', 'bench-' || n || '@example.com',
            'code', left(md5(d.id::text), 3) || lpad(to_hex(n), 5, '0'),
            'card_digest', md5(d.id::text || 'card' || n), 'form_key', '', 'version', 1,
            'state', %s::text, 'held_minor', 0, 'honoured_minor', 0, 'ended_at', NULL,
            'confirmed_at', {confirmed}, 'created_at', now() - n * interval '1 minute',
            'term_ends_at', {confirmed} + interval '1 year'))).*
        FROM generate_series(1, %s) n,
            (SELECT d.* FROM pledges_pledgedrive d JOIN alliance_alliance a ON a.id = d.alliance_id
             {where}) d,
            pledges_pledge p
        WHERE p.id = (SELECT id FROM pledges_pledge WHERE state = 'active' LIMIT 1)
        """,
        state, pledges,
    )  # fmt: skip


def make_bare_tables(stack: Stack) -> None:
    """The home alliance's rows in plain tables: same columns, same indexes, no policies."""
    app = "commonweal_app"
    for bare, ours in TABLES.items():
        stack.sql(f"CREATE TABLE {bare} (LIKE {ours} INCLUDING ALL)")
        # An insert of fewer columns than ours has: the others may stay empty.
        stack.sql(
            f"""
            DO $$ DECLARE c name; BEGIN
                FOR c IN SELECT attname FROM pg_attribute WHERE attrelid = '{bare}'::regclass
                    AND attnum > 0 AND attnotnull AND attname <> 'id'
                LOOP EXECUTE format('ALTER TABLE {bare} ALTER %I DROP NOT NULL', c); END LOOP;
            END $$
            """
        )
        stack.sql(
            f"INSERT INTO {bare} SELECT t.* FROM {ours} t JOIN alliance_alliance a "
            "ON a.id = t.alliance_id WHERE a.slug = %s",
            HOME,
        )
        stack.sql(f"GRANT ALL ON {bare} TO {app}")
        stack.sql(f"CREATE INDEX ON {bare} (id)")
    stack.sql("CREATE INDEX ON bare_drive (slug)")
    stack.sql("CREATE INDEX ON bare_listing (name, id)")
    stack.sql("CREATE INDEX ON bare_pledge (drive_id, confirmed_at DESC)")
    stack.sql("CREATE INDEX ON bare_pledge (drive_id, email_normalised)")
    stack.sql("CREATE INDEX ON bare_pledge (created_at DESC, id DESC)")
    analyse(stack)


def analyse(stack: Stack) -> None:
    """As autovacuum leaves the tables: an index alone answers only where pages are known clean."""
    stack.sql("VACUUM ANALYZE")
