"""A gathering's life: written, submitted, published, changed, cancelled."""

from collections.abc import Iterable
from datetime import timedelta
from itertools import pairwise
from typing import Any

from dateutil.relativedelta import relativedelta
from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from alliance import clock
from alliance.errors import DomainError
from alliance.models import Seat
from alliance.services import audit, outbox
from alliance.tenancy.scope import current_alliance
from gatherings import phrases
from gatherings.models import Gathering, GatheringState, GatheringStep, Occurrence
from gatherings.models.gatherings import GATHERING_TRANSITIONS, MOST_PLACES
from gatherings.recurrence import MOST_YEARS, BadRule, days, from_text
from gatherings.services import dates, letters, places
from members.models import Business
from members.queries import businesses as members

FIELDS = (
    "kind",
    "title",
    "words",
    "hashtag",
    "business",
    "place_name",
    "address",
    "latitude",
    "longitude",
    "online_url",
    "timezone",
    "starts_on",
    "starts_time",
    "minutes",
    "repeats",
    "capacity",
    "audience",
    "invites",
)
# What decides on which days it is, and at what hour.
PLAN = frozenset({"timezone", "starts_on", "starts_time", "minutes", "repeats"})
# What whoever comes must hear of.
PLACE = frozenset({"place_name", "address", "online_url"})
# /events/<slug>/ leads to these pages before it leads to a gathering.
PAGES_OF_OURS = frozenset({"sent", "confirm", "rsvp", "mine", "invitations", "attendance", "new"})


@transaction.atomic
def write_gathering(*, by: Seat | None, slug: str = "", **fields: Any) -> Gathering:
    """A new draft; its address is made of the title unless `slug` names one.

    Raises:
        DomainError: a date, rule, capacity or address that cannot be.
        django.core.exceptions.ValidationError: another field that does not fit.
    """
    known = {name: value for name, value in fields.items() if name in FIELDS}
    gathering = Gathering(made_by=by, **{"timezone": current_alliance().timezone} | known)
    gathering.slug = _own_slug(slug) if slug else _free_slug(gathering.title)
    _stand_at_the_hosts(gathering)
    _must_fit(gathering)
    _must_begin_in_reach(gathering)
    gathering.save(force_insert=True)
    dates.settle(gathering)
    audit.record(by=by, action="gathering.written", subject=gathering, title=gathering.title)
    return gathering


@transaction.atomic
def change_gathering(
    *, gathering: Gathering, by: Seat | None, slug: str = "", **fields: Any
) -> Gathering:
    """Changes it, and all its dates to come; who comes or waits hears of another time or place.

    More places are given to those who wait. A date that was moved stays where
    it is, and one that people answered for stays even if the rule leaves it out.

    Raises:
        DomainError: cancelled, fewer places than people, or what cannot be.
        django.core.exceptions.ValidationError: another field that does not fit.
    """
    gathering = places.locked_gathering(gathering)
    if gathering.is_cancelled:
        raise DomainError(_("This event is cancelled."))
    before = {name: getattr(gathering, name) for name in FIELDS}
    for name in FIELDS:
        if name in fields:
            setattr(gathering, name, fields[name])
    gathering.__dict__.pop("rule", None)
    changed = {name for name in FIELDS if getattr(gathering, name) != before[name]}
    if slug and slug != gathering.slug:
        if not gathering.is_draft:
            raise DomainError(_("The address stays: links lead there."), field="slug")
        gathering.slug = _own_slug(slug)
        changed.add("slug")
    if not changed:
        return gathering
    _must_fit(gathering)
    if "starts_on" in changed:
        _must_begin_in_reach(gathering)
    gathering.save(update_fields=sorted(changed))
    places.touch(gathering)
    _carry_to_dates(gathering, changed)
    audit.record(by=by, action="gathering.changed", subject=gathering, fields=sorted(changed))
    return gathering


@transaction.atomic
def submit_gathering(*, gathering: Gathering, by: Seat) -> Gathering:
    """Hands a business's draft to the staff.

    Raises:
        DomainError: its first date is over, or it is no draft.
    """
    gathering = places.locked_gathering(gathering)
    _must_lie_ahead(gathering)
    gathering.submitted_at = clock.now()
    gathering.save(update_fields=["submitted_at"])
    _move(gathering, GatheringState.SUBMITTED, by=by)
    return gathering


@transaction.atomic
def publish_gathering(*, gathering: Gathering, by: Seat | None) -> Gathering:
    """Opens it: its dates take answers from now on; where it says so, members are invited soon.

    Raises:
        DomainError: no date lies ahead, or it is no draft.
    """
    gathering = places.locked_gathering(gathering)
    _must_lie_ahead(gathering)
    was_proposed = gathering.state == GatheringState.SUBMITTED
    _move(gathering, GatheringState.PUBLISHED, by=by)
    places.touch(gathering)
    audit.record(by=by, action="gathering.published", subject=gathering, title=gathering.title)
    if was_proposed:
        _tell_host(gathering, "published")
    return gathering


@transaction.atomic
def return_gathering(*, gathering: Gathering, reason: str, by: Seat) -> Gathering:
    """Gives a proposal back to its business with a word on what should change.

    Raises:
        DomainError: no reason, or it does not wait for the staff.
    """
    if not reason.strip():
        raise DomainError(_("Say what should change; the business reads it."), field="reason")
    gathering = places.locked_gathering(gathering)
    if gathering.state != GatheringState.SUBMITTED:
        raise DomainError(_("Only what waits for you can be returned."))
    _move(gathering, GatheringState.DRAFT, by=by, reason=reason)
    _tell_host(gathering, "returned", reason=reason)
    return gathering


