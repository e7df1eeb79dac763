"""A group's news and meetings for a reader's own programs; the address is the key."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from alliance.access import public_page, seat_page
from alliance.feeds import Feed
from alliance.tenancy.scope import current_alliance
from alliance.text import for_xml
from gatherings import calendars
from groups.models import GroupMember
from groups.queries import meetings, pages
from groups.queries import news as queries
from groups.rules import TAKE_PART
from groups.services import feed_links
from groups.views import found


@seat_page(TAKE_PART)
@require_http_methods(["GET", "HEAD", "POST"])
def addresses(request: HttpRequest, slug: str) -> HttpResponse:
    """/groups/<slug>/feed/: my addresses for a news reader and a calendar; a press renews them."""
    group = found.readable(request, slug)
    member = found.own_row(request, group)
    if member is None or not member.is_inside:
        raise Http404
    if request.method == "POST":
        feed_links.renew(member=member)
        messages.success(request, _("The old addresses open nothing any more."))
        return redirect("groups:feeds", slug=slug)
    secret = feed_links.link_of(member=member).secret
    ours = current_alliance()
    context = {
        "head": pages.head_of(group, member, request.seats),  # type: ignore[attr-defined]
        "tab": "me",
        "news_url": ours.url(reverse("groups:news", args=[slug, secret])),
        "calendar_url": ours.url(reverse("groups:calendar", args=[slug, secret])),
    }
    return render(request, "groups/meetings/feeds.html", context)


@public_page
@require_safe
def news(request: HttpRequest, slug: str, secret: str) -> HttpResponse:
    """The newest posts that the address's owner may read, as Atom."""
    member = _owner(slug, secret)
    ours = current_alliance()
    feed = Feed(
        title=f"{member.group.name}, {ours.name}",
        link=ours.url(member.group.get_absolute_url()),
        description=member.group.purpose,
        feed_url=ours.url(reverse("groups:news", args=[slug, secret])),
        language=ours.language,
    )
    for post in queries.newest(member):
        feed.add_item(
            title=post.topic.title if post.is_opening else f"Re: {post.topic.title}",
            link=ours.url(post.get_absolute_url()),
            description=post.html,
            unique_id=f"urn:uuid:{post.pk}",
            pubdate=post.created_at,
            updateddate=post.edited_at or post.created_at,
            author_name=post.author.seat.person.name or _("A member"),
            categories=[str(post.topic.get_kind_display())],
        )
    return _private(feed.writeString("utf-8"), feed.content_type)


@public_page
@require_safe
def calendar(request: HttpRequest, slug: str, secret: str) -> HttpResponse:
    """The group's meetings; the address online stands at those to which its owner comes."""
    member = _owner(slug, secret)
    name = for_xml(_("Meetings of %(group)s") % {"group": member.group.name})
    text = calendars.chosen_dates(meetings.in_calendar(member.group, member.seat_id), name=name)
    return _private(text, "text/calendar; charset=utf-8")


def _owner(slug: str, secret: str) -> GroupMember:
    member = feed_links.opened(slug=slug, secret=secret)
    if member is None:
        raise Http404
    return member


def _private(text: str, kind: str) -> HttpResponse:
    response = HttpResponse(text, content_type=kind)
    response["Cache-Control"] = "private"
    response["X-Robots-Tag"] = "noindex"
    response["Referrer-Policy"] = "same-origin"
    return response
