"""Reads of memberships and their standing."""

from collections.abc import Iterable
from datetime import date

from django.db.models import Max, prefetch_related_objects

from alliance import clock
from alliance.tenancy.scope import current_alliance
from members.models import DuesSettings, LobbyingShare, Membership, MembershipPeriod, Status
from members.status import History, Paid, Since, status_on
from members.terms import Term


def today() -> date:
    """The day it is in the alliance's zone."""
    return clock.now().astimezone(current_alliance().zone).date()


def settings() -> DuesSettings:
    """What the alliance has decided; the defaults where it has not."""
    return DuesSettings.objects.first() or DuesSettings()


def lobbying_basis_points(year: int) -> int | None:
    """The share of that year's dues that goes to lobbying; None where nobody has said."""
    share = LobbyingShare.objects.filter(year=year).values_list("basis_points", flat=True)
    return share.first()


def history_of(membership: Membership) -> History:
    """All that its status depends on; reads what was prefetched where it was."""
    return History(
        joined_on=membership.joined_on,
        periods=tuple(
            Paid(p.starts_on, p.ends_on, p.paid_on, p.voided_on) for p in membership.periods.all()
        ),
        holds=tuple(Since(h.starts_on, h.released_on) for h in membership.holds.all()),
        cancellations=tuple(
            Since(c.cancelled_on, c.revoked_on) for c in membership.cancellations.all()
        ),
    )


def status_of(membership: Membership, day: date | None = None) -> Status:
    """Its status on that day; today where none is given."""
    return Status(status_on(day or today(), history_of(membership)))


def statuses_of(memberships: Iterable[Membership], day: date | None = None) -> dict[str, Status]:
    """Statuses by membership id, in a fixed number of queries."""
    found = list(memberships)
    prefetch_related_objects(found, "periods", "holds", "cancellations")
    return {str(m.pk): status_of(m, day) for m in found}


def standing_terms(membership: Membership) -> list[Term]:
    """Its terms that were not taken back, the earliest first."""
    standing = MembershipPeriod.objects.filter(membership=membership, voided_on__isnull=True)
    return [Term(*days) for days in standing.values_list("starts_on", "ends_on")]


def last_end(membership: Membership) -> date | None:
    """The last day that any standing term covers; None before the first."""
    standing = MembershipPeriod.objects.filter(membership=membership, voided_on__isnull=True)
    return standing.aggregate(last=Max("ends_on"))["last"]
