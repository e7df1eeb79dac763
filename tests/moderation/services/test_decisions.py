"""Decisions: who decides, what follows, and who hears of it."""

from datetime import timedelta

import pytest

from alliance import clock
from alliance.errors import DomainError
from alliance.models import OutboxMessage, Role
from alliance.services.seats import end_seat, give_seat
from alliance.tenancy.models import uuid7
from moderation.models import HIDES, Case, Decision, Flag, Outcome, Sanction, Stewardship
from moderation.services import appeals, cases, decisions, sanctions, stewards
from tests.factories import moderation as make

pytestmark = pytest.mark.usefixtures("in_oak_street")


def templates() -> list[tuple[str, str]]:
    rows = OutboxMessage.objects.order_by("created_at", "id")
    return [(row.template.rpartition("/")[2], row.to.partition("@")[0]) for row in rows]


@pytest.mark.parametrize("outcome", Outcome.values)
def test_what_follows_from_each_outcome(note, ben, mia, cleo, outcome):
    case = make.a_case(note, by=mia)
    decision = make.a_decision(case, by=cleo, outcome=outcome)

    case.refresh_from_db()
    note.refresh_from_db()
    is_kept = outcome == "keep"
    assert note.is_hidden is (outcome in HIDES)
    assert case.state == ("final" if is_kept else "decided")
    assert case.first_action_at is not None
    assert case.decided_at is not None
    assert Flag.objects.get().upheld is not is_kept
    silenced = {"mute": "mute", "suspend": "suspension"}
    found = [(row.kind, row.seat, row.space) for row in Sanction.objects.all()]
    assert found == ([(silenced[outcome], ben, None)] if outcome in silenced else [])
    assert (decision.until is not None) is (outcome == "mute")
    assert templates() == [("decision", "ben"), ("answer", "mia")]
    # Removal waits for the last word.
    assert ("emptied", note.pk) not in make.told


def test_the_statement_of_reasons_cites_the_agreement_and_the_way_to_appeal(note, mia, cleo):
    make.a_decision(make.a_case(note, by=mia), by=cleo, outcome="mute")
    told = OutboxMessage.objects.get(template="moderation/email/decision").context
    last = (clock.now() + timedelta(days=14)).date()
    assert told["agreement"] == "Be respectful"
    assert told["agreement_words"].startswith("Speak to people")
    assert told["reasons"] == "It insults a neighbour."
    assert told["outcome"] == "Hidden, and no writing for seven days"
    assert abs((last - type(last).fromisoformat(told["appeal_until"])).days) <= 1
    assert told["was_flagged"] is True
    assert told["by_rules"] is False
    assert note.words not in str(told)
    assert note.title not in str(told)
    flagger = OutboxMessage.objects.get(template="moderation/email/answer").context
    assert "Ben" not in str(flagger)
    assert note.words not in str(flagger)


def test_a_mute_lasts_seven_days_and_then_they_write_again(note, ben, mia, cleo):
    make.a_decision(make.a_case(note, by=mia), by=cleo, outcome="mute")
    with pytest.raises(DomainError, match="again on"):
        sanctions.refuse_silenced(ben)
    with clock.at(clock.now() + timedelta(days=7, seconds=1)):
        sanctions.refuse_silenced(ben)


def test_a_case_is_decided_once(note, mia, cleo, ada):
    case = make.a_case(note, by=mia)
    make.a_decision(case, by=cleo)
    with pytest.raises(DomainError, match="decided already"):
        make.a_decision(case, by=ada, outcome="keep")
    assert Decision.objects.count() == 1


@pytest.mark.parametrize(
    ("told", "field"),
    [
        ({"outcome": "hide", "agreement": None}, "agreement"),
        ({"outcome": "hide", "reasons": "  "}, "reasons"),
        ({"outcome": "hide", "reasons": "x" * 2001}, "reasons"),
        ({"outcome": "keep", "reasons": ""}, "reasons"),
        ({"outcome": "burn"}, "outcome"),
        ({"outcome": "mute", "until": clock.now() - timedelta(days=1)}, "until"),
    ],
)
def test_a_decision_that_says_too_little_is_none(note, mia, cleo, told, field):
    case = make.a_case(note, by=mia)
    with pytest.raises(DomainError) as refused:
        make.a_decision(case, by=cleo, **told)
    assert refused.value.field == field
    case.refresh_from_db()
    note.refresh_from_db()
    assert (case.state, note.hidden_at, Decision.objects.count()) == ("open", None, 0)


