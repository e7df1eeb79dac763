"""How long the long works of dues take: spreadsheets in, a month's renewals, their papers.

All through the services, each chunk in its own transaction, as a worker does it.
"""

import json
import logging
import os
import resource
import time
from calendar import monthrange
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from uuid_utils.compat import uuid7

from alliance.local import state
from alliance.models import Alliance, Network, OutboxMessage, Person, Role, Seat
from alliance.services.places import open_alliance
from alliance.services.seats import give_seat
from alliance.tenancy.scope import in_alliance
from ledger.queries import check_chain
from members.models import Invoice, MembershipPeriod
from members.queries import sheets
from members.queries.memberships import today
from members.services import papers, renewal_runs
from members.services.imports import committing, mapping, upload
from members.services.imports.mapping import Choices
from tests.factories import members as make
from tests.members.rosters import as_csv, as_workbook, roster
from tests.plugin import run_sql

ROWS, MEMBERS, PAPERS = 5_000, 1_000, 100
IMPORT_SECONDS, RUN_SECONDS, PAPERS_A_SECOND = 60, 60, 5
EMAIL, PAID_THROUGH = 3, 14


def measure() -> bool:
    """Prints each work's time and writes all into .local/dues.json; whether one took too long."""
    logging.disable(logging.WARNING)
    report: dict[str, Any] = {}
    for kind, write in (("csv", as_csv), ("xlsx", as_workbook)):
        report[f"import {ROWS} rows, {kind}"] = an_import(write, people=kind)
    # Whoever signs in somewhere already is looked at one by one.
    report["the same, all people known"] = an_import(as_csv, people="csv")
    report |= a_renewal()
    (state.ROOT / ".local" / "dues.json").write_text(json.dumps(report, indent=2))
    for name, figures in report.items():
        print(f"{name:<32} {figures}")
    slow = [name for name, figures in report.items() if not figures["within"]]
    print(f"Over the aim: {', '.join(slow) or 'none'}")
    return bool(slow)


def an_import(write: Callable[[list[list[str]]], bytes], *, people: str) -> dict[str, Any]:
    """From the upload to the last member; how much the process grew beside the file."""
    seat = an_alliance()
    rows = roster(ROWS)
    for row in rows:
        row[EMAIL] = f"{people}.{row[EMAIL]}"
    content = write(rows)
    before = peak_mb()
    with timed() as took:
        brought(content, by=seat)
    with in_alliance(seat.alliance):
        assert MembershipPeriod.objects.count() == ROWS
    return {
        "seconds": took["seconds"],
        "grew_mb": round(peak_mb() - before, 1),
        "within": took["seconds"] < IMPORT_SECONDS,
    }


def a_renewal() -> dict[str, dict[str, Any]]:
    """A thousand terms that end in one month: invoices, letters, and then the papers."""
    seat = an_alliance()
    alliance, month = seat.alliance, today_of(seat.alliance).replace(day=1)
    rows = roster(MEMBERS)
    for row in rows:
        row[EMAIL] = f"renewing.{row[EMAIL]}"
        row[PAID_THROUGH] = month.replace(day=monthrange(month.year, month.month)[1]).strftime(
            "%m/%d/%Y"
        )
    brought(as_csv(rows), by=seat)
    with timed() as run, in_alliance(alliance):
        renewal_runs.start(month=month, by=seat)
    with in_alliance(alliance):
        assert (Invoice.objects.count(), OutboxMessage.objects.count()) == (MEMBERS, MEMBERS)
        assert check_chain().is_whole
        some = [sheets.of_invoice(each) for each in Invoice.objects.all()[:PAPERS]]
    papers.pdf(some[0])
    began = time.process_time()
    for sheet in some:
        papers.pdf(sheet, "https://bench.example/pay/" + "x" * 120)
    a_second = PAPERS / (time.process_time() - began)
    return {
        f"renewal of {MEMBERS} members": run | {"within": run["seconds"] < RUN_SECONDS},
        "papers": {
            "a_second_of_processor_time": round(a_second, 1),
            "within": a_second >= PAPERS_A_SECOND,
        },
    }


def an_alliance() -> Seat:
    """A new one with two tiers and its director."""
    slug = f"bench-{uuid7().hex[-8:]}"
    alliance = open_alliance(
        network=Network.objects.create(name="Bench"),
        name="Bench",
        slug=slug,
        contact_email="hello@bench.example",
    )
    person = Person.objects.create_user(email=f"{slug}@bench.example", name="Bench")
    with in_alliance(alliance):
        for name in ("Corner shop", "Maker"):
            make.a_tier(name=name)
        return give_seat(person=person, role=Role.OWNER, by=None)


def brought(content: bytes, *, by: Seat) -> None:
    """Uploaded, its columns as proposed, brought in; the tasks run at each commit."""
    alliance = by.alliance
    with in_alliance(alliance):
        run = upload.start(name="members.csv", content=content, by=by)
    with in_alliance(alliance):
        run.refresh_from_db()
        choices = Choices(
            date_order=run.options["date_order"],
            default_tier=None,
            default_segment=run.options["default_segment"],
        )
        mapping.name_columns(run_id=run.pk, mapping=run.mapping, choices=choices, by=by)
    with in_alliance(alliance):
        committing.start(run_id=run.pk, by=by)
    with in_alliance(alliance):
        run.refresh_from_db()
        assert run.state == "committed", (run.state, run.message)
    # As autovacuum does it within a minute; it is the owner's to ask for.
    run_sql(os.environ["OWNER_DATABASE_URL"], "ANALYZE")


def today_of(alliance: Alliance) -> Any:
    """The day it is there."""
    with in_alliance(alliance):
        return today()


def peak_mb() -> float:
    """The most memory that this process has held."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


@contextmanager
def timed() -> Iterator[dict[str, float]]:
    """The time on the wall, in seconds."""
    took: dict[str, float] = {}
    began = time.perf_counter()
    yield took
    took["seconds"] = round(time.perf_counter() - began, 1)
