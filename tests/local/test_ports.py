import socket

import pytest

from alliance.local import LocalError, ports


@pytest.fixture
def taken():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield listener.getsockname()[1]


def test_a_taken_port_is_stepped_over(taken):
    assert not ports.is_free(taken)
    assert ports.first_free(taken) > taken


def test_a_free_port_is_kept():
    free = ports.any_free()
    assert ports.first_free(free) == free


def test_a_listener_on_the_other_meaning_of_localhost_counts_too():
    try:
        listener = socket.create_server(("::1", 0), family=socket.AF_INET6)
    except OSError:
        pytest.skip("this machine has no IPv6")
    with listener:
        assert not ports.is_free(listener.getsockname()[1])


def test_no_free_port_is_said_in_a_sentence(taken, monkeypatch):
    monkeypatch.setattr(ports, "TRIES", 1)
    with pytest.raises(LocalError, match="No free port"):
        ports.first_free(taken)
