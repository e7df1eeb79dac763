"""The ledger's room at start."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LedgerConfig(AppConfig):
    """Accounts, entries, lines."""

    name = "ledger"
    verbose_name = _("Ledger")

    def ready(self) -> None:
        from alliance import access, navigation
        from alliance.services import keys
        from ledger import rules
        from ledger.api import READ_LEDGER

        access.register(*rules.ACTIONS)
        keys.register_scope(READ_LEDGER, _("Read the ledger"))
        navigation.register_staff(
            navigation.Door(_("Ledger"), "ledger_staff:journal", 35, rules.SEE_JOURNAL)
        )
