"""What waits at the desk: every kind counted at once, the oldest first, for whom it concerns."""

from datetime import timedelta

import pytest
from django.utils import timezone

from alliance import staff_queue
from alliance.access import MANAGE_KEYS, SEE_DESK
from alliance.models import AuditEntry
from alliance.staff_queue import QueueRow, Work
from alliance.tenancy.models import uuid7
from alliance.tenancy.scope import in_alliance

NOW = timezone.now()


def waits(kind: str, minutes: int) -> None:
    AuditEntry.objects.create(
        at=NOW - timedelta(minutes=minutes),
        action=f"queue.{kind}",
        subject_type="test",
        subject_id=uuid7(),
    )


@pytest.fixture
def kinds(monkeypatch, in_oak_street, mill_lane):
    """Three kinds of work, one of them for the director alone; the neighbour's waits too."""
    monkeypatch.setattr(staff_queue, "_kinds", {})
    for name, action in (("many", SEE_DESK), ("old", MANAGE_KEYS), ("none", SEE_DESK)):
        staff_queue.register(
            Work(
                key=name,
                label=name.title(),
                act="Look",
                url_name="staff:desk",
                action=action,
                waiting=lambda name=name: AuditEntry.objects.filter(action=f"queue.{name}"),
                since="at",
                query=f"?show={name}",
            )
        )
    waits("many", 3)
    waits("many", 5)
    waits("old", 60)
    with in_alliance(mill_lane):
        waits("none", 90)


def row(name: str, count: int, minutes: int) -> QueueRow:
    oldest = NOW - timedelta(minutes=minutes)
    return QueueRow(name.title(), "Look", f"/staff/?show={name}", count, oldest)


def test_all_kinds_in_one_query_the_oldest_first(kinds, ada, django_assert_num_queries):
    with django_assert_num_queries(1):
        found = staff_queue.rows([ada])
    assert found == [row("old", 1, 60), row("many", 2, 5)]


def test_only_what_these_seats_may_act_on(kinds, cleo, ben, django_assert_num_queries):
    assert staff_queue.rows([cleo]) == [row("many", 2, 5)]
    with django_assert_num_queries(0):
        assert staff_queue.rows([ben]) == []
