"""New members, many at once: what their services write one by one, a statement for each table."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.text import slugify

from alliance import clock
from alliance.models import Seat
from alliance.services import audit
from members import events
from members.models import (
    OFFSETS,
    Business,
    Cancellation,
    ImportRow,
    Membership,
    MembershipPeriod,
    PeriodSource,
    Relief,
    RenewalNotice,
    Tier,
)
from members.queries.memberships import today
from members.rules import term_rule
from members.services.businesses import PAGES_OF_OURS
from members.services.imports.normalising import Fields, day_of, name_of
from members.services.imports.people import let_in
from members.services.notices import due_moment
from members.sheets.words import CANCELLED
from members.terms import FIXED, Term, last_rollover, same_day_later

TEXTS = (
    "trade_name", "legal_name", "segment", "categories", "blurb", "founded_year", "size_band",
    "street", "city", "neighbourhood", "region", "postal_code", "phone", "email", "website",
)  # fmt: skip
DAYS, DEGREES = ("at_location_since",), ("latitude", "longitude")
OF_BUSINESS = frozenset({*TEXTS, *DAYS, *DEGREES})


@dataclass
class Desk:
    """What creating needs to know, kept from chunk to chunk."""

    tiers: dict[str, Tier]
    default_segment: str
    slugs: set[str] = field(default_factory=set)
    by: Seat | None = None
    reason: str = ""


def create_all(rows: list[ImportRow], desk: Desk) -> None:
    """Makes a business of each row, with its membership, its term and its contact.

    Notes in each row what was made of it, for an undo. Letters of renewal are
    planned as for everybody; nothing is written to anybody now.
    """
    made = {row.pk: _business(row.values["fields"], desk) for row in rows}
    Business.objects.bulk_create(made.values())
    for row in rows:
        row.business = made[row.pk]
        row.before = {"made": {"business": str(made[row.pk].pk)}}
    audit.record_many(
        by=desk.by,
        action="business.imported",
        subjects=[(row.business, {"row": row.number}) for row in rows if row.business],
    )
    _open_memberships(rows, desk)
    let_in(rows, by=desk.by)
    events.businesses_changed.send(
        sender=Business, business_ids=[business.pk for business in made.values()]
    )


def value_for(key: str, value: Any) -> Any:
    """A field's value as the business's row keeps it."""
    if key in DAYS:
        return date.fromisoformat(value)
    return Decimal(value) if key in DEGREES else value


def term_of(fields: Fields, tier: Tier) -> Term | None:
    """The term that the row says is paid; an unsaid first day follows from the tier's rule."""
    ends = day_of(fields, "paid_until")
    if ends is None:
        return None
    # Who is paid up further ahead than one term is a member today, not only from then on.
    begins = day_of(fields, "paid_from") or min(_first_day(ends, tier), today(), ends)
    joined = day_of(fields, "joined_on")
    if joined and begins < joined <= ends:
        begins = joined
    return Term(begins, ends)


def paid_on(fields: Fields, term: Term) -> date:
    """From which day the term counts: when it was paid, at the latest today."""
    return min(day_of(fields, "paid_on") or term.starts_on, today())


def agreed(fields: Fields, tier: Tier) -> int | None:
    """What was agreed instead of the tier's price; None where it is that price."""
    dues: int | None = fields.get("dues")
    return None if dues == tier.price_minor else dues


def tier_for(fields: Fields, tiers: dict[str, Tier]) -> Tier | None:
    """The tier that a row names, or that rows without one get."""
    return tiers.get(fields.get("tier") or fields.get("tier_else", ""))


def terms_of(membership: Membership) -> list[Any]:
    """Tier, price and relief, as JSON keeps them."""
    return [str(membership.tier_id), membership.agreed_minor, str(membership.relief)]


def _business(fields: Fields, desk: Desk) -> Business:
    values = {key: value_for(key, fields[key]) for key in OF_BUSINESS if key in fields}
    name = name_of(fields)
    business = Business(
        **{"trade_name": name[:120], "legal_name": name, "segment": desk.default_segment} | values,
        slug=_free_slug(fields.get("slug", ""), name, desk.slugs),
    )
    desk.slugs.add(business.slug)
    return business


