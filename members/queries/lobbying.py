"""Policy work by year, and the share of dues that was set for it."""

from dataclasses import dataclass

from django.db.models import Sum
from django.db.models.functions import ExtractYear

from members.models import DuesSettings, LegalForm, LobbyingShare, VolunteerHours
from members.queries.memberships import today

YEARS = 6


@dataclass(frozen=True)
class LobbyingYear:
    """A year's minutes of policy work and the share of its dues, where one was set."""

    year: int
    minutes: int
    basis_points: int | None

    @property
    def hours(self) -> float:
        return round(self.minutes / 60, 1)

    @property
    def is_missing(self) -> bool:
        """Whether work was logged and nobody has said what part of the dues it is."""
        return self.minutes > 0 and self.basis_points is None


def lobbying_years() -> list[LobbyingYear]:
    """Next year, this one and those before, the newest first."""
    last = today().year + 1
    years = range(last, last - YEARS, -1)
    shares = dict(LobbyingShare.objects.filter(year__in=years).values_list("year", "basis_points"))
    worked = VolunteerHours.objects.filter(is_policy=True, removed_at__isnull=True)
    sums = (
        worked.filter(on__year__gte=years[-1])
        .annotate(year=ExtractYear("on"))
        .order_by()
        .values("year")
        .annotate(minutes=Sum("minutes"))
    )
    minutes = {row["year"]: row["minutes"] for row in sums}
    return [LobbyingYear(year, minutes.get(year, 0), shares.get(year)) for year in years]


def blocks_invoices(decided: DuesSettings, years: list[LobbyingYear]) -> bool:
    """Whether no invoice may go out this year until a share is set."""
    this_year = today().year
    return decided.legal_form == LegalForm.BUSINESS_LEAGUE and any(
        row.is_missing for row in years if row.year == this_year
    )
