"""The members' room at start."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MembersConfig(AppConfig):
    """Businesses, tiers, representatives."""

    name = "members"
    verbose_name = _("Members")

    def ready(self) -> None:
        from alliance import access, navigation, panels, staff_queue
        from alliance.services import keys
        from ledger import parties
        from members import panels as own
        from members import receivers, rules, value, work
        from members.api import MEMBERS_READ, MONEY_READ, MONEY_WRITE
        from members.parties import businesses
        from members.queries import value as value_figures

        access.register(*rules.ACTIONS)
        keys.register_scope(MEMBERS_READ, _("Read members and all tiers"))
        keys.register_scope(MONEY_READ, _("Read invoices and payments"))
        keys.register_scope(MONEY_WRITE, _("Record payments by hand"))
        receivers.connect()
        parties.register(businesses)
        for kind in work.KINDS:
            staff_queue.register(kind)
        navigation.register(
            navigation.Door(_("Join"), "members:join", 20, unless=rules.REPRESENT),
            navigation.Door(_("My membership"), "members:me", 21, rules.REPRESENT),
            navigation.Door(_("Volunteer"), "members:volunteer", 50, rules.VOLUNTEER),
        )
        navigation.register_footer(navigation.Door(_("Library"), "members:resources", 20))
        navigation.register_staff(
            navigation.Door(
                _("Applications"), "members_staff:applications", 20, rules.MANAGE_MEMBERS
            ),
            navigation.Door(_("Welcome"), "members_staff:welcome", 21, rules.WELCOME),
            navigation.Door(_("Members"), "members_staff:members", 22, rules.SEE_MEMBERS),
            navigation.Door(
                _("Import and export"), "members_staff:imports", 23, rules.IMPORT_MEMBERS
            ),
            navigation.Door(_("Tiers and dues"), "members_staff:tiers", 24, rules.MANAGE_TIERS),
            navigation.Door(
                _("Dues and papers"), "members_staff:dues_settings", 25, rules.MANAGE_TIERS
            ),
            navigation.Door(_("Invoices"), "members_staff:invoices", 30, rules.SEE_MONEY),
            navigation.Door(_("Payments"), "members_staff:payments", 31, rules.SEE_MONEY),
            navigation.Door(_("Renewals"), "members_staff:renewals", 32, rules.TAKE_MONEY),
            navigation.Door(_("Card payments"), "members_staff:stripe", 34, rules.CONNECT_STRIPE),
            navigation.Door(_("Reports"), "members_staff:reports", 40, rules.SEE_REPORTS),
            navigation.Door(_("Volunteers"), "members_staff:shifts", 50, rules.MANAGE_VOLUNTEERS),
            navigation.Door(_("Library"), "members_staff:resources", 55, rules.MANAGE_RESOURCES),
        )
        panels.register(
            panels.Panel("home", "members/_join_us.html", own.join_us, 55, own.join_us_version)
        )
        panels.register(panels.Panel("me", "members/me/_first_weeks.html", own.first_weeks, 5))
        panels.register(panels.Panel("me", "members/me/_accompanied.html", own.accompanied, 6))
        panels.register(panels.Panel("me", "members/me/_dues.html", own.own_dues, 10))
        panels.register(
            panels.Panel("member", "members/staff/_money.html", own.money_of_member, 10)
        )
        panels.register(panels.Panel("me", "members/me/_card.html", own.own_card, 20))
        panels.register(panels.Panel("member", "members/staff/_card.html", own.card_of_member, 20))
        panels.register(panels.Panel("me", "members/me/_value.html", own.value, 50))
        panels.register(panels.Panel("member", "members/me/_value.html", own.value_of_member, 50))
        value.register(*value_figures.FIGURES)
        panels.register(panels.Panel("me", "members/me/_new_among_us.html", own.new_among_us, 60))
        panels.register(
            panels.Panel("member", "members/staff/_welcome.html", own.welcome_of_member, 60)
        )
        panels.register(panels.Panel("me", "members/me/_seats.html", own.own_seats, 30))
        panels.register(panels.Panel("me", "members/me/_details.html", own.own_details, 35))
