"""Who speaks for a business: invited within the tier's seats, changed, ended, given again."""

from typing import Any

import pytest
from allauth.account.models import EmailAddress

from alliance.errors import DomainError, TooManyMessages
from alliance.models import AuditEntry, OutboxMessage, Person, Role, Seat
from alliance.services.seats import give_seat
from alliance.tenancy.scope import in_alliance
from members.models import Representative, RepresentativeKind
from members.queries.businesses import speaks_for
from members.queries.representatives import ended_lately, owns, places_of
from members.services import representatives
from members.services.businesses import add_representative
from tests.factories import members as make
from tests.pledges.reading import refusal, row_counts

pytestmark = pytest.mark.usefixtures("neighbour", "in_oak_street")

OWNER, BILLING, REP = RepresentativeKind.OWNER, RepresentativeKind.BILLING, RepresentativeKind.REP


def invited(business: Any, by: Any, email: str = "nora@example.org", **fields: Any) -> Any:
    return representatives.invite(
        **{"business": business, "email": email, "name": "Nora", "kind": REP, "by": by} | fields
    )


def living(business: Any) -> list[tuple[str, str]]:
    """(name, kind) of whoever speaks for the business."""
    live = Representative.objects.live().filter(business=business)
    return [(str(r.seat.person), r.kind) for r in live.order_by("created_at")]


def told() -> list[tuple[str, dict[str, Any]]]:
    rows = AuditEntry.objects.filter(action__regex=r"^(representative|seat)\.")
    return [(entry.action, entry.detail) for entry in rows.order_by("id")]


@pytest.fixture
def membership(bakery):
    """The bakery's, with a tier of three seats."""
    return make.a_membership(business=bakery, tier=make.a_tier(name="Corner shop"))


@pytest.fixture
def nora(bakery, ben):
    """Nora speaks for the bakery beside Ben."""
    return invited(bakery, ben)


