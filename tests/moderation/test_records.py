"""What is on record is not edited by anybody, not even past the services."""

import pytest
from django.db import IntegrityError, ProgrammingError, transaction

from alliance import clock
from moderation import models
from moderation.models import (
    CASE_TRANSITIONS,
    Case,
    CaseState,
    Decision,
    Flag,
    LogEntry,
    Moderable,
)
from moderation.queries.agreements import current
from moderation.services import agreements, appeals, cases, notes
from tests.factories import moderation as make

pytestmark = pytest.mark.usefixtures("in_oak_street")


@pytest.fixture
def records(in_oak_street, note, ben, mia, cleo, ada):
    """A row of every kind that is only added to."""
    case = make.a_case(note, by=mia)
    make.a_decision(case, by=cleo)
    appeals.appeal(case=case, words="Please.", by=ben)
    agreements.accept(agreement_set=current(None), by=mia)
    notes.write(about=ben.person, words="We talked.", by=ada)


@pytest.mark.usefixtures("records")
@pytest.mark.parametrize(
    "name",
    [
        "Acceptance", "Agreement", "AgreementSet", "Appeal", "CaseAuthor", "Decision", "LogEntry",
        "Note",
    ],
)  # fmt: skip
def test_no_row_is_changed_or_taken_away(name):
    model = getattr(models, name)
    row = model.objects.first()
    assert row is not None
    for change in (
        row.save,
        lambda: model.objects.filter(pk=row.pk)._raw_delete("default"),
        lambda: model.objects.update(alliance=row.alliance),
    ):
        with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
            change()


def test_of_a_flag_only_whether_it_was_upheld_can_be_written(note, mia):
    flag = make.a_flag(note, by=mia)
    assert Flag.objects.filter(pk=flag.pk).update(upheld=True) == 1
    for fields in ({"words": "Other words."}, {"weight": 2}, {"note": "No."}):
        with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
            Flag.objects.filter(pk=flag.pk).update(**fields)


def test_every_act_is_in_the_log(note, ben, mia, cleo, ada):
    case = make.a_case(note, by=mia)
    cases.hide(case=case, by=cleo)
    make.a_decision(case, by=cleo)
    appeals.appeal(case=case, words="Please.", by=ben)
    appeals.hear(case=case, outcome="keep", agreement=None, reasons="It was.", by=ada)
    found = LogEntry.objects.filter(case=case).order_by("at", "id")
    assert [(entry.action, entry.seat) for entry in found] == [
        ("flagged", None), ("hidden", cleo), ("decided", cleo), ("appealed", ben),
        ("appeal_heard", ada), ("shown", ada),
    ]  # fmt: skip
    assert all(note.words not in str(entry.detail) for entry in found)


# --- what the tables say themselves -----------------------------------------------------


def test_one_undecided_case_for_each_thing_written(note, mia):
    first = make.a_case(note, by=mia)
    with pytest.raises(IntegrityError, match="case_one_undecided"), transaction.atomic():
        Case.objects.create(
            kind=first.kind, subject_id=note.pk, title="", words="", origin="care",
            first_due_at=first.first_due_at,
        )  # fmt: skip


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"state": "gone", "decided_at": clock.now()}, "case_state_known"),
        ({"state": "appealed"}, "case_appeal_has_due_time"),
        ({"state": "decided"}, "case_decided_has_time"),
        ({"state": "final"}, "case_decided_has_time"),
    ],
)
def test_a_state_that_cannot_be_is_refused(note, mia, fields, constraint):
    case = make.a_case(note, by=mia)
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Case.objects.filter(pk=case.pk).update(**fields)


def test_a_decision_without_its_agreement_is_refused(note, mia, cleo):
    case = make.a_case(note, by=mia)
    with pytest.raises(IntegrityError, match="decision_names_agreement"), transaction.atomic():
        Decision.objects.create(
            case=case, stage="first", outcome="hide", reasons="x", by=cleo, person=cleo.person
        )


@pytest.mark.parametrize("weight", ["0.19", "2.01"])
def test_a_weight_out_of_bounds_is_refused(note, mia, nils, weight):
    case = make.a_case(note, by=mia)
    with pytest.raises(IntegrityError, match="flag_weight_allowed"), transaction.atomic():
        Flag.objects.create(
            case=case, agreement=make.an_agreement(), by=nils, person=nils.person, words="",
            weight=weight,
        )  # fmt: skip


def test_the_table_of_states_ends_in_final_and_reaches_every_state():
    assert set(CASE_TRANSITIONS) == set(CaseState.values)
    assert CASE_TRANSITIONS[CaseState.FINAL] == frozenset()
    reached = {CaseState.OPEN}
    for _ in CaseState:
        reached |= {to for state in reached for to in CASE_TRANSITIONS[state]}
    assert reached == set(CaseState.values)
    assert all(CASE_TRANSITIONS[state] for state in CaseState if state != CaseState.FINAL)


def test_hidden_at_belongs_to_the_mixin():
    assert [field.name for field in Moderable._meta.get_fields()] == ["hidden_at"]
