"""Entries follow whatever changes, and say the same as the memberships on every day."""

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from alliance import clock
from alliance.models import Alliance, Seat
from alliance.tenancy.scope import in_alliance
from directory.content import Content
from directory.models import DirectoryEntry, DirectorySettings, PausedBy
from directory.services import entries, listings
from members.models import STANDING, Business, Membership
from members.queries.memberships import today
from members.queries.standing import standing
from members.services import businesses, memberships
from tests.factories import members as make
from tests.factories.directory import a_listed_business, entry_of

pytestmark = pytest.mark.usefixtures("next_door", "in_oak_street")

ZONE = ZoneInfo("America/Los_Angeles")


def noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=ZONE)


def last_public_day(membership: Membership, *, beyond: int = 900) -> date | None:
    """By asking the membership of each day, as things stand: the slow way."""
    last = None
    for n in range(beyond):
        day = today() + timedelta(days=n)
        if standing(day).get(pk=membership.pk).status not in STANDING:
            break
        last = day
    return last


def test_a_new_member_is_listed_with_what_the_alliance_knows_of_it() -> None:
    business = a_listed_business(
        trade_name="Oak Bakery",
        slug="oak-bakery",
        categories=["Bakery"],
        blurb="Bread before seven.",
        neighbourhood="Temescal",
        city="Oakland",
    )

    entry = entry_of(business)

    assert (entry.name, entry.slug, entry.blurb, entry.shown_until) == (
        "Oak Bakery",
        "oak-bakery",
        "Bread before seven.",
        today() + timedelta(days=364 + 30),
    )
    assert entry.facets == ["kind:food", "category:Bakery", "place:Temescal", "place:Oakland"]


def test_who_never_paid_is_not_public(bakery: Business) -> None:
    make.a_membership(business=bakery)

    assert entry_of(bakery).shown_until is None


def test_a_change_of_the_business_is_seen_at_once(ada: Seat) -> None:
    business = a_listed_business(trade_name="Old Name", slug="name")
    before = entry_of(business).changed_at

    businesses.change_business(business=business, by=ada, trade_name="New Name")

    assert entry_of(business).name == "New Name"
    assert entry_of(business).changed_at > before


def test_a_draft_changes_nothing_that_is_seen(ada: Seat) -> None:
    business = a_listed_business(content=Content(tags=("bread",)))
    before = DirectoryEntry.objects.filter(business=business).values().get()

    listings.save_draft(business=business, content=Content(tags=("secret",)), by=ada)
    entries.refresh([business.pk])

    after = DirectoryEntry.objects.filter(business=business).values().get()
    assert before | {"changed_at": None} == after | {"changed_at": None}


@pytest.mark.parametrize("kind", PausedBy.values)
def test_a_paused_listing_is_gone_at_once_and_comes_back(kind: str, ada: Seat) -> None:
    business = a_listed_business()
    until = entry_of(business).shown_until

    listings.pause(business=business, kind=PausedBy(kind), by=ada, reason="Closed for works.")
    assert entry_of(business).shown_until is None

    listings.resume(business=business, kind=PausedBy(kind), by=ada)
    assert entry_of(business).shown_until == until


ACTS = ("term", "later_term", "hold", "later_hold", "release", "cancel", "revoke")


