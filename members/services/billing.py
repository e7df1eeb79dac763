"""What stands on an invoice besides its figures: to whom, for when, and what the law asks."""

from django.db.models import Sum
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from alliance.errors import DomainError
from alliance.tenancy.scope import current_alliance
from members import legal
from members.models import (
    Business,
    LegalForm,
    Representative,
    RepresentativeKind,
    Tier,
    VolunteerHours,
)
from members.queries.memberships import lobbying_basis_points, settings
from members.terms import Term

# Those that the law asks which part of the dues goes to lobbying (IRC §6033(e)).
ASKED_ABOUT_LOBBYING = (LegalForm.BUSINESS_LEAGUE, LegalForm.CIVIC)


def legal_words(year: int) -> str:
    """What the alliance's form has it print on an invoice of that year.

    Raises:
        DomainError: policy hours were logged and the share that goes to
            lobbying is not set.
    """
    decided, share = settings(), lobbying_basis_points(year)
    if decided.legal_form in ASKED_ABOUT_LOBBYING and share is None and _lobbied(year):
        raise DomainError(
            _(
                "Hours of policy work were logged in %(year)d. Before an invoice goes out, set "
                "the part of that year’s dues that goes to lobbying."
            )
            % {"year": year}
        )
    name = decided.legal_name or current_alliance().name
    return legal.invoice_words(
        decided.legal_form, name=name, year=year, lobbying_basis_points=share
    )


def address(business: Business) -> str:
    """Street and town on one line; what is not known is left out."""
    town = " ".join(part for part in (business.city, business.region, business.postal_code) if part)
    return ", ".join(part for part in (business.street, town) if part)


def email(business: Business) -> str:
    """Who pays the bills, else the owner, else the business's own address."""
    live = Representative.objects.live().filter(business=business).order_by("-id")
    by_kind = dict(live.values_list("kind", "seat__person__email"))
    for kind in (RepresentativeKind.BILLING, RepresentativeKind.OWNER):
        if kind in by_kind:
            return str(by_kind[kind])
    return business.email


def term_words(tier: Tier, term: Term) -> str:
    """“Corner shop, 1 Jan 2026 to 31 Dec 2026”."""
    return _("%(tier)s, %(start)s to %(end)s") % {
        "tier": tier.name,
        "start": date_format(term.starts_on, "j M Y"),
        "end": date_format(term.ends_on, "j M Y"),
    }


def _lobbied(year: int) -> bool:
    hours = VolunteerHours.objects.filter(is_policy=True, removed_at__isnull=True, on__year=year)
    return bool(hours.aggregate(minutes=Sum("minutes"))["minutes"])