def _free_slug(wished: str, name: str, taken: set[str]) -> str:
    if wished and slugify(wished) == wished and wished not in taken | PAGES_OF_OURS:
        return wished
    base = slugify(name)[:60] or "business"
    n, slug = 1, base
    while slug in taken or slug in PAGES_OF_OURS:
        n += 1
        slug = f"{base}-{n}"
    return slug


def _first_day(ends: date, tier: Tier) -> date:
    rule = term_rule(tier)
    if rule.kind == FIXED:
        return last_rollover(ends, rule)
    return same_day_later(date.fromordinal(ends.toordinal() + 1), -rule.months)


def _open_memberships(rows: list[ImportRow], desk: Desk) -> None:
    found: list[tuple[ImportRow, Membership, Term | None]] = []
    for row in rows:
        fields = row.values["fields"]
        if (tier := tier_for(fields, desk.tiers)) is None:
            continue
        term = term_of(fields, tier)
        joined = day_of(fields, "joined_on") or (term.starts_on if term else today())
        membership = Membership(
            business=row.business,
            tier=tier,
            joined_on=min(joined, today()),
            agreed_minor=agreed(fields, tier),
            relief=fields.get("relief", Relief.NONE),
        )
        row.before["made"]["membership"] = str(membership.pk)
        row.before["terms"] = terms_of(membership)
        found.append((row, membership, term))
    Membership.objects.bulk_create(membership for _row, membership, _term in found)
    audit.record_many(
        by=desk.by,
        action="membership.opened",
        subjects=[(membership, {"tier": membership.tier.name}) for _row, membership, _t in found],
    )
    _end_cancelled(found, desk)
    _give_terms(found, desk)
    memberships = [membership for _row, membership, _term in found]
    events.members_imported.send(sender=Membership, memberships=memberships)


def _end_cancelled(found: list[tuple[ImportRow, Membership, Term | None]], desk: Desk) -> None:
    ends = []
    for row, membership, _term in found:
        if row.values["fields"].get("status") == CANCELLED:
            made = Cancellation(
                membership=membership, cancelled_on=today(), reason=desk.reason, seat=desk.by
            )
            row.before["made"]["cancellation"] = str(made.pk)
            ends.append(made)
    Cancellation.objects.bulk_create(ends)


def _give_terms(found: list[tuple[ImportRow, Membership, Term | None]], desk: Desk) -> None:
    periods: list[MembershipPeriod] = []
    notices: list[RenewalNotice] = []
    for row, membership, term in found:
        if term is None:
            continue
        period = MembershipPeriod(
            membership=membership,
            tier=membership.tier,
            starts_on=term.starts_on,
            ends_on=term.ends_on,
            paid_on=paid_on(row.values["fields"], term),
            source=PeriodSource.IMPORTED,
        )
        row.before["made"]["period"] = str(period.pk)
        periods.append(period)
        if "cancellation" not in row.before["made"]:
            notices += _notices(membership, term.ends_on)
    MembershipPeriod.objects.bulk_create(periods)
    RenewalNotice.objects.bulk_create(notices)
    audit.record_many(by=desk.by, action="membership.term_given", subjects=_in_words(periods))


def _notices(membership: Membership, ends_on: date) -> Iterable[RenewalNotice]:
    now = clock.now()
    for offset in OFFSETS:
        if (moment := due_moment(ends_on, offset)) > now:
            yield RenewalNotice(
                membership=membership, ends_on=ends_on, offset_days=offset, due_at=moment
            )


def _in_words(periods: list[MembershipPeriod]) -> list[tuple[Membership, dict[str, Any]]]:
    return [
        (
            period.membership,
            {
                "starts_on": period.starts_on.isoformat(),
                "ends_on": period.ends_on.isoformat(),
                "source": period.source,
            },
        )
        for period in periods
    ]
