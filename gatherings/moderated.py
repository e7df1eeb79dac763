"""What of the gatherings can be flagged and hidden: their names and words (ADR-0031)."""

from collections.abc import Iterable, Sequence

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from alliance import clock
from alliance.models import Seat
from gatherings.models import Gathering
from gatherings.models.gatherings import SHOWN_STATES
from members.queries.businesses import people_seats
from moderation.content import Content


def _authors(gathering: Gathering) -> Sequence[Seat]:
    ahead = [gathering.made_by] if gathering.made_by else []
    others = people_seats(gathering.business) if gathering.business else []
    return list(dict.fromkeys([*ahead, *others]))


def _words(gathering: Gathering) -> str:
    own = gathering.occurrences.exclude(title="").order_by("starts_at", "id")
    parts = [gathering.words, gathering.hashtag, *own.values_list("title", flat=True)]
    return "\n\n".join(part for part in parts if part)


def _may_read(gathering: Gathering, seats: Iterable[Seat]) -> bool:
    return gathering.state in SHOWN_STATES and bool(tuple(seats))


def _changed(gathering: Gathering) -> None:
    """Calendars and feeds ask by this whether they have the newest."""
    gathering.changed_at = clock.now()
    gathering.sequence += 1
    gathering.save(update_fields=["changed_at", "sequence"])


def _emptied(gathering: Gathering) -> None:
    gathering.title = str(_("An event"))
    gathering.words = gathering.hashtag = ""
    gathering.save(update_fields=["title", "words", "hashtag"])
    gathering.occurrences.update(title="")


def _edit_url(gathering: Gathering) -> str:
    if gathering.business is None:
        return reverse("gatherings_staff:edit", args=[gathering.slug])
    return reverse("gatherings:proposal", args=[gathering.slug])


GATHERING = Content(
    key="gatherings.gathering",
    model=Gathering,
    label=_("Words of an event"),
    authors=_authors,
    title=lambda gathering: gathering.title,
    words=_words,
    url=lambda gathering: gathering.get_absolute_url(),
    may_read=_may_read,
    edit_url=_edit_url,
    changed=_changed,
    emptied=_emptied,
)
