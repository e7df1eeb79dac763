"""The seal computed in Python is the database's, whatever was written."""

import csv
import re
import subprocess
import sys
from dataclasses import replace
from io import StringIO
from pathlib import Path

import pytest
from django.db import connection
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from ledger import seal
from ledger.chart import BANK, CASH, DUES
from ledger.models import Entry, EntryKind
from ledger.queries.journal import entries, sealed
from ledger.seal import Sealed, as_text, digest, verify
from ledger.services import Amount, Draft, post, reverse
from tests.factories import ledger as make

# Whatever PostgreSQL stores in a text: everything but NUL and halves of surrogate pairs.
TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=60)
NASTY = "\"\\/'\b\f\n\r\t\x01\x1f\x7f\u0080\u2028\u2029\ufeff\U0001f355é,]["


@pytest.fixture
def chain(neighbour, in_oak_street, ada) -> list[Sealed]:
    """Five entries, as they were sealed."""
    made = make.some_entries(4, by=ada)
    reverse(entry=made[0], reason="Wrong “day”.\\", by=ada)
    found = entries().order_by("number").prefetch_related("lines")
    return [sealed(entry, list(entry.lines.all())) for entry in found]


@settings(
    max_examples=150,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(memo=TEXT, key=TEXT, note=TEXT, amount=st.integers(1, 2**62))
@example(memo=NASTY, key=NASTY, note=NASTY, amount=1)
@example(memo="", key="", note="", amount=2**62)
def test_python_and_the_database_seal_alike(in_oak_street, ada, bakery, memo, key, note, amount):
    lines = [Amount(BANK, amount, bakery.pk, note), Amount(DUES, -amount, None, note[::-1])]
    entry = post(
        Draft(key=f"{Entry.objects.count()}:{key}", kind=EntryKind.PAYMENT, memo=memo, lines=lines),
        by=ada,
    )
    as_sealed = sealed(entry, list(entry.lines.all()))
    with connection.cursor() as cursor:
        cursor.execute("SELECT ledger_digest(e) FROM ledger_entry e WHERE id = %s", [str(entry.pk)])
        by_database = cursor.fetchone()[0]
    assert digest(as_sealed.previous_hash, as_sealed.header, as_sealed.lines) == by_database
    assert by_database == entry.hash


@given(cells=st.lists(TEXT, max_size=12))
@example(cells=[NASTY])
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_lists_of_texts_are_written_as_the_database_writes_them(db, cells):
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_json(%s::text[])::text", [cells])
        assert as_text(cells) == cursor.fetchone()[0]


def test_an_example_that_stands_in_the_guide():
    header = ["1", "e", "2026-03-31T09:00:00.000000Z", "2026-03-31", "payment", "USD"]
    header += ["Dues", "payment:7", "", ""]
    lines = [["1", "a", "500", "", ""], ["2", "b", "-500", "", ""]]
    guide = (Path(__file__).parents[2] / "docs" / "ledger.md").read_text(encoding="utf-8")
    assert as_text(header) in guide
    assert all(as_text(line) in guide for line in lines)
    assert digest("", header, lines) in guide


def test_a_whole_chain_is_whole(chain):
    found = verify(chain)
    assert (found.entries, found.first, found.missing, found.broken_at) == (5, 1, 0, None)
    assert found.head == chain[-1].hash == Entry.objects.get(number=5).hash
    assert verify([]).broken_at is None


def test_an_excerpt_is_whole_with_its_gaps_counted(chain):
    found = verify([chain[1], chain[4]])
    assert (found.entries, found.first, found.missing, found.broken_at) == (2, 2, 2, None)


def swapped(chain):
    return [chain[0], chain[2], chain[1], *chain[3:]]


TAMPERED = {
    "an amount": (
        lambda c: replace(c[2], lines=[[*c[2].lines[0][:2], "1", "", ""], c[2].lines[1]]),
        3,
    ),
    "a word": (lambda c: replace(c[1], header=[*c[1].header[:6], "y", *c[1].header[7:]]), 2),
    "a line gone": (lambda c: replace(c[3], lines=c[3].lines[:1]), 4),
    "its number": (lambda c: replace(c[4], header=["6", *c[4].header[1:]]), 5),
    "the seal before": (lambda c: replace(c[2], previous_hash=c[0].hash), 3),
    "its seal": (lambda c: replace(c[0], hash="0" * 64), 1),
}


@pytest.mark.parametrize("what", TAMPERED)
def test_one_changed_entry_is_found(chain, what):
    change, number = TAMPERED[what]
    altered = change(chain)
    chain[number - 1] = altered
    assert verify(chain).broken_at == number


def test_a_change_sealed_anew_breaks_the_next_one(chain):
    lines = [["1", chain[1].lines[0][1], "1", "", ""], ["2", chain[1].lines[1][1], "-1", "", ""]]
    seal_anew = digest(chain[1].previous_hash, chain[1].header, lines)
    chain[1] = replace(chain[1], lines=lines, hash=seal_anew)
    assert verify(chain).broken_at == 3


def test_entries_out_of_order_or_twice_are_found(chain):
    assert verify([chain[0], chain[2], chain[1]]).broken_at == 2
    assert verify([chain[0], chain[0]]).broken_at == 1
    assert verify(swapped(chain)).broken_at == 2


# --- the program on a file ----------------------------------------------------------------


@pytest.fixture
def file(chain, tmp_path) -> Path:
    """The columns that the program reads, as an export writes them."""
    out = StringIO()
    writer = csv.writer(out)
    writer.writerow([seal.NUMBER, seal.BEFORE, seal.SEAL, seal.HEADER, seal.LINE])
    for entry in chain:
        for line in entry.lines:
            row = [entry.number, entry.previous_hash, entry.hash, as_text(entry.header)]
            writer.writerow([*row, as_text(line)])
    path = tmp_path / "journal.csv"
    path.write_text(out.getvalue(), encoding="utf-8", newline="")
    return path


def run(path: Path) -> tuple[int, str]:
    program = Path(seal.__file__)
    # -I: neither this folder nor the environment may help it.
    done = subprocess.run(
        [sys.executable, "-I", str(program), str(path)], capture_output=True, text=True, check=False
    )
    return done.returncode, done.stdout


def test_an_auditor_verifies_a_file_without_our_code(file, chain):
    assert run(file) == (
        0,
        f"5 entries from 1 on are whole; 0 left out.\nThe last seal is {chain[-1].hash}.\n",
    )


def test_an_auditor_finds_the_entry_that_was_changed(file):
    text = file.read_text(encoding="utf-8")
    file.write_text(re.sub(r'""-300""', '""-301""', text, count=1), encoding="utf-8")
    assert run(file) == (1, "Entry 3 does not fit its seal.\n")


def test_moves_are_sealed_as_they_are(in_oak_street, ada):
    lines = [Amount(CASH, -5), Amount(BANK, 5)]
    entry = post(Draft(key="k", kind=EntryKind.ADJUSTMENT, memo="x", lines=lines), by=None)
    as_sealed = sealed(entry, list(entry.lines.all()))
    assert as_sealed.header[-2:] == ["", ""]
    assert [line[0] for line in as_sealed.lines] == ["1", "2"]
    assert verify([as_sealed]).broken_at is None
