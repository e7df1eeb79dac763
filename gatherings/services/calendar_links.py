"""The secret address of a person's own calendar: made when first shown, renewed on wish."""

from django.db import transaction

from alliance import clock, links
from alliance.models import Person
from gatherings.models import CalendarLink


def link_of(*, person: Person) -> CalendarLink:
    """The person's address, made now if there is none."""
    known = CalendarLink.objects.filter(person=person).first()
    if known is not None:
        return known
    link = CalendarLink(person=person)
    link.digest = links.digest(link.secret)
    # Two first looks at one moment: the second gets the first one's row.
    CalendarLink.objects.bulk_create([link], ignore_conflicts=True)
    return CalendarLink.objects.get(person=person)


@transaction.atomic
def renew(*, person: Person) -> CalendarLink:
    """Another address; the one before opens nothing any more."""
    known = link_of(person=person)
    link = CalendarLink.objects.select_for_update().get(pk=known.pk)
    link.version += 1
    link.digest = links.digest(link.secret)
    link.renewed_at = clock.now()
    link.save(update_fields=["version", "digest", "renewed_at"])
    return link
