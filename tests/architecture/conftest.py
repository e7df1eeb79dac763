"""The rings taken away one by one, for whoever shows what each of them holds."""

import os
from collections.abc import Iterator

import pytest
from django.db import connection
from psycopg2.extensions import parse_dsn
from pytest_django import Settings


@pytest.fixture
def rls_off(settings: Settings) -> Iterator[None]:
    """The application signed in as the owner, whom the policies do not hold."""
    owner = parse_dsn(os.environ["OWNER_DATABASE_URL"])
    # Who counts over the network enters its role; the owner may not, and needs not.
    settings.NETWORK_ROLE = owner["user"]
    kept = dict(connection.settings_dict)
    connection.close()
    connection.settings_dict.update(USER=owner["user"], PASSWORD=owner["password"])
    yield
    connection.close()
    connection.settings_dict.update(kept)
