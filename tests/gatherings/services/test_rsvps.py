"""An answer's life: asked, confirmed, waiting, moved up, withdrawn."""

from datetime import timedelta

import pytest

from alliance import clock
from alliance.errors import DomainError, TooManyMessages
from alliance.services import consent
from alliance.tenancy.scope import in_alliance
from gatherings import events
from gatherings.models import Rsvp, RsvpState
from gatherings.services import dates, gatherings, places, rsvps
from tests.factories import gatherings as make
from tests.gatherings.reading import entry_of, last_mail, mails, people_of, places_of

pytestmark = pytest.mark.usefixtures("theirs", "in_oak_street")


def refusal(service, **arguments) -> str:
    with pytest.raises(DomainError) as refused:
        service(**arguments)
    return refused.value.message


def test_asking_holds_no_place_and_writes_one_letter(breakfast):
    rsvp = make.an_asked(breakfast)
    assert (rsvp.state, places_of(breakfast)) == ("asked", (0, 2))
    assert mails() == [("confirm", "eve@example.com")]
    assert "Eve" not in str(last_mail().context)
    assert consent.has(email="eve@example.com", purpose="gatherings", subject_id=rsvp.pk)


def test_confirming_takes_a_place_and_brings_the_calendar_entry(breakfast):
    rsvp = make.an_rsvp(breakfast)
    assert (rsvp.state, places_of(breakfast)) == ("coming", (1, 2))
    assert mails() == [("confirm", "eve@example.com"), ("coming", "eve@example.com")]
    entry = entry_of(last_mail())
    assert (str(entry["summary"]), entry["status"], entry["dtstart"].dt) == (
        "Peer breakfast",
        "CONFIRMED",
        breakfast.starts_at,
    )


def test_pressing_twice_takes_one_place(breakfast):
    rsvp = make.an_asked(breakfast)
    for _n in range(2):
        rsvps.confirm(rsvp=rsvp, version=rsvp.version)
    assert places_of(breakfast) == (1, 2)
    assert [template for template, _to in mails()] == ["confirm", "coming"]


def test_when_all_places_are_taken_one_waits_in_order(breakfast):
    for name in ("ann", "bob", "cat", "dee"):
        make.an_rsvp(breakfast, f"{name}@example.com", name=name)
    assert people_of(breakfast) == [
        ("ann", "coming"), ("bob", "coming"), ("cat", "waiting"), ("dee", "waiting"),
    ]  # fmt: skip
    queue = [places.place_in_queue(rsvp) for rsvp in Rsvp.objects.filter(occurrence=breakfast)]
    assert queue == [0, 0, 1, 2]
    assert (mails()[-1], last_mail().context["position"]) == (("waiting", "dee@example.com"), 2)
    assert "attachments" not in last_mail().context


def test_a_withdrawal_moves_the_first_in_line_up_once(breakfast):
    ann, _bob, cat, _dee = (
        make.an_rsvp(breakfast, f"{name}@example.com", name=name)
        for name in ("ann", "bob", "cat", "dee")
    )
    for _n in range(2):
        rsvps.withdraw(rsvp=ann)
    assert people_of(breakfast) == [
        ("ann", "withdrawn"), ("bob", "coming"), ("cat", "coming"), ("dee", "waiting"),
    ]  # fmt: skip
    assert places_of(breakfast) == (2, 2)
    assert mails()[-2:] == [("withdrawn", "ann@example.com"), ("moved_up", "cat@example.com")]
    assert entry_of(last_mail("ann@example.com"))["status"] == "CANCELLED"
    assert entry_of(last_mail("cat@example.com"))["status"] == "CONFIRMED"
    assert not consent.has(email="ann@example.com", purpose="gatherings", subject_id=ann.pk)
    assert cat.pk == Rsvp.objects.get(name="cat").pk


def test_whoever_leaves_the_line_frees_no_place(breakfast):
    for name in ("ann", "bob"):
        make.an_rsvp(breakfast, f"{name}@example.com", name=name)
    cat, dee = (make.an_rsvp(breakfast, f"{n}@example.com", name=n) for n in ("cat", "dee"))
    rsvps.withdraw(rsvp=cat)
    assert places_of(breakfast) == (2, 2)
    assert places.place_in_queue(Rsvp.objects.get(pk=dee.pk)) == 1


def test_withdrawn_one_may_come_again_at_the_end_of_the_line(breakfast):
    ann = make.an_rsvp(breakfast, "ann@example.com", name="ann")
    make.an_rsvp(breakfast, "bob@example.com", name="bob")
    make.an_rsvp(breakfast, "cat@example.com", name="cat")
    rsvps.withdraw(rsvp=ann)
    again = make.an_rsvp(breakfast, "ann@example.com", name="ann")
    assert (again.pk, again.state) == (ann.pk, RsvpState.WAITING)
    assert places_of(breakfast) == (2, 2)


def test_the_same_form_twice_is_one_letter_another_form_a_newer_link(breakfast):
    first = make.an_asked(breakfast, form_key="k1")
    assert make.an_asked(breakfast, form_key="k1").version == first.version
    newer = make.an_asked(breakfast, form_key="k2")
    assert [template for template, _to in mails()] == ["confirm", "confirm"]
    said = refusal(rsvps.confirm, rsvp=newer, version=first.version)
    assert said == "A newer message replaced this one. Please use the newest."
    assert rsvps.confirm(rsvp=newer, version=newer.version).is_coming


