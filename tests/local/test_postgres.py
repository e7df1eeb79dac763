"""The embedded PostgreSQL, really started, really killed."""

import os
import signal
import subprocess

import psutil
import psycopg2
import pytest

from alliance.local import LocalError, postgres, processes
from tests.local.waiting import until

pytestmark = [pytest.mark.local, pytest.mark.xdist_group("embedded-postgres")]


@pytest.fixture(scope="module")
def made(make_folder):
    folder = make_folder() / "data"
    postgres.start(folder, throwaway=True)
    yield folder
    postgres.stop(folder)


@pytest.fixture
def folder(made):
    """The same data in every test, its server running at the start of each."""
    if not postgres.is_answering(made):
        postgres.start(made, throwaway=True)
    return made


def ask(folder, question):
    connection = psycopg2.connect(postgres.address(folder))
    try:
        with connection, connection.cursor() as cursor:
            cursor.execute(question)
            return cursor.fetchone()[0] if cursor.description else None
    finally:
        connection.close()


def postmaster(folder):
    return psutil.Process(int((folder / "postmaster.pid").read_text().split()[0]))


def test_it_listens_on_a_socket_of_its_own_and_nowhere_else(folder):
    assert ask(folder, "SHOW listen_addresses") == ""
    assert postmaster(folder).net_connections("inet") == []
    assert folder.stat().st_mode & 0o777 == 0o700
    assert (folder / ".s.PGSQL.5432").stat().st_mode & 0o777 == 0o700


def test_letters_follow_the_same_rules_on_every_machine(folder):
    assert ask(folder, "SELECT lower('ÉÑ')") == "éñ"


def test_a_killed_server_starts_again_past_its_orphans_with_all_that_was_committed(folder):
    ask(folder, "CREATE TABLE IF NOT EXISTS kept AS SELECT 42 AS answer")
    busy = psycopg2.connect(postgres.address(folder))
    killed = postmaster(folder)
    # Children that cannot notice the death of their parent: what a partial kill leaves behind.
    orphans = killed.children()
    for process in (*orphans, killed):
        process.send_signal(signal.SIGSTOP)
    killed.kill()
    until(lambda: not processes.is_alive(killed))
    assert any(process.is_running() for process in orphans)

    postgres.start(folder, throwaway=True)

    assert ask(folder, "SELECT answer FROM kept") == 42
    assert not any(processes.is_alive(process) for process in orphans)
    busy.close()


def test_a_stale_pid_file_that_names_a_stranger_harms_nobody(folder):
    postgres.stop(folder)
    with subprocess.Popen(["sleep", "60"]) as stranger:
        pid_file = folder / "postmaster.pid"
        pid_file.write_text(f"{stranger.pid}\n{folder}\n0\n5432\n{folder}\n\n0 0\nready\n")
        postgres.start(folder, throwaway=True)
        assert stranger.poll() is None
        stranger.kill()


def test_stopping_leaves_no_process_and_no_other_server_is_touched(folder, make_folder):
    other = make_folder() / "data"
    postgres.start(other, throwaway=True)
    try:
        postgres.stop(folder)
        assert processes.in_folder("postgres", folder) == []
        assert postgres.is_answering(other)
    finally:
        postgres.stop(other)


def test_a_half_made_folder_is_made_anew(make_folder):
    folder = make_folder() / "data"
    draft = folder.with_name("data.new")
    draft.mkdir()
    (draft / "PG_VERSION").write_text("18\n")
    try:
        postgres.start(folder, throwaway=True)
        assert postgres.is_answering(folder)
    finally:
        postgres.stop(folder)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a folder to someone else")
def test_data_of_another_user_are_refused_untouched(tmp_path):
    folder = tmp_path / "data"
    folder.mkdir()
    os.chown(folder, 12345, 12345)
    with pytest.raises(LocalError, match="made by another user"):
        postgres.start(folder)
    assert os.listdir(folder) == []


def test_a_folder_too_deep_for_a_socket_moves_to_the_cache(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    deep = tmp_path / ("x" * 90)
    assert postgres.folder_for(tmp_path) == tmp_path / "postgres"
    assert postgres.folder_for(deep).parent == tmp_path / ".cache" / "commonweal"
    assert postgres.folder_for(deep) == postgres.folder_for(deep)
