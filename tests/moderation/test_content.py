"""The registry: kinds join once, and nothing is found that is not there."""

from dataclasses import replace
from pathlib import Path

import pytest
from django.conf import settings

from alliance.models import Seat
from alliance.tenancy.scope import in_alliance
from moderation import content
from tests.factories import moderation as make


def test_a_kind_joins_once():
    content.register(make.NOTE)
    assert content.kinds() == (make.NOTE,)
    with pytest.raises(ValueError, match="no hidden_at"):
        content.register(replace(make.NOTE, key="tests.seat", model=Seat))
    other = type("Other", (), {"_meta": make.NOTE.model._meta})
    with pytest.raises(ValueError, match="Two kinds"):
        content.register(replace(make.NOTE, model=other))


def test_what_has_not_joined_is_no_content(in_oak_street, ada):
    with pytest.raises(LookupError):
        content.of(ada)


def test_only_what_is_there_is_found(oak_street, mill_lane, note):
    with in_alliance(oak_street):
        assert content.find(make.KEY, note.pk) == note
        assert content.find(make.KEY, str(note.pk)) == note
        for key, pk in (
            ("nothing", note.pk), (make.KEY, mill_lane.pk), (make.KEY, "7"), (make.KEY, ""),
            (make.KEY, "\x00"), (make.KEY, None), (make.KEY, "\ud800"),
        ):  # fmt: skip
            assert content.find(key, pk) is None
    with in_alliance(mill_lane):
        assert content.find(make.KEY, note.pk) is None


def test_hidden_at_is_written_in_one_place():
    """Whoever writes it elsewhere would hide without a case, a log or a letter."""
    own = settings.BASE_DIR / "moderation/services/hiding.py"
    assert "update(hidden_at=" in own.read_text()
    assert _writers() == []


def _writers() -> list[str]:
    rooms = {path.parent for path in settings.BASE_DIR.glob("*/__init__.py")}
    files = [file for room in rooms if room.name != "tests" for file in room.rglob("*.py")]
    return [str(file) for file in files if _writes(file) and file.name != "hiding.py"]


def _writes(file: Path) -> bool:
    text = file.read_text()
    return "update(hidden_at=" in text or ".hidden_at = " in text
