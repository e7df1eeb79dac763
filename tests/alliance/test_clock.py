"""The clock that every rule reads."""

from datetime import UTC, datetime

import pytest
import time_machine
from django.utils import timezone

from alliance import clock

MAY = datetime(2026, 5, 1, 9, tzinfo=UTC)
JUNE = datetime(2026, 6, 1, 9, tzinfo=UTC)


def test_it_is_now():
    with time_machine.travel(MAY, tick=False):
        assert clock.now() == timezone.now() == MAY


def test_it_stands_at_a_told_moment_and_goes_on_afterwards():
    with time_machine.travel(JUNE, tick=False):
        with clock.at(MAY):
            assert clock.now() == MAY
        assert clock.now() == JUNE


def test_moments_nest_and_an_error_does_not_keep_them():
    with clock.at(MAY):
        with pytest.raises(RuntimeError), clock.at(JUNE):
            raise RuntimeError
        assert clock.now() == MAY


def test_a_moment_without_a_zone_is_refused():
    with pytest.raises(ValueError, match="time zone"), clock.at(datetime(2026, 5, 1)):
        pass
