"""Folders for servers that the tests start themselves."""

import shutil
import tempfile
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def make_folder():
    """Makes folders outside of pytest's own, which pytest closes to other users time and again.

    Started by root, PostgreSQL runs as a user of its own, and must be able to pass.
    """
    made = []

    def make():
        made.append(Path(tempfile.mkdtemp(prefix="commonweal-")).resolve())
        return made[-1]

    yield make
    for folder in made:
        shutil.rmtree(folder)
