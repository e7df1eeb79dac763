"""What the pages share: the gathering or date that an address names, if its visitor may read it."""

from datetime import date

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404

from gatherings.models import Gathering, Occurrence
from gatherings.rules import may_read


def gathering_at(request: HttpRequest, slug: str) -> Gathering:
    """The gathering of this address; 404 where it is not for its visitor."""
    found = get_object_or_404(Gathering.objects.select_related("business"), slug=slug)
    if not may_read(request.seats, found):  # type: ignore[attr-defined]
        raise Http404
    return found


def date_at(request: HttpRequest, slug: str, day: date) -> Occurrence:
    """The date of this address; 404 where it is not for its visitor."""
    dates = Occurrence.objects.select_related("gathering__business")
    found = get_object_or_404(dates, gathering__slug=slug, original_day=day)
    if not may_read(request.seats, found.gathering):  # type: ignore[attr-defined]
        raise Http404
    return found
