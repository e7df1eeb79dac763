"""A query string is a search, or a sentence that says why not."""

import pytest
from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as st

from alliance import clock
from alliance.errors import DomainError
from directory.queries.parameters import asked_of, read_cursor, write_cursor
from directory.queries.search import Near, search
from tests.factories.directory import a_listed_business

pytestmark = pytest.mark.usefixtures("in_oak_street", "next_door")


def test_all_that_can_be_asked() -> None:
    asked = asked_of(
        QueryDict(
            "kind=food&category=Bakery&category=Caf%C3%A9&place=Temescal&value=woman-owned"
            "&language=es&has=pledges&tag=late&open=now&confirmed=yes&near=37.8,-122.27&within=2"
            "&sort=name&colour=blue&q=%20"
        )
    )

    assert asked.chosen == {
        "kind": ("food",),
        "category": ("Bakery", "Café"),
        "place": ("Temescal",),
        "value": ("woman-owned",),
        "language": ("es",),
        "has": ("pledges",),
        "tag": ("late",),
    }
    assert (asked.words, asked.is_open_now, asked.is_attested, asked.by_name, asked.after) == (
        None,
        True,
        True,
        True,
        None,
    )
    assert asked.near == Near(37.8, -122.27, within_km=2.0)


@pytest.mark.parametrize(
    "query",
    [
        "near=91,0",
        "near=0,181",
        "near=nan,nan",
        "near=inf,0",
        "near=37.8",
        "near=a,b",
        "near=1,2,3",
        "near=37.8,-122&within=0",
        "near=37.8,-122&within=-1",
        "near=37.8,-122&within=nan",
        "near=37.8,-122&within=1e9",
        "near=37.8,-122&within=far",
    ],
)
def test_what_is_no_place_is_refused_with_a_sentence(query: str) -> None:
    with pytest.raises(DomainError) as refused:
        asked_of(QueryDict(query))

    assert refused.value.field in ("near", "within")
    assert refused.value.message.endswith(".")


def test_a_cursor_leads_on_and_a_strange_one_to_the_first_page() -> None:
    for n in range(5):
        a_listed_business(slug=f"s{n}", trade_name=f"Shöp | {n}")
    first = search(asked_of(QueryDict("sort=name")), size=3)
    cursor = write_cursor(first)
    assert cursor

    second = search(asked_of(QueryDict(f"sort=name&after={cursor}")), size=3)

    assert write_cursor(second) is None
    assert len({row.entry for row in [*first.rows, *second.rows]}) == 5
    for strange in ("x", "%", cursor[:-9], cursor[::-1], "MjAyNi0wMS0wMXxuYW58fA"):
        assert read_cursor(strange) is None


@given(st.text(max_size=120))
def test_no_text_is_a_cursor_by_accident(text: str) -> None:
    assert read_cursor(text) is None


def test_an_old_cursor_does_not_bring_back_who_has_lapsed() -> None:
    from directory.models import DirectoryEntry

    for n in range(3):
        a_listed_business(slug=f"s{n}")
    cursor = write_cursor(search(asked_of(QueryDict("")), size=1))
    after = read_cursor(cursor or "")
    assert after
    DirectoryEntry.objects.filter(slug="s1").update(
        shown_until="2020-01-01", changed_at=clock.now()
    )
    old = cursor_of(after, day="2019-12-31")

    found = search(asked_of(QueryDict(f"after={old}")))

    assert found.total == 2


def cursor_of(after: object, *, day: str) -> str:
    """As somebody would write it who wants to look into the past."""
    from base64 import urlsafe_b64encode

    text = f"{day}|-1.0|{'0' * 8}-0000-7000-8000-{'0' * 12}|0"
    return urlsafe_b64encode(text.encode()).decode().rstrip("=")
