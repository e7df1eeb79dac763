"""Stewards: invited, with a charter accepted on record, for twelve months."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from alliance import clock
from alliance.access import STAFF
from alliance.errors import DomainError
from alliance.models import Person, Role, Seat
from alliance.services import audit, seats
from moderation import events
from moderation.models import STEWARD_ROLES, Space, Stewardship
from moderation.queries import path, powers
from moderation.rules import APPOINT, CHARTER_FOR
from moderation.services import letters, log, words
from moderation.template import charter_of

REMIND = timedelta(days=30)


@transaction.atomic
def invite(
    *, person: Person, role: str, space: Space | None, by: Seat, why: str = ""
) -> Stewardship:
    """Asks somebody; who is not on the path (`queries.path`) needs a reason on record.

    A steward whose time runs out within two months may be asked again.

    Raises:
        DomainError: no member here, a flag against them was upheld, asked already, or no reason.
    """
    if role not in STEWARD_ROLES:
        raise DomainError(_("Choose what they would look after."), field="role")
    if powers.seat_with([by], APPOINT, space) is None:
        raise DomainError(_("You do not appoint stewards here."))
    if not Seat.objects.live().filter(person=person, role__in=[Role.MEMBER, *STAFF]).exists():
        raise DomainError(_("Only members can be asked."), field="person")
    if path.with_upheld_flag([person.pk]):
        raise DomainError(
            _("Something that they wrote broke an agreement, so they cannot be asked."),
            field="person",
        )
    reason = words.read(why, longest=400, field="why")
    if not reason and not path.is_on_path(person):
        raise DomainError(_("They are not on the path yet. Say why you ask them."), field="why")
    _must_be_due(person, role, space)
    row = _new(person, role, space, by=by, why=reason)
    log.of_space(space, "steward_invited", by=by, subject=row, role=role)
    letters.ask_steward(row)
    return row


@transaction.atomic
def accept(*, stewardship: Stewardship, by: Seat) -> Stewardship:
    """Accepts the charter: the steward's seat, for twelve months.

    Raises:
        DomainError: not theirs, or no open invitation.
    """
    row = _open_invitation(stewardship, by)
    now = clock.now()
    former = Stewardship.objects.filter(
        person=row.person_id,
        role=row.role,
        space=row.space_id,
        accepted_at__isnull=False,
        ended_at__isnull=True,
    )
    former.update(ended_at=now, ended_by=by)
    row.accepted_at, row.expires_at = now, now + CHARTER_FOR
    row.charter = charter_of(row.role)
    row.seat = _seat_until(row)
    row.save(update_fields=["accepted_at", "expires_at", "charter", "seat"])
    log.of_space(row.space, "steward_began", by=by, subject=row, role=row.role)
    events.stewardship_began.send(sender=Stewardship, stewardship=row)
    return row


@transaction.atomic
def decline(*, stewardship: Stewardship, by: Seat) -> None:
    """Says no to an invitation.

    Raises:
        DomainError: not theirs, or no open invitation.
    """
    row = _open_invitation(stewardship, by)
    row.ended_at, row.ended_by = clock.now(), by
    row.save(update_fields=["ended_at", "ended_by"])
    log.of_space(row.space, "steward_declined", by=by, subject=row, role=row.role)


@transaction.atomic
def end(*, stewardship: Stewardship, by: Seat | None) -> None:
    """Ends it now, by the steward or by whoever appoints; None: its year is over.

    An invitation that was not answered is taken back. Twice changes nothing.

    Raises:
        DomainError: neither theirs nor theirs to end.
    """
    row = _locked(stewardship)
    is_own = by is not None and by.person_id == row.person_id
    if by is not None and not is_own and powers.seat_with([by], APPOINT, row.space) is None:
        raise DomainError(_("You do not appoint stewards here."))
    if row.ended_at is not None:
        return
    row.ended_at, row.ended_by = clock.now(), by
    row.save(update_fields=["ended_at", "ended_by"])
    log.of_space(row.space, "steward_ended", by=by, subject=row, role=row.role)
    if row.accepted_at is None:
        return
    _give_back(row, by=by)
    letters.thank_steward(row)
    events.stewardship_ended.send(sender=Stewardship, stewardship=row)


def run_out() -> Sequence[UUID]:
    """Charters whose year is over."""
    running = Stewardship.objects.filter(accepted_at__isnull=False, ended_at__isnull=True)
    over = running.filter(expires_at__lte=clock.now()).order_by("expires_at", "pk")
    return list(over.values_list("pk", flat=True))


def ending() -> Sequence[UUID]:
    """Charters that end within a month and whose stewards were not told yet."""
    soon = Stewardship.objects.live().filter(
        expires_at__lte=clock.now() + REMIND, reminded_at__isnull=True
    )
    return list(soon.order_by("expires_at", "pk").values_list("pk", flat=True))


@transaction.atomic
def remind(*, stewardship_id: UUID) -> bool:
    """Writes once that the year is nearly over; whether it was this call."""
    row = Stewardship.objects.live().filter(pk=stewardship_id, reminded_at__isnull=True)
    if not row.update(reminded_at=clock.now()):
        return False
    letters.remind_steward(
        Stewardship.objects.select_related("person", "space").get(pk=stewardship_id)
    )
    return True


def _must_be_due(person: Person, role: str, space: Space | None) -> None:
    running = Stewardship.objects.live().filter(person=person, role=role, space=space)
    if running.filter(expires_at__gt=clock.now() + 2 * REMIND).exists():
        raise DomainError(_("They do that already."), field="person")


def _new(person: Person, role: str, space: Space | None, *, by: Seat, why: str) -> Stewardship:
    try:
        with transaction.atomic():
            return Stewardship.objects.create(
                person=person,
                role=role,
                space=space,
                why=why,
                invited_by=by,
                invited_at=clock.now(),
            )
    except IntegrityError as error:
        raise DomainError(_("They were asked already."), field="person") from error


def _open_invitation(stewardship: Stewardship, by: Seat) -> Stewardship:
    row = _locked(stewardship)
    if row.person_id != by.person_id:
        raise DomainError(_("This invitation is somebody else’s."))
    if row.accepted_at is not None or row.ended_at is not None:
        raise DomainError(_("This invitation was answered already, or taken back."))
    return row


def _locked(stewardship: Stewardship) -> Stewardship:
    rows = Stewardship.objects.select_for_update(of=("self",), no_key=True)
    return rows.select_related("person", "space", "seat").get(pk=stewardship.pk)


def _seat_until(row: Stewardship) -> Seat:
    """The steward's seat, kept until the last of its charters ends."""
    until = clock.now() + CHARTER_FOR
    seat = seats.give_seat(
        person=row.person, role=Role(row.role), by=row.invited_by, expires_at=until
    )
    if seat.expires_at is not None and seat.expires_at < until:
        _set_end(seat, until, by=row.invited_by)
    return seat


def _give_back(row: Stewardship, *, by: Seat | None) -> None:
    """The seat ends with its last charter, or sooner with the last that remains."""
    assert row.seat is not None
    others = Stewardship.objects.live().filter(seat=row.seat)
    last = others.aggregate(last=Max("expires_at"))["last"]
    if last is None:
        seats.end_seat(seat=row.seat, by=by)
    elif row.seat.expires_at != last:
        _set_end(row.seat, last, by=by)


def _set_end(seat: Seat, expires_at: datetime | None, *, by: Seat | None) -> None:
    seat.expires_at = expires_at
    seat.save(update_fields=["expires_at"])
    audit.record(by=by, action="seat.renewed", subject=seat, role=seat.role)
