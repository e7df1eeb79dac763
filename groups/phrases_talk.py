"""Words about topics that lists repeat on each line, asked for once a list."""

from datetime import datetime, timedelta

from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from alliance.tenancy.scope import current_alliance

_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)
_SHORT = timedelta(days=14)


def age(moment: datetime, now: datetime) -> str:
    """How long ago, in a word or two; after a fortnight the day itself."""
    passed = now - moment
    if passed < _HOUR:
        return _("just now")
    if passed < _DAY:
        hours = passed // _HOUR
        return ngettext("%(count)d hour", "%(count)d hours", hours) % {"count": hours}
    if passed < _SHORT:
        days = passed // _DAY
        return ngettext("%(count)d day", "%(count)d days", days) % {"count": days}
    return str(formats.date_format(moment.astimezone(current_alliance().zone), "j M Y"))
