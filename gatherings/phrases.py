"""Rules, days and hours as people say them."""

from datetime import date, datetime

from babel.dates import get_timezone_name
from django.utils.formats import date_format
from django.utils.translation import get_language, to_locale
from django.utils.translation import gettext as _

from alliance.tenancy.scope import current_alliance
from gatherings.models import Gathering, Occurrence
from gatherings.recurrence import LAST, MOST_DATES, MOST_YEARS, BadRule, Every, Fault, Rule, days

# A Monday, from which the names of weekdays are counted.
MONDAY = date(2024, 1, 1).toordinal()


def weekday(number: int) -> str:
    """0 → Monday."""
    return date_format(date.fromordinal(MONDAY + number), "l")


def repeats(gathering: Gathering) -> str:
    """How it repeats: every second Tuesday until 30 June 2027; empty for one date alone."""
    rule = gathering.rule
    if rule is None:
        return ""
    pattern = _weekly(rule) if rule.every is Every.WEEK else _monthly(rule)
    # Nobody counts to fourteen breakfasts: the last day says more than their number.
    last = days(rule, gathering.starts_on)[-1]
    return _("%(pattern)s until %(day)s") % {
        "pattern": pattern,
        "day": date_format(last, "j F Y"),
    }


def fault(error: BadRule) -> str:
    """Why a rule is refused, as a sentence."""
    return {
        Fault.ENDLESS: _("Say when it ends: a last day, or how many times."),
        Fault.TWO_ENDS: _("Choose one end: a last day, or how many times."),
        Fault.TOO_MANY: _("These are more than %(most)d dates. Choose an earlier end.")
        % {"most": MOST_DATES},
        Fault.TOO_FAR: _("This reaches more than %(years)d years ahead. Choose an earlier end.")
        % {"years": MOST_YEARS},
        Fault.NOT_FIRST: _("The first day is none of the days on which it repeats."),
        Fault.UNREADABLE: _("This way of repeating is not known here."),
    }[error.fault]


def day(moment: datetime) -> str:
    """Tuesday, 8 December 2026."""
    return date_format(moment, "l, j F Y")


def hour(moment: datetime) -> str:
    """8:30 AM."""
    return date_format(moment, "g:i A")


def zone(occurrence: Occurrence) -> str:
    """Which clock is meant, where it is not the alliance's own; else empty."""
    if occurrence.gathering.timezone == current_alliance().timezone:
        return ""
    locale = to_locale(get_language() or "en")
    return str(get_timezone_name(occurrence.gathering.zone, locale=locale))


def when(occurrence: Occurrence) -> str:
    """A date's day and hours: Tuesday, 8 December 2026, 8:00 AM – 9:30 AM."""
    start, end = occurrence.local_start, occurrence.local_end
    last = hour(end) if start.date() == end.date() else f"{day(end)}, {hour(end)}"
    said = f"{day(start)}, {hour(start)} – {last}"
    name = zone(occurrence)
    return f"{said} ({name})" if name else said


def _weekly(rule: Rule) -> str:
    names = [weekday(number) for number in sorted(rule.weekdays)]
    said = (
        names[0]
        if len(names) == 1
        else _("%(first)s and %(last)s")
        % {
            "first": ", ".join(names[:-1]),
            "last": names[-1],
        }
    )
    if rule.interval == 1:
        return _("every %(days)s") % {"days": said}
    if rule.interval == 2:
        return _("every second %(days)s") % {"days": said}
    return _("every %(count)d weeks on %(days)s") % {"count": rule.interval, "days": said}


def _monthly(rule: Rule) -> str:
    if rule.month_day is not None:
        which = _("on day %(day)d") % {"day": rule.month_day}
    else:
        names = {
            1: _("on the first %(day)s"),
            2: _("on the second %(day)s"),
            3: _("on the third %(day)s"),
            4: _("on the fourth %(day)s"),
            LAST: _("on the last %(day)s"),
        }
        which = names[rule.nth or LAST] % {"day": weekday(rule.weekdays[0])}
    if rule.interval == 1:
        return _("every month %(which)s") % {"which": which}
    if rule.interval == 2:
        return _("every second month %(which)s") % {"which": which}
    return _("every %(count)d months %(which)s") % {"count": rule.interval, "which": which}
