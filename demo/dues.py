"""What members have paid, and the alliance's everyday life besides drives.

Told through the services, while the clock stands at the moment when it would
have happened. Terms of earlier years are brought in as from the system before.
"""

import json
import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from alliance import clock
from alliance.models import Seat
from alliance.tenancy.scope import current_alliance
from demo.content import FOLDER, Alliance
from members.models import (
    Business,
    Invoice,
    Membership,
    Method,
    PeriodSource,
    Relief,
    Tier,
)
from members.queries.memberships import last_end, today
from members.rules import term_rule
from members.services import (
    applications,
    invoices,
    library,
    memberships,
    payments,
    renewals,
    settings,
    tiers,
    volunteers,
)
from members.terms import Term, term_from

WORDING = "I want to join. You may write to me about this application."
# Of a hundred members: who has not renewed, who left, who is suspended, who is late.
UNRENEWED, CANCELLED, HELD = 0.12, 0.02, 0.01
Event = tuple[datetime, int, Callable[[], None]]
METHODS = ((Method.CHEQUE, 50), (Method.TRANSFER, 35), (Method.CASH, 15))


@dataclass(frozen=True)
class Dues:
    """An alliance's dues.json."""

    settings: dict[str, Any]
    lobbying_basis_points: int | None
    tiers: dict[str, dict[str, Any]]
    applications: list[dict[str, Any]]
    shifts: list[dict[str, Any]]
    resources: list[dict[str, Any]]


def read(slug: str) -> Dues:
    """The file of one alliance."""
    return Dues(**json.loads((FOLDER / slug / "dues.json").read_text(encoding="utf-8")))


def load_tiers(alliance: Alliance, *, by: Seat) -> dict[str, Tier]:
    """The tiers by key, with the terms that the alliance has chosen."""
    terms = read(alliance.slug).tiers
    return {
        tier.key: tiers.add_tier(
            name=tier.name,
            price_minor=tier.price_minor,
            description=tier.for_whom,
            by=by,
            **terms.get(tier.key, terms.get("*", {})),
        )
        for tier in alliance.tiers
    }


def load_settings(alliance: Alliance, *, by: Seat) -> None:
    """Legal form, words, and the share of this year's dues that goes to lobbying."""
    dues = read(alliance.slug)
    settings.change_settings(by=by, **dues.settings)
    if dues.lobbying_basis_points is not None:
        settings.set_lobbying_share(
            year=today().year, basis_points=dues.lobbying_basis_points, by=by
        )


@dataclass(frozen=True)
class Joined:
    """A business, its tier, and how long ago it joined."""

    business: Business
    tier: Tier
    days_ago: int


def load_memberships(joined: Sequence[Joined], *, by: Seat) -> None:
    """Everybody's memberships; papers and letters are written in the order of their days."""
    events: list[Event] = []
    for one in joined:
        events.extend(_membership(one, by=by))
    events.extend(_mornings(min(moment for moment, _n, _happen in events)))
    for moment, _n, happen in sorted(events, key=lambda event: event[:2]):
        with clock.at(moment):
            happen()


def _mornings(since: datetime) -> Iterator[Event]:
    """Each day's letters about terms that end, as beat would have sent them."""
    alliance = current_alliance()

    def send() -> None:
        renewals.send_due(alliance)

    day = since.astimezone(alliance.zone).date()
    while (at := datetime.combine(day, time(9, 5), tzinfo=alliance.zone)) < clock.now():
        yield at, 3, send
        day += timedelta(days=1)


def _membership(one: Joined, *, by: Seat) -> Iterator[Event]:
    """Its terms of earlier years at once; the last one's invoice and payment as events."""
    chance = random.Random(f"dues of {one.business.slug}")
    joined_on = today() - timedelta(days=one.days_ago)
    membership = memberships.open_membership(
        business=one.business, tier=one.tier, joined_on=joined_on, by=by
    )
    past = _terms_until_today(joined_on, one.tier)
    stops_short = len(past) > 1 and chance.random() < UNRENEWED
    paid = past[:-1] if stops_short else past
    if len(paid) > 1:
        memberships.give_terms(
            membership=membership, terms=paid[:-1], source=PeriodSource.IMPORTED, by=None
        )
    yield from _payment(membership, paid[-1], chance, by=by)
    yield from _leave_or_hold(membership, chance, by=by)


