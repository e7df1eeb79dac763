"""The rooms' own content: Ben's drive is flagged, Cleo decides, Ada hears."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from alliance.models import Alliance, Role, Seat
from alliance.services.seats import give_seat
from alliance.tenancy.scope import in_alliance
from moderation.models import Agreement, Case, Outcome
from moderation.queries.agreements import agreements_of
from moderation.services import cases, decisions, flags
from pledges.models import PledgeDrive
from tests.conftest import _person


@pytest.fixture(autouse=True)
def _kinds() -> None:
    """Every room's kinds of content, as they joined."""


@pytest.fixture
def mia(oak_street: Alliance) -> Seat:
    """Mia is a member."""
    with in_alliance(oak_street):
        return give_seat(person=_person("Mia"), role=Role.MEMBER, by=None)


@pytest.fixture
def rules(oak_street: Alliance) -> list[Agreement]:
    """What counts in oak_street."""
    with in_alliance(oak_street):
        return agreements_of(None)


@pytest.fixture
def case(oak_street: Alliance, oven: PledgeDrive, mia: Seat, rules: list[Agreement]) -> Case:
    """Mia has flagged the oven's words."""
    with in_alliance(oak_street):
        return flags.flag(subject=oven, agreement=rules[1], note="Rude", by=mia).case


@pytest.fixture
def decided(oak_street: Alliance, case: Case, cleo: Seat, rules: list[Agreement]) -> Case:
    """Cleo has hidden them."""
    with in_alliance(oak_street):
        decisions.decide(
            case=case, outcome=Outcome.HIDE, agreement=rules[1], reasons="It insults.", by=cleo
        )
        case.refresh_from_db()
    return case


Hide = Callable[[Any], None]


@pytest.fixture
def hide(oak_street: Alliance, cleo: Seat) -> Hide:
    """`hide(subject)`: Cleo takes it up, and hides it until it is decided."""

    def act(subject: Any) -> None:
        with in_alliance(oak_street):
            case = cases.open_case(subject=subject, reason="Look at it", by=cleo)
            cases.hide(case=case, by=cleo)

    return act


@pytest.fixture
def bens(visit: Callable[..., Client], oak_street: Alliance, ben: Seat) -> Client:
    """Ben's browser."""
    return visit(oak_street, ben)
