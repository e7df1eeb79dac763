"""Words that can be flagged, and people who flag, look after them and decide.

The words are gatherings' words under a kind of content of the tests' own:
this room knows no content, so its tests say who wrote what and where.
"""

from datetime import timedelta
from itertools import count
from typing import Any
from uuid import UUID

from alliance import clock
from alliance.models import Person, Role, Seat
from alliance.services.seats import give_seat
from gatherings.models import Gathering
from moderation.content import Content
from moderation.models import Agreement, Case, Decision, Flag, Outcome, Space
from moderation.queries import agreements, powers
from moderation.rules import TEND
from moderation.services import cases, decisions, flags, stewards
from tests.factories import gatherings

number = count(1)
KEY = "tests.note"
authors: dict[UUID, list[Seat]] = {}
spaces: dict[UUID, Space] = {}
told: list[tuple[str, UUID]] = []

NOTE = Content(
    key=KEY,
    model=Gathering,
    label="Note",
    authors=lambda note: authors.get(note.pk, []),
    title=lambda note: note.title,
    words=lambda note: note.words,
    url=lambda note: "/events/",
    may_read=lambda note, seats: note.capacity != 13 or any(s.role != "member" for s in seats),
    space=lambda note: spaces.get(note.pk),
    edit_url=lambda note: "/events/",
    changed=lambda note: told.append(("changed", note.pk)),
    emptied=lambda note: told.append(("emptied", note.pk)),
)


def a_person(name: str = "", **fields: Any) -> Person:
    """Somebody new, without a place anywhere."""
    called = name or f"Person {next(number)}"
    email = f"{called.lower().replace(' ', '-')}@example.org"
    return Person.objects.create_user(email=email, name=called, **fields)


def a_seat(name: str = "", *, role: Role = Role.MEMBER, days: int = 30) -> Seat:
    """Somebody who has had this seat for so many days."""
    seat = give_seat(person=a_person(name), role=role, by=None)
    return since(seat, days)


def since(seat: Seat, days: int) -> Seat:
    """The same seat, given so many days ago."""
    Seat.objects.filter(pk=seat.pk).update(created_at=clock.now() - timedelta(days=days))
    seat.refresh_from_db()
    return seat


def a_note(*by: Seat, words: str = "Come at eight.", space: Space | None = None) -> Gathering:
    """Something that these people wrote."""
    note = gatherings.a_draft(words=words)
    authors[note.pk] = list(by)
    if space is not None:
        spaces[note.pk] = space
    return note


def a_space(name: str = "Bakers") -> Space:
    return Space.objects.create(name=name)


def an_agreement(place: int = 2, space: Space | None = None) -> Agreement:
    """One of the eight; the second is "Be respectful"."""
    return agreements.agreements_of(space)[place - 1]


def a_flag(subject: Gathering, *, by: Seat, **fields: Any) -> Flag:
    subject.refresh_from_db()
    return flags.flag(subject=subject, by=by, **{"agreement": an_agreement()} | fields)


def a_case(note: Gathering, *, by: Seat | None = None) -> Case:
    """A case about it, from one flag."""
    return a_flag(note, by=by or a_seat()).case


def a_decision(case: Case, *, by: Seat, outcome: str = Outcome.HIDE, **fields: Any) -> Decision:
    """Decided with the second agreement, unless nothing was wrong."""
    agreement = None if outcome == Outcome.KEEP else an_agreement()
    told = {"agreement": agreement, "reasons": "It insults a neighbour."} | fields
    return decisions.decide(case=case, outcome=outcome, by=by, **told)


def a_steward(
    role: Role, *, by: Seat, space: Space | None = None, seat: Seat | None = None, name: str = ""
) -> Seat:
    """A member who accepted a charter; their steward's seat."""
    member = seat or a_seat(name)
    row = stewards.invite(
        person=member.person, role=role, space=space, by=by, why="They are here from the start."
    )
    steward = stewards.accept(stewardship=row, by=member).seat
    assert steward is not None
    return steward


def may_tend(seat: Seat, space: Space | None) -> bool:
    return powers.seat_with([seat], TEND, space) is not None


def hide_by_hand(case: Case, *, by: Seat) -> Case:
    return cases.hide(case=case, by=by)
