"""Who may read the books, and who may write into them by hand."""

from django.utils.translation import gettext_lazy as _

from alliance.access import Action
from alliance.models import Role

SEE_JOURNAL = Action(
    "ledger.see_journal",
    _("Read the journal and the trial balance"),
    frozenset({Role.OWNER, Role.TREASURER, Role.AUDITOR}),
)
EXPORT_JOURNAL = Action(
    "ledger.export_journal",
    _("Export the journal"),
    frozenset({Role.OWNER, Role.TREASURER, Role.AUDITOR}),
)
POST_ENTRIES = Action(
    "ledger.post",
    _("Move money between accounts, and reverse it"),
    frozenset({Role.OWNER, Role.TREASURER}),
)
ACTIONS = (SEE_JOURNAL, EXPORT_JOURNAL, POST_ENTRIES)
