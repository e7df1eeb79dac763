"""Places and their hours as rows, so that distance and "open now" can be asked."""

from uuid import UUID

from directory.branches import branches_of
from directory.content import Branch, Content, Hours
from directory.models import OpeningHours, Place, SpecialHours
from members.models import Business


def rewrite(businesses: list[Business], contents: dict[UUID, Content]) -> None:
    """Puts the places of these businesses as their listings show them now."""
    ids = [business.pk for business in businesses]
    for model in (SpecialHours, OpeningHours, Place):
        model.objects.filter(business__in=ids).delete()
    week: list[OpeningHours] = []
    special: list[SpecialHours] = []
    rows = []
    for business in businesses:
        content = contents.get(business.pk, Content())
        for position, branch in enumerate(branches_of(business, content)):
            place = _place(business, branch, position=position)
            rows.append(place)
            week += _week(place, branch.hours)
            special += _special(place, branch.hours)
    Place.objects.bulk_create(rows)
    OpeningHours.objects.bulk_create(week)
    SpecialHours.objects.bulk_create(special)


def _place(business: Business, branch: Branch, *, position: int) -> Place:
    has_point = branch.latitude is not None and branch.longitude is not None
    return Place(
        business=business,
        position=position,
        name=branch.name,
        street=branch.street,
        neighbourhood=branch.neighbourhood,
        city=branch.city,
        region=branch.region,
        postal_code=branch.postal_code,
        latitude=branch.latitude if has_point else None,
        longitude=branch.longitude if has_point else None,
        phone=branch.phone,
    )


def _week(place: Place, hours: Hours) -> list[OpeningHours]:
    return [
        OpeningHours(
            business_id=place.business_id,
            place=place,
            weekday=span.weekday,
            opens=span.opens,
            closes=span.closes,
        )
        for span in hours.week
    ]


def _special(place: Place, hours: Hours) -> list[SpecialHours]:
    return [
        SpecialHours(
            business_id=place.business_id,
            place=place,
            on=day.on,
            opens=day.opens,
            closes=day.closes,
            note=day.note,
        )
        for day in hours.special
    ]
