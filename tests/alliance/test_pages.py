"""Pages by key: each row once, whatever is written in between."""

from base64 import urlsafe_b64encode
from datetime import timedelta

import pytest
from django.db.models import QuerySet
from django.test import RequestFactory
from django.utils import timezone

from alliance.models import Alliance, AuditEntry, JobProgress
from alliance.pages import Page, numbered_page_of, page_of, text_page_of
from alliance.tenancy.models import uuid7

NOW = timezone.now()


def entry(minutes_ago: float, subject: int = 0) -> AuditEntry:
    return AuditEntry.objects.create(
        at=NOW - timedelta(minutes=minutes_ago),
        action=f"test.{subject}",
        subject_type="test",
        subject_id=uuid7(),
    )


def page(query: str = "", rows: QuerySet[AuditEntry] | None = None, size: int = 4) -> Page:
    request = RequestFactory().get(f"/?{query}")
    return page_of(AuditEntry.objects.all() if rows is None else rows, request, size=size)


def walk(size: int = 4) -> list[AuditEntry]:
    found, query = [], ""
    while True:
        one = page(query, size=size)
        found += one.rows
        if one.next_query is None:
            return found
        query = one.next_query


@pytest.mark.parametrize("count", [0, 1, 3, 4, 5, 8, 9, 23])
def test_each_row_comes_exactly_once_newest_first(in_oak_street: Alliance, count: int) -> None:
    made = [entry(n) for n in range(count)]

    assert walk() == made


def test_rows_of_one_instant_come_once_each(in_oak_street: Alliance) -> None:
    made = {entry(5).pk for _ in range(11)}
    found = [row.pk for row in walk(size=2)]

    assert len(found) == 11
    assert set(found) == made


def test_what_is_written_meanwhile_shifts_nothing(in_oak_street: Alliance) -> None:
    made = [entry(n) for n in range(12)]
    found, query = [], ""
    for _ in range(3):
        one = page(query)
        found += one.rows
        query = one.next_query or ""
        # A newer row, which an offset would let push one onto the next page twice; and an
        # older one, which belongs at the end.
        entry(-1)
        made.append(entry(100 + len(made)))

    assert found == made[:12]


def test_control_an_offset_would_show_rows_twice(in_oak_street: Alliance) -> None:
    for n in range(8):
        entry(n)
    first = list(AuditEntry.objects.all()[:4])
    entry(-1)
    second = list(AuditEntry.objects.all()[4:8])

    assert len({row.pk for row in first + second}) == 7


def test_first_and_last_know_that_they_are(in_oak_street: Alliance) -> None:
    for n in range(5):
        entry(n)
    first = page()
    last = page(first.next_query or "")

    assert (first.is_first, last.is_first, last.next_query) == (True, False, None)


def test_the_other_parameters_go_along(in_oak_street: Alliance) -> None:
    for n in range(5):
        entry(n)
    following = page("q=eve&state=active").next_query or ""

    assert following.startswith("q=eve&state=active&after=")


@pytest.mark.parametrize(
    "cursor",
    [
        "", "x", "%00", "AAAA", "ü", "MjAyNi0wMS0wMXxub3QtYS11dWlk", "=" * 9, "A" * 5000,
        "OTk5OTktMDEtMDF8MDE5YTAwMDAtMDAwMC03MDAwLTgwMDAtMDAwMDAwMDAwMDAw",
    ],
)  # fmt: skip
def test_a_cursor_that_cannot_be_read_shows_the_first_page(
    in_oak_street: Alliance, cursor: str
) -> None:
    made = [entry(n) for n in range(5)]

    assert page(f"after={cursor}").rows == made[:4]


@pytest.mark.parametrize("at", ["2026-01-01", "0001-01-01T00:00:00", "9999-12-31T23:59:59"])
def test_a_cursor_without_a_zone_is_no_cursor(in_oak_street: Alliance, at: str) -> None:
    made = [entry(n) for n in range(5)]
    cursor = urlsafe_b64encode(f"{at}|{made[0].pk}".encode()).decode()

    assert page(f"after={cursor}").rows == made[:4]


def by_words(query: str = "", *, is_rising: bool = True) -> Page:
    rows = AuditEntry.objects.all()
    request = RequestFactory().get(f"/?{query}")
    return text_page_of(rows, request, field="action", is_rising=is_rising, size=4)


@pytest.mark.parametrize("is_rising", [True, False])
def test_by_words_each_row_comes_exactly_once(in_oak_street: Alliance, is_rising: bool) -> None:
    # Three words among eleven rows: ties lie across every page's edge.
    made = [entry(n, subject=n % 3) for n in range(11)]
    found: list[AuditEntry] = []
    query: str | None = ""
    while query is not None:
        one = by_words(query, is_rising=is_rising)
        found += one.rows
        query = one.next_query

    assert found == sorted(made, key=lambda e: (e.action, e.pk), reverse=not is_rising)


def test_words_with_the_cursors_own_mark_in_them(in_oak_street: Alliance) -> None:
    AuditEntry.objects.bulk_create(
        AuditEntry(action="a|b|c", subject_type="test", subject_id=uuid7()) for _n in range(6)
    )
    first = by_words()

    assert len({row.pk for row in first.rows + by_words(first.next_query or "").rows}) == 6


@pytest.mark.parametrize(
    "words", ["", "test|x", "a\x00b|019a0000-0000-7000-8000-000000000000", "ü|ü", "|"]
)
def test_words_that_cannot_be_read_show_the_first_page(in_oak_street: Alliance, words: str) -> None:
    for n in range(5):
        entry(n)
    cursor = urlsafe_b64encode(words.encode()).decode()

    assert by_words(f"after={cursor}").rows == by_words().rows


# --- by number ------------------------------------------------------------------


@pytest.fixture
def jobs(in_oak_street: Alliance) -> QuerySet[JobProgress]:
    """Nine rows with two numbers each: 0 of 1, 0 of 2, 1 of 2 …"""
    JobProgress.objects.bulk_create(
        JobProgress(title=f"{done} of {total}", done=done, total=total)
        for total in (1, 2, 3)
        for done in range(3)
        if done <= total
    )
    return JobProgress.objects.all()


def numbered(query: str, rows: QuerySet[JobProgress], size: int) -> Page:
    request = RequestFactory().get(f"/?{query}")
    return numbered_page_of(rows, request, keys=("total", "done"), size=size)


@pytest.mark.parametrize("size", [1, 2, 3, 7, 8, 9])
def test_rows_by_two_numbers_come_once_highest_first(
    jobs: QuerySet[JobProgress], size: int
) -> None:
    found, query = [], "q=x"
    while query:
        one = numbered(query, jobs, size)
        found += [(row.total, row.done) for row in one.rows]
        query = one.next_query or ""
        assert not query or query.startswith("q=x&after=")

    assert found == [(3, 2), (3, 1), (3, 0), (2, 2), (2, 1), (2, 0), (1, 1), (1, 0)]


@pytest.mark.parametrize(
    "text", ["", "x", "3", "3|", "3|-1", "3|1|1", "3|³", "3|" + "9" * 19, "1e9|1"]
)
def test_numbers_that_cannot_be_read_show_the_first_page(
    jobs: QuerySet[JobProgress], text: str
) -> None:
    cursor = urlsafe_b64encode(text.encode()).decode()

    assert numbered(f"after={cursor}", jobs, 3) == numbered("", jobs, 3)