class TestInvite:
    def test_gives_a_seat_and_writes_a_letter(self, bakery, ben):
        before = len(told())
        made = invited(bakery, ben, kind=BILLING)
        assert living(bakery) == [("Ben", "owner"), ("Nora", "billing")]
        assert (made.seat.role, made.seat.person.email) == (Role.MEMBER, "nora@example.org")
        assert told()[before:] == [
            ("seat.given", {"role": "member"}),
            ("representative.added", {"kind": "billing"}),
        ]
        letter = OutboxMessage.objects.get()
        assert (letter.template, letter.to, letter.key, letter.is_confirmed) == (
            "members/email/seat_given",
            "nora@example.org",
            f"representative-invited:{made.pk}",
            False,
        )
        assert letter.context == {
            "name": "Nora",
            "email": "nora@example.org",
            "business": "Ben's Bakery",
            "kind": "billing",
            "by": "Ben",
            "action_url": "http://oak-street.commonweal.test/accounts/login/",
        }

    def test_by_nobody_it_is_the_alliance_that_invites(self, bakery):
        invited(bakery, None)
        assert OutboxMessage.objects.get().context["by"] == "Oak Street Alliance"

    def test_somebody_known_keeps_their_name_and_their_other_seats(self, bakery, ben, cleo):
        EmailAddress.objects.create(user=cleo.person, email=cleo.person.email, verified=True)
        made = invited(bakery, ben, email="CLEO@example.org", name="Somebody else")
        assert made.seat.person == cleo.person
        assert set(
            Seat.objects.live().filter(person=cleo.person).values_list("role", flat=True)
        ) == {
            "community",
            "member",
        }
        assert OutboxMessage.objects.get().is_confirmed is True

    def test_whoever_speaks_for_it_already_is_named(self, bakery, ben, oak_street):
        before = row_counts(oak_street)
        assert refusal(
            representatives.invite,
            business=bakery,
            email="BEN@example.org",
            name="Ben",
            kind=REP,
            by=ben,
        ) == ("Ben speaks for Ben's Bakery already.", "email")
        assert row_counts(oak_street) == before

    def test_a_refusal_leaves_no_new_person(self, bakery, ben, membership):
        for n in range(2):
            invited(bakery, ben, email=f"n{n}@example.org")
        before = Person.objects.count()
        with pytest.raises(DomainError):
            invited(bakery, ben, email="one-too-many@example.org")
        assert Person.objects.count() == before

    def test_the_tiers_seats_are_the_limit(self, bakery, ben, membership):
        for n in range(2):
            invited(bakery, ben, email=f"n{n}@example.org", name=f"N{n}")
        before = living(bakery)
        with pytest.raises(DomainError) as refused:
            invited(bakery, ben, email="last@example.org")
        assert refused.value.message == (
            "“Corner shop” comes with 3 seats, and all are taken. End one first, or ask the "
            "alliance for a tier with more."
        )
        assert living(bakery) == before

    def test_one_seat_is_said_in_the_singular(self, bakery, ben):
        make.a_membership(business=bakery, tier=make.a_tier(name="Solo", seats=1))
        with pytest.raises(DomainError, match="“Solo” comes with 1 seat, and it is taken"):
            invited(bakery, ben)

    def test_without_a_membership_there_are_three(self, bakery, ben):
        for n in range(2):
            invited(bakery, ben, email=f"n{n}@example.org")
        with pytest.raises(DomainError, match="All 3 seats are taken"):
            invited(bakery, ben, email="last@example.org")

    def test_a_seat_that_ended_or_ran_out_is_free_again(self, bakery, ben, membership, ada):
        first = invited(bakery, ben, email="n1@example.org")
        second = invited(bakery, ben, email="n2@example.org")
        representatives.end(representative=first, by=ben)
        Seat.objects.filter(pk=second.seat_id).update(expires_at=second.created_at)
        assert places_of(bakery).taken == 1
        invited(bakery, ben, email="n3@example.org", name="Third")
        assert living(bakery) == [("Ben", "owner"), ("Third", "rep")]

    def test_the_neighbours_people_take_no_seat_here(self, bakery, ben, membership, neighbour):
        with in_alliance(neighbour.alliance):
            for n in range(2):
                invited(neighbour.business, neighbour.dan, email=f"n{n}@example.org")
        assert (places_of(bakery).taken, places_of(bakery).limit) == (1, 3)

    def test_nobody_is_flooded(self, bakery, ben, ada):
        businesses = [bakery, *(make.a_business() for _n in range(3))]
        for business in businesses[:3]:
            invited(business, ada)
        with pytest.raises(TooManyMessages):
            invited(businesses[3], ada)
        assert living(businesses[3]) == []


class TestChange:
    def test_changes_and_says_so(self, nora, ben, bakery):
        representatives.change_kind(representative=nora, kind=BILLING, by=ben)
        assert living(bakery) == [("Ben", "owner"), ("Nora", "billing")]
        assert told()[-1] == ("representative.changed", {"before": "rep", "after": "billing"})

    def test_the_same_kind_again_is_nothing(self, nora, ben):
        before = told()
        representatives.change_kind(representative=nora, kind=REP, by=ben)
        assert told() == before

    def test_the_last_owner_stays_one(self, ben, bakery, nora):
        own = Representative.objects.get(seat=ben)
        assert refusal(representatives.change_kind, representative=own, kind=BILLING, by=ben) == (
            "Somebody has to be the owner. Make another person an owner first.",
            "kind",
        )
        representatives.change_kind(representative=nora, kind=OWNER, by=ben)
        representatives.change_kind(representative=own, kind=BILLING, by=ben)
        assert living(bakery) == [("Ben", "billing"), ("Nora", "owner")]

    def test_what_has_ended_is_not_changed(self, nora, ben):
        representatives.end(representative=nora, by=ben)
        with pytest.raises(DomainError, match="has ended"):
            representatives.change_kind(representative=nora, kind=BILLING, by=ben)


