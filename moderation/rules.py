"""Who may do what with cases, agreements and stewards; and how long things may take.

A steward's seat holds these powers only within the space of their charter
(`moderation.queries.powers`); staff hold them everywhere.
"""

from datetime import timedelta
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from alliance.access import STEWARDS, Action
from alliance.models import Role

SEE_CASES = Action(
    "moderation.see_cases",
    _("See what was flagged or held"),
    frozenset({Role.CUSTODIAN, Role.ADVISOR, Role.OWNER, Role.COMMUNITY}),
)
TEND = Action(
    "moderation.tend",
    _("Hide, move, lock, merge, and decide cases"),
    frozenset({Role.CUSTODIAN, Role.OWNER, Role.COMMUNITY}),
)
FACILITATE = Action(
    "moderation.facilitate",
    _("Prompts, pins, welcomes, introductions and meetings"),
    frozenset({Role.FACILITATOR, Role.OWNER, Role.COMMUNITY}),
)
ADVISE = Action(
    "moderation.advise",
    _("Guide in private, keep notes, hear appeals"),
    frozenset({Role.ADVISOR, Role.OWNER}),
)
SET_AGREEMENTS = Action(
    "moderation.set_agreements",
    _("Write the alliance’s agreements"),
    frozenset({Role.OWNER, Role.COMMUNITY}),
)
APPOINT = Action(
    "moderation.appoint",
    _("Invite stewards and end their time"),
    frozenset({Role.OWNER, Role.COMMUNITY}),
)
SEE_LOG = Action(
    "moderation.see_log",
    _("Read the log of moderation"),
    frozenset({Role.OWNER, Role.COMMUNITY, Role.AUDITOR}) | STEWARDS,
)
ACTIONS = (SEE_CASES, TEND, FACILITATE, ADVISE, SET_AGREEMENTS, APPOINT, SEE_LOG)

FIRST_ACTION_WITHIN = timedelta(hours=24)
APPEAL_HEARD_WITHIN = timedelta(hours=72)
# So long after a decision its author may appeal; then it is final.
APPEAL_WITHIN = timedelta(days=14)
MUTE_FOR = timedelta(days=7)
# The weights of flags that hide something until it is decided add up to this.
THRESHOLD = Decimal("2.00")
CHARTER_FOR = timedelta(days=365)
PATH_DAYS, PATH_HELPED = 60, 5
