"""A gathering's dates: made by its rule, and one by one moved, renamed or called off."""

from datetime import date, datetime, timedelta
from typing import Any

from dateutil.relativedelta import relativedelta
from django.db import transaction
from django.utils.translation import gettext as _

from alliance import clock
from alliance.errors import DomainError
from alliance.models import Seat
from alliance.services import audit
from gatherings.models import Gathering, Occurrence
from gatherings.models.gatherings import LEAST_MINUTES, MOST_MINUTES
from gatherings.recurrence import MOST_YEARS, days, instants
from gatherings.services import letters, places

OWN = ("title", "place_name", "address", "online_url")


def settle(gathering: Gathering) -> None:
    """Brings the dates to come in line with the rule; the caller holds the gathering.

    Dates that began stay as they were, moved ones where they are, and those
    that anybody answered for are kept even if no rule names them any more.
    """
    wanted = planned_days(gathering)
    ahead = {each.original_day: each for each in places.locked_ahead(gathering)}
    answered = set(
        Occurrence.objects.filter(gathering=gathering, rsvps__isnull=False)
        .order_by()
        .values_list("pk", flat=True)
        .distinct()
    )
    if gathering.rule is None and len(ahead) == 1:
        only = next(iter(ahead.values()))
        if only.pk in answered:
            _bring_to(only, gathering, wanted[0])
            return set_capacity(gathering)
    for day, occurrence in ahead.items():
        if day in wanted:
            _bring_to(occurrence, gathering, day)
        elif occurrence.pk not in answered:
            occurrence.delete()
    known = set(
        Occurrence.objects.filter(gathering=gathering).values_list("original_day", flat=True)
    )
    missing = [_new(gathering, day) for day in wanted if day not in known]
    Occurrence.objects.bulk_create(missing)
    set_capacity(gathering)


def planned_days(gathering: Gathering) -> list[date]:
    """The days that the rule names, or the one day."""
    return days(gathering.rule, gathering.starts_on) if gathering.rule else [gathering.starts_on]


def set_capacity(gathering: Gathering) -> None:
    """Gives all dates to come the gathering's capacity, and new places to those who wait.

    Raises:
        DomainError: more people are coming to one of them.
    """
    for occurrence in places.locked_ahead(gathering):
        if occurrence.capacity == gathering.capacity:
            continue
        if gathering.capacity is not None and gathering.capacity < occurrence.taken:
            raise DomainError(
                _("%(count)d people are coming on %(day)s already. Choose at least as many places.")
                % {"count": occurrence.taken, "day": occurrence.original_day},
                field="capacity",
            )
        occurrence.capacity = gathering.capacity
        occurrence.save(update_fields=["capacity"])
        letters.tell_moved_up(places.move_up(occurrence))


@transaction.atomic
def change_date(
    *,
    occurrence: Occurrence,
    by: Seat | None,
    starts_at: datetime,
    ends_at: datetime,
    **own: str,
) -> Occurrence:
    """Makes one date an exception: another time, name or place; who comes or waits is told.

    Raises:
        DomainError: it is over or called off, or the new time cannot be.
        django.core.exceptions.ValidationError: a field that does not fit.
    """
    occurrence = _held(occurrence)
    _must_stand(occurrence)
    _must_fit(starts_at, ends_at)
    before = _shown(occurrence)
    if (starts_at, ends_at) != (occurrence.starts_at, occurrence.ends_at):
        occurrence.moved_at = clock.now()
    occurrence.starts_at, occurrence.ends_at = starts_at, ends_at
    for name in OWN:
        setattr(occurrence, name, own.get(name, getattr(occurrence, name)))
    after = _shown(occurrence)
    if after == before:
        return occurrence
    occurrence.sequence += 1
    occurrence.full_clean(exclude=["cancelled_by"])
    occurrence.save(update_fields=["starts_at", "ends_at", "moved_at", "sequence", *OWN])
    places.touch(occurrence.gathering)
    audit.record(by=by, action="occurrence.changed", subject=occurrence, day=_day(occurrence))
    # Another name alone is no reason to write to everybody.
    if before[1:] != after[1:]:
        letters.tell_changed(occurrence)
    return occurrence


@transaction.atomic
def cancel_date(*, occurrence: Occurrence, reason: str, by: Seat | None) -> Occurrence:
    """Calls one date off and tells who comes or waits, once. Again it changes nothing.

    Raises:
        DomainError: no reason, or it is over.
    """
    occurrence = _held(occurrence)
    if occurrence.cancelled_at is not None:
        return occurrence
    if not reason.strip():
        raise DomainError(_("Say why; those who wanted to come read it."), field="reason")
    _must_stand(occurrence)
    occurrence.cancelled_at, occurrence.cancelled_by = clock.now(), by
    occurrence.cancel_reason = reason[:400]
    occurrence.sequence += 1
    occurrence.save(update_fields=["cancelled_at", "cancelled_by", "cancel_reason", "sequence"])
    places.touch(occurrence.gathering)
    audit.record(
        by=by,
        action="occurrence.cancelled",
        subject=occurrence,
        day=_day(occurrence),
        reason=reason,
    )
    letters.tell_cancelled(occurrence, reason=reason)
    return occurrence


def _held(occurrence: Occurrence) -> Occurrence:
    # The gathering before its dates, as everywhere: two staff at once wait, and never for
    # each other.
    places.locked_gathering(occurrence.gathering)
    return places.locked(occurrence)


def _bring_to(occurrence: Occurrence, gathering: Gathering, day: date) -> None:
    """Another hour, or another day of the only date; exceptions stay where they are."""
    if occurrence.moved_at is not None or occurrence.cancelled_at is not None:
        return
    planned = instants(day, gathering.starts_time, gathering.minutes, gathering.zone)
    if planned == (occurrence.starts_at, occurrence.ends_at):
        return
    occurrence.starts_at, occurrence.ends_at = planned
    occurrence.sequence += 1
    occurrence.save(update_fields=["starts_at", "ends_at", "sequence"])
    letters.tell_changed(occurrence)


def _new(gathering: Gathering, day: date) -> Occurrence:
    starts_at, ends_at = instants(day, gathering.starts_time, gathering.minutes, gathering.zone)
    return Occurrence(
        gathering=gathering,
        original_day=day,
        starts_at=starts_at,
        ends_at=ends_at,
        capacity=gathering.capacity,
    )


def _must_stand(occurrence: Occurrence) -> None:
    if occurrence.is_cancelled:
        raise DomainError(_("This date is called off."))
    if occurrence.is_over:
        raise DomainError(_("This date is over."))


def _must_fit(starts_at: datetime, ends_at: datetime) -> None:
    now = clock.now()
    if ends_at <= starts_at:
        raise DomainError(_("It ends after it begins."), field="ends_at")
    if starts_at < now or starts_at > now + relativedelta(years=MOST_YEARS):
        raise DomainError(
            _("Choose a day from today on, within %(years)d years.") % {"years": MOST_YEARS},
            field="starts_at",
        )
    length = ends_at - starts_at
    if not timedelta(minutes=LEAST_MINUTES) <= length <= timedelta(minutes=MOST_MINUTES):
        raise DomainError(_("It lasts from five minutes to two weeks."), field="ends_at")


def _shown(occurrence: Occurrence) -> tuple[Any, ...]:
    return (
        occurrence.title,
        occurrence.starts_at,
        occurrence.ends_at,
        occurrence.place_name,
        occurrence.address,
        occurrence.online_url,
    )


def _day(occurrence: Occurrence) -> str:
    return occurrence.original_day.isoformat()
