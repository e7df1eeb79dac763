"""Search: words without accents in each language, and the one function that finds.

`@@` is not leakproof, so under row-level security PostgreSQL reads every row
of the alliance before it asks the index. `directory_search` runs as the
tables' owner, whom the policies do not bind; it takes the alliance, refuses
any but the current one, and gives ids and ranks only (ADR-0020).
"""

from django.db import migrations

STEMMERS = ("german", "english", "spanish", "french", "italian", "dutch", "portuguese")
KINDS = "asciiword, word, numword, asciihword, hword, numhword, hword_asciipart, hword_part, hword_numpart"


def configurations():
    yield "CREATE TEXT SEARCH CONFIGURATION commonweal_plain (COPY = simple);"
    yield f"ALTER TEXT SEARCH CONFIGURATION commonweal_plain ALTER MAPPING FOR {KINDS} WITH unaccent, simple;"
    for name in STEMMERS:
        yield f"CREATE TEXT SEARCH CONFIGURATION commonweal_{name} (COPY = pg_catalog.{name});"
        yield (
            f"ALTER TEXT SEARCH CONFIGURATION commonweal_{name} "
            f"ALTER MAPPING FOR {KINDS} WITH unaccent, {name}_stem;"
        )


FUNCTION = """
CREATE FUNCTION directory_search(for_alliance uuid, queries tsquery[])
RETURNS TABLE (entry uuid, rank integer)
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    IF for_alliance IS DISTINCT FROM NULLIF(current_setting('app.alliance', true), '')::uuid THEN
        RAISE EXCEPTION 'this is not the current alliance' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN QUERY
        SELECT found.id,
               CASE WHEN found.document @@ queries[4] THEN 4 WHEN found.document @@ queries[3] THEN 3
                    WHEN found.document @@ queries[2] THEN 2 ELSE 1 END
        FROM directory_entry AS found
        WHERE found.alliance_id = for_alliance AND found.document @@ queries[1];
END
$$;
COMMENT ON FUNCTION directory_search IS
    'Entries of the current alliance that fit the first of four queries, which go from wide to narrow; rank: the last that each fits.';
"""


def down():
    yield "DROP FUNCTION directory_search(uuid, tsquery[]);"
    for name in ("plain", *STEMMERS):
        yield f"DROP TEXT SEARCH CONFIGURATION commonweal_{name};"


class Migration(migrations.Migration):
    dependencies = [("directory", "0001_initial")]
    operations = [
        migrations.RunSQL("\n".join([*configurations(), FUNCTION]), "\n".join(down())),
    ]
