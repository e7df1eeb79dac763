"""Reads of applications: what is open, what it would cost, who may be a member already."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit
from uuid import UUID

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from alliance.addresses import normalise_email
from alliance.tenancy.scope import current_alliance
from members.models import (
    Application,
    ApplicationState,
    Business,
    Membership,
    Relief,
    Representative,
    Status,
    Tier,
)
from members.queries.memberships import statuses_of, today
from members.rules import term_rule
from members.terms import Term, price_of, term_from

# Nothing more comes of these.
CLOSED = (ApplicationState.ACTIVATED, ApplicationState.DECLINED, ApplicationState.EXPIRED)
CANDIDATES, SHOWN = 500, 8
# What a trade name carries besides the name.
LEGAL_WORDS = re.compile(r"\b(the|and|llc|inc|ltd|co|corp|company|gmbh|pbc|llp)\b")


@dataclass(frozen=True)
class FirstTerm:
    """What whoever joins today would get, and its part of a full term's price."""

    term: Term
    amount_minor: int
    full_minor: int

    @property
    def is_part(self) -> bool:
        """Whether less is due today than for a full term."""
        return self.full_minor != self.amount_minor


@dataclass(frozen=True)
class Likeness:
    """A business that may be the applicant's, and what speaks for it."""

    business: Business
    reasons: list[str]
    status: Status | None


@dataclass(frozen=True)
class Summary:
    """What approving several applications does: how many, on which tiers, asking for how much."""

    count: int
    tiers: list[tuple[Tier, int]]
    reliefs: int
    invoiced_minor: int
    free: int
    currency: str


def summary_of(chosen: list[Application]) -> Summary:
    """The counts that a confirmation names."""
    tiers = {application.tier_id: application.tier for application in chosen}
    counts = Counter(application.tier_id for application in chosen)
    firsts = [first_term(each.tier, each.amount_minor).amount_minor for each in chosen]
    return Summary(
        count=len(chosen),
        tiers=sorted(
            ((tiers[pk], count) for pk, count in counts.items()), key=lambda row: row[0].name
        ),
        reliefs=sum(application.relief != Relief.NONE for application in chosen),
        invoiced_minor=sum(firsts),
        free=firsts.count(0),
        currency=current_alliance().currency,
    )


def first_term(tier: Tier, amount_minor: int) -> FirstTerm:
    """The term that begins today, and its part of what was agreed for a full one."""
    rule = term_rule(tier)
    term = term_from(today(), rule)
    return FirstTerm(term, price_of(term, amount_minor, rule), amount_minor)


def open_applications(*, email: str, trade_name: str) -> list[Application]:
    """What one address has open for one business, newest first."""
    named = Application.objects.exclude(state__in=CLOSED).filter(trade_name__iexact=trade_name)
    ours = normalise_email(email)
    return [found for found in named[:CANDIDATES] if normalise_email(found.email) == ours]


def counts_by_state() -> dict[str, int]:
    """How many applications are in each state; states without any are 0."""
    rows = Application.objects.order_by().values_list("state").annotate(count=Count("pk"))
    return dict.fromkeys(ApplicationState.values, 0) | dict(rows)


def likenesses(application: Application) -> list[Likeness]:
    """Businesses of the alliance that may be this one, the likest first."""
    found = _alike(application)
    found.sort(key=lambda pair: (-len(pair[1]), pair[0].trade_name))
    found = found[:SHOWN]
    standing = _standing([business for business, _why in found])
    return [Likeness(business, why, standing.get(business.pk)) for business, why in found]


def has_likeness(application: Application) -> bool:
    """Whether a business of the alliance may be this one."""
    return bool(_alike(application))


def _alike(application: Application) -> list[tuple[Business, list[str]]]:
    live = Representative.objects.live().filter(seat__person__email__iexact=application.email)
    own = set(live.values_list("business", flat=True))
    found = []
    for business in _candidates(application, own):
        if reasons := _reasons(application, business, is_own=business.pk in own):
            found.append((business, reasons))
    return found


def _candidates(application: Application, own: set[UUID]) -> QuerySet[Business]:
    # Wide enough for the database to answer quickly; the reasons look closer.
    wide = Q(email__iexact=application.email) | Q(pk__in=own)
    wide |= Q(email__iexact=normalise_email(application.email))
    for name in (application.trade_name, application.legal_name):
        for stem in _stems(name):
            wide |= Q(trade_name__iregex=stem) | Q(legal_name__iregex=stem)
    if digits := _digits(application.phone):
        wide |= Q(phone__endswith=digits[-4:])
    if host := _host(application.website):
        wide |= Q(website__icontains=host)
    return Business.objects.filter(wide).order_by("trade_name")[:CANDIDATES]


def _reasons(application: Application, business: Business, *, is_own: bool) -> list[str]:
    names = {_plain(application.trade_name), _plain(application.legal_name)} - {""}
    reasons = []
    if names & {_plain(business.trade_name), _plain(business.legal_name)}:
        reasons.append(_("the same name"))
    if business.email and normalise_email(business.email) == normalise_email(application.email):
        reasons.append(_("the same e-mail address"))
    if _digits(application.phone) and _digits(application.phone) == _digits(business.phone):
        reasons.append(_("the same telephone number"))
    if _host(application.website) and _host(application.website) == _host(business.website):
        reasons.append(_("the same website"))
    if is_own:
        reasons.append(_("the applicant speaks for it"))
    return reasons


def _standing(businesses: Iterable[Business]) -> dict[object, Status]:
    memberships = list(Membership.objects.filter(business__in=list(businesses)))
    statuses = statuses_of(memberships)
    return {membership.business_id: statuses[str(membership.pk)] for membership in memberships}


def _plain(name: str) -> str:
    """“The Café & Co.” → cafe"""
    return re.sub(r"[\W_]+", "", LEGAL_WORDS.sub(" ", _bare(name)))


def _bare(name: str) -> str:
    """Small letters without their accents."""
    letters = unicodedata.normalize("NFKD", name.casefold())
    return "".join(c for c in letters if not unicodedata.combining(c))


def _stems(name: str) -> list[str]:
    """“The Café Oakland” → \\m..f., \\m..kl..: how its first words begin, whatever the accents."""
    words = re.split(r"[\W_]+", LEGAL_WORDS.sub(" ", _bare(name)))
    return [r"\m" + re.sub("[aeiouync]", ".", word[:6]) for word in words if word][:4]


def _digits(phone: str) -> str:
    """The last ten digits: with or without the country's code."""
    return re.sub(r"\D", "", phone)[-10:]


def _host(website: str) -> str:
    try:
        host = urlsplit(website).hostname or ""
    except ValueError:
        return ""
    return host.removeprefix("www.")
