"""Another alliance's id answers exactly like one that nobody has, at every address.

Three rings hold that. The probes run with all of them, then with each of the
inner two taken away, and, as a control, with both away: then they must find leaks.
"""

import logging
from collections.abc import Callable, Iterator
from types import SimpleNamespace

import django_scopes
import pytest
from django.db import connection
from django.test import Client
from pytest_django import Settings

from alliance.models import Alliance, Role, Seat
from alliance.services.seats import give_seat
from alliance.tenancy import scope as doors
from alliance.tenancy.scope import across_alliances, in_alliance
from directory.models import DirectoryEntry
from pledges.models import Pledge
from tests.architecture.probing import (
    CANARY,
    EVERYTHING,
    LISTING,
    METHODS,
    House,
    Identities,
    furnish,
    leaks_in,
    plant_canaries,
    probe,
    read_everything,
    seen,
    whoever_may,
)
from tests.conftest import _person


@pytest.fixture
def orm_off(monkeypatch: pytest.MonkeyPatch) -> None:
    """Managers that filter nothing, though the alliance is known."""
    monkeypatch.setattr(
        doors, "scope", lambda **kwargs: django_scopes.scope(**kwargs, _enabled=False)
    )


@pytest.fixture(autouse=True)
def _many_requests(settings: Settings) -> Iterator[None]:
    """Thousands of refusals in a row: a 429 would prove nothing, and nobody reads their log."""
    settings.RATELIMIT_ENABLE = False
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


@pytest.fixture
def ours(oak_street: Alliance, eves_pledge: Pledge) -> House:
    return furnish(oak_street)


@pytest.fixture
def theirs(mill_lane: Alliance, neighbour: SimpleNamespace) -> House:
    house = furnish(mill_lane)
    assert plant_canaries(mill_lane) > 80
    # Slugs and codes are canaries now.
    with in_alliance(mill_lane):
        pledge = Pledge.objects.select_related("drive__business").get(pk=neighbour.pledge.pk)
        listed = DirectoryEntry.objects.get(is_open_data=True).slug
    house.ours |= {f"{name}/slug": listed for name in LISTING}
    house.ours |= {"slug": pledge.drive.slug, "business_slug": pledge.drive.business.slug}
    house.all["slug"] = [pledge.drive.slug, pledge.drive.business.slug]
    house.all["str"].append(pledge.code)
    return house


@pytest.fixture
def everybody(
    ours: House,
    theirs: House,
    neighbour: SimpleNamespace,
    ada: Seat,
    ben: Seat,
    visit: Callable[..., Client],
) -> Identities:
    """Who comes to oak_street: nobody in particular, its own people, strangers, programs."""
    oak = ours.alliance
    with in_alliance(oak):
        staff = {
            role: give_seat(person=_person(f"r-{role}"), role=role, by=None)
            for role in Role
            if EVERYTHING or role == Role.COMMUNITY
        }
    host = f"{oak.slug}.commonweal.test"
    return {
        "anonymous": visit(oak),
        "dan": visit(oak, neighbour.dan),
        **({"their director": visit(oak, neighbour.director)} if EVERYTHING else {}),
        "ben": visit(oak, ben),
        "ada": visit(oak, ada),
        **{role: visit(oak, seat) for role, seat in staff.items()},
        "our key": Client(HTTP_HOST=host, HTTP_AUTHORIZATION=f"Bearer {ours.key_secret}"),
        "their key": Client(HTTP_HOST=host, HTTP_AUTHORIZATION=f"Bearer {theirs.key_secret}"),
    }


@pytest.fixture
def few(everybody: Identities) -> Identities:
    """Those who see most."""
    return {who: everybody[who] for who in ("ben", "ada", "our key")}


def test_the_rows_that_could_leak_are_there(theirs: House) -> None:
    with across_alliances(reason="Show that there is something to leak."):
        names = Pledge.objects.filter(name__contains=CANARY).values_list("name", flat=True)

        assert len(names) == 1


@pytest.mark.parametrize("method", METHODS)
def test_no_foreign_id_is_told_from_a_missing_one(
    ours: House, theirs: House, everybody: Identities, method: str
) -> None:
    report = probe(ours, theirs, everybody, methods=(method,))

    print(f"{report.probes} probes with foreign ids, slugs and secrets by {method}")
    assert report.leaks == []
    assert report.probes > (4_000 if EVERYTHING else 700)


def test_no_page_shows_a_word_of_the_neighbours(
    ours: House, theirs: House, everybody: Identities
) -> None:
    report = read_everything(ours, theirs, everybody)

    print(f"{report.probes} pages read with foreign values in the query")
    assert report.leaks == []
    assert report.probes > 700


def test_row_security_off_the_orm_holds(
    rls_off: None, ours: House, theirs: House, few: Identities
) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user, count(*) FROM pledges_pledge GROUP BY 1")
        assert cursor.fetchone() == ("commonweal_owner", 2)

    ids = probe(ours, theirs, few, methods=("get",), who_tries=whoever_may)
    pages = read_everything(ours, theirs, few, whoever_may)

    print(f"{ids.probes + pages.probes} probes with row-level security off")
    assert ids.leaks + pages.leaks == []


def test_orm_scope_off_the_database_holds(
    orm_off: None, ours: House, theirs: House, few: Identities
) -> None:
    ids = probe(ours, theirs, few, methods=("get",), who_tries=whoever_may)
    pages = read_everything(ours, theirs, few, whoever_may)

    print(f"{ids.probes + pages.probes} probes with the ORM's scope off")
    assert ids.leaks + pages.leaks == []


def test_control_with_both_off_the_probes_find_leaks(
    rls_off: None, ours: House, theirs: House, few: Identities, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        doors, "scope", lambda **kwargs: django_scopes.scope(**kwargs, _enabled=False)
    )

    ids = probe(ours, theirs, few, methods=("get",), who_tries=whoever_may)
    pages = read_everything(ours, theirs, few, whoever_may)

    found = {leak.split(" ")[1] for leak in ids.leaks + pages.leaks}
    assert found >= {
        "pledges:drive", "pledges:drives", "pledges:card", "staff:audit_log", "staff:api_keys",
        "pledges_staff:drive", "pledges_staff:dispute", "api-pledge-detail", "api-pledge-list",
        "api-drive-detail", "home", "ledger_staff:journal", "ledger_staff:entry",
        "ledger_staff:account", "api-entry-detail", "api-entry-list", "api-account-detail",
    }  # fmt: skip


def test_our_people_at_the_neighbours_host_are_strangers(
    ours: House, theirs: House, ada: Seat, ben: Seat, visit: Callable[..., Client]
) -> None:
    """The host substituted: the same browsers, the same cookies, the other address."""
    for seat in (ada, ben):
        browser = visit(theirs.alliance, seat)
        for path in ("/staff/", "/staff/drives/", "/staff/audit/", "/me/till/", "/me/drive/"):
            assert browser.get(path).status_code == 404, path
    host = f"{theirs.alliance.slug}.commonweal.test"
    program = Client(HTTP_HOST=host, HTTP_AUTHORIZATION=f"Bearer {ours.key_secret}")
    assert program.get("/api/v1/pledges/").status_code == 401


def test_control_the_neighbour_does_see_the_canaries(
    theirs: House, neighbour: SimpleNamespace, visit: Callable[..., Client]
) -> None:
    page = visit(theirs.alliance, neighbour.director).get("/staff/drives/")

    assert leaks_in(seen(page)[2], ()) == [CANARY.lower()[:5]]