@transaction.atomic
def cancel_gathering(*, gathering: Gathering, reason: str, by: Seat | None) -> Gathering:
    """Calls all of it off; everybody who comes or waits is told once. Again it changes nothing.

    Raises:
        DomainError: no reason, or it was never published.
    """
    gathering = places.locked_gathering(gathering)
    if gathering.is_cancelled:
        return gathering
    if not reason.strip():
        raise DomainError(_("Say why; those who wanted to come read it."), field="reason")
    _move(gathering, GatheringState.CANCELLED, by=by, reason=reason)
    places.touch(gathering)
    for occurrence in places.locked_ahead(gathering):
        if occurrence.cancelled_at is None:
            occurrence.sequence += 1
            occurrence.save(update_fields=["sequence"])
            letters.tell_cancelled(occurrence, reason=reason)
    audit.record(by=by, action="gathering.cancelled", subject=gathering, reason=reason)
    return gathering


def _carry_to_dates(gathering: Gathering, changed: Iterable[str]) -> None:
    names = set(changed)
    if names & PLAN:
        dates.settle(gathering)
    elif "capacity" in names:
        dates.set_capacity(gathering)
    if names & {"title", *PLACE}:
        for occurrence in places.locked_ahead(gathering):
            occurrence.sequence += 1
            occurrence.save(update_fields=["sequence"])
            if names & PLACE and not names & PLAN and not occurrence.is_cancelled:
                letters.tell_changed(occurrence)


def _stand_at_the_hosts(gathering: Gathering) -> None:
    """Without a place of its own, and not online, it is at its host's."""
    host = gathering.business
    if host is None or gathering.place_name or gathering.address or gathering.online_url:
        return
    gathering.place_name = host.trade_name
    gathering.address = ", ".join(part for part in (host.street, host.city) if part)
    gathering.latitude, gathering.longitude = host.latitude, host.longitude


def _must_begin_in_reach(gathering: Gathering) -> None:
    today = clock.now().astimezone(gathering.zone).date()
    if gathering.starts_on < today:
        raise DomainError(_("Choose a day that is still to come."), field="starts_on")
    if gathering.starts_on > today + relativedelta(years=MOST_YEARS):
        raise DomainError(
            _("Choose a day within the next %(years)d years.") % {"years": MOST_YEARS},
            field="starts_on",
        )


def _must_fit(gathering: Gathering) -> None:
    capacity = gathering.capacity
    if capacity is not None and not 1 <= capacity <= MOST_PLACES:
        raise DomainError(
            _("Between 1 and %(most)s places, or none for as many as come.")
            % {"most": f"{MOST_PLACES:,}"},
            field="capacity",
        )
    gathering.full_clean()
    if not gathering.repeats:
        return
    try:
        found = days(from_text(gathering.repeats), gathering.starts_on)
    except BadRule as error:
        raise DomainError(phrases.fault(error), field="repeats") from error
    apart = [later - earlier for earlier, later in pairwise(found)]
    if apart and timedelta(minutes=gathering.minutes) > min(apart):
        raise DomainError(_("One date would not be over when the next begins."), field="minutes")


def _must_lie_ahead(gathering: Gathering) -> None:
    if not Occurrence.objects.ahead().filter(gathering=gathering).exists():
        raise DomainError(_("Its dates are over. Choose a day that is still to come."))


def _own_slug(slug: str) -> str:
    if slug in PAGES_OF_OURS or Gathering.objects.filter(slug=slug).exists():
        raise DomainError(_("Another event has this address."), field="slug")
    return slug


def _free_slug(title: str) -> str:
    stem = slugify(title)[:70] or "event"
    taken = set(Gathering.objects.filter(slug__startswith=stem).values_list("slug", flat=True))
    taken |= PAGES_OF_OURS
    candidates = (stem if n == 1 else f"{stem}-{n}" for n in range(1, len(taken) + 2))
    return next(slug for slug in candidates if slug not in taken)


def _move(gathering: Gathering, to: GatheringState, *, by: Seat | None, reason: str = "") -> None:
    before = gathering.state
    if to not in GATHERING_TRANSITIONS[before]:
        raise DomainError(
            _("This event is %(state)s; that is no longer possible.")
            % {"state": gathering.get_state_display()}
        )
    gathering.state = to
    gathering.save(update_fields=["state"])
    GatheringStep.objects.create(
        gathering=gathering, from_state=before, to_state=to, reason=reason[:400], seat=by
    )


def _tell_host(gathering: Gathering, what: str, *, reason: str = "") -> None:
    business: Business | None = gathering.business
    if business is None:
        return
    step = gathering.steps.count()
    for person in members.people_of(business):
        outbox.enqueue(
            key=f"gathering-{what}:{gathering.pk}:{step}:{person.pk}"[:120],
            template=f"gatherings/email/{what}",
            to=person.email,
            context={
                "name": person.name,
                "title": gathering.shown_title,
                "reason": reason,
                "url": current_alliance().url(f"/me/events/{gathering.slug}/"),
            },
            confirmed=True,
        )
