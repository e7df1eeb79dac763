"""The list behind a report's number as CSV, made in the worker, with progress."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from alliance.models import Alliance, JobProgress, Seat
from alliance.money import major
from alliance.services import audit, exports
from alliance.tenancy.scope import current_alliance, in_alliance
from ledger.models import Line
from members.models import Business, Status, Tier
from members.queries.reports import states
from members.queries.reports.lists import (
    MONEY,
    STATES,
    Happenings,
    Question,
    What,
    lines_behind,
    members_of,
)
from members.queries.reports.money import SIGNS

TASK = "members.export_report"


@transaction.atomic
def start_export(*, question: Question, by: Seat) -> JobProgress:
    """Queues the file of a list; the audit log keeps who took it out."""
    rows = lines_behind(question) if question.what in MONEY else _memberships(question)
    count = rows.count()
    audit.record(
        by=by,
        action="report.exported",
        subject=current_alliance(),
        rows=count,
        **{name: word for name, word in question.words.items() if name in ("what", "until")},
    )
    title = _("Report: %(what)s") % {"what": question.what.label}
    return exports.start(TASK, title=title, total=count, by=by, **question.words)


def write_export(*, alliance: Alliance, job_id: UUID, words: Mapping[str, str]) -> None:
    """Runs a queued export chunk by chunk; a job that has ended stays as it is."""
    with in_alliance(alliance):
        question = Question.read(words)
        tiers = states.tiers()
    name = f"{question.what}-{question.last.isoformat()}.csv"
    file: dict[str, Any] = {"alliance": alliance, "job_id": job_id, "name": name}
    if question.what in MONEY:
        exports.write_csv(
            **file,
            header=[_("entry"), _("day"), _("what"), _("business"), _("amount"), _("currency")],
            rows=lambda: lines_behind(question),
            cells=lambda lines: _money_cells(lines, question),
        )
        return
    exports.write_csv(
        **file,
        header=_header(question),
        rows=lambda: _memberships(question).select_related("business"),
        cells=lambda members: _member_cells(members, question, tiers),
    )


def _memberships(question: Question) -> Any:
    """Whose rows they are, each membership once, with what `states.on_day` says of it."""
    if question.what in STATES:
        return members_of(question)
    return states.on_day(question.last).filter(pk__in=Happenings(question).membership_ids)


def _header(question: Question) -> list[str]:
    header = [
        _("business"),
        _("e-mail"),
        _("city"),
        _("neighbourhood"),
        _("tier"),
        _("status on %(day)s") % {"day": question.last.isoformat()},
        _("member since"),
        _("paid until"),
    ]
    if question.what == What.DIFFERENT:
        return [*header, _("status in the snapshot")]
    return header if question.what in STATES else [*header, _("day"), _("what")]


def _member_cells(
    members: Sequence[Any], question: Question, tiers: Mapping[UUID, Tier]
) -> list[list[object]]:
    plain = {member.pk: _plain_cells(member, tiers) for member in members}
    if question.what == What.DIFFERENT:
        return [[*plain[member.pk], Status(member.kept).label] for member in members]
    if question.what in STATES:
        return list(plain.values())
    return [
        [*plain[one.membership_id], one.day.isoformat(), What(one.kind).label]
        for one in Happenings(question).of(list(plain))
    ]


def _plain_cells(member: Any, tiers: Mapping[UUID, Tier]) -> list[object]:
    business: Business = member.business
    return [
        business.trade_name,
        business.email,
        business.city,
        business.neighbourhood,
        tiers[member.tier_on].name,
        Status(member.status).label,
        member.joined_on.isoformat(),
        member.paid_until.isoformat() if member.paid_until else "",
    ]


def _money_cells(lines: Sequence[Line], question: Question) -> list[list[object]]:
    names = Business.objects.in_bulk({line.party for line in lines if line.party})
    sign = SIGNS[MONEY[question.what]]
    return [
        [
            line.entry.number,
            line.entry.on.isoformat(),
            line.entry.memo,
            names[line.party].trade_name if line.party in names else "",
            major(sign * line.amount_minor, line.entry.currency),
            line.entry.currency,
        ]
        for line in lines
    ]
