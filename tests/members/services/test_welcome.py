"""The first weeks: who keeps company, what is promised, said and ticked off; each once."""

from datetime import date, timedelta

import pytest

from alliance import staff_queue
from alliance.models import Consent, Role
from alliance.services import seats
from alliance.tenancy.scope import in_alliance
from members.models import Buddy, Membership, Representative, Step, WelcomeStep
from members.queries import welcome as queries
from members.services import memberships, welcome
from members.services.businesses import add_representative
from members.services.settings import change_settings
from tests.conftest import _person
from tests.factories import members as make
from tests.members.reading import mails, on
from tests.pledges.reading import audited, refusal, row_counts

pytestmark = pytest.mark.usefixtures("neighbour", "in_oak_street")

PROMISE = "We buy from one another first."


@pytest.fixture
def newcomer(tier):
    """Moss & Fern, a member since 10 March 2026, with Fern as its owner."""
    with on("2026-03-10"):
        business = make.a_business(trade_name="Moss & Fern", slug="moss", phone="555 0100")
        add_representative(business=business, person=_person("Fern"), by=None, kind="owner")
        return make.a_member(business=business, tier=tier)


@pytest.fixture
def host(bakery, ben, tier):
    """Ben, whose bakery has been a member for years."""
    membership = make.a_membership(business=bakery, tier=tier, joined_on=date(2020, 1, 1))
    make.a_term(membership, starts_on=date(2020, 1, 1), days=4000)
    return Representative.objects.get(seat=ben)


def days_later(membership, days):
    """The services believe that it is that many days after the member has joined."""
    return on((membership.joined_on + timedelta(days=days)).isoformat())


def taken(membership) -> list[str]:
    return list(
        WelcomeStep.objects.filter(membership=membership)
        .order_by("id")
        .values_list("step", flat=True)
    )


def test_a_buddy_is_asked_and_both_are_written_to(newcomer, host, ada):
    before = len(mails())
    buddy = welcome.assign_buddy(membership=newcomer, representative=host, by=ada)
    assert mails()[before:] == [
        ("buddy", "ben@example.org", f"buddy:{buddy.pk}"),
        ("your_buddy", "fern@example.org", f"your-buddy:{buddy.pk}"),
    ]
    assert audited("buddy.assigned")[0][:3] == ("buddy.assigned", ada.pk, newcomer.pk)


def test_the_same_buddy_twice_is_one_and_another_takes_over(newcomer, host, ada):
    first = welcome.assign_buddy(membership=newcomer, representative=host, by=ada)
    assert welcome.assign_buddy(membership=newcomer, representative=host, by=ada) == first
    other = make.a_business(trade_name="Kai's Kiosk")
    kai = add_representative(business=other, person=_person("Kai"), by=None)
    second = welcome.assign_buddy(membership=newcomer, representative=kai, by=ada)
    first.refresh_from_db()
    assert first.ended_at is not None
    assert list(queries.live_buddies()) == [second]


def test_nobody_is_their_own_buddy_and_no_stranger_is_one(newcomer, host, ada, neighbour):
    own = Representative.objects.get(business=newcomer.business)
    says = ("A buddy speaks for another member.", "representative")
    assert refusal(welcome.assign_buddy, membership=newcomer, representative=own, by=ada) == says
    seats.end_seat(seat=host.seat, by=ada)
    assert refusal(welcome.assign_buddy, membership=newcomer, representative=host, by=ada) == says
    with in_alliance(neighbour.alliance):
        theirs = Representative.objects.select_related("seat").get(seat=neighbour.dan)
    assert refusal(welcome.assign_buddy, membership=newcomer, representative=theirs, by=ada) == says
    assert not Buddy.objects.exists()


def test_only_the_buddy_says_hello_and_says_it_once(newcomer, host, ada, ben):
    says = "Somebody else keeps this member company now."
    assert refusal(welcome.say_hello, membership=newcomer, by=ben)[0] == says
    welcome.assign_buddy(membership=newcomer, representative=host, by=ada)
    first = welcome.say_hello(membership=newcomer, by=ben)
    assert welcome.say_hello(membership=newcomer, by=ben) == first
    fern = Representative.objects.get(business=newcomer.business).seat
    assert refusal(welcome.say_hello, membership=newcomer, by=fern)[0] == says
    assert taken(newcomer) == ["buddy"]


def fern_of(membership):
    return Representative.objects.get(business=membership.business).seat


def test_the_commitment_is_accepted_in_the_words_that_were_read(newcomer, ada):
    change_settings(by=ada, commitment=PROMISE)
    fern, read = fern_of(newcomer), welcome.commitment_version()
    welcome.accept_commitment(membership=newcomer, version=read, by=fern)
    welcome.accept_commitment(membership=newcomer, version=read, by=fern)
    consents = Consent.objects.filter(purpose="members.commitment")
    assert list(consents.values_list("email", "wording", "subject_id")) == [
        ("fern@example.org", PROMISE, newcomer.pk)
    ]
    assert taken(newcomer) == ["commitment"]


def test_words_that_have_changed_meanwhile_are_not_accepted(newcomer, ada, oak_street):
    change_settings(by=ada, commitment=PROMISE)
    read = welcome.commitment_version()
    change_settings(by=ada, commitment="Something else.")
    before = row_counts(oak_street)
    arguments = {"membership": newcomer, "version": read, "by": fern_of(newcomer)}
    assert refusal(welcome.accept_commitment, **arguments) == (
        "The words have changed. Please read them again.",
        None,
    )
    change_settings(by=ada, commitment=" ")
    assert refusal(
        welcome.accept_commitment, **arguments | {"version": welcome.commitment_version()}
    )[0]
    assert {**row_counts(oak_street), "AuditEntry": 0} == {**before, "AuditEntry": 0}


