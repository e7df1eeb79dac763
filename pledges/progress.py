"""How far a drive has come, as a bar and in words: the same on pages, pictures and paper."""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from alliance.money import format_money
from pledges.models import PledgeDrive
from pledges.queries import DriveFigures

WHOLE = 1000


@dataclass(frozen=True)
class Progress:
    """A bar's parts in thousandths of its length, and what stands beside it."""

    honoured: int
    active: int
    dropped: int
    standing: str
    goal: str
    people: str
    time_left: str


def progress_of(drive: PledgeDrive, figures: DriveFigures) -> Progress:
    """Spent, still to come, dropped.

    The bar's end is what the drive hopes for, or what was pledged where that is
    more.
    """
    goal = drive.target_pledgers * drive.suggested_minor
    whole = max(goal, figures.pledged_minor)
    return Progress(
        honoured=_part(figures.honoured_minor, whole),
        active=_part(figures.open_minor, whole),
        dropped=_part(figures.dropped_minor, whole),
        standing=format_money(figures.honoured_minor + figures.open_minor, drive.currency),
        goal=_("of %(goal)s") % {"goal": format_money(goal, drive.currency)},
        people=_("%(people)s of %(target)s people")
        % {"people": figures.standing, "target": drive.target_pledgers},
        time_left=_time_left(drive),
    )


def _time_left(drive: PledgeDrive) -> str:
    days = drive.days_left
    if days is None:
        return str(drive.get_state_display())
    if days == 0:
        return _("ends tonight")
    return ngettext("%(days)d day left", "%(days)d days left", days) % {"days": days}


def _part(minor: int, whole: int) -> int:
    return minor * WHOLE // whole if whole else 0