def test_one_inbox_has_one_answer_however_it_is_spelled(breakfast, eves):
    again = make.an_asked(breakfast, "EVE+food@example.com", form_key="other", name="Mallory")
    assert (again.pk, again.name, again.state) == (eves.pk, "Eve Castellano", "coming")
    assert mails()[-1] == ("again", "eve@example.com")
    assert places_of(breakfast) == (1, 2)


def test_the_fourth_letter_to_one_unconfirmed_inbox_is_refused(breakfast):
    for n in range(3):
        make.an_asked(breakfast, form_key=f"k{n}")
    with pytest.raises(TooManyMessages):
        make.an_asked(breakfast, form_key="k4")


def test_signed_in_one_press_is_enough(breakfast, ben):
    rsvp = rsvps.come(occurrence=breakfast, person=ben.person, seat=ben, wording="Yes.")
    again = rsvps.come(occurrence=breakfast, person=ben.person, seat=ben, wording="Yes.")
    assert (rsvp.pk, rsvp.state, rsvp.name, rsvp.seat) == (again.pk, "coming", "Ben", ben)
    assert mails() == [("coming", "ben@example.org")]


def test_signed_in_what_was_asked_by_form_becomes_the_answer(breakfast, ben):
    asked = make.an_asked(breakfast, "ben@example.org", name="Benny")
    rsvp = rsvps.come(occurrence=breakfast, person=ben.person, seat=ben, wording="Yes.")
    assert (rsvp.pk, rsvp.state) == (asked.pk, "coming")
    # The mailed link leads to what stands already.
    assert rsvps.confirm(rsvp=asked, version=asked.version).state == "coming"
    assert [template for template, _to in mails()] == ["confirm", "coming"]


@pytest.mark.parametrize("minutes", [0, 1, 10_000])
def test_once_it_has_begun_nobody_asks_confirms_or_withdraws(breakfast, eves, minutes):
    asked = make.an_asked(breakfast, "late@example.com")
    with clock.at(breakfast.starts_at + timedelta(minutes=minutes)):
        assert [
            refusal(rsvps.ask, occurrence=breakfast, answer=make.an_answer("x@example.com")),
            refusal(rsvps.confirm, rsvp=asked, version=asked.version),
            refusal(rsvps.withdraw, rsvp=eves),
        ] == [
            "This date takes no answers any more.",
            "This date takes no answers any more.",
            "It has begun; nothing can be withdrawn any more.",
        ]


def test_a_draft_and_a_cancelled_date_take_no_answers(breakfast, ada):
    draft = make.date_of(make.a_draft())
    cancelled = dates.cancel_date(occurrence=breakfast, reason="Rain.", by=ada)
    assert [
        refusal(rsvps.ask, occurrence=draft, answer=make.an_answer()),
        refusal(rsvps.ask, occurrence=cancelled, answer=make.an_answer()),
    ] == [
        "This date takes no answers any more.",
        "This date is called off. Thank you for having wanted to come.",
    ]


def test_an_answer_never_confirmed_cannot_be_withdrawn(breakfast):
    asked = make.an_asked(breakfast)
    assert refusal(rsvps.withdraw, rsvp=asked) == (
        "This answer is not confirmed; that is no longer possible."
    )


def test_more_places_move_people_up_and_fewer_than_people_are_refused(breakfast, ada):
    for name in ("ann", "bob", "cat", "dee"):
        make.an_rsvp(breakfast, f"{name}@example.com", name=name)
    gatherings.change_gathering(gathering=breakfast.gathering, by=ada, capacity=3)
    assert people_of(breakfast)[2:] == [("cat", "coming"), ("dee", "waiting")]
    assert mails()[-1] == ("moved_up", "cat@example.com")
    said = refusal(gatherings.change_gathering, gathering=breakfast.gathering, by=ada, capacity=2)
    assert said.startswith("3 people are coming on ")
    assert places_of(breakfast) == (3, 3)
    gatherings.change_gathering(gathering=breakfast.gathering, by=ada, capacity=None)
    assert (people_of(breakfast)[3], places_of(breakfast)) == (("dee", "coming"), (4, None))


def test_other_rooms_hear_of_it(breakfast):
    heard = []

    def hear(sender, rsvp, **kwargs):
        heard.append((rsvp.name, rsvp.state))

    events.rsvp_confirmed.connect(hear)
    try:
        rsvp = make.an_asked(breakfast)
        assert heard == []
        rsvps.confirm(rsvp=rsvp, version=rsvp.version)
    finally:
        events.rsvp_confirmed.disconnect(hear)
    assert heard == [("Eve Castellano", "coming")]


def test_the_neighbours_list_is_as_it_was(breakfast, eves, theirs):
    rsvps.withdraw(rsvp=eves)
    with in_alliance(theirs.alliance):
        assert people_of(theirs.date) == [("Gus Neighbour", "coming"), ("Ida Neighbour", "waiting")]
        assert places_of(theirs.date) == (1, 1)
