"""A small attack in every test run; the whole one and its control are `bin/bench crash`."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

pytestmark = [pytest.mark.local, pytest.mark.xdist_group("crash")]

# Not under /tmp: a socket's path must be short, and the next run clears up after this one.
FOLDER = Path(settings.BASE_DIR) / ".local" / "crash-test"


def attack(*options: str) -> dict[str, Any]:
    """In a process of its own: nothing of pytest's settings reaches the stack."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    done = subprocess.run(
        [sys.executable, "-m", "tests.crash", "--json", "--state-dir", str(FOLDER), *options],
        cwd=settings.BASE_DIR, env=kept, stdout=subprocess.PIPE, text=True, timeout=240,
    )  # fmt: skip
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def test_nothing_is_lost_and_nothing_doubled() -> None:
    report = attack("--quick", "--pledges", "120", "--kills", "6")

    assert report["verdict"]["faults"] == {}
    assert report["passed"], report