def load_everyday(
    alliance: Alliance,
    *,
    tier_of: Mapping[str, Tier],
    staff: Mapping[str, Seat],
    people: list[Seat],
) -> None:
    """Applications, shifts, hours and the library."""
    dues = read(alliance.slug)
    for answers in dues.applications:
        _apply(answers, tier_of)
    host = staff.get("community", staff["owner"])
    for shift in dues.shifts:
        _plan(shift, people, by=host)
    for text in dues.resources:
        library.publish(resource=library.write(by=host, **text), by=host)


def _terms_until_today(joined_on: date, tier: Tier) -> list[Term]:
    rule = term_rule(tier)
    terms = [term_from(joined_on, rule)]
    while terms[-1].ends_on < today():
        terms.append(term_from(terms[-1].ends_on + timedelta(days=1), rule))
    return terms


def _payment(
    membership: Membership, term: Term, chance: random.Random, *, by: Seat
) -> Iterator[Event]:
    """The invoice of a term, and its payment some days before or after the first day."""
    asked_on = term.starts_on - timedelta(days=chance.randint(5, 28))
    paid_on = term.starts_on + timedelta(days=chance.randint(-4, 12))
    if last_end(membership) is None:
        asked_on = paid_on = term.starts_on
    paid_on = min(max(paid_on, asked_on), today())
    (method,) = chance.choices([m for m, _w in METHODS], [w for _m, w in METHODS])
    key = f"demo:{membership.pk}"

    def ask() -> None:
        invoices.issue_dues(membership=membership, key=key, by=by, is_quiet=True)

    def pay() -> None:
        _record(Invoice.objects.get(key=key), method, paid_on, by=by)

    yield _noon(asked_on), 0, ask
    yield _noon(paid_on), 1, pay


def _record(invoice: Invoice, method: Method, paid_on: date, *, by: Seat) -> None:
    reference = "" if method == Method.CASH else f"{method.label} {invoice.sequence + 1000}"
    receipt = payments.Receipt(
        amount_minor=invoice.due_minor, method=method, received_on=paid_on, reference=reference
    )
    payments.record(invoice=invoice, receipt=receipt, key=f"demo:{invoice.pk}", by=by)


def _leave_or_hold(membership: Membership, chance: random.Random, *, by: Seat) -> Iterator[Event]:
    lot, day = chance.random(), today() - timedelta(days=chance.randint(3, 60))
    if day <= membership.joined_on:
        return

    def leave() -> None:
        memberships.cancel(membership=membership, reason="Closing the shop.", by=by)

    def hold() -> None:
        memberships.hold(membership=membership, reason="A question about ownership.", by=by)

    if lot < CANCELLED + HELD:
        yield _noon(day), 2, leave if lot < CANCELLED else hold


def _apply(answers: dict[str, Any], tier_of: Mapping[str, Tier]) -> None:
    kept = dict(answers)
    days_ago, is_confirmed = kept.pop("days_ago"), kept.pop("confirmed")
    key = kept.pop("tier")
    tier = tier_of.get(key) or next(iter(tier_of.values()))
    kept.setdefault("amount_minor", tier.price_minor)
    kept["relief"] = Relief(kept.get("relief", Relief.NONE))
    with clock.at(clock.now() - timedelta(days=days_ago, hours=2)):
        application = applications.write(
            answers=applications.Answers(tier=tier, **kept),
            wording=WORDING,
            form_key=f"demo-{kept['email']}",
        )
        if is_confirmed:
            applications.confirm(application=application)


def _plan(shift: dict[str, Any], people: list[Seat], *, by: Seat) -> None:
    kept = dict(shift)
    day = today() + timedelta(days=kept.pop("days"))
    begins = datetime.combine(
        day, time.fromisoformat(kept.pop("at")), tzinfo=current_alliance().zone
    )
    ends = begins + timedelta(hours=kept.pop("hours"))
    came = people[: kept.pop("people", 0)]
    with clock.at(min(begins, clock.now()) - timedelta(days=14)):
        planned = volunteers.plan_shift(starts_at=begins, ends_at=ends, by=by, **kept)
        for seat in came:
            volunteers.sign_up(shift=planned, by=seat)
    if came:
        with clock.at(ends + timedelta(hours=1)):
            volunteers.confirm_shift(shift=planned, came=came, by=by)


def _noon(day: date) -> datetime:
    moment = datetime.combine(day, time(12), tzinfo=current_alliance().zone)
    return min(moment.astimezone(UTC), clock.now())
