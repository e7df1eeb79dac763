"""Drafts: kept while somebody writes, gone once it is sent."""

from django.db import transaction
from django.utils.translation import gettext as _

from alliance import clock
from alliance.errors import DomainError
from alliance.models import Seat
from groups.models import Draft, Group, Topic, TopicKind
from groups.models.posts import LONGEST_WORDS
from groups.models.topics import LONGEST_TITLE

MOST = 100


@transaction.atomic
def keep(
    *,
    group: Group,
    by: Seat,
    topic: Topic | None = None,
    words: str,
    title: str = "",
    kind: str = TopicKind.TALK,
    is_tough_ok: bool = False,
) -> Draft:
    """Keeps what is there so far, unfinished as it may be; the later wording counts.

    Raises:
        DomainError: it is too long, holds a NUL, or there are a hundred already.
    """
    if len(words) > LONGEST_WORDS:
        raise DomainError(
            _("Write at most %(most)s characters.") % {"most": f"{LONGEST_WORDS:,}"}, field="words"
        )
    if any(c == "\0" or "\ud800" <= c <= "\udfff" for c in words + title):
        raise DomainError(_("Please leave out hidden characters."), field="words")
    fields = {
        "words": words,
        "title": title[:LONGEST_TITLE],
        "kind": kind if kind in TopicKind.values else TopicKind.TALK,
        "is_tough_ok": is_tough_ok,
        "saved_at": clock.now(),
    }
    if Draft.objects.filter(seat=by, group=group, topic=topic).update(**fields):
        return Draft.objects.get(seat=by, group=group, topic=topic)
    if Draft.objects.filter(seat=by).count() >= MOST:
        raise DomainError(_("You have a hundred drafts. Send or remove some first."))
    Draft.objects.bulk_create(
        [Draft(seat=by, group=group, topic=topic, **fields)], ignore_conflicts=True
    )
    Draft.objects.filter(seat=by, group=group, topic=topic).update(**fields)
    return Draft.objects.get(seat=by, group=group, topic=topic)


@transaction.atomic
def forget(*, group: Group, by: Seat, topic: Topic | None = None) -> None:
    """Removes the draft; without one nothing changes."""
    Draft.objects.filter(seat=by, group=group, topic=topic).delete()
