"""The lists behind the reports' numbers: page by page, and as a file."""

import csv
import re
from datetime import date
from html import unescape
from io import StringIO

import pytest

from alliance.models import JobProgress
from alliance.tenancy.scope import in_alliance
from members.tasks.reports import export_report
from tests.factories import members as make
from tests.members.views.street import REPORTS, YEAR, a_street, reads_of
from tests.pledges.reading import audited
from tests.pledges.views.browsing import text

pytestmark = pytest.mark.usefixtures("neighbour")


@pytest.fixture
def desk(visit, oak_street, ada):
    """Ada's browser."""
    return visit(oak_street, ada)


@pytest.fixture
def street(oak_street, bakery, neighbour):
    """Four members over two years."""
    return a_street(oak_street, bakery, neighbour)


class TestLongLists:
    @pytest.fixture
    def crowd(self, oak_street):
        """Sixty members of 2025, all of whom lapse on one day."""
        with in_alliance(oak_street):
            tier = make.a_tier()
            for n in range(60):
                shop = make.a_business(trade_name=f"Shop {n % 3}")
                member = make.a_membership(business=shop, tier=tier)
                make.a_term(member, starts_on=date(2025, 1, 1))

    @pytest.mark.parametrize("what", ["active", "lapsed"])
    def test_pages_show_each_row_once(self, desk, crowd, what):
        url = f"{REPORTS}list/?what={what}&since=2025-01-01&until=2026-03-01"
        if what == "active":
            url = f"{REPORTS}list/?what=active&until=2025-06-01"
        seen, pages = [], 0
        while url:
            page = desk.get(url)
            seen += re.findall(r'href="/staff/members/([\w-]+)/"', text(page))
            following = re.search(r'rel="next" href="\?([^"]+)"', text(page))
            url = f"{REPORTS}list/?{unescape(following[1])}" if following else ""
            pages += 1
        assert (len(seen), len(set(seen)), pages) == (60, 60, 3)

    @pytest.mark.parametrize(
        "path",
        [
            f"?{YEAR}",
            "list/?what=active&until=2025-06-01",
            "list/?what=left&since=2025-01-01",
            "list/?what=due&since=2025-01-01",
            "list/?what=invoiced&since=2025-01-01",
        ],
    )
    def test_a_page_costs_the_same_with_more_members(self, desk, street, oak_street, path):
        desk.get(REPORTS + path)
        few = reads_of(lambda: desk.get(REPORTS + path))
        with in_alliance(oak_street):
            for n in range(20):
                make.a_paid_term(make.a_membership(), f"2025-0{n % 9 + 1}-10")
        assert reads_of(lambda: desk.get(REPORTS + path)) == few <= 12


class TestExport:
    def export(self, desk, alliance, query: str) -> list[list[str]]:
        """The file's rows, after the worker has done its part."""
        answer = desk.post(f"{REPORTS}list/export/?{query}")
        assert answer.status_code == 302
        with in_alliance(alliance):
            job = JobProgress.objects.latest("started_at")
        export_report(
            alliance_id=str(alliance.pk),
            job_id=str(job.pk),
            **dict(pair.split("=") for pair in query.split("&")),
        )
        assert desk.get(answer.url).status_code == 200
        with in_alliance(alliance):
            job.refresh_from_db()
        assert job.state == "done"
        return list(csv.reader(StringIO(job.result)))

    def test_members_of_a_day(self, desk, street, oak_street, ada):
        rows = self.export(desk, oak_street, "what=active&until=2025-12-31")
        assert rows[0][:6] == [
            "business",
            "e-mail",
            "city",
            "neighbourhood",
            "tier",
            "status on 2025-12-31",
        ]
        assert sorted(row[0] for row in rows[1:]) == [
            "'=Bike Barn",
            "Ada's Antiques",
            "Ben's Bakery",
            "Cy's Café & Cakes",
        ]
        with in_alliance(oak_street):
            [(action, seat, _subject, detail)] = audited("report.exported")
        assert (action, seat) == ("report.exported", ada.pk)
        assert detail == {"rows": 4, "what": "active", "until": "2025-12-31"}

    def test_what_happened(self, desk, street, oak_street):
        rows = self.export(desk, oak_street, f"what=left&{YEAR}")
        assert sorted((row[8], row[0], row[9]) for row in rows[1:]) == [
            ("2026-02-10", "Cy's Café & Cakes", "Cancelled"),
            ("2026-03-31", "Ada's Antiques", "Lapsed"),
            ("2026-08-01", "'=Bike Barn", "Taken back by a credit note"),
            ("2026-09-01", "Ada's Antiques", "Suspended"),
        ]

    def test_money(self, desk, street, oak_street):
        rows = self.export(desk, oak_street, f"what=received&{YEAR}")
        assert sum(float(row[4]) for row in rows[1:]) == 410.0
        assert {row[5] for row in rows[1:]} == {"USD"}

    def test_where_the_snapshot_differs(self, desk, street, oak_street):
        with in_alliance(oak_street):
            make.a_term(street[2], starts_on=date(2026, 9, 1))
        rows = self.export(desk, oak_street, "what=different&until=2026-10-31")
        assert [(row[0], row[5], row[8]) for row in rows[1:]] == [
            ("'=Bike Barn", "current", "lapsed")
        ]
