"""From an outbox row to a message: plain text, HTML with its styles inline, one id."""

import re
from collections.abc import Callable, Sequence
from email.mime.text import MIMEText
from typing import Any

import css_inline
from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils import translation

from alliance.colour import accent_hex
from alliance.models import OutboxMessage
from alliance.tenancy.scope import current_alliance

LARGEST_ATTACHMENT = 100_000
_inliner = css_inline.CSSInliner(keep_style_tags=True, load_remote_stylesheets=False)
Fresh = Callable[[dict[str, Any]], dict[str, Any] | None]
# Given the contexts of letters that go out together, answers who makes the words of each.
Together = Callable[[Sequence[dict[str, Any]]], Fresh]
_fresh: dict[str, Fresh] = {}
_together: dict[str, Together] = {}


class NothingToSay(Exception):
    """What a letter was to tell of is not there any more for its reader."""


def register_fresh(template: str, make: Fresh) -> None:
    """Asks `make` for a letter's words in the moment in which it goes out.

    The outbox then keeps ids alone: what was hidden, left or stopped in between
    is in no letter. `make` is given the row's context and answers what the
    template needs beyond it, or None where nothing is left to say. Called in
    `AppConfig.ready`.

    Raises:
        ValueError: another has been registered for this template.
    """
    if _fresh.setdefault(template, make) is not make:
        raise ValueError(f"Two different makers of {template}.")


def register_fresh_together(template: str, prepare: Together) -> None:
    """The same for a letter that goes to many: `prepare` reads once for all that go out together.

    It is given their contexts and answers their `make`. What it has read is used for
    a second at most (`batches.FRESH_SECONDS`); what may not be told even that long
    afterwards, `make` asks for itself.

    Raises:
        ValueError: another has been registered for this template.
    """
    if _together.setdefault(template, prepare) is not prepare:
        raise ValueError(f"Two different makers of {template}.")


def goes_together(template: str) -> bool:
    """Whether what letters of this kind need is read for several at once."""
    return template in _together


def maker_of(template: str, contexts: Sequence[dict[str, Any]]) -> Fresh | None:
    """Who makes the words of letters with these contexts; None where they stand in them."""
    prepare = _together.get(template)
    return prepare(contexts) if prepare else _fresh.get(template)


def render(message: OutboxMessage, make: Fresh | None = None) -> EmailMultiAlternatives:
    """The message in its reader's language and its alliance's look.

    The Message-ID is the row's: a mail server that gets it twice can tell.

    Args:
        make: who makes its words, where that is known (`maker_of`).

    Raises:
        NothingToSay: its words are asked for when it goes out, and there are none.
    """
    alliance = current_alliance()
    with translation.override(message.language):
        own = _own_context(message, make or maker_of(message.template, [message.context]))
    context = {
        "alliance": alliance,
        "home_url": alliance.url(),
        "accent_hex": accent_hex(hue=alliance.accent_hue, chroma=float(alliance.accent_chroma)),
        **own,
    }
    with translation.override(message.language):
        subject = render_to_string(f"{message.template}/subject.txt", context)
        text = render_to_string(f"{message.template}/body.txt", context)
        html = render_to_string(f"{message.template}/body.html", context)
    email = EmailMultiAlternatives(
        subject=" ".join(subject.split()),
        body=re.sub(r"\n{3,}", "\n\n", text).strip() + "\n",
        from_email=sender(alliance.name),
        to=[message.to],
        reply_to=[alliance.contact_email],
        headers={
            "Message-ID": f"<{message.pk}@{settings.MAIL_FROM_HOST}>",
            "Auto-Submitted": "auto-generated",
            "X-Commonweal-Alliance": alliance.slug,
            **_unsubscribing(own),
        },
    )
    email.attach_alternative(_inliner.inline(html), "text/html")
    for each in own.get("attachments", ()):
        email.attach(_part(each))
    return email


def attachment(name: str, kind: str, text: str, **parameters: str) -> dict[str, Any]:
    """A small text file for `context["attachments"]` of a message: a calendar entry, a list.

    Args:
        kind: its media type, one of "text/…".
        parameters: of the type, such as `method="PUBLISH"` for a calendar.

    Raises:
        ValueError: another kind, or over 100 kB: the outbox is no place for files.
    """
    if not kind.startswith("text/") or len(text.encode()) > LARGEST_ATTACHMENT:
        raise ValueError(f"{name} is not a small text.")
    return {"name": name, "kind": kind, "text": text, "parameters": parameters}


def sender(name: str) -> str:
    """The From line: the alliance's name before the platform's address."""
    # Python takes more than \n for a line's end (\v, \f, U+2028): all become spaces.
    plain = " ".join(re.sub(r'[\x00-\x1f\x7f-\x9f"<>\\]', " ", name).split())
    return f'"{plain}" <{settings.DEFAULT_FROM_EMAIL}>'


def _own_context(message: OutboxMessage, make: Fresh | None) -> dict[str, Any]:
    if make is None:
        return dict(message.context)
    made = make(message.context)
    if made is None:
        raise NothingToSay
    return message.context | made


def _unsubscribing(context: dict[str, Any]) -> dict[str, str]:
    """What lets a mail program stop letters of a kind: a page, or one press (RFC 8058)."""
    if not context.get("unsubscribe_url"):
        return {}
    headers = {"List-Unsubscribe": f"<{context['unsubscribe_url']}>"}
    if context.get("unsubscribes_in_one_press"):
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    return headers


def _part(each: dict[str, Any]) -> MIMEText:
    part = MIMEText(each["text"], each["kind"].removeprefix("text/"), "utf-8")
    for name, value in each["parameters"].items():
        part.set_param(name, value)
    part.add_header("Content-Disposition", "attachment", filename=each["name"])
    return part