class TestEnd:
    def test_ends_the_seat_too(self, nora, ben, bakery):
        representatives.end(representative=nora, by=ben)
        assert living(bakery) == [("Ben", "owner")]
        assert not Seat.objects.live().filter(pk=nora.seat_id).exists()
        assert told()[-2:] == [
            ("representative.ended", {"kind": "rep"}),
            ("seat.ended", {"role": "member"}),
        ]

    def test_the_seat_stays_where_they_speak_for_another_business(self, nora, ben, bakery):
        books = make.a_business(trade_name="The Book Nook")
        add_representative(business=books, person=nora.seat.person, by=None)
        representatives.end(representative=nora, by=ben)
        assert speaks_for(nora.seat, books)
        assert not speaks_for(nora.seat, bakery)

    def test_other_roles_of_the_person_stay(self, bakery, ben, cleo):
        made = invited(bakery, ben, email=cleo.person.email)
        representatives.end(representative=made, by=ben)
        assert list(Seat.objects.live().filter(person=cleo.person)) == [cleo]

    def test_twice_changes_nothing(self, nora, ben):
        representatives.end(representative=nora, by=ben)
        before = list(AuditEntry.objects.values())
        representatives.end(representative=nora, by=ben)
        assert list(AuditEntry.objects.values()) == before

    def test_the_last_owner_cannot_be_ended_by_anybody(self, ben, ada, bakery, nora):
        own = Representative.objects.get(seat=ben)
        for by in (ben, ada, None):
            with pytest.raises(DomainError, match="has to be the owner"):
                representatives.end(representative=own, by=by)
        assert living(bakery) == [("Ben", "owner"), ("Nora", "rep")]

    def test_an_owner_whose_seat_ran_out_does_not_count(self, ben, bakery, nora):
        representatives.change_kind(representative=nora, kind=OWNER, by=ben)
        Seat.objects.filter(pk=nora.seat_id).update(expires_at=nora.created_at)
        with pytest.raises(DomainError, match="has to be the owner"):
            representatives.end(representative=Representative.objects.get(seat=ben), by=ben)


class TestGiveAgain:
    def test_undoes_an_end(self, nora, ben, bakery):
        representatives.end(representative=nora, by=ben)
        assert [str(r.seat.person) for r in ended_lately(bakery)] == ["Nora"]
        representatives.give_again(representative=nora, by=ben)
        assert living(bakery) == [("Ben", "owner"), ("Nora", "rep")]
        assert ended_lately(bakery) == []
        assert OutboxMessage.objects.count() == 1

    def test_twice_is_once(self, nora, ben, bakery):
        representatives.end(representative=nora, by=ben)
        first = representatives.give_again(representative=nora, by=ben)
        assert representatives.give_again(representative=nora, by=ben) == first

    def test_not_where_all_seats_were_taken_meanwhile(self, nora, ben, bakery, membership):
        representatives.end(representative=nora, by=ben)
        for n in range(2):
            invited(bakery, ben, email=f"n{n}@example.org")
        with pytest.raises(DomainError, match="all are taken"):
            representatives.give_again(representative=nora, by=ben)


def test_who_owns(bakery, ben, ada, nora, neighbour):
    assert [owns([seat], bakery) for seat in (ben, ada, nora.seat, neighbour.dan)] == [
        True,
        False,
        False,
        False,
    ]
    assert owns([], bakery) is False


def test_the_neighbours_representative_is_not_found_here(neighbour, ben):
    with in_alliance(neighbour.alliance):
        theirs = Representative.objects.select_related("business").get(seat=neighbour.dan)
    for act in (representatives.end, representatives.give_again):
        with pytest.raises(theirs.business.DoesNotExist):
            act(representative=theirs, by=ben)
    with in_alliance(neighbour.alliance):
        assert living(neighbour.business) == [("Dan", "rep")]


def test_a_members_seat_at_another_desk_is_left_alone(bakery, ben, ada):
    """Only the seat that came with the business ends with it."""
    person = ben.person
    give_seat(person=person, role=Role.VOLUNTEER, by=ada)
    made = invited(bakery, ada, kind=OWNER)
    representatives.end(representative=Representative.objects.get(seat=ben), by=made.seat)
    assert list(Seat.objects.live().filter(person=person).values_list("role", flat=True)) == [
        "volunteer"
    ]
