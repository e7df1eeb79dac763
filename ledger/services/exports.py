"""The journal as CSV, made in the worker: a row for each line, with what was sealed."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from alliance.models import Alliance, JobProgress, Seat
from alliance.money import major
from alliance.services import audit, exports
from alliance.tenancy.scope import current_alliance
from ledger import parties, seal
from ledger.models import Entry, Line
from ledger.queries.journal import Wanted, entries, sealed


@transaction.atomic
def start_export(*, wanted: Wanted, by: Seat) -> JobProgress:
    """Queues the export of the entries asked for; the audit log keeps who took them out."""
    count = entries(wanted).count()
    audit.record(by=by, action="journal.exported", subject=current_alliance(), entries=count)
    texts = wanted.as_texts()
    return exports.start("ledger.export", title=_("Journal"), total=count, by=by, **texts)


def write_export(*, alliance: Alliance, wanted: Wanted, job_id: UUID) -> None:
    """Runs a queued export chunk by chunk; a job that has ended stays as it is.

    The names of the columns that a verifier reads are the same in every language.
    """
    header = [
        seal.NUMBER,
        _("day"),
        _("kind"),
        _("what"),
        _("account"),
        _("account name"),
        _("debit"),
        _("credit"),
        _("currency"),
        _("concerns"),
        _("note"),
        _("written at"),
        _("by"),
        seal.BEFORE,
        seal.SEAL,
        seal.HEADER,
        seal.LINE,
    ]
    exports.write_csv(
        alliance=alliance,
        job_id=job_id,
        name=f"journal-{alliance.slug}.csv",
        header=header,
        rows=lambda: entries(wanted).select_related("seat__person"),
        cells=lambda chunk: _rows(alliance, chunk),
        key="number",
    )


def _rows(alliance: Alliance, chunk: Sequence[Entry]) -> Iterator[list[object]]:
    lines: dict[UUID, list[Line]] = defaultdict(list)
    found = Line.objects.filter(entry__in=chunk).select_related("account").order_by("position")
    for line in found:
        lines[line.entry_id].append(line)
    names = parties.named(line.party for line in found)
    for entry in chunk:
        yield from _rows_of(alliance, entry, lines[entry.pk], names)


def _rows_of(
    alliance: Alliance, entry: Entry, lines: Sequence[Line], names: dict[UUID | None, parties.Party]
) -> Iterator[list[object]]:
    as_sealed = sealed(entry, lines)
    for line, line_as_sealed in zip(lines, as_sealed.lines, strict=True):
        debit, credit = line.debit_minor, line.credit_minor
        party = names.get(line.party)
        yield [
            entry.number,
            entry.on.isoformat(),
            entry.get_kind_display(),
            entry.memo,
            line.account.code,
            line.account.name,
            "" if debit is None else major(debit, entry.currency),
            "" if credit is None else major(credit, entry.currency),
            entry.currency,
            party.name if party else line.party or "",
            line.memo,
            entry.at.astimezone(alliance.zone).isoformat(timespec="seconds"),
            entry.seat.person if entry.seat else "",
            entry.previous_hash,
            entry.hash,
            seal.as_text(as_sealed.header),
            seal.as_text(line_as_sealed),
        ]
