"""A gathering's dates: made by its rule, moved, renamed, called off, and kept."""

from datetime import UTC, datetime, time, timedelta

import pytest

from alliance import clock
from alliance.errors import DomainError
from gatherings.models import Occurrence
from gatherings.services import dates, gatherings, rsvps
from tests.factories import gatherings as make
from tests.gatherings.reading import audited, days_of, entry_of, last_mail, mails, people_of

pytestmark = pytest.mark.usefixtures("theirs", "in_oak_street")

NOW = datetime(2027, 3, 1, 18, tzinfo=UTC)
FIRST = datetime(2027, 3, 9).date()


@pytest.fixture(autouse=True)
def _first_of_march():
    with clock.at(NOW):
        yield


@pytest.fixture
def series(ada, oak_street):
    """Four Tuesdays at eight: 9, 16, 23, 30 March."""
    return make.a_series(4, starts_on=FIRST, by=ada, title="Tuesdays", capacity=5)


def change(gathering, **fields):
    return gatherings.change_gathering(gathering=gathering, by=None, **fields)


def starts(gathering) -> list[str]:
    rows = Occurrence.objects.filter(gathering=gathering).order_by("starts_at")
    return [f"{each.local_start:%d %H:%M}" for each in rows.select_related("gathering")]


def test_each_date_is_at_eight_on_its_own_wall_clock(series):
    assert days_of(series) == ["2027-03-09", "2027-03-16", "2027-03-23", "2027-03-30"]
    assert starts(series) == ["09 08:00", "16 08:00", "23 08:00", "30 08:00"]


def test_a_shorter_rule_drops_dates_that_nobody_answered_for(series):
    eve = make.an_rsvp(make.date_of(series, 3))
    change(series, repeats=make.weekly(FIRST, 2))
    assert days_of(series) == ["2027-03-09", "2027-03-16", "2027-03-30"]
    assert people_of(eve.occurrence) == [("Eve Castellano", "coming")]
    assert [template for template, _to in mails()] == ["confirm", "coming"]


def test_another_hour_is_told_to_whoever_comes_once(series):
    make.an_rsvp(make.date_of(series, 1))
    make.an_asked(make.date_of(series, 1), "asked@example.com")
    change(series, starts_time=time(9), place_name="The Hall")
    assert starts(series) == ["09 09:00", "16 09:00", "23 09:00", "30 09:00"]
    told = [row for row in mails() if row[0] == "changed"]
    assert told == [("changed", "eve@example.com")]
    entry = entry_of(last_mail("eve@example.com"))
    assert (entry["dtstart"].dt.hour, int(entry["sequence"]) > 0) == (9, True)


def test_another_place_alone_is_told_too_another_title_is_not(series):
    make.an_rsvp(make.date_of(series, 1))
    change(series, title="Tuesday tables")
    assert mails()[-1][0] == "coming"
    change(series, address="14 Oak Street")
    assert mails()[-1] == ("changed", "eve@example.com")
    assert last_mail().context["where"] == "The Long Table, 14 Oak Street"


def test_dates_that_began_stay_as_they_were(series):
    with clock.at(NOW + timedelta(days=10)):
        change(series, starts_time=time(10))
    assert starts(series) == ["09 08:00", "16 10:00", "23 10:00", "30 10:00"]


def test_a_moved_date_stays_where_it_was_moved(series):
    second = make.date_of(series, 1)
    make.an_rsvp(second)
    begins = second.starts_at + timedelta(days=1)
    dates.change_date(
        occurrence=second,
        by=None,
        starts_at=begins,
        ends_at=begins + timedelta(hours=1),
        title="With the mayor",
        place_name="Town hall",
    )
    change(series, starts_time=time(7))
    assert starts(series) == ["09 07:00", "17 08:00", "23 07:00", "30 07:00"]
    assert days_of(series)[1] == "2027-03-16"
    told = [row for row in mails() if row[0] == "changed"]
    assert told == [("changed", "eve@example.com")]
    assert (last_mail().context["title"], last_mail().context["where"]) == (
        "With the mayor",
        "Town hall",
    )


