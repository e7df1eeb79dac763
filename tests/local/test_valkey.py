import psutil
import pytest
import redis

from alliance.local import processes, valkey
from tests.local.waiting import until

pytestmark = pytest.mark.local


@pytest.fixture
def folder(tmp_path):
    yield tmp_path / "valkey"
    valkey.stop(tmp_path / "valkey")


@pytest.fixture
def start(folder, tmp_path):
    return lambda: valkey.start(folder, password_file=tmp_path / "password")


def server(folder):
    (process,) = processes.in_folder("valkey-server", folder)
    return process


def test_without_the_password_it_answers_nothing(start, folder, tmp_path):
    url = start()
    password = (tmp_path / "password").read_text().strip()
    with (
        redis.Redis.from_url(url.replace(f":{password}@", "")) as stranger,
        pytest.raises(redis.AuthenticationError),
    ):
        stranger.ping()
    # Nor does the password stand where everybody on the machine can read it.
    assert password not in " ".join(server(folder).cmdline())
    assert (folder / "valkey.conf").stat().st_mode & 0o777 == 0o600


def test_it_listens_on_this_machine_only(start, folder):
    start()
    listening = [c.laddr.ip for c in server(folder).net_connections("inet") if not c.raddr]
    assert listening == ["127.0.0.1"]


def test_what_was_queued_survives_a_kill(start, folder):
    with redis.Redis.from_url(start()) as client:
        client.rpush("queue", "work")
        # appendfsync everysec: written within the second.
        until(lambda: client.info("persistence")["aof_pending_bio_fsync"] == 0)
    killed = server(folder)
    killed.kill()
    until(lambda: not processes.is_alive(killed))
    with redis.Redis.from_url(start()) as client:
        assert client.lrange("queue", 0, -1) == [b"work"]


def test_a_leftover_is_ended_and_a_neighbour_is_not(start, folder, tmp_path):
    start()
    leftover = server(folder)
    neighbour_folder = tmp_path / "neighbour"
    valkey.start(neighbour_folder, password_file=tmp_path / "password")
    try:
        start()
        assert not processes.is_alive(leftover)
        assert processes.is_alive(server(neighbour_folder))
    finally:
        valkey.stop(neighbour_folder)
    assert not psutil.pid_exists(leftover.pid) or not processes.is_alive(leftover)
