"""Answers, other wordings, their history, “helped me”, pictures."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from alliance.access import seat_page
from alliance.errors import DomainError
from alliance.limits import limited
from alliance.models import StoredFile
from groups import markdown
from groups.forms.talk import OpeningForm, PictureForm, PostForm, ReplyForm
from groups.models import Post, PostPicture, PostVersion, Topic
from groups.rules import TAKE_PART
from groups.services import drafts, gate, pictures
from groups.services import posts as services
from groups.views import writing
from groups.views.here import Elsewhere, Here, is_own, post_at, topic_at

SIZES = ("large", "small")


@seat_page(TAKE_PART)
@require_http_methods(["GET", "HEAD", "POST"])
@limited("posts", "120/h", by="person")
def reply(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """/groups/<slug>/topics/<number>/reply/: the form by itself; ?to=&quote= answers a post."""
    try:
        here, topic = topic_at(request, slug, number)
    except Elsewhere as elsewhere:
        raise Http404 from elsewhere
    answered = _answered(request, here, topic)
    form = ReplyForm(
        request.POST or None, request.FILES or None, initial=_initial(request, topic, answered)
    )
    if request.method == "POST":
        if writing.is_draft(request):
            return writing.keep_draft(request, here, topic)
        if form.is_valid():
            done = writing.sent(
                request, here, topic, form, lambda: _send(here, topic, answered, form)
            )
            if done is not None:
                return done
    elif response := writing.led_to_introduction(request, here):
        return response
    context = {"group": here.group, "topic": topic, "answered": answered, "form": form}
    return render(request, "groups/talk/reply.html", context, status=422 if form.errors else 200)


@seat_page(TAKE_PART)
@require_http_methods(["GET", "HEAD", "POST"])
@limited("posts", "120/h", by="person")
def edit(request: HttpRequest, post_id: UUID) -> HttpResponse:
    """/groups/posts/<id>/edit/: other words, and the pictures; for its author."""
    here, post = _own(request, post_id)
    form = _edit_form(request, post)
    if request.method == "POST" and form.is_valid():
        done = writing.sent(request, here, None, form, lambda: _edit(here, post, form))
        if done is not None:
            return done
    return _edit_page(request, here, post, form, PictureForm())


@seat_page(TAKE_PART)
@require_POST
@limited("posts", "120/h", by="person")
def add_picture(request: HttpRequest, post_id: UUID) -> HttpResponse:
    """One picture more for one's own post."""
    here, post = _own(request, post_id)
    form = PictureForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            for each in form.brought:
                pictures.add(post=post, content=each.content, words=each.words, by=here.by)
            return redirect("groups:edit_post", post.pk)
        except gate.NotIntroduced as error:
            return _lead(request, error, post)
        except DomainError as error:
            form.add_error(error.field if error.field in form.fields else None, error.message)
    return _edit_page(request, here, post, _edit_form(None, post), form)


@seat_page(TAKE_PART)
@require_POST
def remove_picture(request: HttpRequest, picture_id: UUID) -> HttpResponse:
    """Takes one's own picture away."""
    found = get_object_or_404(PostPicture, pk=picture_id, removed_at=None)
    here, post = _own(request, found.post_id)
    try:
        pictures.remove(picture=found, by=here.by)
        messages.success(request, _("The picture is gone."))
    except gate.NotIntroduced as error:
        return _lead(request, error, post)
    except DomainError as error:
        messages.error(request, error.message)
    return redirect("groups:edit_post", post.pk)


@seat_page(TAKE_PART)
@require_safe
def history(request: HttpRequest, post_id: UUID) -> HttpResponse:
    """/groups/posts/<id>/history/: what one's own post said before."""
    here, post = _own(request, post_id)
    versions = PostVersion.objects.filter(post=post)
    context = {"group": here.group, "post": post, "versions": versions}
    return render(request, "groups/talk/history.html", context)


