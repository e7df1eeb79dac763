"""Ten years of 2,000 members, and what the reports ask of the database over them.

The rows are written directly and at once, so that the members' rules are not
what is measured; the books' own seals are.
"""

import json
import logging
import os
import random
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any

from django.db import connection
from django.test import Client
from uuid_utils.compat import uuid7

from alliance.local import state
from alliance.models import Alliance, Network, Person, Role
from alliance.services.places import open_alliance
from alliance.services.seats import give_seat
from alliance.tenancy.scope import in_alliance
from ledger.chart import BANK, DUES, RECEIVABLE
from ledger.models import Account, Entry, Line
from members.models import (
    Business,
    Cancellation,
    Hold,
    Invoice,
    InvoiceLine,
    Membership,
    MembershipPeriod,
    Tier,
)
from members.queries.memberships import today
from members.services import snapshots
from tests.plugin import run_sql

MEMBERS, YEARS = 2_000, 10
TODAY = date.today()
FIRST = TODAY.replace(year=TODAY.year - YEARS, day=1)
AIM_MS = 300
PAGES = (
    "/staff/reports/",
    f"/staff/reports/?since={TODAY.year - 2}-01-01&until={TODAY.year - 2}-12-31",
    "/staff/reports/list/?what=active",
    f"/staff/reports/list/?what=lapsed&since={FIRST}",
    f"/staff/reports/list/?what=due&since={FIRST}",
    f"/staff/reports/list/?what=received&since={FIRST}",
)
WARM_UP, ROUNDS = 2, 7


