"""Seats: who gets one, who hears of it, and that somebody always directs."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
import time_machine
from allauth.account.models import EmailAddress
from django.core import mail
from django.test import Client
from django.utils import timezone

from alliance.errors import DomainError, TooManyMessages
from alliance.models import Alliance, AuditEntry, OutboxMessage, Person, Role, Seat
from alliance.services import outbox, seats
from alliance.tenancy.scope import in_alliance
from tests.conftest import Visit

IN_A_YEAR = datetime(2028, 1, 1, tzinfo=UTC)
# The keeper of their group has a seat for each of what she does there.
NEIGHBOURS = {
    ("Flora", "owner"), ("Dan", "member"),
    ("Nettie", "member"), ("Nettie", "custodian"), ("Nettie", "facilitator"),
}  # fmt: skip
pytestmark = pytest.mark.usefixtures("neighbour")


def invited(by: Seat, email: str = "gil@example.org", **fields: Any) -> Seat:
    return seats.invite(
        **{"email": email, "name": "Gil", "role": Role.VOLUNTEER, "by": by} | fields
    )


def live() -> set[tuple[str, str]]:
    """(name, role) of every live seat of the open scope."""
    return {(str(seat.person), seat.role) for seat in Seat.objects.live().select_related("person")}


def told() -> list[tuple[str, str]]:
    return [(entry.action, entry.detail["role"]) for entry in AuditEntry.objects.order_by("at")]


def letters() -> list[tuple[str, str]]:
    found = OutboxMessage.objects.filter(template="staff/email/invited").order_by("created_at")
    return [(message.to, message.context["role"]) for message in found]


@pytest.mark.usefixtures("in_oak_street")
class TestInvite:
    def test_gives_a_new_person_a_seat_an_address_and_a_letter(self, ada: Seat) -> None:
        seat = invited(ada, email="Gil@Example.org", expires_at=IN_A_YEAR)
        gil = Person.objects.get(email="gil@example.org")
        assert (seat.person, seat.role, seat.expires_at) == (gil, Role.VOLUNTEER, IN_A_YEAR)
        assert live() == {("Ada", "owner"), ("Gil", "volunteer")}
        assert list(EmailAddress.objects.values_list("user", "email", "primary", "verified")) == [
            (gil.pk, "gil@example.org", True, False)
        ]
        assert not gil.has_usable_password()
        assert letters() == [("Gil@Example.org", "volunteer")]
        assert told()[-1] == ("seat.given", "volunteer")

    def test_leaves_the_neighbour_alone(self, ada: Seat, neighbour: SimpleNamespace) -> None:
        invited(ada)
        with in_alliance(neighbour.alliance):
            assert live() == NEIGHBOURS
            assert letters() == []

    def test_knows_a_person_of_another_alliance_by_their_address(
        self, ada: Seat, neighbour: SimpleNamespace
    ) -> None:
        seat = invited(ada, email="DAN@example.org", name="Somebody else")
        assert seat.person == neighbour.dan.person
        assert live() == {("Ada", "owner"), ("Dan", "volunteer")}

    def test_knows_a_person_by_an_address_that_they_have_proven(self, ada: Seat) -> None:
        EmailAddress.objects.create(user=ada.person, email="ada@work.example", verified=True)
        assert invited(ada, email="ada@work.example").person == ada.person

    def test_an_address_that_somebody_only_claims_is_not_theirs(
        self, ada: Seat, neighbour: SimpleNamespace
    ) -> None:
        EmailAddress.objects.create(user=neighbour.dan.person, email="gil@example.org")
        assert invited(ada).person.email == "gil@example.org"

    def test_twice_is_one_seat_and_one_letter(self, ada: Seat) -> None:
        assert invited(ada) == invited(ada)
        assert live() == {("Ada", "owner"), ("Gil", "volunteer")}
        assert letters() == [("gil@example.org", "volunteer")]

    def test_again_with_another_day_moves_the_end(self, ada: Seat) -> None:
        invited(ada)
        assert invited(ada, expires_at=IN_A_YEAR).expires_at == IN_A_YEAR
        assert told()[-2:] == [("seat.given", "volunteer"), ("seat.renewed", "volunteer")]
        assert len(letters()) == 2

    def test_a_seat_that_has_run_out_begins_anew(self, ada: Seat) -> None:
        with time_machine.travel(timezone.now() - timedelta(days=9)):
            old = invited(ada, expires_at=timezone.now() + timedelta(days=2))
        assert live() == {("Ada", "owner")}
        assert invited(ada) == old
        assert live() == {("Ada", "owner"), ("Gil", "volunteer")}

    def test_refuses_a_day_that_has_passed(self, ada: Seat) -> None:
        with pytest.raises(DomainError, match="still to come") as refusal:
            invited(ada, expires_at=timezone.now() - timedelta(days=1))
        assert refusal.value.field == "expires_on"
        assert live() == {("Ada", "owner")}

    def test_the_only_director_gets_no_last_day(self, ada: Seat) -> None:
        with pytest.raises(DomainError, match="has to direct"):
            invited(ada, email=ada.person.email, role=Role.OWNER, expires_at=IN_A_YEAR)
        ada.refresh_from_db()
        assert ada.expires_at is None

    def test_nobody_is_flooded(self, ada: Seat) -> None:
        for role in (Role.VOLUNTEER, Role.AUDITOR, Role.COMMUNITY):
            invited(ada, role=role)
        before = live()
        with pytest.raises(TooManyMessages):
            invited(ada, role=Role.TREASURER)
        assert live() == before


@pytest.mark.usefixtures("in_oak_street")
class TestEnd:
    def test_ends_at_once_and_is_written_down(self, ada: Seat, cleo: Seat) -> None:
        seats.end_seat(seat=cleo, by=ada)
        assert live() == {("Ada", "owner")}
        assert told()[-1] == ("seat.ended", "community")

    def test_twice_changes_nothing(self, ada: Seat, cleo: Seat) -> None:
        seats.end_seat(seat=cleo, by=ada)
        before = list(AuditEntry.objects.values())
        seats.end_seat(seat=cleo, by=ada)
        assert list(AuditEntry.objects.values()) == before

    def test_somebody_always_directs(self, ada: Seat, neighbour: SimpleNamespace) -> None:
        invited(ada, role=Role.OWNER, email="visitor@example.org", expires_at=IN_A_YEAR)
        before = live()
        with pytest.raises(DomainError, match="has to direct"):
            seats.end_seat(seat=ada, by=ada)
        assert live() == before

    def test_a_director_leaves_once_another_is_there(self, ada: Seat) -> None:
        invited(ada, role=Role.OWNER)
        seats.end_seat(seat=ada, by=ada)
        assert live() == {("Gil", "owner")}


def form(**fields: str) -> dict[str, str]:
    return {
        "email": "gil@example.org",
        "name": "Gil",
        "role": "volunteer",
        "expires_on": "",
    } | fields


def shown(client: Client, query: str = "") -> list[str]:
    return [str(seat) for seat in client.get(f"/staff/seats/{query}").context["page"].rows]


def test_lists_the_desk_and_the_members_apart(
    visit: Visit, oak_street: Alliance, ada: Seat, cleo: Seat, ben: Seat
) -> None:
    page = visit(oak_street, ada)
    assert shown(page) == ["Cleo (community)", "Ada (director)"]
    assert shown(page, "?of=members") == ["Ben (member)"]


@pytest.mark.parametrize("path", ["/staff/seats/", "/staff/seats/new/"])
def test_only_a_director_learns_of_it(
    path: str, visit: Visit, oak_street: Alliance, ada: Seat, cleo: Seat, ben: Seat, dan: Seat
) -> None:
    answers = [visit(oak_street, who).get(path).status_code for who in (ada, cleo, ben, dan)]
    assert answers == [200, 404, 404, 404]
    assert visit(oak_street).get(path)["Location"].startswith("/accounts/login/")


def test_an_invited_person_comes_in_by_code(visit: Visit, oak_street: Alliance, ada: Seat) -> None:
    answer = visit(oak_street, ada).post("/staff/seats/new/", form())
    assert (answer.status_code, answer["Location"]) == (302, "/staff/seats/")
    outbox.deliver(oak_street)
    assert mail.outbox[-1].to == ["gil@example.org"]
    assert "http://oak-street.commonweal.test" in mail.outbox[-1].body
    assert "Your role: volunteer" in mail.outbox[-1].body

    gil = visit(oak_street)
    gil.post("/accounts/login/code/", {"email": "gil@example.org"})
    outbox.deliver(oak_street)
    code = next(word for word in mail.outbox[-1].body.split() if word.isupper() and len(word) > 5)
    gil.post("/accounts/login/code/confirm/", {"code": code})
    assert gil.get("/staff/").status_code == 200
    assert EmailAddress.objects.get(email="gil@example.org").verified


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"email": ""}, "Enter an e-mail address."),
        ({"email": "gil"}, "Enter an e-mail address such as maria@example.com."),
        ({"name": ""}, "Enter the person’s name."),
        ({"role": "member"}, "Select a valid choice. member is not one of the available choices."),
        ({"expires_on": "2020-01-01"}, "Choose a day that is still to come."),
    ],
)
def test_says_what_is_wrong(
    wrong: dict[str, str], words: str, visit: Visit, oak_street: Alliance, ada: Seat
) -> None:
    page = visit(oak_street, ada).post("/staff/seats/new/", form(**wrong))
    assert page.status_code == 422
    assert page.context["form"].errors == {next(iter(wrong)): [words]}
    assert "<title>Error: " in page.content.decode()


@time_machine.travel(datetime(2027, 3, 1, 12, tzinfo=UTC), tick=False)
def test_the_last_day_is_the_alliances(visit: Visit, oak_street: Alliance, ada: Seat) -> None:
    visit(oak_street, ada).post("/staff/seats/new/", form(expires_on="2027-03-31"))
    with in_alliance(oak_street):
        end = Seat.objects.get(role=Role.VOLUNTEER).expires_at
    # Midnight in Los Angeles, already in summer time.
    assert end == datetime(2027, 4, 1, 7, tzinfo=UTC)


def test_a_seat_ends_after_a_question(
    visit: Visit, oak_street: Alliance, ada: Seat, cleo: Seat
) -> None:
    page = visit(oak_street, ada)
    assert "End the seat of Cleo?" in page.get(f"/staff/seats/{cleo.pk}/end/").content.decode()
    assert shown(page) == ["Cleo (community)", "Ada (director)"]
    page.post(f"/staff/seats/{cleo.pk}/end/")
    assert shown(page) == ["Ada (director)"]
    assert visit(oak_street, cleo).get("/staff/").status_code == 404


def test_the_last_director_stays_and_reads_why(
    visit: Visit, oak_street: Alliance, ada: Seat
) -> None:
    page = visit(oak_street, ada)
    answer = page.post(f"/staff/seats/{ada.pk}/end/", follow=True)
    assert "Somebody has to direct the alliance." in answer.content.decode()
    assert shown(page) == ["Ada (director)"]


def test_a_neighbours_seat_is_not_there(
    visit: Visit, oak_street: Alliance, ada: Seat, neighbour: SimpleNamespace
) -> None:
    path = f"/staff/seats/{neighbour.director.pk}/end/"
    page = visit(oak_street, ada)
    assert (page.get(path).status_code, page.post(path).status_code) == (404, 404)
    with in_alliance(neighbour.alliance):
        assert live() == NEIGHBOURS


def test_the_desk_shows_each_seat_its_own_doors(
    visit: Visit, oak_street: Alliance, ada: Seat, cleo: Seat
) -> None:
    def doors(who: Seat) -> list[str]:
        parts = visit(oak_street, who).get("/staff/").context["staff_parts"]
        items = [item for part in parts for item in part["doors"]]
        return [str(item["url"]) for item in items]

    owners = {"/staff/seats/", "/staff/keys/", "/staff/audit/", "/staff/failed-mail/"}
    everyones = {"/staff/", "/staff/drives/", "/staff/purchases/", "/staff/disputes/"}
    assert everyones <= set(doors(cleo))
    assert owners | everyones <= set(doors(ada))
    assert owners.isdisjoint(doors(cleo))
