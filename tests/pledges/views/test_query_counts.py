"""A page costs the same however much there is, and however many alliances there are."""

from datetime import timedelta

import pytest
from django.core.cache import cache

from alliance.services import keys
from alliance.services.places import open_alliance
from alliance.tenancy.scope import in_alliance
from pledges.models import (
    Oddity,
    Pledge,
    PledgeDrive,
    PointOfSale,
    Redemption,
    RedemptionStep,
    VelocityFlag,
)
from pledges.services import redemptions
from tests.factories import pledges as make
from tests.pledges.reading import crowd, queries_of

pytestmark = pytest.mark.usefixtures("neighbour")

PAGES = {
    "/": None,
    "/pledge/": None,
    "/pledge/a-second-oven/": None,
    "card": None,
    "/honour/": None,
    "/honour/record.csv": None,
    "/api/v1/honour/": None,
    "/api/v1/drives/": None,
    "/api/v1/pledges/": "ada",
    "/staff/": "ada",
    "/staff/drives/": "ada",
    "/staff/drives/a-second-oven/": "ada",
    "/staff/purchases/": "ada",
    "/staff/disputes/": "ada",
    "/staff/velocity/": "ada",
    "/me/till/": "ben",
    "/me/till/to-confirm/": "ben",
    "/me/till/people/?q=crowd": "ben",
    "/me/till/points-of-sale/": "ben",
    "/api/v1/redemptions/": "ada",
    "/me/drive/": "ben",
    "/me/drive/a-second-oven/": "ben",
}


@pytest.fixture
def ask(visit, oak_street, eves_pledge, ada, ben):
    """How many queries a page costs: asked twice, so that what is remembered is remembered."""
    people = {"ada": ada, "ben": ben, None: None}
    with in_alliance(oak_street):
        card = eves_pledge.get_absolute_url()

    def count(path: str) -> int:
        browser = visit(oak_street, people[PAGES[path]])
        address = card if path == "card" else path
        cache.clear()
        assert browser.get(address).status_code == 200
        return queries_of(lambda: browser.get(address))

    return count


def bought(pledge: Pledge, by: object, count: int, **fields: object) -> None:
    """Many purchases of one pledge at once, written directly."""
    at = pledge.confirmed_at
    rows = [
        Redemption(
            **{
                "pledge": pledge,
                "drive": pledge.drive,
                "purchase_minor": 100,
                "amount_minor": 100,
                "currency": "USD",
                "way_in": "code",
                "entered_by": by,
                "claimed_at": at + timedelta(seconds=n),
                "confirm_due_at": at + redemptions.SILENCE,
            }
            | fields
        )
        for n in range(count)
    ]
    Redemption.objects.bulk_create(rows)
    steps = [RedemptionStep(redemption=row, to_state="claimed", seat=by) for row in rows]
    RedemptionStep.objects.bulk_create(steps)


def more_of_everything(oven: PledgeDrive, ben: object, count: int) -> None:
    """Pledges, purchases, questions and drives."""
    crowd(oven, count, confirmed_at=oven.opened_at)
    pledge = Pledge.objects.select_related("drive").get(email="eve@example.com")
    bought(pledge, ben, min(count, 60))
    bought(pledge, ben, min(count, 30), state="disputed", disputed_at=oven.opened_at)
    bought(pledge, None, min(count, 60), way_in="till_code")
    known = set(VelocityFlag.objects.values_list("reason", flat=True))
    for odd, reason in zip(pledge.redemptions.all()[:5], set(Oddity) - known, strict=False):
        VelocityFlag.objects.create(drive=oven, redemption=odd, reason=reason)
    for n in range(PointOfSale.objects.count(), min(count, 20)):
        make.a_point_of_sale(business=oven.business, by=ben, name=str(n))
    others = Pledge.objects.exclude(pk=pledge.pk).select_related("drive")[: min(count, 30)]
    for other in others:
        bought(other, ben, 1, state="confirmed")
    for n in range(min(count, 12)):
        more = make.a_draft(business=oven.business, by=ben, title=f"Oven {n}")
        fields = {"opened_at": oven.opened_at, "gathering_ends_at": oven.gathering_ends_at}
        PledgeDrive.objects.filter(pk=more.pk).update(state="gathering", **fields)


def test_a_page_costs_the_same_with_ten_and_with_a_thousand(ask, oak_street, oven, ben):
    with in_alliance(oak_street):
        more_of_everything(oven, ben, 10)
    few = {path: ask(path) for path in PAGES}
    with in_alliance(oak_street):
        more_of_everything(oven, ben, 990)
    assert {path: ask(path) for path in PAGES} == few


def test_a_page_costs_the_same_with_two_and_with_twenty_alliances(ask, oak_street):
    two = {path: ask(path) for path in PAGES}
    for n in range(18):
        slug = f"street-{n}"
        open_alliance(
            network=oak_street.network, name=slug, slug=slug, contact_email="hello@street.example"
        )
    assert {path: ask(path) for path in PAGES} == two


def test_a_drives_page_costs_at_most_twelve_queries(ask):
    assert ask("/pledge/a-second-oven/") <= 12


def test_a_keys_list_of_pledges_costs_the_same_with_ten_and_with_a_thousand(
    visit, oak_street, oven, ada
):
    with in_alliance(oak_street):
        _key, secret = keys.make_key(name="Desk", scopes=["pledges:read"], days=9, by=ada)
    program = visit(oak_street)

    def cost() -> int:
        path, bearer = "/api/v1/pledges/?page_size=100", {"authorization": f"Bearer {secret}"}
        assert program.get(path, headers=bearer).status_code == 200
        return queries_of(lambda: program.get(path, headers=bearer))

    costs = []
    for more in (10, 990):
        with in_alliance(oak_street):
            crowd(oven, more, confirmed_at=oven.opened_at)
        costs.append(cost())
    assert costs[0] == costs[1]