def test_a_new_name_alone_is_no_letter(series):
    second = make.date_of(series, 1)
    make.an_rsvp(second)
    dates.change_date(
        occurrence=second,
        by=None,
        starts_at=second.starts_at,
        ends_at=second.ends_at,
        title="With cake",
    )
    assert [template for template, _to in mails()] == ["confirm", "coming"]
    assert (make.date_of(series, 1).name, make.date_of(series, 1).moved_at) == ("With cake", None)


def test_the_only_date_moves_with_its_people(ada):
    date = make.a_date(starts_on=FIRST, by=ada)
    make.an_rsvp(date)
    change(date.gathering, starts_on=FIRST + timedelta(days=3))
    assert (days_of(date.gathering), starts(date.gathering)) == (["2027-03-09"], ["12 08:00"])
    assert mails()[-1] == ("changed", "eve@example.com")


def test_the_only_date_that_nobody_answered_for_is_simply_another(ada):
    gathering = make.a_gathering(starts_on=FIRST, by=ada)
    change(gathering, starts_on=FIRST + timedelta(days=3))
    assert days_of(gathering) == ["2027-03-12"]


def test_calling_one_date_off_tells_who_comes_and_who_waits_once(ada):
    date = make.a_date(starts_on=FIRST, by=ada, capacity=1)
    make.an_rsvp(date, "ann@example.com")
    make.an_rsvp(date, "bob@example.com")
    make.an_asked(date, "asked@example.com")
    gone = make.an_rsvp(date, "gone@example.com")
    rsvps.withdraw(rsvp=gone)
    for _n in range(2):
        dates.cancel_date(occurrence=date, reason="The boiler.", by=ada)
    told = [row for row in mails() if row[0] == "cancelled"]
    assert told == [("cancelled", "ann@example.com"), ("cancelled", "bob@example.com")]
    entry = entry_of(last_mail("ann@example.com"))
    assert (entry["status"], last_mail().context["reason"]) == ("CANCELLED", "The boiler.")
    assert audited("occurrence.cancelled") == [("occurrence.cancelled", ada.pk)]


def test_calling_all_of_it_off_tells_everybody_of_every_date(series, ada):
    for place in (0, 2):
        make.an_rsvp(make.date_of(series, place))
    dates.cancel_date(occurrence=make.date_of(series, 0), reason="Snow.", by=ada)
    gatherings.cancel_gathering(gathering=series, reason="The hall is sold.", by=ada)
    reasons = [(row, last_mail().context["reason"]) for row in mails() if row[0] == "cancelled"]
    assert [row for row, _reason in reasons] == [("cancelled", "eve@example.com")] * 2
    assert reasons[-1][1] == "The hall is sold."
    assert all(each.is_cancelled for each in Occurrence.objects.filter(gathering=series))


@pytest.mark.parametrize(
    ("change_of", "said", "field"),
    [
        ({"ends_at": timedelta(0)}, "It ends after it begins.", "ends_at"),
        ({"starts_at": timedelta(days=-40)},
         "Choose a day from today on, within 2 years.", "starts_at"),
        ({"starts_at": timedelta(days=900), "ends_at": timedelta(days=901)},
         "Choose a day from today on, within 2 years.", "starts_at"),
        ({"ends_at": timedelta(days=15)}, "It lasts from five minutes to two weeks.", "ends_at"),
    ],
)  # fmt: skip
def test_a_time_that_cannot_be(series, change_of, said, field):
    date = make.date_of(series, 0)
    times = {"starts_at": date.starts_at, "ends_at": date.ends_at}
    times |= {name: date.starts_at + shift for name, shift in change_of.items()}
    with pytest.raises(DomainError) as refused:
        dates.change_date(occurrence=date, by=None, **times)
    assert (refused.value.message, refused.value.field) == (said, field)


def test_what_is_over_or_called_off_is_not_moved(series):
    first, second = make.date_of(series, 0), make.date_of(series, 1)
    dates.cancel_date(occurrence=second, reason="Rain.", by=None)
    said = []
    for date in (first, second):
        with clock.at(NOW + timedelta(days=9)), pytest.raises(DomainError) as refused:
            dates.change_date(
                occurrence=date, by=None, starts_at=date.starts_at, ends_at=date.ends_at, title="X"
            )
        said.append(refused.value.message)
    assert said == ["This date is over.", "This date is called off."]
