"""Time that people give: shifts, places on them, hours, thanks."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from alliance import clock
from alliance.errors import DomainError
from alliance.models import Seat
from alliance.services import audit, outbox
from alliance.tenancy.scope import current_alliance
from members.models import ShiftSignup, VolunteerHours, VolunteerShift, VolunteerSkills
from members.queries.memberships import today
from members.services.renewal_letters import in_words

FIELDS = ("title", "description", "place", "starts_at", "ends_at", "places", "is_policy")


@transaction.atomic
def plan_shift(*, by: Seat, **fields: Any) -> VolunteerShift:
    """A shift that people can sign up for.

    Raises:
        DomainError: it ends before it begins.
        django.core.exceptions.ValidationError: a field that does not fit.
    """
    shift = VolunteerShift(**{name: fields[name] for name in FIELDS if name in fields})
    _must_have_a_length(shift)
    shift.full_clean()
    shift.save()
    audit.record(by=by, action="shift.planned", subject=shift, title=shift.title)
    return shift


@transaction.atomic
def change_shift(*, shift: VolunteerShift, by: Seat, **fields: Any) -> VolunteerShift:
    """Changes a shift and tells those who signed up, if time or place are other ones.

    Raises:
        DomainError: cancelled, fewer places than people, or it ends before it begins.
    """
    shift = _locked(shift)
    if shift.cancelled_at:
        raise DomainError(_("This shift is cancelled."))
    before = (shift.starts_at, shift.ends_at, shift.place)
    for name in FIELDS:
        if name in fields:
            setattr(shift, name, fields[name])
    taken = _signups(shift).count()
    if shift.places < taken:
        raise DomainError(
            _("%(count)d people have signed up already.") % {"count": taken}, field="places"
        )
    _must_have_a_length(shift)
    shift.full_clean()
    shift.save(update_fields=[name for name in FIELDS if name in fields])
    audit.record(by=by, action="shift.changed", subject=shift, title=shift.title)
    if before != (shift.starts_at, shift.ends_at, shift.place):
        _tell(shift, f"changed:{clock.now():%Y%m%d%H%M%S%f}")
    return shift


@transaction.atomic
def cancel_shift(*, shift: VolunteerShift, by: Seat) -> VolunteerShift:
    """Calls a shift off and tells those who signed up; again it changes nothing."""
    shift = _locked(shift)
    if shift.cancelled_at is None:
        shift.cancelled_at = clock.now()
        shift.save(update_fields=["cancelled_at"])
        audit.record(by=by, action="shift.cancelled", subject=shift, title=shift.title)
        _tell(shift, "cancelled")
    return shift


@transaction.atomic
def sign_up(*, shift: VolunteerShift, by: Seat) -> ShiftSignup:
    """A place on a shift; asked again, the same one.

    Raises:
        DomainError: full, over, or called off.
    """
    shift = _locked(shift)
    known = _signups(shift).filter(seat=by).first()
    if known:
        return known
    if shift.cancelled_at or shift.ends_at <= clock.now():
        raise DomainError(_("This shift no longer takes people."))
    if _signups(shift).count() >= shift.places:
        raise DomainError(_("All places on this shift are taken. Thank you all the same."))
    return ShiftSignup.objects.create(shift=shift, seat=by)


def leave(*, shift: VolunteerShift, by: Seat) -> bool:
    """Gives one's place back; False if there was none."""
    return bool(_signups(shift).filter(seat=by).update(left_at=clock.now()))


@transaction.atomic
def log_hours(
    *, seat: Seat, on: date, minutes: int, is_policy: bool = False, what: str = ""
) -> VolunteerHours:
    """Time that somebody says they gave; it counts once staff have confirmed it.

    Raises:
        DomainError: a day to come, under five minutes or over a day.
    """
    if on > today():
        raise DomainError(_("This day is still to come."), field="on")
    _must_be_a_day_at_most(minutes)
    return VolunteerHours.objects.create(
        seat=seat, on=on, minutes=minutes, is_policy=is_policy, what=what
    )


