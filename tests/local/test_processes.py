import os
import subprocess
import sys

import psutil
import pytest

from alliance.local import processes

STUBBORN = (
    "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('on', flush=True); input()"
)


@pytest.fixture
def start():
    started = []

    def start(code="print('on', flush=True); input()", **environment):
        process = subprocess.Popen(
            [sys.executable, "-c", code], env={**os.environ, **environment},
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        assert process.stdout.readline() == "on\n"
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.wait()


def test_a_run_finds_its_own_leftovers_and_not_its_neighbours(start, tmp_path):
    ours = start(**{processes.MARK: str(tmp_path / "ours")})
    start(**{processes.MARK: str(tmp_path / "neighbours")})
    start()
    assert [found.pid for found in processes.of_run(tmp_path / "ours")] == [ours.pid]


def test_ending_spares_everything_else(start, tmp_path):
    ours = start(**{processes.MARK: str(tmp_path / "ours")})
    neighbours = start(**{processes.MARK: str(tmp_path / "neighbours")})
    processes.end(processes.of_run(tmp_path / "ours"))
    assert not psutil.pid_exists(ours.pid)
    assert neighbours.poll() is None


def test_what_does_not_stop_when_asked_is_ended(start):
    stubborn = start(STUBBORN)
    processes.end([psutil.Process(stubborn.pid)], patience=0.2)
    assert not psutil.pid_exists(stubborn.pid)
