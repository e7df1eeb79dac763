"""The database goes away at the worst moment: while the request's transaction commits."""

from collections.abc import Callable, Iterator
from typing import Any

import psycopg2
import pytest
from django.db import connection
from django.db.backends.postgresql.base import DatabaseWrapper

from alliance.models import Alliance

pytestmark = pytest.mark.django_db(transaction=True)
FailWith = Callable[[psycopg2.Error], None]


@pytest.fixture
def fail_with(oak_street: Alliance, monkeypatch: pytest.MonkeyPatch) -> Iterator[FailWith]:
    """Every commit from now on fails like this; the cast has been committed before."""

    def fail(error: psycopg2.Error) -> None:
        def commit(wrapper: DatabaseWrapper) -> None:
            with wrapper.wrap_database_errors:
                raise error

        monkeypatch.setattr(DatabaseWrapper, "_commit", commit)

    yield fail
    monkeypatch.undo()
    connection.close()


def test_a_connection_that_breaks_is_503(
    fail_with: FailWith, visit: Any, oak_street: Alliance
) -> None:
    # psycopg2 raises its plain class here, as the crash harness has shown.
    fail_with(psycopg2.DatabaseError("server closed the connection unexpectedly"))

    assert visit(oak_street).get("/pledge/").status_code == 503


def test_a_commit_that_is_refused_is_500(
    fail_with: FailWith, visit: Any, oak_street: Alliance
) -> None:
    fail_with(psycopg2.IntegrityError("a deferred key points nowhere"))

    assert visit(oak_street).get("/pledge/").status_code == 500