# --- nobody in their own affair ------------------------------------------------------


def test_nobody_decides_about_their_own_words_whichever_seat_they_use(mia, cleo, ada):
    second = give_seat(person=cleo.person, role=Role.MEMBER, by=None)
    case = make.a_case(make.a_note(second), by=mia)
    for act in (make.a_decision, make.hide_by_hand, lambda case, by: cases.show(case=case, by=by)):
        with pytest.raises(DomainError, match="their own words"):
            act(case, by=cleo)
    make.a_decision(case, by=ada)  # the control


def test_who_answers_for_it_since_does_not_decide_either(note, ben, mia, cleo, ada):
    case = make.a_case(note, by=mia)
    make.authors[note.pk] = [ben, cleo]
    with pytest.raises(DomainError, match="their own words"):
        make.a_decision(case, by=cleo)
    make.a_decision(case, by=ada)


def test_nobody_decides_about_their_own_flag_whichever_seat_they_use(note, cleo, ada):
    member = make.since(give_seat(person=cleo.person, role=Role.MEMBER, by=None), 30)
    case = make.a_case(note, by=member)
    for act in (make.a_decision, make.hide_by_hand):
        with pytest.raises(DomainError, match="their own flag"):
            act(case, by=cleo)
    make.a_decision(case, by=ada)


@pytest.mark.parametrize("role", [Role.MEMBER, Role.TREASURER, Role.AUDITOR, Role.MEMBERSHIP])
def test_without_the_power_nothing_is_decided(note, mia, role):
    case = make.a_case(note, by=mia)
    with pytest.raises(DomainError, match="do not look after"):
        make.a_decision(case, by=make.a_seat(role=role))


def test_a_custodian_decides_in_their_space_and_nowhere_else(ben, mia, ada):
    bakers, smiths = make.a_space("Bakers"), make.a_space("Smiths")
    keeper = make.a_steward(Role.CUSTODIAN, by=ada, space=bakers)
    here, there, nowhere = (
        make.a_case(make.a_note(ben, space=space), by=mia) for space in (bakers, smiths, None)
    )
    for case in (there, nowhere):
        with pytest.raises(DomainError, match="do not look after"):
            make.a_decision(case, by=keeper)
    make.a_decision(here, by=keeper, outcome="suspend")
    # What they silence, they silence in their space alone.
    sanctions.refuse_silenced(ben)
    sanctions.refuse_silenced(ben, smiths)
    with pytest.raises(DomainError, match="until further notice"):
        sanctions.refuse_silenced(ben, bakers)


@pytest.mark.parametrize("role", [Role.FACILITATOR, Role.ADVISOR])
def test_the_other_stewards_do_not_decide(ben, mia, ada, role):
    space = make.a_space()
    steward = make.a_steward(role, by=ada, space=space)
    case = make.a_case(make.a_note(ben, space=space), by=mia)
    with pytest.raises(DomainError, match="do not look after"):
        make.a_decision(case, by=steward)


def test_a_custodian_whose_charter_ended_decides_nothing(ben, mia, ada):
    space = make.a_space()
    keeper = make.a_steward(Role.CUSTODIAN, by=ada, space=space)
    case = make.a_case(make.a_note(ben, space=space), by=mia)
    assert make.may_tend(keeper, space)
    stewards.end(stewardship=Stewardship.objects.get(), by=ada)
    with pytest.raises(DomainError, match="do not look after"):
        make.a_decision(case, by=keeper)


# --- what else can happen ------------------------------------------------------------


def test_a_member_who_left_with_a_case_open_is_decided_about_all_the_same(note, ben, mia, cleo):
    case = make.a_case(note, by=mia)
    end_seat(seat=ben, by=None)
    end_seat(seat=mia, by=None)
    make.a_decision(case, by=cleo, outcome="mute")
    note.refresh_from_db()
    letters = {row.template: row.context for row in OutboxMessage.objects.all()}
    assert note.is_hidden
    # Both are told, without a link to a door that is closed to them.
    assert set(letters) == {"moderation/email/decision", "moderation/email/answer"}
    assert {told["url"] for told in letters.values()} == {""}
    # It holds for the person: coming back does not end it.
    again = give_seat(person=ben.person, role=Role.MEMBER, by=None)
    with pytest.raises(DomainError, match="again on"):
        sanctions.refuse_silenced(again)


