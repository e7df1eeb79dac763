"""What a group's pages keep for a while, under the versions on which it depends (ADR-0023)."""

from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from alliance import clock, memory
from alliance.conditional import release
from alliance.models import Role, Seat
from alliance.text import rendered
from groups.models import Topic
from groups.queries import answered, pages, posts, stamps, topics
from groups.services import reading
from groups.views import shown
from groups.views.here import Here
from moderation.queries.blocks import Apart

# Django's cookie of messages.
MESSAGES = "messages"
# Ages of posts are told by the hour, so they may be this much behind.
SECONDS = 600
# Agreements and stewards change rarely, and without a version of their own.
SIDE_SECONDS = 60


@dataclass(frozen=True)
class Part:
    """A piece of a page, ready; `last` is the highest post number in it."""

    html: SafeString
    last: int
    before: int | None
    after: int | None


def whole(request: HttpRequest, slug: str, make: Callable[[], HttpResponse]) -> HttpResponse:
    """The group's page as this very browser was shown it a minute ago at most, while nothing
    of what it shows has changed: one question and one look into the memory tell.

    Only for those who are members and nothing else: what stewards and staff are
    shown depends on more. A page with a message is never kept, nor one for a
    browser that has no secret yet to prove its forms by.
    """
    seats: tuple[Seat, ...] = tuple(request.seats)  # type: ignore[attr-defined]
    secret = request.META.get("CSRF_COOKIE")
    is_plain = all(seat.role == Role.MEMBER for seat in seats)
    has_message = MESSAGES in request.COOKIES
    if not secret or not is_plain or has_message or request.GET or request.method != "GET":
        return make()
    stamp = stamps.stamp_of(seats, slug)
    if stamp is None:
        return make()
    told = (_told(request.alliance), *(_told(seat) for seat in seats), _told(seats[0].person))  # type: ignore[attr-defined]
    key = _key("page", request.path, secret, stamp.text, *told)
    found, version = reading.recall_with_version(stamp.member_id, key)
    if found is not None:
        return HttpResponse(found)
    response = make()
    if response.status_code == HTTPStatus.OK and not response.cookies:
        # Under the version of before: what the reader read meanwhile makes it of no use.
        reading.keep_with_version(key, response.content, version, seconds=SIDE_SECONDS)
    return response


def _told(row: Any) -> tuple[Any, ...]:
    return tuple(value for name, value in vars(row).items() if not name.startswith("_"))


def topic_list(request: HttpRequest, here: Here, version: int) -> SafeString:
    """The list of topics as this reader sees it."""
    reader = here.reader
    asked, kind = request.GET.get("after", ""), request.GET.get("kind", "")
    mine = reading.version(reader.pk) if reader else ""
    key = _key("topics", here.group.pk, version, reader and reader.pk, mine)
    is_first = not asked and not kind
    if is_first and (found := memory.recall(key)) is not None:
        return rendered(found)
    cursor = topics.read_cursor(shown.decoded(asked)) if asked else None
    page = topics.listed(here.group, reader, after=cursor, kind=kind)
    html = render_to_string(
        "groups/talk/_topics.html", shown.list_context(here, page, kind, cursor)
    )
    if is_first:
        memory.keep(key, str(html), seconds=SECONDS)
    return html


def post_list(here: Here, topic: Topic, start: int, apart: frozenset[Apart]) -> Part:
    """A page of a topic's posts as this reader sees it, without what needs their token."""
    who = here.reader.pk if here.reader else here.seats[0].pk
    key = _key("posts", topic.pk, here.version, who, start, *sorted(apart))
    if (found := memory.recall(key)) is not None:
        html, last, before, after = found
        return Part(rendered(html), last, before, after)
    page = posts.page_of(topic, start=start, member=here.reader)
    html = render_to_string(
        "groups/talk/_posts.html", shown.posts_context(here, topic, page, apart)
    )
    last = page.posts[-1].number if page.posts else 0
    memory.keep(key, (str(html), last, page.before, page.after), seconds=SECONDS)
    return Part(html, last, page.before, page.after)


def side(here: Here) -> SafeString:
    """What stands beside the topics; the same for all but a member in their first week."""
    agreed = here.member.agreed_at if here.member else None
    is_first_week = agreed is not None and clock.now() - agreed < pages.FIRST_WEEK
    who = here.member.pk if here.member and is_first_week else None
    key = _key("side", here.group.pk, here.group.changed_at, who)
    if (found := memory.recall(key)) is not None:
        return rendered(found)
    context = {"group": here.group, "side": pages.side_of(here.group, here.member)}
    html = render_to_string("groups/_group_side.html", context)
    memory.keep(key, str(html), seconds=SIDE_SECONDS)
    return html


def share(group_id: UUID, version: int) -> answered.Share:
    """How many calls for help were answered within a day; counted anew with each change."""
    key = _key("share", group_id, version, clock.now().date())
    found = memory.recall(key)
    if found is None:
        found = answered.share_of(group_id)
        memory.keep(key, found, seconds=SECONDS)
    result: answered.Share = found
    return result


def _key(name: str, *parts: Any) -> str:
    told = repr((release(), get_language(), *parts))
    return f"talk-{name}:{sha256(told.encode()).hexdigest()[:32]}"