@seat_page(TAKE_PART)
@require_POST
@limited("helped", "300/h", by="person")
def helped(request: HttpRequest, post_id: UUID) -> HttpResponse:
    """“Helped me”, and taking it back."""
    here, post = post_at(request, post_id)
    try:
        if request.POST.get("step") == "back":
            services.unhelp(post=post, by=here.by)
        else:
            services.helped(post=post, by=here.by)
    except gate.NotIntroduced as error:
        messages.warning(request, error.message)
        return redirect(error.leads_to(post.get_absolute_url()))
    except DomainError as error:
        messages.error(request, error.message)
    return redirect(post)


@seat_page(TAKE_PART)
@require_safe
def picture(request: HttpRequest, picture_id: UUID, size: str) -> HttpResponse:
    """The file, for who may read the post; a hidden one for its author alone."""
    found = get_object_or_404(PostPicture, pk=picture_id, removed_at=None)
    here, post = post_at(request, found.post_id)
    if found.is_hidden and not is_own(here.seats, post):
        raise Http404
    file = StoredFile.objects.only("content", "content_type").get(
        pk=found.large_id if size == "large" else found.small_id
    )
    response = HttpResponse(bytes(file.content), content_type=file.content_type)
    response["Cache-Control"] = "private, no-store"
    response["Content-Disposition"] = "inline"
    return response


def _answered(request: HttpRequest, here: Here, topic: Topic) -> Post | None:
    asked = request.GET.get("to", "")
    if not (asked.isascii() and asked.isdigit() and len(asked) < 10):
        return None
    found: Post | None = (
        Post.objects.seen()
        .select_related("author__seat__person")
        .filter(topic=topic, number=int(asked))
        .first()
    )
    return found


def _initial(request: HttpRequest, topic: Topic, answered: Post | None) -> dict[str, str]:
    draft = getattr(topic, "draft", "") or ""
    if answered is None or "quote" not in request.GET:
        return {"words": draft}
    quote = markdown.quoted(answered.words, answered.author.seat.person.name)
    return {"words": f"{draft}\n\n{quote}".lstrip()}


def _send(here: Here, topic: Topic, answered: Post | None, form: ReplyForm) -> str:
    made = services.reply(
        topic=topic,
        words=form.cleaned_data["words"],
        reply_to=answered,
        pictures=form.brought,
        by=here.by,
    )
    drafts.forget(group=here.group, topic=topic, by=here.by)
    url, _hash, anchor = made.get_absolute_url().partition("#")
    return f"{url}{'&' if '?' in url else '?'}sent=1#{anchor}"


def _own(request: HttpRequest, post_id: UUID) -> tuple[Here, Post]:
    here, post = post_at(request, post_id)
    if not is_own(here.seats, post):
        raise Http404
    return here, post


def _lead(request: HttpRequest, error: gate.NotIntroduced, post: Post) -> HttpResponse:
    messages.warning(request, error.message)
    return redirect(error.leads_to(reverse("groups:edit_post", args=[post.pk])))


def _edit_form(request: HttpRequest | None, post: Post) -> OpeningForm | PostForm:
    data = request.POST or None if request is not None else None
    if not post.is_opening:
        return PostForm(data, initial={"words": post.words})
    topic = post.topic
    initial = {
        "kind": topic.kind,
        "title": topic.title,
        "words": post.words,
        "is_tough_ok": topic.is_tough_ok,
    }
    return OpeningForm(data, initial=initial)


def _edit(here: Here, post: Post, form: OpeningForm | PostForm) -> str:
    return services.edit(post=post, by=here.by, **form.cleaned_data).get_absolute_url()


def _edit_page(
    request: HttpRequest,
    here: Here,
    post: Post,
    form: OpeningForm | PostForm,
    picture_form: PictureForm,
) -> HttpResponse:
    rows = PostPicture.objects.filter(post=post, removed_at=None)
    context = {
        "group": here.group,
        "topic": post.topic,
        "post": post,
        "form": form,
        "picture_form": picture_form,
        "pictures": rows,
        "has_history": post.edited_at is not None,
    }
    wrong = form.errors or picture_form.errors
    return render(request, "groups/talk/edit.html", context, status=422 if wrong else 200)
