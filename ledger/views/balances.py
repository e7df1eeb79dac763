"""The trial balance of any day, and whether the chain is whole."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from alliance.access import seat_for, seat_page
from ledger.forms import DayForm, today
from ledger.models import Entry
from ledger.queries import check_chain
from ledger.queries import trial_balance as balance_on
from ledger.rules import EXPORT_JOURNAL, SEE_JOURNAL

# How many entries one look reads anew: about half a second of the database's time.
AT_ONCE = 20_000


@seat_page(SEE_JOURNAL)
@require_safe
def trial_balance(request: HttpRequest) -> HttpResponse:
    """Every account at the end of a day; each figure opens the lines behind it."""
    form = DayForm({"on": request.GET.get("on") or today().isoformat()})
    context = {"form": form, "on": form.day, "balance": balance_on(on=form.day)}
    return render(request, "ledger/trial_balance.html", context)


@seat_page(SEE_JOURNAL)
@require_safe
def integrity(request: HttpRequest) -> HttpResponse:
    """Reads the newest entries, or with ?until=… those before, and compares their seals."""
    until = request.GET.get("until", "")
    # A larger number than there are asks for the newest.
    is_number = until.isascii() and until.isdigit() and len(until) < 10
    newest = Entry.objects.order_by("-number").first()
    last = newest.number if newest else 0
    asked = min(int(until), last) if is_number else last
    context = {
        "newest": newest,
        "check": check_chain(until=asked, count=AT_ONCE),
        "may_export": seat_for(request.seats, EXPORT_JOURNAL) is not None,  # type: ignore[attr-defined]
    }
    return render(request, "ledger/integrity.html", context)