def test_an_introduction_is_written_once_and_needs_words(newcomer):
    fern = fern_of(newcomer)
    assert refusal(welcome.introduce, membership=newcomer, words=" ", by=fern) == (
        "Write a few sentences.",
        "words",
    )
    first = welcome.introduce(membership=newcomer, words="We sell ferns.", by=fern)
    assert welcome.introduce(membership=newcomer, words="And moss.", by=fern) == first
    assert WelcomeStep.objects.get().words == "We sell ferns."


def test_some_steps_are_ticked_off_and_some_are_not(newcomer):
    fern, refused = fern_of(newcomer), []
    for step in Step:
        if refusal(welcome.tick_off, membership=newcomer, step=step, by=fern)[0]:
            refused.append(step.value)
    welcome.tick_off(membership=newcomer, step=Step.TEAM, by=fern)
    assert (refused, sorted(taken(newcomer))) == (
        ["buddy", "commitment", "introduction"],
        ["details", "neighbour", "team"],
    )
    assert len(audited("welcome.step_taken")) == 3


def alone(newcomer, days) -> tuple[int, bool]:
    """How many new members have no buddy that many days on, and whether this one's is late."""
    with days_later(newcomer, days):
        now = Membership.objects.get(pk=newcomer.pk)
        return queries.without_buddy().count(), queries.progress_of([now])[0].is_late


def test_a_buddy_within_three_days(newcomer, host, ada):
    assert [alone(newcomer, days) for days in (0, 3, 4, 89, 90)] == [
        (1, False),
        (1, False),
        (1, True),
        (1, True),
        (0, True),
    ]
    with days_later(newcomer, 1):
        welcome.assign_buddy(membership=newcomer, representative=host, by=ada)
    assert alone(newcomer, 4) == (0, False)


def test_a_buddy_who_left_leaves_them_alone(newcomer, host, ada):
    with days_later(newcomer, 1):
        welcome.assign_buddy(membership=newcomer, representative=host, by=ada)
        seats.end_seat(seat=host.seat, by=ada)
    assert alone(newcomer, 2)[0] == 1


def test_the_queue_counts_them_since_they_have_begun(newcomer, ada):
    with days_later(newcomer, 2):
        rows = [row for row in staff_queue.rows([ada]) if "buddy" in str(row.label)]
    assert [(str(row.label), row.count, row.url) for row in rows] == [
        ("New members without a buddy", 1, "/staff/welcome/")
    ]
    assert rows[0].oldest == newcomer.periods.get().recorded_at


def test_neither_pending_nor_ended_nor_imported_members_are_new(tier, ada):
    with on("2026-03-10"):
        make.a_membership(tier=tier)
        memberships.cancel(membership=make.a_member(tier=tier), by=ada)
        memberships.hold(membership=make.a_member(tier=tier), reason="Unclear.", by=ada)
        old = make.a_membership(tier=tier, joined_on=date(2019, 5, 1))
        make.a_term(old, starts_on=date(2026, 1, 1))
        fresh = make.a_member(tier=tier)
        assert list(queries.newcomers()) == [fresh]


def test_who_is_stuck_stands_longest_first_and_whoever_is_done_is_gone(tier, ada):
    with on("2026-03-12"):
        later = make.a_member(tier=tier)
    with on("2026-03-10"):
        earlier = make.a_member(tier=tier)
    with on("2026-03-20"):
        assert [row.membership for row in queries.stuck()] == [earlier, later]
        assert {item.step.value for item in queries.stuck()[0].missing} == {
            "buddy", "introduction", "details", "team", "neighbour",
        }  # fmt: skip
        for step in queries.steps_wanted():
            WelcomeStep.objects.create(membership=earlier, step=step)
        assert [row.membership for row in queries.stuck()] == [later]
        # A commitment written later is asked of everybody.
        change_settings(by=ada, commitment=PROMISE)
        assert [row.membership for row in queries.stuck()] == [earlier, later]


def test_candidates_are_people_of_other_members_the_free_ones_first(newcomer, host, ada, neighbour):
    with days_later(newcomer, 1):
        busy = make.a_business(trade_name="Aaron's Attic")
        aaron = add_representative(business=busy, person=_person("Aaron"), by=None)
        make.a_member(business=busy)
        other = make.a_member()
        welcome.assign_buddy(membership=other, representative=aaron, by=ada)
        lapsed = make.a_business(trade_name="Gone")
        add_representative(business=lapsed, person=_person("Gil"), by=None)
        assert [str(one.seat.person) for one in queries.candidates(newcomer)] == ["Ben", "Aaron"]
        assert [one.now_with for one in queries.candidates(newcomer)] == [0, 1]
        assert [str(one.business) for one in queries.candidates(newcomer, "attic")] == [
            "Aaron's Attic"
        ]
        assert [str(one.business) for one in queries.candidates(newcomer, "ben")] == [
            "Ben's Bakery"
        ]
        assert queries.candidates(newcomer, "dan") == []


def test_a_staff_seat_is_no_buddys(newcomer, cleo, ada):
    business = make.a_business()
    member_seat = seats.give_seat(person=cleo.person, role=Role.MEMBER, by=None)
    staff_only = Representative.objects.create(business=business, seat=cleo)
    assert refusal(welcome.assign_buddy, membership=newcomer, representative=staff_only, by=ada)[0]
    both = Representative.objects.create(business=business, seat=member_seat)
    assert (
        welcome.assign_buddy(membership=newcomer, representative=both, by=ada).seat == member_seat
    )
