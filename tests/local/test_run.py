"""bin/run itself: started, started twice, stopped, killed and started again."""

import os
import signal
import socket
import subprocess
import sys
import urllib.request

import psutil
import psycopg2
import pytest

from alliance.local import ports, processes, state
from tests.local.waiting import until

pytestmark = [pytest.mark.local, pytest.mark.xdist_group("bin-run")]


class Run:
    """One state directory, and whatever runs from it."""

    def __init__(self, folder):
        self.folder = folder
        self.process = None

    def command(self, port):
        return [sys.executable, "-m", "alliance.local", "run", "--no-demo",
                "--state-dir", str(self.folder), "--port", str(port)]  # fmt: skip

    def start(self, port):
        environment = {k: v for k, v in os.environ.items() if not k.endswith("_URL")}
        with (self.folder / "output.log").open("ab") as log:
            self.process = subprocess.Popen(
                self.command(port), cwd=state.ROOT, env=environment, stdout=log, stderr=log
            )
        until(lambda: self.report() or self.process.poll() is not None, seconds=180)
        assert self.process.poll() is None, (self.folder / "output.log").read_text()[-4000:]
        return self.report()

    def report(self):
        report = state.read_json(self.folder / "run.json")
        return report if report.get("pid") == self.process.pid else None

    def stop(self):
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(timeout=60)

    def remains(self):
        """What of it runs: its processes, and its servers."""
        return [
            process
            for process in (
                *processes.of_run(self.folder),
                *processes.in_folder("postgres", self.folder / "postgres"),
                *processes.in_folder("valkey-server", self.folder / "valkey"),
            )
            if processes.is_alive(process)
        ]


@pytest.fixture(scope="module")
def run(make_folder):
    run = Run(make_folder())
    yield run
    if run.process and run.process.poll() is None:
        run.stop()


def test_it_runs_steps_over_a_taken_port_and_leaves_nothing(run):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        report = run.start(port)
    assert report["network"] != f"http://localhost:{port}/"
    assert urllib.request.urlopen(f"{report['network']}readyz").status == 200
    assert (run.folder / "run.json").stat().st_mode & 0o777 == 0o600

    connection = psycopg2.connect(report["database"])
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolsuper, rolbypassrls FROM pg_roles WHERE rolname = current_user")
        assert cursor.fetchone() == (False, False)
    connection.close()

    second = subprocess.run(
        run.command(port), cwd=state.ROOT, capture_output=True, text=True, timeout=60, check=False
    )
    assert second.returncode == 1
    assert report["network"] in second.stderr

    assert run.stop() == 0
    assert run.remains() == []
    assert not (run.folder / "run.json").exists()


def test_killed_it_starts_again_on_the_same_port(run):
    port = ports.any_free()
    run.start(port)
    left = run.remains()
    run.process.kill()
    run.process.wait()
    assert any(processes.is_alive(process) for process in left)

    report = run.start(port)
    assert report["network"] == f"http://localhost:{port}/"
    assert not any(processes.is_alive(process) for process in left)

    assert run.stop() == 0
    assert run.remains() == []


def test_when_one_process_ends_all_do(run):
    run.start(ports.any_free())
    (beat,) = (p for p in psutil.Process(run.process.pid).children(recursive=True)
               if "beat" in p.cmdline())  # fmt: skip
    beat.kill()
    assert run.process.wait(timeout=60) != 0
    assert run.remains() == []