def measure(option: str = "") -> bool:
    """Whether a page was over the aim; "--explain" prints the plans of slow queries."""
    logging.disable(logging.INFO)
    alliance, client = scene()
    report: dict[str, Any] = {"rows": counts(alliance), "pages": {}}
    print(report["rows"])
    for page in PAGES:
        found = [asked(client, page) for _ in range(WARM_UP + ROUNDS)][WARM_UP:]
        times = sorted(sum(ms for _sql, ms in queries) for queries in found)
        report["pages"][page] = {
            "queries": len(found[0]),
            "database_ms": [round(times[0], 1), round(times[len(times) // 2], 1)],
            "each_ms": [round(ms, 1) for _sql, ms in found[-1]],
        }
        print(f"{page:<60} {report['pages'][page]}")
        if option == "--explain":
            explain(alliance, found[-1])
    (state.ROOT / ".local" / "reports.json").write_text(json.dumps(report, indent=2))
    slow = [page for page, row in report["pages"].items() if row["database_ms"][1] > AIM_MS]
    print(f"Over {AIM_MS} ms of the database's time: {', '.join(slow) or 'none'}")
    return bool(slow)


def asked(client: Client, page: str) -> list[tuple[str, float]]:
    """The page's queries with what each took, as the application waited for it."""
    found: list[tuple[str, float]] = []
    with noting(found):
        assert client.get(page).status_code == 200, page
    return found


@contextmanager
def noting(found: list[tuple[str, float]]) -> Iterator[None]:
    """Notes each statement's time, of the first row's waiting and of the sending."""

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        began = time.perf_counter()
        try:
            return execute(sql, params, many, context)
        finally:
            took = 1000 * (time.perf_counter() - began)
            found.append((connection.ops.last_executed_query(context["cursor"], sql, params), took))

    with connection.execute_wrapper(note):
        yield


def explain(alliance: Alliance, queries: list[tuple[str, float]]) -> None:
    """The plan of each query that took five milliseconds or more."""
    for sql, took in queries:
        if took < 5 or not sql.lstrip().upper().startswith(("SELECT", "WITH")):
            continue
        with in_alliance(alliance), connection.cursor() as cursor:
            cursor.execute("EXPLAIN (ANALYZE, BUFFERS, TIMING OFF) " + sql.replace("%", "%%"), ())
            print("\n".join(row[0] for row in cursor.fetchall()), end="\n\n")


def counts(alliance: Alliance) -> dict[str, int]:
    """How much there is to read."""
    models = (Membership, MembershipPeriod, Hold, Cancellation, Invoice, Entry, Line)
    with in_alliance(alliance):
        return {model.__name__: model.objects.count() for model in models}


def scene() -> tuple[Alliance, Client]:
    """An alliance with ten years behind it, and a browser at its reports."""
    network = Network.objects.create(name="Bench")
    slug = f"bench-{uuid7().hex[-8:]}"
    alliance = open_alliance(
        network=network, name="Bench", slug=slug, contact_email="hello@bench.example"
    )
    person = Person.objects.create_user(email=f"{slug}@bench.example", name="Bench")
    with in_alliance(alliance):
        give_seat(person=person, role=Role.OWNER, by=None)
        fill(random.Random(20261122))
        snapshots.take(today())
    # As autovacuum does it within a minute; it is the owner's to ask for.
    run_sql(os.environ["OWNER_DATABASE_URL"], "ANALYZE")
    client = Client(HTTP_HOST=f"{slug}.commonweal.test")
    client.force_login(person)
    return alliance, client


def fill(chance: random.Random) -> None:
    """Memberships with their terms, breaks, holds and ends, and the books behind them."""
    tiers = Tier.objects.bulk_create(
        Tier(name=name, price_minor=price, currency="USD")
        for name, price in (("Corner", 90_00), ("Street", 180_00), ("Square", 360_00))
    )
    businesses = Business.objects.bulk_create(
        Business(
            trade_name=f"Shop {n}",
            legal_name=f"Shop {n} LLC",
            slug=f"shop-{n}",
            segment="retail",
            city=f"Town {n % 4}",
            neighbourhood=f"Quarter {n % 20}",
        )
        for n in range(MEMBERS)
    )
    memberships = Membership.objects.bulk_create(
        Membership(
            business=business,
            tier=chance.choice(tiers),
            joined_on=FIRST + timedelta(days=int(chance.triangular(0, 365 * YEARS, 0))),
        )
        for business in businesses
    )
    periods = [term for m in memberships for term in terms_of(m, chance)]
    invoice(periods)
    MembershipPeriod.objects.bulk_create(periods, batch_size=2_000)
    Hold.objects.bulk_create(
        Hold(
            membership=m,
            starts_on=m.joined_on + timedelta(days=200),
            released_on=m.joined_on + timedelta(days=240),
            reason="Unpaid stall.",
        )
        for m in chance.sample(memberships, MEMBERS // 20)
    )
    Cancellation.objects.bulk_create(
        Cancellation(membership=m, cancelled_on=TODAY - timedelta(days=chance.randrange(2_000)))
        for m in chance.sample(memberships, MEMBERS // 12)
    )


def terms_of(membership: Membership, chance: random.Random) -> Iterator[MembershipPeriod]:
    """A year after the other until a lapse, from which three in ten return."""
    starts_on = membership.joined_on
    while starts_on <= TODAY:
        ends_on = starts_on + timedelta(days=364)
        paid_on = starts_on + timedelta(days=chance.randint(-30, 0))
        yield MembershipPeriod(
            id=uuid7(),
            membership=membership,
            tier=membership.tier,
            starts_on=starts_on,
            ends_on=ends_on,
            paid_on=max(paid_on, membership.joined_on),
            source="paid",
        )
        if chance.random() < 0.92:
            starts_on = ends_on + timedelta(days=1)
        elif chance.random() < 0.3:
            starts_on = ends_on + timedelta(days=chance.randint(31, 700))
        else:
            return


def invoice(periods: list[MembershipPeriod]) -> None:
    """An invoice for each term, and both its entries in the books."""
    accounts = {
        s.key: Account.objects.create(key=s.key, code=s.code, kind=s.kind)
        for s in (BANK, DUES, RECEIVABLE)
    }
    invoices, lines, entries, entry_lines = [], [], [], []
    for number, period in enumerate(periods, start=1):
        price, business = period.tier.price_minor, period.membership.business_id
        bill = Invoice(
            year=period.paid_on.year, sequence=number, membership=period.membership,
            business_id=business, bill_to="A shop", currency="USD", issued_on=period.paid_on,
            due_on=period.paid_on, total_minor=price, paid_minor=price, key=f"bench-{number}",
        )  # fmt: skip
        line = InvoiceLine(
            id=uuid7(), invoice=bill, position=1, kind="dues", description="Dues",
            tier=period.tier, amount_minor=price,
        )  # fmt: skip
        period.invoice_line = line
        invoices.append(bill)
        lines.append(line)
        for kind, debit, credit in (
            ("invoice", RECEIVABLE, DUES),
            ("payment", BANK, RECEIVABLE),
        ):
            entry = Entry(
                id=uuid7(), on=period.paid_on, kind=kind, currency="USD", memo="Dues",
                key=f"{kind}:{number}",
            )  # fmt: skip
            entries.append(entry)
            entry_lines += [
                Line(entry=entry, position=1, account=accounts[debit.key], amount_minor=price,
                     party=business),
                Line(entry=entry, position=2, account=accounts[credit.key], amount_minor=-price,
                     party=business),
            ]  # fmt: skip
    Invoice.objects.bulk_create(invoices, batch_size=2_000)
    InvoiceLine.objects.bulk_create(lines, batch_size=2_000)
    Line.objects.bulk_create(entry_lines, batch_size=5_000)
    Entry.objects.bulk_create(entries, batch_size=5_000)
