"""What the database itself keeps of the books, whoever writes (ADR-0013).

ledger_digest    the seal of an entry: SHA-256 of the seal before it, the entry and its lines
ledger_seal      gives each new entry its number and seals it to the one before
ledger_closed    refuses a line for an entry that is there already
ledger_balanced  at commit: an entry's lines sum to zero; a line stands in an entry that was
                 sealed with it
"""

from django.db import migrations

UP = """
-- STABLE and readable by anyone with the rows: what it hashes is JSON lists of
-- texts, so that a reader can compute it from an export (docs/ledger.md).
CREATE FUNCTION ledger_digest(e ledger_entry) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT encode(sha256(convert_to(
        e.previous_hash || E'\\n' || to_json(ARRAY[
            e.number::text, e.id::text,
            to_char(e.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
            to_char(e."on", 'YYYY-MM-DD'), e.kind, e.currency, e.memo, e.key,
            coalesce(e.reverses_id::text, ''), coalesce(e.seat_id::text, '')
        ])::text || coalesce((
            SELECT string_agg(E'\\n' || to_json(ARRAY[
                l.position::text, l.account_id::text, l.amount_minor::text,
                coalesce(l.party::text, ''), l.memo
            ])::text, '' ORDER BY l.position)
            FROM ledger_line l WHERE l.alliance_id = e.alliance_id AND l.entry_id = e.id
        ), ''), 'UTF8')), 'hex')
$$;

CREATE FUNCTION ledger_seal() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    before record;
BEGIN
    -- One alliance's entries take turns until the transaction ends: no gap, no fork.
    PERFORM pg_advisory_xact_lock(hashtextextended('ledger:' || NEW.alliance_id, 0));
    SELECT number, hash INTO before FROM ledger_entry
        WHERE alliance_id = NEW.alliance_id ORDER BY number DESC LIMIT 1;
    NEW.number := coalesce(before.number, 0) + 1;
    NEW.previous_hash := coalesce(before.hash, '');
    NEW.hash := ledger_digest(NEW);
    RETURN NEW;
END $$;

CREATE FUNCTION ledger_closed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM ledger_entry
               WHERE alliance_id = NEW.alliance_id AND id = NEW.entry_id) THEN
        RAISE EXCEPTION 'entry % is sealed; a correction is a new entry', NEW.entry_id
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION ledger_balanced() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    entry uuid;
    scope text := current_setting('app.alliance', true);
    sealed ledger_entry;
    digest text;
    lines bigint;
    sum numeric;
BEGIN
    IF TG_TABLE_NAME = 'ledger_entry' THEN entry := NEW.id; ELSE entry := NEW.entry_id; END IF;
    -- At commit another alliance's scope may be open, or none: this row's own counts.
    PERFORM set_config('app.alliance', NEW.alliance_id::text, true);
    SELECT * INTO sealed FROM ledger_entry WHERE alliance_id = NEW.alliance_id AND id = entry;
    SELECT count(*), coalesce(sum(amount_minor), 0) INTO lines, sum FROM ledger_line
        WHERE alliance_id = NEW.alliance_id AND entry_id = entry;
    -- ledger_closed cannot see an entry that another transaction is just adding: a line
    -- that slipped in beside it changes what the seal must be.
    IF TG_TABLE_NAME = 'ledger_line' THEN digest := ledger_digest(sealed); END IF;
    PERFORM set_config('app.alliance', coalesce(scope, ''), true);
    IF sealed.id IS NULL OR lines < 2 OR sum <> 0 THEN
        RAISE EXCEPTION 'entry % does not balance (there: %, lines: %, sum: %)',
            entry, sealed.id IS NOT NULL, lines, sum USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF digest <> sealed.hash THEN
        RAISE EXCEPTION 'entry % is sealed; a correction is a new entry', entry
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER ledger_seal BEFORE INSERT ON ledger_entry
    FOR EACH ROW EXECUTE FUNCTION ledger_seal();
CREATE TRIGGER ledger_closed BEFORE INSERT ON ledger_line
    FOR EACH ROW EXECUTE FUNCTION ledger_closed();
CREATE CONSTRAINT TRIGGER ledger_entry_balanced AFTER INSERT ON ledger_entry
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION ledger_balanced();
CREATE CONSTRAINT TRIGGER ledger_line_balanced AFTER INSERT ON ledger_line
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION ledger_balanced();
"""

DOWN = """
DROP TRIGGER ledger_line_balanced ON ledger_line;
DROP TRIGGER ledger_entry_balanced ON ledger_entry;
DROP TRIGGER ledger_closed ON ledger_line;
DROP TRIGGER ledger_seal ON ledger_entry;
DROP FUNCTION ledger_balanced();
DROP FUNCTION ledger_closed();
DROP FUNCTION ledger_seal();
DROP FUNCTION ledger_digest(ledger_entry);
"""


class Migration(migrations.Migration):
    dependencies = [("ledger", "0001_initial")]
    operations = [migrations.RunSQL(UP, DOWN)]
