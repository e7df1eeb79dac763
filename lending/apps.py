"""The room of loans at start: its doors, its work for staff, what it shows elsewhere."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LendingConfig(AppConfig):
    """Lenders, applications, offers, loans."""

    name = "lending"
    verbose_name = _("Loans")

    def ready(self) -> None:
        from alliance import access, navigation, panels, staff_queue
        from alliance.services import keys
        from ledger import parties as ledger_parties
        from lending import panels as own
        from lending import parties, receivers, rules, work
        from lending.api import READ_LOANS

        receivers.connect()
        access.register(*rules.ACTIONS)
        ledger_parties.register(parties.loans)
        keys.register_scope(READ_LOANS, _("Read loans and lenders"))
        navigation.register(navigation.Door(_("Lend"), "lending:desk", 42, rules.LEND))
        navigation.register_landing(navigation.Door(_("Lend"), "lending:desk", 10, rules.LEND))
        navigation.register_staff(
            navigation.Door(_("Loans"), "lending_staff:loans", 13, rules.SEE_LOANS),
            navigation.Door(_("Lenders"), "lending_staff:lenders", 14, rules.SEE_LOANS),
            navigation.Door(_("Rules for loans"), "lending_staff:policy", 15, rules.MANAGE_LENDERS),
        )
        for kind in work.KINDS:
            staff_queue.register(kind)
        for slot, template, context in (
            ("drive", "lending/_on_drive.html", own.on_drive),
            ("own_drive", "lending/_on_own_drive.html", own.on_own_drive),
            ("staff_drive", "lending/_on_staff_drive.html", own.on_staff_drive),
        ):
            panels.register(panels.Panel(slot, template, context, 10))
