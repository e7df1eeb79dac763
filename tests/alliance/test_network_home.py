"""The network's front page: those who wish to be shown, on a list and on a map."""

import pytest

from alliance.models import Alliance, AllianceState
from tests.conftest import Visit


def names(visit: Visit) -> list[str]:
    answer = visit(None).get("/")
    assert answer.status_code == 200
    return [alliance["name"] for alliance in answer.context["alliances"]]


def test_only_who_has_agreed_is_shown(
    visit: Visit, oak_street: Alliance, mill_lane: Alliance
) -> None:
    assert names(visit) == []

    Alliance.objects.filter(pk=oak_street.pk).update(is_on_network_map=True)

    assert names(visit) == ["Oak Street Alliance"]


@pytest.mark.parametrize("state", [AllianceState.SUSPENDED, AllianceState.ARCHIVED])
def test_a_closed_alliance_is_not_shown(visit: Visit, oak_street: Alliance, state: str) -> None:
    Alliance.objects.filter(pk=oak_street.pk).update(is_on_network_map=True, state=state)

    assert names(visit) == []


def test_the_map_shows_those_that_say_where_they_are(
    visit: Visit, oak_street: Alliance, mill_lane: Alliance
) -> None:
    Alliance.objects.update(is_on_network_map=True)
    Alliance.objects.filter(pk=oak_street.pk).update(latitude=37.81, longitude=-122.27)

    page = visit(None).get("/")

    assert [dot.name for dot in page.context["map"].dots] == ["Oak Street Alliance"]
    assert "Mill Lane Together" in page.content.decode()
    assert oak_street.url() in page.content.decode()
