"""Businesses, and who speaks for them."""

from typing import Any

from django.db import connection, transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from alliance.errors import DomainError
from alliance.models import Person, Role, Seat
from alliance.services import audit, seats
from alliance.tenancy.scope import current_alliance
from members import events
from members.models import Business, Representative, RepresentativeKind

# What a business says of itself, and what the staff alone write: its name in law,
# what it is filed under, and since when it stands where a drive wants to know it.
ITS_OWN = (
    "trade_name",
    "blurb",
    "phone",
    "email",
    "website",
    "street",
    "neighbourhood",
    "city",
    "region",
    "postal_code",
)
BY_STAFF = ("legal_name", "segment", "categories", "size_band", "founded_year", "at_location_since")
# /staff/members/new/ leads to a form before it leads to a business, /directory/map/ to the map.
PAGES_OF_OURS = frozenset({"new", "map", "print", "widget", "photographs"})


@transaction.atomic
def add_business(*, by: Seat | None, **fields: Any) -> Business:
    """A member business.

    Raises:
        django.core.exceptions.ValidationError: a field that does not fit.
    """
    business = Business(**fields)
    business.full_clean()
    business.save()
    audit.record(by=by, action="business.added", subject=business)
    events.businesses_changed.send(sender=Business, business_ids=[business.pk])
    return business


@transaction.atomic
def add_named_business(
    *, by: Seat | None, trade_name: str, may_have_twins: bool = False, **fields: Any
) -> Business:
    """A member business under an address made from its name; its legal name may be left out.

    Raises:
        DomainError: one of that name is in that town already, and it may have no twins.
        django.core.exceptions.ValidationError: a field that does not fit.
    """
    _one_at_a_time()
    twins = Business.objects.filter(
        trade_name__iexact=trade_name, city__iexact=fields.get("city", "")
    )
    if not may_have_twins and twins.exists():
        raise DomainError(
            _("There is a business called %(name)s already.") % {"name": trade_name},
            field="trade_name",
        )
    fields["legal_name"] = fields.get("legal_name") or trade_name
    slug = free_slug(trade_name)
    return add_business(by=by, trade_name=trade_name, slug=slug, **fields)


@transaction.atomic
def change_business(*, business: Business, by: Seat, **fields: Any) -> Business:
    """Other words about a business; its address here stays, since links lead to it.

    Raises:
        ValueError: a field that is not changed this way.
        django.core.exceptions.ValidationError: a value that does not fit.
    """
    if strange := set(fields) - {*ITS_OWN, *BY_STAFF}:
        raise ValueError(f"Not to be changed here: {', '.join(sorted(strange))}.")
    business = Business.objects.select_for_update().get(pk=business.pk)
    changed = sorted(name for name, value in fields.items() if getattr(business, name) != value)
    for name in changed:
        setattr(business, name, fields[name])
    business.full_clean()
    if changed:
        business.save(update_fields=changed)
        # The names alone: an entry is never edited, and a person's address may be among them.
        audit.record(by=by, action="business.changed", subject=business, fields=changed)
        events.businesses_changed.send(sender=Business, business_ids=[business.pk])
    return business


@transaction.atomic
def add_representative(
    *,
    business: Business,
    person: Person,
    by: Seat | None,
    kind: RepresentativeKind = RepresentativeKind.REP,
) -> Representative:
    """Lets a person speak for a business, with a member's seat; once however often asked."""
    seat = seats.give_seat(person=person, role=Role.MEMBER, by=by)
    representative, is_new = Representative.objects.get_or_create(
        business=business, seat=seat, ended_at=None, defaults={"kind": kind}
    )
    if is_new:
        audit.record(by=by, action="representative.added", subject=representative, kind=kind)
    return representative


def free_slug(name: str) -> str:
    """The address that a business of this name gets here: one that nobody has yet."""
    base = slugify(name)[:60] or "business"
    taken = set(Business.objects.filter(slug__startswith=base).values_list("slug", flat=True))
    taken |= PAGES_OF_OURS
    return next(
        slug
        for n in range(1, len(taken) + 2)
        if (slug := base if n == 1 else f"{base}-{n}") not in taken
    )


def _one_at_a_time() -> None:
    """Until this transaction ends: a form pressed twice at once must not make two."""
    with connection.cursor() as cursor:
        key = f"business.added:{current_alliance().pk}"
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [key])
