"""The desk's list of listings: what is public, what is not and why, what waits."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from directory.models import ListingDraft, ListingPause
from members.models import Business, Membership
from members.queries.memberships import today
from members.queries.standing import with_status

PUBLIC, HIDDEN, DRAFT, PAUSED, WITHOUT_PHOTO, NOT_CONFIRMED = (
    "public", "hidden", "draft", "paused", "without_photo", "not_confirmed",
)  # fmt: skip
SHOWS = {
    PUBLIC: _("public"),
    HIDDEN: _("not public"),
    DRAFT: _("draft waiting"),
    PAUSED: _("taken out"),
    WITHOUT_PHOTO: _("without a photograph"),
    NOT_CONFIRMED: _("ownership not confirmed"),
}


def listings(*, words: str = "") -> QuerySet[Any]:
    """Every business by `name` with `until`, `photo`, `attested`, `has_draft` and `is_paused`."""
    rows: QuerySet[Any] = Business.objects.annotate(
        name=Lower("trade_name"),
        until=F("entries__shown_until"),
        photo=F("entries__photo"),
        attested=F("entries__attested_until"),
        has_draft=Exists(ListingDraft.objects.filter(listing__business=OuterRef("pk"))),
        is_paused=Exists(
            ListingPause.objects.filter(listing__business=OuterRef("pk"), ended_at__isnull=True)
        ),
    )
    return rows.filter(trade_name__icontains=words) if words else rows


def showing(rows: QuerySet[Any], what: str) -> QuerySet[Any]:
    """Those of one kind, or all."""
    return rows.filter(_conditions()[what]) if what in SHOWS else rows


def counts(rows: QuerySet[Any]) -> Mapping[str, int]:
    """How many there are of each kind."""
    found: Mapping[str, int] = rows.order_by().aggregate(
        **{name: Count("pk", filter=condition) for name, condition in _conditions().items()}
    )
    return found


def statuses(businesses: Iterable[Business]) -> dict[UUID, str]:
    """The status of each one's membership; who has none is left out."""
    rows = with_status(Membership.objects.filter(business__in=[one.pk for one in businesses]))
    return dict(rows.values_list("business", "status"))


def _conditions() -> dict[str, Q]:
    public = Q(until__gte=today())
    return {
        PUBLIC: public,
        HIDDEN: ~public | Q(until__isnull=True),
        DRAFT: Q(has_draft=True),
        PAUSED: Q(is_paused=True),
        WITHOUT_PHOTO: public & Q(photo__isnull=True),
        NOT_CONFIRMED: public & (Q(attested__isnull=True) | Q(attested__lt=today())),
    }
