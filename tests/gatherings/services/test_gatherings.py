"""A gathering's life: written, proposed, returned, published, changed, cancelled."""

from datetime import date, time, timedelta

import pytest
from django.core.exceptions import ValidationError

from alliance import clock
from alliance.errors import DomainError
from alliance.models import OutboxMessage
from gatherings.models import Gathering
from gatherings.services import gatherings
from tests.factories import gatherings as make
from tests.gatherings.reading import audited, days_of, mails, moves_of

PLACES = "Between 1 and 10,000 places, or none for as many as come."
pytestmark = pytest.mark.usefixtures("theirs", "in_oak_street")


def refused(service, **arguments) -> tuple[str, str | None]:
    with pytest.raises(DomainError) as error:
        service(**arguments)
    return error.value.message, error.value.field


def test_written_it_is_a_draft_with_its_dates(ada):
    first = make.in_days(7)
    draft = make.a_draft(by=ada, repeats=make.weekly(first, 3), title="Peer breakfast")
    assert (draft.state, draft.slug, draft.timezone) == (
        "draft", "peer-breakfast", "America/Los_Angeles",
    )  # fmt: skip
    assert days_of(draft) == [(first + timedelta(weeks=n)).isoformat() for n in range(3)]
    assert audited("gathering.written") == [("gathering.written", ada.pk)]


def test_a_second_of_that_title_has_another_address(ada):
    slugs = [make.a_draft(title=title).slug for title in ("Café!", "Café!", "Mine", "¡¿?!")]
    assert slugs == ["cafe", "cafe-2", "mine-2", "event"]


@pytest.mark.parametrize("slug", ["taken", "mine", "new", "rsvp"])
def test_an_address_that_is_taken_is_refused(slug):
    make.a_draft(slug="taken")
    assert refused(make.a_draft, slug=slug) == ("Another event has this address.", "slug")


def test_without_a_place_it_is_at_its_hosts(bakery):
    draft = make.a_draft(business=bakery, place_name="", address="")
    assert (draft.place_name, draft.address) == ("Ben's Bakery", "")


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"starts_on": date(1900, 1, 1)}, ("Choose a day that is still to come.", "starts_on")),
        ({"starts_on": date(3000, 1, 1)}, ("Choose a day within the next 2 years.", "starts_on")),
        ({"capacity": 0}, (PLACES, "capacity")),
        ({"capacity": -1}, (PLACES, "capacity")),
        ({"capacity": 10**9},
         (PLACES, "capacity")),
        ({"repeats": "FREQ=DAILY;COUNT=3"},
         ("This way of repeating is not known here.", "repeats")),
        ({"repeats": "FREQ=WEEKLY;INTERVAL=1;BYDAY=MO,TU,WE,TH,FR,SA,SU"},
         ("Say when it ends: a last day, or how many times.", "repeats")),
        ({"repeats": "FREQ=WEEKLY;INTERVAL=1;BYDAY=MO,TU,WE,TH,FR,SA,SU;COUNT=105"},
         ("These are more than 104 dates. Choose an earlier end.", "repeats")),
        ({"repeats": "FREQ=WEEKLY;INTERVAL=1;BYDAY=MO,TU,WE,TH,FR,SA,SU;COUNT=3", "minutes": 2000},
         ("One date would not be over when the next begins.", "minutes")),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_with_a_sentence_and_nothing_is_kept(fields, said):
    assert refused(make.a_draft, **fields) == said
    assert Gathering.objects.count() == 0


@pytest.mark.parametrize(
    "fields",
    [
        {"title": "x" * 10_000},
        {"title": ""},
        {"hashtag": "two words"},
        {"hashtag": "<script>"},
        {"hashtag": "1st"},
        {"words": "x" * 4001},
        {"timezone": "Mars/Olympus"},
        {"minutes": 0},
        {"minutes": 30_000},
        {"online_url": "javascript:alert(1)"},
    ],
)
def test_a_field_that_does_not_fit_is_refused(fields):
    with pytest.raises(ValidationError):
        make.a_draft(**fields)
    assert Gathering.objects.count() == 0


def test_a_business_proposes_staff_return_it_and_then_publish(ben, ada, bakery):
    draft = make.a_draft(by=ben, business=bakery)
    gatherings.submit_gathering(gathering=draft, by=ben)
    gatherings.return_gathering(gathering=draft, reason="Which flour?", by=ada)
    gatherings.submit_gathering(gathering=draft, by=ben)
    gatherings.publish_gathering(gathering=draft, by=ada)
    assert moves_of(draft) == [
        ("draft", "submitted", "", ben.pk),
        ("submitted", "draft", "Which flour?", ada.pk),
        ("draft", "submitted", "", ben.pk),
        ("submitted", "published", "", ada.pk),
    ]
    assert mails() == [("returned", "ben@example.org"), ("published", "ben@example.org")]


def test_what_stands_in_its_way(ada, breakfast):
    published = breakfast.gathering
    draft = make.a_draft()
    assert [
        refused(gatherings.publish_gathering, gathering=published, by=ada)[0],
        refused(gatherings.submit_gathering, gathering=published, by=ada)[0],
        refused(gatherings.return_gathering, gathering=draft, reason="Why?", by=ada)[0],
        refused(gatherings.return_gathering, gathering=draft, reason=" ", by=ada),
        refused(gatherings.cancel_gathering, gathering=published, reason=" ", by=ada),
        refused(gatherings.cancel_gathering, gathering=draft, reason="No.", by=ada)[0],
        refused(gatherings.change_gathering, gathering=published, by=ada, slug="other"),
    ] == [
        "This event is published; that is no longer possible.",
        "This event is published; that is no longer possible.",
        "Only what waits for you can be returned.",
        ("Say what should change; the business reads it.", "reason"),
        ("Say why; those who wanted to come read it.", "reason"),
        "This event is draft; that is no longer possible.",
        ("The address stays: links lead there.", "slug"),
    ]


def test_a_draft_whose_dates_are_over_is_not_published(ada):
    draft = make.a_draft()
    with clock.at(clock.now() + timedelta(days=30)):
        said = refused(gatherings.publish_gathering, gathering=draft, by=ada)[0]
    assert said == "Its dates are over. Choose a day that is still to come."


def test_cancelled_it_changes_no_more_and_cancelling_again_does_nothing(breakfast, ada):
    for _n in range(2):
        gatherings.cancel_gathering(gathering=breakfast.gathering, reason="Moved away.", by=ada)
    said = refused(gatherings.change_gathering, gathering=breakfast.gathering, by=ada, title="X")
    assert said[0] == "This event is cancelled."
    assert moves_of(breakfast.gathering)[-1] == ("published", "cancelled", "Moved away.", ada.pk)
    assert len(moves_of(breakfast.gathering)) == 2


def test_saving_without_a_change_writes_nothing(breakfast, ada):
    before = OutboxMessage.objects.count(), audited("gathering.changed")
    gathering = gatherings.change_gathering(
        gathering=breakfast.gathering, by=ada, title="Peer breakfast", starts_time=time(8)
    )
    assert (OutboxMessage.objects.count(), audited("gathering.changed")) == before
    assert gathering.sequence == breakfast.gathering.sequence
