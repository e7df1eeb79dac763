"""Which businesses are open at a moment: the week's hours, unless the day goes otherwise."""

from datetime import datetime, timedelta
from typing import Any

from directory.models.places import DAY


def open_sql(moment: datetime) -> tuple[str, dict[str, Any]]:
    """A query for the ids of businesses of which some place is open then.

    Args:
        moment: local, in the alliance's zone. Hours that began yesterday and
            end past midnight count.
    """
    minute = moment.hour * 60 + moment.minute
    today, yesterday = moment.date(), moment.date() - timedelta(days=1)
    given = {
        "minute": minute,
        "minute_since_yesterday": minute + DAY,
        "weekday": today.weekday(),
        "weekday_before": yesterday.weekday(),
        "today": today,
        "yesterday": yesterday,
    }
    parts = (
        _OPEN.format(weekday="weekday", minute="minute", on="today"),
        _OPEN.format(weekday="weekday_before", minute="minute_since_yesterday", on="yesterday"),
    )
    return " UNION ALL ".join(parts), given


_OPEN = """
SELECT hours.business_id FROM directory_openinghours AS hours
WHERE hours.alliance_id = %(alliance)s AND hours.weekday = %({weekday})s
  AND hours.opens <= %({minute})s AND hours.closes > %({minute})s
  AND NOT EXISTS (
      SELECT 1 FROM directory_specialhours AS special
      WHERE special.alliance_id = %(alliance)s AND special.place_id = hours.place_id
        AND special."on" = %({on})s
  )
UNION ALL
SELECT special.business_id FROM directory_specialhours AS special
WHERE special.alliance_id = %(alliance)s AND special."on" = %({on})s
  AND special.opens <= %({minute})s AND special.closes > %({minute})s
"""
