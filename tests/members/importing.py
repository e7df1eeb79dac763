"""A spreadsheet's way in, in as few words as a test needs; run inside the alliance."""

from typing import Any

from alliance.models import Seat
from members.models import (
    Business,
    ImportRow,
    ImportRun,
    ImportState,
    Membership,
    MembershipPeriod,
)
from members.services.imports import committing, mapping, undoing, upload, working
from members.services.imports.mapping import Choices

HEAD = "Business name,E-mail,Phone,Website,Postal code,City\n"
FULL = (
    "Business name,Legal name,Kind of business,What exactly,About,Founded,People who work there,"
    "Phone,E-mail,Website,Street,City,Neighbourhood,State or region,Postal code,Latitude,"
    "Longitude,At this place since,Contact,Contact’s e-mail,Contact’s part,Tier,Dues,"
    "Member since,Paid from,Paid until,Paid on,Standing\n"
    "Corner Cafe,Corner Cafe LLC,Restaurant,Coffee; Cake,Since 1999.,1999,7,510 555 0199,"
    "hello@cafe.example,cafe.example,1 Elm St,Oakland,Temescal,CA,94609,37.80440,-122.2711,"
    "1/1/2005,Cara Olsen,Cara@cafe.example,Owner,Maker,65.00,3/1/2019,1/1/2026,12/31/2026,"
    "12/15/2025,Active\n"
)


def work(run: ImportRun) -> ImportRun:
    """What the worker does, until it has nothing left to do."""
    working.work_on(alliance=run.alliance, run_id=run.pk)
    run.refresh_from_db()
    return run


def read(content: bytes | str, *, by: Seat, name: str = "members.csv") -> ImportRun:
    """Uploaded and read: its columns wait to be named."""
    data = content.encode() if isinstance(content, str) else content
    return work(upload.start(name=name, content=data, by=by))


def check(run: ImportRun, *, by: Seat, **changes: Any) -> ImportRun:
    """Its columns taken as proposed, or as `mapping` says; checked."""
    if run.state != ImportState.MAPPING:
        return run
    options = run.options
    choices = Choices(
        **{
            "date_order": options["date_order"],
            "default_tier": None,
            "default_segment": options["default_segment"],
        }
        | {key: value for key, value in changes.items() if key != "mapping"}
    )
    named = changes.get("mapping", run.mapping)
    mapping.name_columns(run_id=run.pk, mapping=named, choices=choices, by=by)
    return work(run)


def preview(content: bytes | str, *, by: Seat, **changes: Any) -> ImportRun:
    """Read and checked."""
    return check(read(content, by=by), by=by, **changes)


def bring(content: bytes | str, *, by: Seat, **changes: Any) -> ImportRun:
    """Read, checked and brought in."""
    return commit(preview(content, by=by, **changes), by=by)


def commit(run: ImportRun, *, by: Seat) -> ImportRun:
    """Brought in."""
    committing.start(run_id=run.pk, by=by)
    return work(run)


def undo(run: ImportRun, *, by: Seat) -> ImportRun:
    """Taken back."""
    undoing.start(run_id=run.pk, by=by)
    return work(run)


def actions(run: ImportRun) -> list[tuple[int, str]]:
    """What becomes of each row."""
    return list(ImportRow.objects.filter(run=run).values_list("number", "action"))


def codes(run: ImportRun) -> dict[int, list[str]]:
    """The problems of each row that has some."""
    rows = ImportRow.objects.filter(run=run)
    return {row.number: [p["code"] for p in row.problems] for row in rows if row.problems}


def says(run: ImportRun) -> dict[int, list[str]]:
    """The same as sentences."""
    rows = ImportRow.objects.filter(run=run)
    return {row.number: [p["says"] for p in row.problems] for row in rows if row.problems}


def row(run: ImportRun, number: int) -> ImportRow:
    """One row."""
    return ImportRow.objects.get(run=run, number=number)


def figures(run: ImportRun) -> tuple[int, int, int, int, int]:
    """Rows that create, update, skip, ask, and are refused."""
    names = ("create", "update", "skip", "ask", "refuse")
    counts = [run.counts[name] for name in names]
    return (counts[0], counts[1], counts[2], counts[3], counts[4])


def named(name: str) -> Business:
    """The one business of that name."""
    return Business.objects.get(trade_name=name)


def membership_of(name: str) -> Membership:
    """Its membership."""
    return Membership.objects.select_related("tier").get(business__trade_name=name)


def terms_of(name: str) -> list[tuple[str, str, str]]:
    """Its terms: first day, last day, source."""
    rows = MembershipPeriod.objects.filter(membership__business__trade_name=name)
    return [(str(p.starts_on), str(p.ends_on), p.source) for p in rows]