@settings(
    max_examples=20,
    deadline=None,
    derandomize=True,
    # Each example has a business of its own.
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(acts=st.lists(st.tuples(st.sampled_from(ACTS), st.integers(0, 70)), max_size=7))
def test_the_last_day_is_the_memberships_own(
    acts: list[tuple[str, int]], oak_street: Alliance, ada: Seat
) -> None:
    """Whatever happens, in whatever order, on whatever days."""
    with in_alliance(oak_street):
        business = a_listed_business()
        membership = Membership.objects.get(business=business)
        day = today()
        for act, days in acts:
            day += timedelta(days=days)
            with clock.at(noon(day)):
                do(act, membership, by=ada)
                says_the_same(membership)
            for later in (1, 30, 31, 46):
                with clock.at(noon(day + timedelta(days=later))):
                    entries.hold_against_memberships()
                    says_the_same(membership)


def says_the_same(membership: Membership) -> None:
    """Public today just where the membership counts today, and never promised for longer."""
    until = DirectoryEntry.objects.get(business=membership.business_id).shown_until
    assert (until is not None) == counts(membership, today())
    if until is not None:
        assert until >= today()
        days = (until - today()).days
        assert all(counts(membership, until - timedelta(days=days * n // 8)) for n in range(9))


def counts(membership: Membership, day: date) -> bool:
    return standing(day).get(pk=membership.pk).status in STANDING


def do(act: str, membership: Membership, *, by: Seat) -> None:
    """Does it where it can be done now."""
    last = membership.periods.filter(voided_on=None).order_by("ends_on").last()
    after = max(last.ends_on if last else today(), today()) + timedelta(days=1)
    held = membership.holds.filter(released_on=None).exists()
    over = membership.cancellations.filter(revoked_on=None).exists()
    steps: dict[str, Any] = {
        "term": lambda: make.a_paid_term(membership, today().isoformat()),
        "later_term": lambda: make.a_term(
            membership, starts_on=after + timedelta(days=45), days=60
        ),
        "hold": lambda: held or memberships.hold(membership=membership, reason="?", by=by),
        "later_hold": lambda: (
            held
            or memberships.hold(
                membership=membership, reason="?", by=by, starts_on=today() + timedelta(days=20)
            )
        ),
        "release": lambda: held and memberships.release(membership=membership, by=by),
        "cancel": lambda: over or memberships.cancel(membership=membership, by=by),
        "revoke": lambda: over and memberships.revoke_cancellation(membership=membership, by=by),
    }
    steps[act]()


@pytest.mark.parametrize("act", ["term", "hold", "release", "cancel", "revoke"])
def test_each_change_of_a_membership_is_seen_without_waiting_for_the_day(
    act: str, ada: Seat
) -> None:
    business = a_listed_business()
    membership = Membership.objects.get(business=business)
    if act == "release":
        memberships.hold(membership=membership, reason="?", by=ada)
    if act == "revoke":
        memberships.cancel(membership=membership, by=ada)

    do(act, membership, by=ada)

    assert entry_of(business).shown_until == last_public_day(membership)


def test_control_without_the_event_an_entry_would_stay_as_it_was(ada: Seat) -> None:
    business = a_listed_business()
    until = entry_of(business).shown_until
    membership = Membership.objects.get(business=business)

    membership.holds.create(starts_on=today(), reason="Past the service.")
    assert entry_of(business).shown_until == until

    entries.hold_against_memberships()
    assert entry_of(business).shown_until is None


def test_each_alliance_is_looked_at_once_on_its_own_day(
    oak_street: Alliance, mill_lane: Alliance
) -> None:
    # 21:30 in Oak Street is half past midnight at Mill Lane.
    evening = datetime(2026, 11, 20, 21, 30, tzinfo=ZONE)
    with clock.at(evening - timedelta(hours=2)):
        assert entries.keep_all() == 2
    with clock.at(evening):
        assert entries.keep_all() == 1
        assert entries.keep_all() == 0

    assert DirectorySettings.objects.get().refreshed_on == date(2026, 11, 20)
    with in_alliance(mill_lane):
        assert DirectorySettings.objects.get().refreshed_on == date(2026, 11, 21)


def test_many_changes_at_once_are_written_at_the_end(ada: Seat) -> None:
    with entries.all_at_once():
        business = a_listed_business(trade_name="Old", slug="old")
        businesses.change_business(business=business, by=ada, trade_name="New")
        assert not DirectoryEntry.objects.filter(business=business).exists()

    assert entry_of(business).name == "New"


def test_a_failure_leaves_later_changes_seen_at_once(ada: Seat) -> None:
    with pytest.raises(RuntimeError), entries.all_at_once():
        raise RuntimeError

    assert entry_of(a_listed_business(trade_name="After", slug="after")).name == "After"
