"""A day in an address: 2027-03-31."""

from datetime import date


class Day:
    """`<day:day>`; what is no day of the calendar leads nowhere."""

    regex = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"

    def to_python(self, value: str) -> date:
        return date.fromisoformat(value)

    def to_url(self, value: date) -> str:
        return value.isoformat()
