"""The public record of pledges kept: a page, and the same as a spreadsheet."""

from collections.abc import Iterator
from io import StringIO

from defusedcsv import csv
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from alliance.access import public_page
from alliance.conditional import unless_unchanged
from alliance.money import major
from alliance.services.exports import inert
from alliance.tenancy.scope import current_alliance
from pledges.honour import Record, Running, record
from pledges.panels import drives_version

KEPT = 600
COLUMNS = ("year", "drive", "business", "pledges", "kept", "in_part", "not_kept", "withdrawn",
           "released", "running", "pledged", "honoured", "currency")  # fmt: skip


@public_page
@require_safe
@unless_unchanged(drives_version, seconds=KEPT)
def honour(request: HttpRequest) -> HttpResponse:
    """/honour/: by year, by drive, what still runs, and how it is counted."""
    ours = current_alliance()
    context = {
        "record": record(),
        "currency": ours.currency,
        "page_url": ours.url(request.path),
    }
    return render(request, "pledges/honour.html", context)


@public_page
@require_safe
def honour_csv(request: HttpRequest) -> HttpResponse:
    """/honour/record.csv: a row for each drive and year; one without a year for what still runs."""
    out = StringIO()
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    for row in _rows(record()):
        writer.writerow([inert(str(cell)) for cell in row])
    response = HttpResponse(out.getvalue(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = content_disposition_header(
        as_attachment=True, filename="pledges-kept.csv"
    )
    return response


def _rows(found: Record) -> Iterator[tuple[object, ...]]:
    for one in found.drives:
        of = (one.drive.shown_title, one.drive.business.trade_name)
        currency = one.drive.currency
        for year, tally in sorted(one.years.items()):
            yield (
                year, *of, tally.pledges, tally.kept, tally.partly, tally.unkept,
                tally.withdrawn, tally.released, 0, major(tally.pledged_minor, currency),
                major(tally.honoured_minor, currency), currency,
            )  # fmt: skip
        now = one.running
        if now != Running():
            sums = (major(now.pledged_minor, currency), major(now.honoured_minor, currency))
            apart = (now.withdrawn, now.released, now.pledges)
            yield "", *of, 0, 0, 0, 0, *apart, *sums, currency
