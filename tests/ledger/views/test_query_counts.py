"""A page of the books costs the same however many entries there are."""

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from alliance.tenancy.scope import in_alliance
from ledger.models import Account, Entry
from ledger.services import post, post_all, reverse
from tests.factories import ledger as make

pytestmark = pytest.mark.usefixtures("neighbour")
PAGES = [
    "/staff/ledger/",
    "/staff/ledger/?q=dues&account={receivable}&kind=invoice&since=2020-01-01&party={party}",
    "/staff/ledger/entries/{entry}/",
    "/staff/ledger/accounts/{receivable}/",
    "/staff/ledger/accounts/{receivable}/?since=2020-01-01&party={party}",
    "/staff/ledger/trial-balance/",
    "/staff/ledger/integrity/",
    "/staff/ledger/moves/new/",
    "/staff/ledger/entries/{entry}/reversal/",
    "/api/v1/entries/?page_size=100",
    "/api/v1/accounts/",
]


def test_a_page_costs_the_same_with_two_entries_and_with_six_hundred(desk, oak_street, ada, bakery):
    with in_alliance(oak_street):
        first = post(make.dues(party=bakery.pk), by=ada)
        reverse(entry=first, reason="Wrong.", by=ada)
        receivable = Account.objects.get(key="receivable").pk
    values = {"receivable": receivable, "entry": first.pk, "party": bakery.pk}

    def costs() -> dict[str, int]:
        found = {}
        for page in PAGES:
            path = page.format(**values)
            cache.clear()
            assert desk.get(path).status_code == 200
            with CaptureQueriesContext(connection) as captured:
                desk.get(path)
            # Savepoints and scopes are set anew for a test inside a transaction.
            found[page] = sum(q["sql"].startswith("SELECT") for q in captured.captured_queries)
        return found

    few = costs()
    with in_alliance(oak_street):
        post_all([make.dues(f"d{n}", party=bakery.pk) for n in range(600)], by=ada)
        assert Entry.objects.count() == 602
    assert costs() == few
    assert {page: cost for page, cost in few.items() if cost > 12} == {}
