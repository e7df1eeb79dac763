"""What was written about members and their dues, as plain values that a test compares whole."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext

from alliance import clock
from alliance.models import OutboxMessage
from alliance.tenancy.scope import current_alliance
from ledger.models import Entry
from members.models import Application, Invoice, Membership, MembershipPeriod, RenewalNotice
from members.queries.memberships import status_of


@contextmanager
def on(day: str, hour: int = 12) -> Iterator[date]:
    """The services believe that it is that day in the alliance, at noon or another hour."""
    moment = datetime.fromisoformat(day).replace(hour=hour, tzinfo=current_alliance().zone)
    with clock.at(moment.astimezone(UTC)):
        yield moment.date()


def terms_of(membership: Membership) -> list[tuple[str, str, str, str]]:
    """Its terms: from, to, counts from, no longer from."""
    rows = MembershipPeriod.objects.filter(membership=membership).order_by("starts_on", "id")
    return [
        (
            p.starts_on.isoformat(),
            p.ends_on.isoformat(),
            p.paid_on.isoformat(),
            p.voided_on.isoformat() if p.voided_on else "",
        )
        for p in rows
    ]


def told(membership: Membership, *days: str) -> list[str]:
    """Its status on these days."""
    fresh = Membership.objects.get(pk=membership.pk)
    return [status_of(fresh, date.fromisoformat(day)).value for day in days]


def waiting(membership: Membership) -> list[tuple[str, int]]:
    """The letters that are due: about which end, how many days from it."""
    rows = RenewalNotice.objects.filter(
        membership=membership, sent_at__isnull=True, stopped_at__isnull=True
    )
    return [(n.ends_on.isoformat(), n.offset_days) for n in rows.order_by("due_at")]


def figures_of(invoice: Invoice) -> tuple[int, int, int, int, int]:
    """An invoice as it is stored now: total, paid, credited, due, too much."""
    now = Invoice.objects.get(pk=invoice.pk)
    return now.total_minor, now.paid_minor, now.credited_minor, now.due_minor, now.excess_minor


def booked(*kinds: str) -> list[tuple[str, str, str, dict[str, int]]]:
    """The journal's entries of these kinds: kind, day, memo, amount by account."""
    rows = Entry.objects.order_by("number").prefetch_related("lines__account")
    return [
        (e.kind, e.on.isoformat(), e.memo, _by_account(e))
        for e in (rows.filter(kind__in=kinds) if kinds else rows)
    ]


def _by_account(entry: Entry) -> dict[str, int]:
    found: dict[str, int] = {}
    for line in entry.lines.all():
        found[line.account.key] = found.get(line.account.key, 0) + line.amount_minor
    return found


def mails() -> list[tuple[str, str, str]]:
    """The members' letters, oldest first: template, to, key."""
    rows = OutboxMessage.objects.filter(template__startswith="members/").order_by("id")
    return [(m.template.removeprefix("members/email/"), m.to, m.key) for m in rows]


def last_mail() -> dict[str, Any]:
    """What the newest letter says."""
    return OutboxMessage.objects.latest("id").context


def steps_of(application: Application) -> list[tuple[str, str, Any]]:
    """An application's history: state, words, whose seat."""
    rows = application.steps.order_by("at", "id")
    return [(step.to_state, step.words, step.seat_id) for step in rows]


def reads_of(act: Callable[[], Any]) -> int:
    """How many questions an act asks the database, without what a transaction costs."""
    with CaptureQueriesContext(connection) as captured:
        act()
    return sum(query["sql"].startswith("SELECT") for query in captured)