@transaction.atomic
def confirm_shift(*, shift: VolunteerShift, came: Sequence[Seat], by: Seat) -> int:
    """Records the shift's length for those who came, confirmed; how many are new.

    Raises:
        DomainError: it is not over yet, or was called off.
    """
    shift = _locked(shift)
    if shift.cancelled_at or shift.ends_at > clock.now():
        raise DomainError(_("Hours are recorded once a shift is over."))
    length = min(round((shift.ends_at - shift.starts_at).total_seconds() / 60), 1440)
    signed_up = set(_signups(shift).values_list("seat_id", flat=True))
    now = clock.now()
    day = shift.starts_at.astimezone(current_alliance().zone).date()
    rows = [
        VolunteerHours(
            seat=seat,
            shift=shift,
            on=day,
            minutes=max(length, 5),
            is_policy=shift.is_policy,
            what=shift.title[:200],
            confirmed_at=now,
        )
        for seat in came
        if seat.pk in signed_up
    ]
    known = set(
        VolunteerHours.objects.filter(shift=shift, removed_at__isnull=True).values_list(
            "seat_id", flat=True
        )
    )
    new = [row for row in rows if row.seat_id not in known]
    VolunteerHours.objects.bulk_create(new)
    audit.record(by=by, action="shift.hours_confirmed", subject=shift, people=len(new))
    return len(new)


@transaction.atomic
def confirm_hours(*, hours: VolunteerHours, by: Seat) -> bool:
    """Counts time that somebody logged; False if it counted before or was taken out."""
    waiting = VolunteerHours.objects.filter(
        pk=hours.pk, confirmed_at__isnull=True, removed_at__isnull=True
    )
    is_new = bool(waiting.update(confirmed_at=clock.now()))
    if is_new:
        audit.record(by=by, action="hours.confirmed", subject=hours, minutes=hours.minutes)
    return is_new


@transaction.atomic
def remove_hours(*, hours: VolunteerHours, by: Seat) -> bool:
    """Takes a mistake out of the sums; False if it was out before."""
    standing = VolunteerHours.objects.filter(pk=hours.pk, removed_at__isnull=True)
    is_new = bool(standing.update(removed_at=clock.now()))
    if is_new:
        audit.record(by=by, action="hours.removed", subject=hours, minutes=hours.minutes)
    return is_new


@transaction.atomic
def thank(*, seat: Seat, words: str, by: Seat) -> int:
    """Writes thanks for the confirmed hours not yet thanked for; the minutes they came to.

    Raises:
        DomainError: there are none.
    """
    rows = VolunteerHours.objects.select_for_update().filter(
        seat=seat, confirmed_at__isnull=False, removed_at__isnull=True, thanked_at__isnull=True
    )
    found = list(rows)
    if not found:
        raise DomainError(_("Everything has been thanked for already."))
    minutes = sum(row.minutes for row in found)
    VolunteerHours.objects.filter(pk__in=[row.pk for row in found]).update(thanked_at=clock.now())
    outbox.enqueue(
        key=f"thanks:{found[0].pk}:{len(found)}",
        template="members/email/thanks",
        to=seat.person.email,
        context={
            "name": str(seat.person),
            "hours": hours_in_words(minutes),
            "words": words,
            "by": str(by.person),
        },
        confirmed=True,
    )
    audit.record(by=by, action="hours.thanked", subject=seat, minutes=minutes)
    return minutes


def set_skills(*, seat: Seat, skills: Sequence[str]) -> VolunteerSkills:
    """What a person can help with; the whole list replaces the one before."""
    row, _is_new = VolunteerSkills.objects.update_or_create(
        seat=seat, defaults={"skills": list(skills), "changed_at": clock.now()}
    )
    return row


def hours_in_words(minutes: int) -> str:
    """90 → "1.5"; quarters of an hour at the finest that people read."""
    return f"{minutes / 60:.2f}".rstrip("0").rstrip(".")


def _locked(shift: VolunteerShift) -> VolunteerShift:
    return VolunteerShift.objects.select_for_update().get(pk=shift.pk)


def _signups(shift: VolunteerShift) -> Any:
    return ShiftSignup.objects.filter(shift=shift, left_at__isnull=True)


def _must_have_a_length(shift: VolunteerShift) -> None:
    if shift.ends_at <= shift.starts_at:
        raise DomainError(_("A shift ends after it begins."), field="ends_at")


def _must_be_a_day_at_most(minutes: int) -> None:
    if not 5 <= minutes <= 1440:
        raise DomainError(_("Between five minutes and a day."), field="hours")


def _tell(shift: VolunteerShift, what: str) -> None:
    for signup in _signups(shift).select_related("seat__person"):
        outbox.enqueue(
            key=f"shift:{signup.pk}:{what}",
            template="members/email/shift",
            to=signup.seat.person.email,
            context={
                "name": str(signup.seat.person),
                "title": shift.title,
                "place": shift.place,
                "when": when_in_words(shift.starts_at),
                "is_cancelled": what == "cancelled",
                "url": current_alliance().url(reverse("members:volunteer")),
            },
            confirmed=True,
        )


def when_in_words(moment: datetime) -> str:
    """An instant as letters write it, in the alliance's zone."""
    local = timezone.localtime(moment, current_alliance().zone)
    return f"{in_words(local.date())}, {local:%H:%M}"
