"""Alive, and ready: what a probe asks from wherever it stands."""

import os

import psycopg2
import pytest
from django.db import connection
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings

from alliance.views import health

HOSTS = ["127.0.0.1:8000", "elsewhere.example", "oak-street.commonweal.test", ""]
READY = {"database": "ok", "cache": "ok", "migrations": "ok"}


@pytest.fixture(autouse=True)
def _looks_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the process has learnt about migrations is forgotten."""
    monkeypatch.setattr(health, "_is_migrated", False)


@pytest.mark.parametrize("host", HOSTS)
def test_alive_at_any_address_without_asking_anybody(
    db: None, host: str, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(0):
        response = Client(HTTP_HOST=host).get("/healthz")

    assert (response.status_code, response.content) == (200, b"ok")


@pytest.mark.parametrize("host", HOSTS)
def test_ready_at_any_address(db: None, host: str) -> None:
    response = Client(HTTP_HOST=host).get("/readyz")

    assert (response.status_code, response.json()) == (200, READY)


@pytest.mark.django_db(transaction=True)
def test_without_the_database_it_lives_and_is_not_ready() -> None:
    kept = dict(connection.settings_dict)
    connection.close()
    connection.settings_dict.update(HOST="127.0.0.1", PORT="1")
    try:
        alive, ready = (Client().get(path) for path in ("/healthz", "/readyz"))
    finally:
        connection.close()
        connection.settings_dict.update(kept)

    assert alive.status_code == 200
    assert (ready.status_code, ready.json()) == (
        503,
        {"database": "OperationalError", "cache": "ok", "migrations": "OperationalError"},
    )
    # And it recovers by itself.
    assert Client().get("/readyz").json() == READY


def test_without_the_cache_it_is_not_ready(db: None, settings: Settings) -> None:
    settings.CACHES = {
        "default": settings.CACHES["default"] | {"LOCATION": "redis://127.0.0.1:1/0"}
    }
    response = Client().get("/readyz")

    assert (response.status_code, response.json()) == (503, READY | {"cache": "ConnectionError"})


@pytest.mark.django_db(transaction=True)
def test_with_a_migration_to_come_it_is_not_ready() -> None:
    owner = psycopg2.connect(os.environ["OWNER_DATABASE_URL"])
    owner.autocommit = True
    with owner.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'pledges' RETURNING name")
        names = [name for (name,) in cursor.fetchall()]
        try:
            response = Client().get("/readyz")
        finally:
            for name in names:
                cursor.execute(
                    "INSERT INTO django_migrations (app, name, applied) "
                    "VALUES ('pledges', %s, now())",
                    [name],
                )
    owner.close()

    assert (response.status_code, response.json()) == (503, READY | {"migrations": "missing"})
    assert Client().get("/readyz").json() == READY
