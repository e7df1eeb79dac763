"""What each form of a post does alike: send, keep as a draft, lead to the introduction."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from alliance.errors import DomainError
from groups.models import Draft, Topic
from groups.services import drafts, gate
from groups.views.here import Here


def is_draft(request: HttpRequest) -> bool:
    """Whether “Save draft” was pressed."""
    return request.POST.get("step") == "draft"


def initial_of(draft: Draft | None) -> dict[str, Any]:
    """A draft as a form begins with it."""
    if draft is None:
        return {}
    return {
        "kind": draft.kind,
        "title": draft.title,
        "words": draft.words,
        "is_tough_ok": draft.is_tough_ok,
    }


def keep_draft(request: HttpRequest, here: Here, topic: Topic | None) -> HttpResponse:
    """Keeps what was typed, as far as it goes, and stays where one was."""
    try:
        store(request, here, topic)
        messages.success(request, _("Your draft is kept. Nobody else reads it."))
    except DomainError as error:
        messages.error(request, error.message)
    if topic is None:
        return redirect("groups:new_topic", here.group.slug)
    return redirect(f"{reverse('groups:topic', args=[here.group.slug, topic.number])}#reply")


def store(request: HttpRequest, here: Here, topic: Topic | None) -> Draft:
    """The form's words as a draft. Raises DomainError: too long or too many."""
    post = request.POST
    return drafts.keep(
        group=here.group,
        topic=topic,
        by=here.by,
        words=post.get("words", ""),
        title=post.get("title", ""),
        kind=post.get("kind", ""),
        is_tough_ok=bool(post.get("is_tough_ok")),
    )


def sent(
    request: HttpRequest,
    here: Here,
    topic: Topic | None,
    form: forms.Form,
    do: Callable[[], str],
) -> HttpResponse | None:
    """Does it and leads there; a refusal is added to the form, and None given back.

    Who has not introduced themselves is led to that form; their words wait as a draft.
    """
    try:
        return redirect(do())
    except gate.NotIntroduced as error:
        _kept_for_later(request, here, topic)
        messages.warning(request, error.message)
        return redirect(error.leads_to(request.path))
    except DomainError as error:
        form.add_error(error.field if error.field in form.fields else None, error.message)
        return None


def led_to_introduction(request: HttpRequest, here: Here) -> HttpResponse | None:
    """Whoever is in the group and has not introduced themselves does so first."""
    if here.member is not None and here.member.may_write:
        return None
    error = gate.NotIntroduced(
        _("Introduce yourself first; then you can write here."), group=here.group
    )
    messages.warning(request, error.message)
    return redirect(error.leads_to(request.path))


def _kept_for_later(request: HttpRequest, here: Here, topic: Topic | None) -> None:
    try:
        store(request, here, topic)
    except DomainError as error:
        messages.error(request, error.message)
