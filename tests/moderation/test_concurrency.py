"""Two at the same moment: one decides, one case begins, one person flags once."""

from functools import partial

import pytest

from alliance.models import OutboxMessage
from alliance.tenancy.scope import in_alliance
from moderation.models import (
    AgreementSet,
    Appeal,
    Block,
    Case,
    Decision,
    Flag,
    LogEntry,
    Sanction,
    Stewardship,
)
from moderation.services import agreements, appeals, blocks, stewards
from moderation.template import Item
from tests.factories import moderation as make
from tests.pledges.at_once import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def kinds(answers):
    """How often each kind of answer came."""
    found = {}
    for answer in answers:
        name = "refused" if type(answer).__name__ == "DomainError" else type(answer).__name__
        found[name] = found.get(name, 0) + 1
    return found


@pytest.mark.parametrize("repeat", range(3))
def test_two_decisions_at_once_are_one(oak_street, note, mia, cleo, ada, repeat):
    with in_alliance(oak_street):
        case = make.a_case(note, by=mia)
    acts = [
        partial(make.a_decision, case, by=cleo, outcome="mute"),
        partial(make.a_decision, case, by=ada, outcome="keep"),
    ] * 5
    assert kinds(at_once(oak_street, acts)) == {"Decision": 1, "refused": 9}
    with in_alliance(oak_street):
        decision = Decision.objects.get()
        case.refresh_from_db()
        note.refresh_from_db()
        is_kept = decision.outcome == "keep"
        assert case.state == ("final" if is_kept else "decided")
        assert (note.is_hidden, Sanction.objects.count()) == (not is_kept, 0 if is_kept else 1)
        assert OutboxMessage.objects.filter(template="moderation/email/decision").count() == 1
        assert LogEntry.objects.filter(action="decided").count() == 1


def test_ten_first_flags_at_once_begin_one_case_and_hide_once(oak_street, note):
    with in_alliance(oak_street):
        members = [make.a_seat() for _ in range(10)]
    acts = [partial(make.a_flag, note, by=seat) for seat in members]
    answers = kinds(at_once(oak_street, acts))
    assert set(answers) <= {"Flag", "refused"}
    # Whoever comes after it was hidden finds nothing to flag any more.
    assert answers["Flag"] >= 2
    with in_alliance(oak_street):
        assert (Case.objects.count(), Flag.objects.count()) == (1, answers["Flag"])
        assert Case.objects.get().state == "auto_hidden"
        assert LogEntry.objects.filter(action="hidden").count() == 1
        assert OutboxMessage.objects.filter(template="moderation/email/held").count() == 1


def test_one_persons_flag_pressed_ten_times_counts_once(oak_street, note, mia):
    answers = at_once(oak_street, [partial(make.a_flag, note, by=mia)] * 10)
    assert kinds(answers) == {"Flag": 1, "refused": 9}
    with in_alliance(oak_street):
        assert (Case.objects.count(), Flag.objects.count()) == (1, 1)


def test_a_flag_and_a_decision_at_once_leave_no_flag_open(oak_street, note, mia, cleo):
    with in_alliance(oak_street):
        case = make.a_case(note, by=mia)
        members = [make.a_seat() for _ in range(5)]
    acts = [partial(make.a_decision, case, by=cleo, outcome="hide")]
    acts += [partial(make.a_flag, note, by=seat) for seat in members]
    answers = kinds(at_once(oak_street, acts))
    assert set(answers) <= {"Decision", "Flag", "refused"}
    with in_alliance(oak_street):
        assert not Flag.objects.filter(case=case, upheld=None).exists()


def test_an_appeal_pressed_and_heard_many_times_is_one_each(oak_street, note, ben, mia, cleo, ada):
    with in_alliance(oak_street):
        case = make.a_case(note, by=mia)
        make.a_decision(case, by=cleo)
    press = partial(appeals.appeal, case=case, words="Please.", by=ben)
    assert kinds(at_once(oak_street, [press] * 8)) == {"Appeal": 1, "refused": 7}
    hear = partial(
        appeals.hear, case=case, outcome="keep", agreement=None, reasons="It was.", by=ada
    )
    assert kinds(at_once(oak_street, [hear] * 8)) == {"Decision": 1, "refused": 7}
    with in_alliance(oak_street):
        assert (Appeal.objects.count(), Decision.objects.count()) == (1, 2)


def test_invitations_charters_blocks_and_agreements_at_once(oak_street, mia, cleo, ada):
    invite = partial(
        stewards.invite, person=mia.person, role="custodian", space=None, by=cleo, why="Early."
    )
    assert kinds(at_once(oak_street, [invite] * 6)) == {"Stewardship": 1, "refused": 5}
    with in_alliance(oak_street):
        row = Stewardship.objects.get()
    accept = partial(stewards.accept, stewardship=row, by=mia)
    assert kinds(at_once(oak_street, [accept] * 6)) == {"Stewardship": 1, "refused": 5}
    block = partial(blocks.block, by=mia, person=cleo.person)
    assert kinds(at_once(oak_street, [block] * 6)) == {"Block": 6}
    publish = [
        partial(
            agreements.publish,
            space=None,
            items=[Item(f"{n}-{k}", "Words.") for k in range(3)],
            by=ada,
        )
        for n in range(6)
    ]
    assert set(kinds(at_once(oak_street, publish))) <= {"AgreementSet", "refused"}
    with in_alliance(oak_street):
        assert Block.objects.count() == 1
        numbers = list(AgreementSet.objects.order_by("number").values_list("number", flat=True))
        assert numbers == list(range(1, len(numbers) + 1))
