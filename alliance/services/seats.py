"""Seats: giving a person a place and a role, inviting by mail, and ending it."""

from datetime import datetime

from allauth.account.models import EmailAddress
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from alliance import clock
from alliance.errors import DomainError
from alliance.models import Person, Role, Seat
from alliance.services import audit, outbox
from alliance.tenancy.scope import current_alliance


@transaction.atomic
def give_seat(
    *, person: Person, role: Role, by: Seat | None, expires_at: datetime | None = None
) -> Seat:
    """The person's live seat in this role; made where there is none yet.

    A seat that has run out, but was never ended, begins anew.
    """
    seat, is_new = Seat.objects.get_or_create(
        person=person, role=role, ended_at=None, defaults={"expires_at": expires_at}
    )
    if is_new:
        audit.record(by=by, action="seat.given", subject=seat, role=role)
    elif seat.expires_at is not None and seat.expires_at <= clock.now():
        _set_end(seat, expires_at, by=by)
    return seat


@transaction.atomic
def invite(
    *, email: str, name: str, role: Role, by: Seat, expires_at: datetime | None = None
) -> Seat:
    """Gives a seat to whoever reads this address, and writes to them where to sign in.

    Inviting the same person to the same role again moves the day it ends.

    Args:
        name: how a new person is called; somebody known keeps their own name.
        expires_at: when the seat ends by itself; None: never.

    Raises:
        DomainError: the end lies in the past, or would leave nobody to direct.
        TooManyMessages: the inbox has had enough; nothing is given.
    """
    if expires_at is not None and expires_at <= clock.now():
        raise DomainError(_("Choose a day that is still to come."), field="expires_on")
    person = person_of(email=email, name=name)
    seat = give_seat(person=person, role=role, by=by, expires_at=expires_at)
    if seat.expires_at != expires_at:
        if expires_at is not None:
            _must_leave_a_director(seat)
        _set_end(seat, expires_at, by=by)
    outbox.enqueue(
        key=f"seat-invited:{seat.pk}:{expires_at.isoformat() if expires_at else 'open'}",
        template="staff/email/invited",
        to=email,
        context={
            "name": person.name,
            "email": email,
            "role": str(seat.get_role_display()),
            "by": str(by.person),
            "action_url": current_alliance().url(reverse("account_login")),
        },
        confirmed=has_proven(person, email),
    )
    return seat


@transaction.atomic
def person_of(*, email: str, name: str) -> Person:
    """Whoever signs in with this address; a new person where nobody does."""
    person = _whose(email) or Person.objects.create_user(email=email, name=name)
    # Signing in by code asks for an address; the first code proves that it is theirs.
    addresses = EmailAddress.objects.filter(user=person)
    addresses.get_or_create(
        user=person,
        email=person.email,
        defaults={"primary": not addresses.filter(primary=True).exists()},
    )
    return person


def has_proven(person: Person, email: str) -> bool:
    """Whether the person has shown that mail to this address reaches them."""
    proven = EmailAddress.objects.filter(user=person, email__iexact=email, verified=True)
    return proven.exists()


@transaction.atomic
def end_seat(*, seat: Seat, by: Seat | None) -> None:
    """Ends a seat now; ending it twice changes nothing.

    Raises:
        DomainError: it is the last director's: nobody could let anybody in again.
    """
    _must_leave_a_director(seat)
    if Seat.objects.filter(pk=seat.pk, ended_at=None).update(ended_at=clock.now()):
        audit.record(by=by, action="seat.ended", subject=seat, role=seat.role)


def _whose(email: str) -> Person | None:
    """The person who signs in with this address: their own, or one that they have proven."""
    own = Person.objects.filter(email__iexact=email).first()
    if own is not None:
        return own
    proven = EmailAddress.objects.filter(email__iexact=email, verified=True)
    return Person.objects.filter(pk__in=proven.values("user")).first()


def _set_end(seat: Seat, expires_at: datetime | None, *, by: Seat | None) -> None:
    seat.expires_at = expires_at
    seat.save(update_fields=["expires_at"])
    until = expires_at.date().isoformat() if expires_at else ""
    audit.record(by=by, action="seat.renewed", subject=seat, role=seat.role, until=until)


def _must_leave_a_director(seat: Seat) -> None:
    if seat.role != Role.OWNER:
        return
    # All of them are locked: two directors who end each other's seat take turns.
    directors = Seat.objects.live().filter(role=Role.OWNER, expires_at=None).order_by("pk")
    if not [other for other in directors.select_for_update() if other.pk != seat.pk]:
        raise DomainError(
            _("Somebody has to direct the alliance. Give another person that seat first.")
        )
