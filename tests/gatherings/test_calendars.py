"""Calendar files, read back by three independent readers."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
import recurring_ical_events
import vobject
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from icalendar import Calendar

from alliance import clock
from alliance.tenancy.scope import in_alliance
from gatherings import calendars
from gatherings.models import Gathering, Occurrence
from gatherings.queries import dates as queries
from gatherings.recurrence import BadRule, days, instants, to_text
from gatherings.services import dates, gatherings
from tests.factories import gatherings as make
from tests.gatherings.test_recurrence import rules

pytestmark = pytest.mark.usefixtures("theirs")
NOW = datetime(2027, 3, 1, 18, tzinfo=UTC)
FIRST = date(2027, 3, 9)
SPAN = (datetime(2020, 1, 1), datetime(2040, 1, 1))
ZONES = ("America/Los_Angeles", "America/New_York", "Europe/London", "Asia/Kolkata", "UTC")


def read(text: str) -> list[tuple[datetime, datetime, str]]:
    """Every date of a calendar as a program shows it: start, end, name; by start."""
    found = recurring_ical_events.of(Calendar.from_ical(text)).between(*SPAN)
    events = [(e["DTSTART"].dt, e["DTEND"].dt, str(e["SUMMARY"])) for e in found]
    return sorted((start.astimezone(UTC), end.astimezone(UTC), name) for start, end, name in events)


def stored(*, cancelled: bool = False) -> list[tuple[datetime, datetime, str]]:
    """The same from our rows."""
    rows = Occurrence.objects.select_related("gathering").order_by("starts_at")
    if not cancelled:
        rows = rows.standing()
    return sorted((each.starts_at, each.ends_at, each.name) for each in rows)


def feed() -> str:
    return calendars.feed(queries.in_calendar(Gathering.objects.public()), name="Ours")


@pytest.fixture
def series(oak_street, ada):
    """Six Tuesdays across the start of daylight saving, with exceptions of each kind."""
    with clock.at(NOW), in_alliance(oak_street):
        made = make.a_series(6, starts_on=FIRST, by=ada, title="Tuesdays, at eight; always")
        moved = make.date_of(made, 1)
        shift = timedelta(days=1, hours=3)
        dates.change_date(
            occurrence=moved, by=ada, starts_at=moved.starts_at + shift,
            ends_at=moved.ends_at + shift, place_name="Town hall",
        )  # fmt: skip
        named = make.date_of(made, 2)
        dates.change_date(
            occurrence=named, by=ada, starts_at=named.starts_at, ends_at=named.ends_at,
            title="With cake",
        )  # fmt: skip
        dates.cancel_date(occurrence=make.date_of(made, 3), reason="Snow.", by=ada)
        make.an_rsvp(make.date_of(made, 5))
        gatherings.change_gathering(gathering=made, by=ada, repeats=make.weekly(FIRST, 5))
        yield Gathering.objects.get(pk=made.pk)


def test_a_series_with_exceptions_reads_as_it_is_stored(series):
    text = feed()
    assert len(stored()) == 5
    assert read(text) == stored()
    events = Calendar.from_ical(text).walk("VEVENT")
    assert [("RRULE" in e, "RECURRENCE-ID" in e, str(e["UID"])[:4]) for e in events] == [
        (True, False, "gath"), (False, True, "gath"), (False, True, "gath"), (False, False, "date"),
    ]  # fmt: skip
    assert [zone["TZID"] for zone in Calendar.from_ical(text).walk("VTIMEZONE")] == [
        "America/Los_Angeles"
    ]
    assert vobject.readOne(text).vevent.summary.value == "Tuesdays, at eight; always"


def test_called_off_as_a_whole_it_says_so(series, ada):
    gatherings.cancel_gathering(gathering=series, reason="No more.", by=ada)
    (master, *_others) = Calendar.from_ical(feed()).walk("VEVENT")
    assert (master["STATUS"], len(read(feed()))) == ("CANCELLED", 6)


def test_lines_are_folded_and_end_as_the_standard_says(series):
    lines = feed().encode().split(b"\r\n")
    assert max(map(len, lines)) <= 75
    assert b"\n" not in b"".join(lines)


def test_one_date_is_the_same_entry_each_time_and_newer_when_it_changes(oak_street, breakfast, ada):
    with in_alliance(oak_street):
        first = _entry(breakfast)
        moved = dates.change_date(
            occurrence=breakfast, by=ada, starts_at=breakfast.starts_at,
            ends_at=breakfast.ends_at + timedelta(hours=1),
        )  # fmt: skip
        later = _entry(moved)
    assert (first["uid"], first["sequence"] < later["sequence"]) == (later["uid"], True)
    assert Calendar.from_ical(_text(breakfast, oak_street))["METHOD"] == "PUBLISH"


def test_the_address_to_join_online_is_for_those_who_come(oak_street, ada):
    with in_alliance(oak_street):
        date_ = make.a_date(by=ada, online_url="https://meet.example/secret", place_name="")
        assert "meet.example" not in feed()
        assert "meet.example" not in calendars.one_date(date_, shows_online=False)
        assert "meet.example" in calendars.one_date(date_, shows_online=True)
        assert "meet.example" in calendars.single_dates([date_], name="Mine")


@pytest.mark.parametrize(
    "words", ["a,b;c\\d", "one\r\nBEGIN:VEVENT\r\nEND:VEVENT", "ünï\u2028code", "x" * 4000]
)
def test_words_stay_words(oak_street, ada, words):
    with in_alliance(oak_street):
        make.a_gathering(by=ada, words=words, title="Words")
        text = feed()
    (event,) = Calendar.from_ical(text).walk("VEVENT")
    assert str(event["description"]).replace("\r\n", "\n") == words.replace("\r\n", "\n")
    assert len(list(vobject.readOne(text).vevent_list)) == 1


def test_an_empty_calendar_is_one(oak_street):
    with in_alliance(oak_street):
        assert Calendar.from_ical(feed()).walk("VEVENT") == []


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(case=rules(), zone=st.sampled_from(ZONES), hour=st.integers(6, 21), off=st.integers(0, 103))
def test_any_rule_is_read_by_others_as_by_us(in_oak_street, case, zone, hour, off):
    rule, first = case
    try:
        planned = days(rule, first)
    except BadRule:
        return
    tz = ZoneInfo(zone)
    gathering = Gathering(
        title="Any", slug="any", timezone=zone, starts_on=first, starts_time=time(hour),
        minutes=90, repeats=to_text(rule), state="published",
    )  # fmt: skip
    rows = []
    for place, day in enumerate(planned):
        row = Occurrence(gathering=gathering, original_day=day)
        row.starts_at, row.ends_at = instants(day, time(hour), 90, tz)
        row.cancelled_at = NOW if place == off else None
        rows.append(row)
    expected = sorted((r.starts_at, r.ends_at, "Any") for r in rows if not r.cancelled_at)
    assert read(calendars.feed(rows, name="Any")) == expected


def test_control_without_the_time_zone_winter_and_summer_differ(series):
    text = feed().replace(";TZID=America/Los_Angeles:", ":")
    naive = recurring_ical_events.of(Calendar.from_ical(text)).between(*SPAN)
    starts = sorted(e["DTSTART"].dt.replace(tzinfo=UTC) for e in naive)
    assert starts != [start for start, _end, _name in stored()]


def _text(occurrence: Occurrence, alliance) -> str:
    with in_alliance(alliance):
        return calendars.one_date(occurrence, shows_online=False)


def _entry(occurrence: Occurrence):
    (event,) = Calendar.from_ical(calendars.one_date(occurrence, shows_online=False)).walk("VEVENT")
    return event


def test_a_calendars_name_is_written_as_text(in_oak_street):
    text = calendars.feed([], name="Bread, milk; and\nhoney")
    assert "\r\nNAME:Bread\\, milk\\; and\\nhoney\r\n" in text
    assert "\r\nX-WR-CALNAME:Bread\\, milk\\; and\\nhoney\r\n" in text
