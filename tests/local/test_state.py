import os
import signal
import subprocess
import sys

import pytest

from alliance.local import LocalError, state

HOLDER = """
import subprocess, sys
from pathlib import Path
from alliance.local.state import Lock
lock = Lock(Path(sys.argv[1]))
assert lock.take()
# A fork keeps the open file, as honcho's helper processes do.
import os
if os.fork():
    print("held", flush=True)
input()
"""


@pytest.fixture
def holder(tmp_path):
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDER, tmp_path / "lock"],
        cwd=state.ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        start_new_session=True,
    )  # fmt: skip
    assert process.stdout.readline() == "held\n"
    yield process
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def test_a_secret_is_made_once_and_private(tmp_path):
    path = tmp_path / "secret"
    assert state.remembered(path, lambda: "first") == "first"
    assert state.remembered(path, lambda: "second") == "first"
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_failed_write_leaves_the_old_file_and_no_other(tmp_path):
    path = tmp_path / "file.json"
    state.write_private_json(path, {"whole": True})
    with pytest.raises(TypeError):
        state.write_private_json(path, {"bad": object()})
    assert state.read_json(path) == {"whole": True}
    assert os.listdir(tmp_path) == ["file.json"]


def test_a_half_written_file_reads_as_nothing(tmp_path):
    (tmp_path / "file.json").write_text('{"half":')
    assert state.read_json(tmp_path / "file.json") == {}


def test_a_held_lock_is_refused(holder, tmp_path):
    assert not state.Lock(tmp_path / "lock").take()


def test_a_killed_holder_gives_the_lock_up_though_its_fork_lives_on(holder, tmp_path):
    holder.kill()
    holder.wait()
    assert state.Lock(tmp_path / "lock").take()


def test_a_place_that_cannot_be_used_is_said_in_a_sentence(tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(LocalError, match="cannot be used"):
        state.prepare(tmp_path / "file")
