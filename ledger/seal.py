"""The seal of an entry, computed without the database: for auditors, and for our tests.

Needs nothing but Python: `python ledger/seal.py journal.csv` reads an export
of the journal and says whether its entries are whole (docs/ledger.md).
"""

import csv
import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from itertools import groupby

# Columns of the export that hold what was sealed, exactly as it was.
NUMBER, SEAL, BEFORE, HEADER, LINE = (
    "number",
    "seal",
    "seal before",
    "entry as sealed",
    "line as sealed",
)


@dataclass(frozen=True)
class Sealed:
    """An entry as it was sealed: its header and its lines, each a list of texts."""

    number: int
    previous_hash: str
    hash: str
    header: Sequence[str]
    lines: Sequence[Sequence[str]]


@dataclass(frozen=True)
class Verdict:
    """What reading entries found; `broken_at` is the number of the first bad one.

    `missing` counts numbers between the first and the last that were not
    there: an export of one account or one year leaves out others.
    """

    entries: int
    first: int
    head: str
    missing: int
    broken_at: int | None


def digest(previous_hash: str, header: Sequence[str], lines: Iterable[Sequence[str]]) -> str:
    """SHA-256 over the seal before, the header and each line: one line of text each."""
    texts = [previous_hash, as_text(header), *(as_text(line) for line in lines)]
    return sha256("\n".join(texts).encode()).hexdigest()


def as_text(cells: Sequence[str]) -> str:
    """A list of texts as JSON without spaces, which escapes only what JSON must."""
    return json.dumps(list(cells), ensure_ascii=False, separators=(",", ":"))


def verify(entries: Iterable[Sealed]) -> Verdict:
    """Reads entries in the order of their numbers; a gap in the numbers is no fault here."""
    count = first = missing = last = 0
    head = ""
    for entry in entries:
        is_next = entry.number == last + 1
        is_linked = entry.previous_hash == head if is_next else entry.number > last
        seal = digest(entry.previous_hash, entry.header, entry.lines)
        if not is_linked or entry.hash != seal or entry.header[0] != str(entry.number):
            return Verdict(count, first, head, missing, broken_at=entry.number)
        missing += entry.number - last - 1 if count else 0
        first = first or entry.number
        count, last, head = count + 1, entry.number, entry.hash
    return Verdict(count, first, head, missing, broken_at=None)


def read(rows: Iterable[dict[str, str]]) -> Iterator[Sealed]:
    """The entries of an exported journal, whose rows are lines in order."""
    for number, group in groupby(rows, key=lambda row: int(row[NUMBER])):
        lines = list(group)
        head = lines[0]
        yield Sealed(
            number=number,
            previous_hash=head[BEFORE],
            hash=head[SEAL],
            header=json.loads(head[HEADER]),
            lines=[json.loads(line[LINE]) for line in lines],
        )


def main(path: str) -> int:
    """Prints the verdict on a file; 0 if its entries are whole."""
    with open(path, encoding="utf-8", newline="") as file:
        found = verify(read(csv.DictReader(file)))
    if found.broken_at is not None:
        print(f"Entry {found.broken_at} does not fit its seal.")
        return 1
    print(f"{found.entries} entries from {found.first} on are whole; {found.missing} left out.")
    print(f"The last seal is {found.head or 'none'}.")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
