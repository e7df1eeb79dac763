"""The journal, one entry of it, one account, and the journal as a file."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from alliance.access import seat_for, seat_page
from alliance.pages import numbered_page_of
from ledger import parties
from ledger.forms import DaysForm, JournalForm
from ledger.models import Account, EntryKind
from ledger.queries import journal as queries
from ledger.queries.journal import Wanted
from ledger.rules import EXPORT_JOURNAL, POST_ENTRIES, SEE_JOURNAL
from ledger.seal import digest
from ledger.services import exports
from ledger.services.moves import INSTEAD


@seat_page(SEE_JOURNAL)
@require_safe
def journal(request: HttpRequest) -> HttpResponse:
    """Every entry, the newest first; searched and filtered by the query."""
    form = JournalForm(request.GET)
    wanted = form.wanted
    context = {
        "form": form,
        "is_filtered": wanted != queries.EVERYTHING,
        "party": _party(wanted.party),
        "page": numbered_page_of(queries.entries(wanted), request),
        "may_post": _may(request, POST_ENTRIES),
        "may_export": _may(request, EXPORT_JOURNAL),
    }
    return render(request, "ledger/journal.html", context)


@seat_page(SEE_JOURNAL)
@require_safe
def entry(request: HttpRequest, entry_id: UUID) -> HttpResponse:
    """One entry: its lines, who wrote it and when, its seal, its reversal."""
    found = get_object_or_404(
        queries.entries().select_related("seat__person", "reverses"), pk=entry_id
    )
    lines = list(found.lines.select_related("account"))
    names = parties.named(line.party for line in lines)
    sealed = queries.sealed(found, lines)
    is_adjustment = found.kind == EntryKind.ADJUSTMENT
    context = {
        "entry": found,
        "rows": [{"line": line, "party": names.get(line.party)} for line in lines],
        "reversal": found.reversals.first(),
        "fits_seal": digest(sealed.previous_hash, sealed.header, sealed.lines) == sealed.hash,
        "instead": None if is_adjustment else INSTEAD[found.kind],
        "may_reverse": is_adjustment and _may(request, POST_ENTRIES),
    }
    return render(request, "ledger/entry.html", context)


@seat_page(SEE_JOURNAL)
@require_safe
def account(request: HttpRequest, account_id: UUID) -> HttpResponse:
    """One account's lines, the newest first, each with the balance after it."""
    found = get_object_or_404(Account, pk=account_id)
    form = DaysForm(request.GET)
    asked = form.wanted
    wanted = Wanted(account=found.pk, since=asked.since, until=asked.until, party=asked.party)
    page = numbered_page_of(queries.lines_of(wanted), request, keys=("entry__number", "position"))
    statement = queries.statement(found, wanted, page.rows)
    names = parties.named({asked.party, *(line.party for line in page.rows)})
    rows = [{"running": each, "party": names.get(each.line.party)} for each in statement.rows]
    context = {
        "account": found,
        "form": form,
        "is_filtered": asked != queries.EVERYTHING,
        "party": names.get(asked.party),
        "statement": statement,
        "page": page,
        "rows": rows,
    }
    return render(request, "ledger/account.html", context)


@seat_page(EXPORT_JOURNAL)
@require_POST
def export(request: HttpRequest) -> HttpResponse:
    """Starts the export of the entries that the list shows; its page shows the progress."""
    job = exports.start_export(
        wanted=JournalForm(request.POST).wanted,
        by=request.seat,  # type: ignore[attr-defined]
    )
    return redirect("staff:job", job_id=job.pk)


def _may(request: HttpRequest, action: Any) -> bool:
    return seat_for(request.seats, action) is not None  # type: ignore[attr-defined]


def _party(party: UUID | None) -> parties.Party | None:
    return parties.named([party]).get(party)
