"""What was written, as plain values that a test compares whole."""

from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext

from alliance.errors import DomainError
from alliance.models import Alliance, AuditEntry, OutboxMessage
from alliance.tenancy.models import tenant_models
from alliance.tenancy.scope import in_alliance
from pledges.models import Pledge, PledgeDrive, PledgeStep, Redemption, RedemptionStep, StepKind
from pledges.services import pledges as services

STATES = {
    StepKind.CONFIRMED: "active",
    StepKind.CANCELLED: "cancelled",
    StepKind.RELEASED: "released",
    StepKind.LAPSED: "lapsed",
    StepKind.FULFILLED: "fulfilled",
    StepKind.REOPENED: "active",
    StepKind.VOIDED: "void",
}


def mails() -> list[tuple[str, str, str]]:
    """Every message of the alliance, oldest first: template, to, key."""
    rows = OutboxMessage.objects.order_by("id")
    return [(m.template.removeprefix("pledges/email/"), m.to, m.key) for m in rows]


def last_mail() -> OutboxMessage:
    """The newest message."""
    return OutboxMessage.objects.latest("id")


def steps_of(pledge: Pledge) -> list[tuple[str, int, int]]:
    """A pledge's history: kind, amount before, amount after."""
    return [
        (s.kind, s.amount_before_minor, s.amount_after_minor)
        for s in PledgeStep.objects.filter(pledge=pledge).order_by("id")
    ]


def moves_of(drive: PledgeDrive) -> list[tuple[str, str, str, Any]]:
    """A drive's history: from, to, why, whose seat."""
    return [(s.from_state, s.to_state, s.reason, s.seat_id) for s in drive.steps.order_by("id")]


def fates_of(redemption: Redemption) -> list[tuple[str, str, Any]]:
    """A purchase's history: state, why, whose seat."""
    rows = RedemptionStep.objects.filter(redemption=redemption).order_by("id")
    return [(s.to_state, s.reason, s.seat_id) for s in rows]


def audited(*actions: str) -> list[tuple[str, Any, Any, dict[str, Any]]]:
    """The audit log's entries of these actions: action, seat, subject, detail."""
    rows = AuditEntry.objects.filter(action__in=actions).order_by("id")
    return [(e.action, e.seat_id, e.subject_id, e.detail) for e in rows]


def money_of(pledge: Pledge) -> tuple[str, int, int, int]:
    """A pledge as it is stored now: state, amount, held, honoured."""
    now = Pledge.objects.get(pk=pledge.pk)
    return now.state, now.amount_minor, now.held_minor, now.honoured_minor


def row_counts(alliance: Alliance) -> dict[str, int]:
    """How many rows the alliance has in each table; equal before and after, nothing was stored."""
    with in_alliance(alliance):
        return {model.__name__: model.objects.count() for model in tenant_models()}


def refusal(service: Any, **arguments: Any) -> tuple[str, str | None]:
    """The sentence and the field with which a service refuses; ("", None) if it does not."""
    try:
        service(**arguments)
    except DomainError as error:
        return error.message, error.field
    return "", None


def queries_of(act: Any) -> int:
    """How many queries an act costs."""
    with CaptureQueriesContext(connection) as captured:
        act()
    return len(captured)


def crowd(
    drive: PledgeDrive, count: int, *, confirmed_at: datetime | None, **fields: Any
) -> list[Pledge]:
    """Many confirmed pledges at once, written directly: for counting queries, not for rules."""
    start = Pledge.objects.count()
    rows = []
    for n in range(start, start + count):
        email = f"crowd{n}@example.com"
        pledge = Pledge(
            **{
                "drive": drive,
                "email": email,
                "email_normalised": email,
                "name": f"Crowd {n}",
                "amount_minor": 240_00,
                "currency": drive.currency,
                "term_months": drive.term_months,
                "state": "active",
                "code": _code(n),
                "card_digest": f"{n:064d}",
                "confirmed_at": confirmed_at,
                "term_ends_at": confirmed_at and confirmed_at + timedelta(days=365),
            }
            | fields
        )
        rows.append(pledge)
    return Pledge.objects.bulk_create(rows)


def ended(drive: PledgeDrive, state: str, honoured: int, *, at: datetime, people: int = 1) -> None:
    """Pledges of $240 whose term, or whose standing, ended at an instant."""
    money = {"honoured_minor": honoured, "held_minor": honoured}
    ends = {"term_ends_at": at, "ended_at": None if state == "fulfilled" else at}
    before = at - timedelta(days=365)
    crowd(drive, people, confirmed_at=before, state=state, **money, **ends)


def card_works(pledge: Pledge) -> bool:
    """Whether the card's secret is the one whose hash is stored."""
    return services.links.digest(pledge.card_secret) == pledge.card_digest


def attempt(service: Any, **arguments: Any) -> bool:
    """Calls a service; False if it refused."""
    with suppress(DomainError):
        service(**arguments)
        return True
    return False


def _code(number: int) -> str:
    letters = []
    for _place in range(services.CODE_LENGTH):
        number, rest = divmod(number, len(services.CODE_ALPHABET))
        letters.append(services.CODE_ALPHABET[rest])
    return "".join(letters)
