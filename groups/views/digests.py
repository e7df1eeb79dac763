"""The links in a digest: no more of them, and an answer without signing in."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from alliance import links
from alliance.access import public_page
from alliance.errors import DomainError
from alliance.limits import limited
from alliance.models import Person
from alliance.views import errors
from groups.forms.around import ReplyForm
from groups.services import digest_letters, digests, replies
from groups.services.gate import NotIntroduced

STOP_SECONDS = 400 * 24 * 3600


# A mail program presses the button by itself (RFC 8058): it has no cookie, the link is the proof.
@csrf_exempt
@public_page
@require_http_methods(["GET", "HEAD", "POST"])
@limited("stop-digests", "300/h")
def stop_digests(request: HttpRequest, token: str) -> HttpResponse:
    """/groups/digests/stop/<token>/: no digest of any group here, in one press."""
    try:
        payload = links.read(digest_letters.STOP, token, max_age_seconds=STOP_SECONDS)
    except links.BadLink:
        return errors.not_found(request)
    person = get_object_or_404(Person, pk=UUID(payload["person"]))
    if request.method == "POST":
        digests.stop(person=person)
    context = {"email": person.email, "is_done": request.method == "POST"}
    return private(render(request, "groups/digests/stop.html", context))


@public_page
@require_http_methods(["GET", "HEAD", "POST"])
@limited("group-reply", "60/h")
def reply_by_link(request: HttpRequest, token: str) -> HttpResponse:
    """/groups/reply/<token>/: a form for whoever holds the letter."""
    try:
        way = replies.opened(token)
    except links.ExpiredLink:
        return errors.gone(
            request, reason=_("This link was good for 14 days. Sign in to answer in the group.")
        )
    except links.BadLink:
        return errors.not_found(request)
    except replies.Gone as error:
        return errors.gone(request, reason=error.message)
    form = ReplyForm(request.POST or None)
    context = {"way": way, "form": form, "post": None, "leads_to": ""}
    if request.method == "POST" and form.is_valid():
        try:
            context["post"] = replies.reply(
                way=way, words=form.cleaned_data["words"], form_key=form.key
            )
        except NotIntroduced as error:
            context["leads_to"] = error.leads_to(way.topic.get_absolute_url())
            form.add_error(None, error.message)
        except DomainError as error:
            form.add_error(error.field if error.field in form.fields else None, error.message)
    status = 422 if form.errors else 200
    return private(render(request, "groups/digests/reply.html", context, status=status))


def private(response: HttpResponse) -> HttpResponse:
    """For a page whose address is the proof."""
    # The address itself is the proof: it must not leave with a link (see gatherings.views.own).
    response["Referrer-Policy"] = "same-origin"
    response["Cache-Control"] = "private, no-store"
    response["X-Robots-Tag"] = "noindex"
    return response
