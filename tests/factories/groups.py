"""Groups and their members in the state that a test starts from."""

from datetime import timedelta
from itertools import count
from typing import Any

from alliance import clock
from alliance.models import Person, Role, Seat
from alliance.services.seats import give_seat
from groups.models import Group, GroupMember, Introduction
from groups.services import groups, introductions, members
from members.services.businesses import add_representative
from moderation.models import Stewardship
from moderation.queries import agreements
from tests.factories.pledges import a_business

number = count(1)
STORY = "I bake bread from four in the morning, and have done so for nine years."
ASK = "Who has found a miller that delivers on Mondays?"
OFFER = "I can show anybody how I count flour."


def a_person(name: str = "") -> Person:
    """Somebody who signs in."""
    place = next(number)
    name = name or f"Neighbour {place}"
    return Person.objects.create_user(email=f"neighbour{place}@example.org", name=name)


def a_members_seat(name: str = "", *, segment: str = "food") -> Seat:
    """The seat of somebody who speaks for a member business of their own."""
    place = next(number)
    business = a_business(
        trade_name=f"{name or 'Neighbour'}'s Shop {place}", slug=f"shop-{place}", segment=segment
    )
    return add_representative(business=business, person=a_person(name), by=None).seat


def a_draft(*, by: Seat | None = None, **fields: Any) -> Group:
    """A group that was not opened, with the eight agreements."""
    return groups.write_group(
        by=by,
        **{"name": f"Bakers {next(number)}", "purpose": "For those who bake before dawn."} | fields,
    )


def a_steward(group: Group | None, role: str, *, person: Person | None = None) -> Stewardship:
    """Somebody who has accepted to look after a group, or every place where there is none."""
    person = person or a_person(f"{role} {next(number)}")
    until = clock.now() + timedelta(days=365)
    return Stewardship.objects.create(
        person=person,
        role=role,
        space=group.space if group else None,
        seat=give_seat(person=person, role=Role(role), by=None, expires_at=until),
        charter="I look after this place.",
        accepted_at=clock.now(),
        expires_at=until,
    )


def a_group(
    *,
    by: Seat | None = None,
    custodian: Person | None = None,
    facilitator: Person | None = None,
    **fields: Any,
) -> Group:
    """An open group with a custodian and a facilitator."""
    group = a_draft(by=by, **fields)
    a_steward(group, Role.CUSTODIAN, person=custodian)
    a_steward(group, Role.FACILITATOR, person=facilitator)
    return groups.open_group(group=group, by=by)


def a_member(group: Group, seat: Seat | None = None, **answers: Any) -> GroupMember:
    """Somebody who has joined and accepted the agreements, and not introduced themselves."""
    seat = seat or a_members_seat()
    member = members.join(group=group, version=version_of(group), by=seat, **answers)
    if member.state == "asked":
        member = members.let_in(member=member, by=seat)
    return member


def version_of(group: Group) -> Any:
    """The id of the agreements that count in a group."""
    newest = agreements.current(group.space)
    return newest.pk if newest else None


def invited(group: Group, seat: Seat | None = None, *, by: Seat) -> GroupMember:
    """Somebody who was invited."""
    return members.invite(group=group, seat=seat or a_members_seat(), by=by)


def an_introduction(group: Group, seat: Seat, **parts: str) -> Introduction:
    """A member's introduction."""
    return introductions.introduce(
        group=group, by=seat, **{"story": STORY, "ask": ASK, "offer": OFFER} | parts
    )


def introduced(group: Group, seat: Seat | None = None) -> GroupMember:
    """Somebody who may write: joined, agreed and introduced; in a circle they were invited."""
    seat = seat or a_members_seat()
    if group.is_circle:
        members.invite(group=group, seat=seat, by=seat)
    member = a_member(group, seat)
    an_introduction(group, seat)
    member.refresh_from_db()
    return member
