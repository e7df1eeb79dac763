"""Consent: who, for what, in which words; withdrawn by another row, never edited away."""

from types import SimpleNamespace
from uuid import UUID

import pytest
from django.db import ProgrammingError, transaction

from alliance.models import Alliance, Consent, ConsentWithdrawal
from alliance.services import consent
from alliance.tenancy.scope import in_alliance
from tests.side_by_side import at_once

ONE, TWO = UUID(int=1), UUID(int=2)
EVE = {"email": "eve@example.com", "purpose": "pledges"}


def give(**fields: object) -> Consent:
    return consent.give(**{**EVE, "wording": "You may write to me.", **fields})  # type: ignore[arg-type]


def test_it_keeps_the_very_words(neighbour: SimpleNamespace, in_oak_street: Alliance) -> None:
    given = give(email="Eve@Example.com", subject_id=ONE)

    assert (given.email, given.purpose, given.channel, given.wording, given.subject_id) == (
        "eve@example.com", "pledges", "email", "You may write to me.", ONE,
    )  # fmt: skip
    assert consent.has(email="EVE@example.com", purpose="pledges")


def test_it_is_for_this_and_nothing_else(in_oak_street: Alliance) -> None:
    give(subject_id=ONE)

    assert consent.has(**EVE, subject_id=ONE)
    assert not consent.has(**EVE, subject_id=TWO)
    assert not consent.has(email="eve@example.com", purpose="newsletter")
    assert not consent.has(email="adam@example.com", purpose="pledges")


def test_it_is_this_alliances(oak_street: Alliance, mill_lane: Alliance) -> None:
    with in_alliance(mill_lane):
        give()
    with in_alliance(oak_street):
        assert not consent.has(**EVE)
        assert consent.withdraw(**EVE) == 0
    with in_alliance(mill_lane):
        assert consent.has(**EVE)


def test_withdrawing_ends_it_once_and_keeps_what_was(in_oak_street: Alliance) -> None:
    given = give()

    assert [consent.withdraw(**EVE), consent.withdraw(**EVE)] == [1, 0]

    assert not consent.has(**EVE)
    assert list(Consent.objects.all()) == [given]
    assert [row.consent for row in ConsentWithdrawal.objects.all()] == [given]


def test_withdrawing_one_leaves_the_others(in_oak_street: Alliance) -> None:
    give(subject_id=ONE)
    give(subject_id=TWO)

    assert consent.withdraw(**EVE, subject_id=ONE) == 1
    assert [consent.has(**EVE, subject_id=each) for each in (ONE, TWO)] == [False, True]


def test_it_can_be_given_again(in_oak_street: Alliance) -> None:
    give()
    consent.withdraw(**EVE)
    give(wording="You may, after all.")

    assert consent.has(**EVE)
    assert [c.wording for c in Consent.objects.live()] == ["You may, after all."]


@pytest.mark.django_db(transaction=True)
def test_withdrawing_at_the_same_moment_leaves_one_withdrawal(oak_street: Alliance) -> None:
    with in_alliance(oak_street):
        give()

    def withdraw() -> int:
        with in_alliance(oak_street):
            return consent.withdraw(**EVE)

    answers = at_once(*[withdraw] * 6)

    with in_alliance(oak_street):
        assert ConsentWithdrawal.objects.count() == 1
        assert not consent.has(**EVE)
    assert all(isinstance(answer, int) for answer in answers), answers


def test_nobody_edits_what_was_agreed_to(in_oak_street: Alliance) -> None:
    given = give()

    for change in (
        lambda: Consent.objects.update(wording="You may sell my address."),
        lambda: given.save(),
        lambda: Consent.objects.all()._raw_delete("default"),
    ):
        with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
            change()
    assert Consent.objects.get().wording == "You may write to me."
