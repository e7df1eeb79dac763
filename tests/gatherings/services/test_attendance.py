"""Who came: ticked, taken back, added at the door, counted."""

from datetime import timedelta

import pytest

from alliance import clock
from alliance.errors import DomainError
from gatherings.models import Occurrence, Rsvp
from gatherings.queries import people
from gatherings.services import attendance
from tests.factories import gatherings as make
from tests.gatherings.reading import audited, mails, people_of, places_of

pytestmark = pytest.mark.usefixtures("theirs", "in_oak_street")


def came(occurrence) -> list[str]:
    rows = Rsvp.objects.filter(occurrence=occurrence, attended_at__isnull=False)
    return list(rows.order_by("name").values_list("name", flat=True))


def test_a_tick_and_its_undo(breakfast, eves, ada):
    with make.at_the_door(breakfast):
        for _n in range(2):
            attendance.record(rsvp=eves, by=ada)
        assert came(breakfast) == ["Eve Castellano"]
        for _n in range(2):
            attendance.undo(rsvp=eves, by=ada)
        assert came(breakfast) == []
    assert audited("attendance.undone") == [("attendance.undone", ada.pk)]
    assert Occurrence.objects.get(pk=breakfast.pk).counted_at is not None


def test_whoever_waited_and_came_is_let_in_without_a_place(breakfast, ada):
    rsvps = [make.an_rsvp(breakfast, f"{n}@example.com", name=n) for n in ("ann", "bob", "cat")]
    with make.at_the_door(breakfast):
        attendance.record(rsvp=rsvps[2], by=ada)
    assert (people_of(breakfast)[2], places_of(breakfast)) == (("cat", "coming"), (2, 2))
    assert came(breakfast) == ["cat"]


def test_somebody_who_came_without_asking(breakfast, eves, ada):
    with make.at_the_door(breakfast):
        for _n in range(2):
            attendance.walk_in(occurrence=breakfast, name="Zoe", form_key="form-1", by=ada)
        attendance.walk_in(occurrence=breakfast, name="Zoe", form_key="form-2", by=ada)
        attendance.walk_in(occurrence=breakfast, name="E. C.", email="EVE@example.com", by=ada)
    assert came(breakfast) == ["Eve Castellano", "Zoe", "Zoe"]
    assert people.figures(breakfast) == people.Figures(
        answered=1, coming=1, waiting=0, withdrawn=0, came=3, walked_in=2
    )
    assert people.figures(breakfast).stayed_away == 0
    assert [template for template, _to in mails()] == ["confirm", "coming"]


@pytest.mark.parametrize(
    ("shift", "said"),
    [
        (timedelta(hours=-2), "Who came is noted from an hour before it begins."),
        (timedelta(days=91), "This date is too long over to be changed."),
        (timedelta(minutes=-59), None),
        (timedelta(days=89), None),
    ],
)
def test_when_the_door_is_open(breakfast, eves, ada, shift, said):
    with clock.at(breakfast.starts_at + shift):
        if said is None:
            attendance.record(rsvp=eves, by=ada)
            return
        for act, arguments in (
            (attendance.record, {"rsvp": eves}),
            (attendance.undo, {"rsvp": eves}),
            (attendance.nobody_came, {"occurrence": breakfast}),
            (attendance.walk_in, {"occurrence": breakfast, "name": "Zoe"}),
        ):
            with pytest.raises(DomainError) as refused:
                act(by=ada, **arguments)
            assert refused.value.message == said


def test_nobody_came_ends_the_desks_asking(breakfast, eves, ada):
    with clock.at(breakfast.ends_at + timedelta(hours=1)):
        assert list(people.uncounted()) == [breakfast]
        attendance.nobody_came(occurrence=breakfast, by=ada)
        assert list(people.uncounted()) == []
