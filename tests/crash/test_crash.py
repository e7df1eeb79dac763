"""A small attack in every test run, and its control; the whole one is `bin/bench crash`."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

pytestmark = [pytest.mark.local, pytest.mark.xdist_group("crash")]


def attack(folder: Path, *options: str) -> dict[str, Any]:
    """In a process of its own: nothing of pytest's settings reaches the stack."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    done = subprocess.run(
        [sys.executable, "-m", "tests.crash", "--json", "--state-dir", str(folder), *options],
        cwd=settings.BASE_DIR, env=kept, stdout=subprocess.PIPE, text=True, timeout=240,
    )  # fmt: skip
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def test_nothing_is_lost_and_nothing_doubled(tmp_path: Path) -> None:
    report = attack(tmp_path / "stack", "--quick", "--pledges", "120", "--kills", "6")

    assert report["verdict"]["faults"] == {}
    assert report["passed"], report