def test_somebody_whose_login_is_closed_gets_no_letter(note, ben, mia, cleo):
    case = make.a_case(note, by=mia)
    ben.person.is_active = False
    ben.person.save()
    make.a_decision(case, by=cleo)
    assert templates() == [("answer", "mia")]


def test_what_is_gone_can_still_be_decided_about(ben, mia, cleo):
    note = make.a_note(ben)
    case = make.a_case(note, by=mia)
    Case.objects.update(subject_id=uuid7())
    make.a_decision(case, by=cleo, outcome="remove")
    with clock.at(clock.now() + timedelta(days=15)):
        assert decisions.close(case=case)


def test_nobody_can_be_silenced_where_nobody_wrote_it(mia, cleo):
    case = make.a_case(make.a_note(), by=mia)
    for outcome in ("mute", "suspend"):
        with pytest.raises(DomainError, match="nobody whom") as refused:
            make.a_decision(case, by=cleo, outcome=outcome)
        assert refused.value.field == "outcome"
    make.a_decision(case, by=cleo, outcome="hide")


def test_kept_it_is_shown_again_and_can_be_flagged_anew(note, mia, nils, cleo):
    make.a_flag(note, by=mia)
    make.a_flag(note, by=nils)
    make.a_decision(Case.objects.get(), by=cleo, outcome="keep")
    note.refresh_from_db()
    assert note.hidden_at is None
    make.a_flag(note, by=mia)
    assert Case.objects.count() == 2


def test_what_a_later_case_hides_stays_hidden_when_an_earlier_one_ends(note, mia, nils, cleo, ada):
    first = make.a_case(note, by=mia)
    make.a_decision(first, by=cleo, outcome="warn")
    make.a_flag(note, by=ada)  # two: hidden at once
    appeals.appeal(case=first, words="It was a joke.", by=make.authors[note.pk][0])
    advisor = make.a_steward(Role.ADVISOR, by=cleo)
    appeals.hear(case=first, outcome="keep", agreement=None, reasons="It was.", by=advisor)
    note.refresh_from_db()
    assert note.is_hidden


def test_after_fourteen_days_it_is_final_and_what_was_removed_is_emptied(note, mia, cleo):
    case = make.a_case(note, by=mia)
    make.a_decision(case, by=cleo, outcome="remove")
    assert ("emptied", note.pk) not in make.told
    assert decisions.close(case=case) is True
    assert decisions.close(case=case) is False
    case.refresh_from_db()
    assert (case.state, make.told.count(("emptied", note.pk))) == ("final", 1)


def test_whoever_looks_after_it_may_hide_and_show_before_they_decide(note, ben, mia, cleo):
    case = make.a_case(note, by=mia)
    cases.hide(case=case, by=cleo)
    note.refresh_from_db()
    assert (note.is_hidden, Case.objects.get().state) == (True, "auto_hidden")
    assert templates() == [("held", "ben")]
    cases.show(case=case, by=cleo)
    note.refresh_from_db()
    assert (note.is_hidden, Case.objects.get().state) == (False, "open")
    assert Case.objects.get().first_action_at is not None


def test_custodians_take_something_up_themselves(note, ben, cleo, mia):
    case = cases.open_case(subject=note, reason="It was pointed out to me.", by=cleo)
    assert (case.origin, case.reason, case.first_action_at is not None) == (
        "staff", "It was pointed out to me.", True,
    )  # fmt: skip
    assert cases.open_case(subject=note, reason="Again.", by=cleo) == case
    with pytest.raises(DomainError, match="do not look after"):
        cases.open_case(subject=note, reason="I want it gone.", by=mia)
    with pytest.raises(DomainError, match="Say what"):
        cases.open_case(subject=note, reason=" ", by=cleo)
    own = make.a_note(cleo)
    with pytest.raises(DomainError, match="their own words"):
        cases.open_case(subject=own, reason="Mine.", by=cleo)
