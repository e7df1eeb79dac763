"""What the shell's tests share."""

import pytest
from pytest_django import Settings

from tests.alliance.letters import with_letters


@pytest.fixture
def letters(settings: Settings) -> None:
    """The templates of the tests' own letters."""
    settings.TEMPLATES = with_letters(settings.TEMPLATES)
