"""Who may do what with members, and on which days."""

from django.utils.translation import gettext_lazy as _

from alliance.access import Action
from alliance.models import Role
from members.models import Proration, Relief, TermKind, Tier
from members.terms import Rule

_R = Role


def _roles(*roles: str) -> frozenset[str]:
    return frozenset(roles)


REPRESENT = Action("members.represent", _("Speak for a business"), _roles(_R.MEMBER))
SEE_MEMBERS = Action(
    "members.see",
    _("See members and their standing"),
    _roles(_R.OWNER, _R.TREASURER, _R.MEMBERSHIP, _R.COMMUNITY, _R.LENDING_OFFICER, _R.AUDITOR),
)
MANAGE_MEMBERS = Action(
    "members.manage",
    _("Decide on applications, hold and end memberships"),
    _roles(_R.OWNER, _R.MEMBERSHIP),
)
MANAGE_TIERS = Action(
    "members.manage_tiers", _("Set tiers and dues"), _roles(_R.OWNER, _R.TREASURER)
)
SEE_MONEY = Action(
    "members.see_money",
    _("See invoices and payments"),
    _roles(_R.OWNER, _R.TREASURER, _R.MEMBERSHIP, _R.AUDITOR),
)
TAKE_MONEY = Action(
    "members.take_money",
    _("Issue invoices, record payments, credit and refund"),
    _roles(_R.OWNER, _R.TREASURER),
)
CONNECT_STRIPE = Action(
    "members.connect_stripe", _("Connect card payments"), _roles(_R.OWNER, _R.TREASURER)
)
IMPORT_MEMBERS = Action(
    "members.import", _("Import and export members"), _roles(_R.OWNER, _R.MEMBERSHIP)
)
SEE_REPORTS = Action(
    "members.see_reports",
    _("See the reports"),
    _roles(_R.OWNER, _R.TREASURER, _R.MEMBERSHIP, _R.AUDITOR),
)
WELCOME = Action(
    "members.welcome",
    _("Welcome new members"),
    _roles(_R.OWNER, _R.MEMBERSHIP, _R.COMMUNITY),
)
MANAGE_VOLUNTEERS = Action(
    "members.manage_volunteers",
    _("Plan shifts and confirm hours"),
    _roles(_R.OWNER, _R.MEMBERSHIP, _R.COMMUNITY),
)
VOLUNTEER = Action(
    "members.volunteer",
    _("Sign up for shifts"),
    frozenset(set(_R.values) - {_R.AUDITOR, _R.EVALUATOR, _R.LENDER}),
)
MANAGE_RESOURCES = Action(
    "members.manage_resources", _("Write for the library"), _roles(_R.OWNER, _R.COMMUNITY)
)
ACTIONS = (
    REPRESENT,
    SEE_MEMBERS,
    MANAGE_MEMBERS,
    MANAGE_TIERS,
    SEE_MONEY,
    TAKE_MONEY,
    CONNECT_STRIPE,
    IMPORT_MEMBERS,
    SEE_REPORTS,
    WELCOME,
    MANAGE_VOLUNTEERS,
    VOLUNTEER,
    MANAGE_RESOURCES,
)


def term_rule(tier: Tier) -> Rule:
    """How this tier counts its terms."""
    return Rule(
        kind=TermKind(tier.term_kind).value,
        months=tier.term_months,
        rollover=(tier.rollover_month, tier.rollover_day),
        proration=Proration(tier.proration).value,
    )


def is_payable(tier: Tier, amount_minor: int, relief: str) -> bool:
    """Whether an applicant may choose this tier at this amount a term, with this relief."""
    most = tier.most_minor if tier.most_minor is not None else tier.price_minor
    if relief == Relief.HARDSHIP:
        return tier.allows_hardship and amount_minor <= most
    least = tier.least_minor if tier.least_minor is not None else tier.price_minor
    if relief == Relief.IN_KIND and not tier.allows_in_kind:
        return False
    return least <= amount_minor <= most
