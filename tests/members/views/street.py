"""A street of members whose reports are read, and what a test reads off their pages."""

import re
from datetime import date
from html import unescape
from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext

from alliance.tenancy.scope import in_alliance
from members.models import Membership
from members.services import memberships, payments, snapshots
from tests.factories import members as make
from tests.members.reading import on
from tests.pledges.views.browsing import text

REPORTS = "/staff/reports/"
YEAR = "since=2026-01-01&until=2026-10-31"


def a_street(oak_street: Any, bakery: Any, neighbour: Any) -> list[Membership]:
    """Four members over two years, with dues; next door another one in the same days."""
    with in_alliance(oak_street):
        tier = make.a_tier(name="Corner")
        shops = [bakery] + [
            make.a_business(
                trade_name=name,
                slug=name[1:4].lower().replace("'", "-"),
                city=city,
                neighbourhood=part,
            )
            for name, city, part in (
                ("Ada's Antiques", "Oakland", "Temescal"),
                ("=Bike Barn", "Oakland", ""),
                ("Cy's Café & Cakes", "", ""),
            )
        ]
        with on("2025-01-15"):
            opened = [make.a_membership(business=shop, tier=tier) for shop in shops]
        for membership, day in zip(opened, ("02", "03", "04", "05"), strict=True):
            make.a_paid_term(membership, f"2025-{day}-01")
        make.a_paid_term(opened[0], "2026-01-20")
        make.a_paid_term(opened[1], "2026-06-10")
        make.a_credit(make.a_paid_term(opened[2], "2026-03-25"), "2026-08-01")
        with on("2026-02-10"):
            memberships.cancel(membership=opened[3], by=None, reason="Moved away.")
        with on("2026-09-01"):
            memberships.hold(membership=opened[1], by=None, reason="A dispute.")
            invoice = make.an_invoice(membership=opened[0])
            paid = make.a_payment(invoice=invoice, amount_minor=50_00)
            payments.give_back(payment=paid, amount_minor=20_00, reason="x", key="k", by=None)
        snapshots.take(date(2026, 10, 31))
    with in_alliance(neighbour.alliance):
        theirs = make.a_membership(business=neighbour.business)
        make.a_paid_term(theirs, "2025-02-01")
        make.a_paid_term(theirs, "2026-01-10")
    return opened


def cells_of(page, caption: str) -> list[list[str]]:
    """A table's rows, its head first, as words."""
    tables = re.findall(r"<table.*?</table>", text(page), re.DOTALL)
    table = next(t for t in tables if f">{caption}</caption>" in t)
    bare = re.compile(r'<span class="visually-hidden">.*?</span>|<[^>]+>', re.DOTALL)
    return [
        [
            " ".join(unescape(bare.sub("", cell)).split())
            for cell in re.findall(r"<t[hd].*?</t[hd]>", row, re.DOTALL)
        ]
        for row in re.findall(r"<tr>.*?</tr>", table, re.DOTALL)
    ]


def reads_of(act) -> int:
    """How many queries an act costs, without the statements that open its scope."""
    with CaptureQueriesContext(connection) as captured:
        act()
    return sum(q["sql"].lstrip().startswith(("SELECT", "WITH")) for q in captured)


def lede_of(page) -> str:
    found = re.search(r'<p class="lede">(.*?)</p>', text(page), re.DOTALL)
    return " ".join(unescape(found[1]).split())
