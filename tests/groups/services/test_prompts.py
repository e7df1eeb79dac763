"""Prompts: seven a week at most, and a library that is filled once."""

import pytest

from alliance.errors import DomainError
from groups.models import Prompt
from groups.services import prompts

pytestmark = pytest.mark.usefixtures("in_oak_street", "theirs")


def test_seven_a_week_at_most(bakers, ada):
    for _ in range(4):
        prompts.add_to_week(group=bakers, kind="ask", cadence="weekly", weekday=1, by=ada)
    with pytest.raises(DomainError, match="enough"):
        prompts.add_to_week(group=bakers, kind="ask", cadence="weekly", weekday=1, by=ada)


def test_the_library_is_filled_once(ada):
    prompts.fill_library(by=ada)
    prompts.fill_library(by=ada)
    assert Prompt.objects.filter(group__isnull=True).count() == 11
