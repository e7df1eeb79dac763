"""Addresses of the books: all of them the staff's."""

from django.urls import URLPattern, include, path

from ledger.views import balances, journal, moves

staff_urls: tuple[list[URLPattern], str] = (
    [
        path("", journal.journal, name="journal"),
        path("entries/<uuid:entry_id>/", journal.entry, name="entry"),
        path("entries/<uuid:entry_id>/reversal/", moves.reverse, name="reverse"),
        path("accounts/<uuid:account_id>/", journal.account, name="account"),
        path("trial-balance/", balances.trial_balance, name="trial_balance"),
        path("integrity/", balances.integrity, name="integrity"),
        path("moves/new/", moves.move, name="move"),
        path("export/", journal.export, name="export"),
    ],
    "ledger_staff",
)

urlpatterns = [path("staff/ledger/", include(staff_urls))]
