"""What a test reads off a page, and the forms that it fills in."""

import re
from datetime import timedelta
from html import unescape
from html.parser import HTMLParser
from typing import Any

import time_machine
from django.http import HttpResponse
from django.utils import timezone

from alliance.forms import new_form_key
from pledges.models import PledgeDrive


def title(response: HttpResponse) -> str:
    """The page's title, before the alliance's name."""
    found = re.search(r"<title>(.*?)</title>", text(response), re.DOTALL)
    return unescape(found[1]).strip().rsplit(" · ", 1)[0] if found else ""


def text(response: HttpResponse) -> str:
    """The page's source."""
    return response.content.decode()


def words(response: HttpResponse) -> str:
    """What a reader reads, without markup, on one line."""
    bare = re.sub(r"<(script|style)\b.*?</\1>|<[^>]+>", " ", text(response), flags=re.DOTALL)
    return " ".join(unescape(bare).split())


def problems(response: HttpResponse) -> list[tuple[str, str]]:
    """The error summary: the anchor that each problem leads to, and its sentence."""
    box = re.search(r'<div class="error-summary".*?</div>', text(response), re.DOTALL)
    lines = re.findall(r"<li>(.*?)</li>", box[0], re.DOTALL) if box else []
    found = []
    for line in lines:
        link = re.match(r'<a href="#(.*?)">(.*)</a>', line, re.DOTALL)
        found.append((link[1], unescape(link[2])) if link else ("", unescape(line)))
    return found


def hidden(response: HttpResponse, name: str) -> str:
    """The value of a hidden field."""
    found = re.search(rf'name="{name}"[^>]*? value="([^"]*)"', text(response))
    assert found, f"no field {name}"
    return unescape(found[1])


def kept(response: HttpResponse, name: str) -> str:
    """What a text field shows, as typed."""
    found = re.search(rf'<input[^>]*? name="{name}"[^>]*>', text(response))
    value = re.search(r' value="([^"]*)"', found[0]) if found else None
    return unescape(value[1]) if value else ""


def form_key(*, seconds_ago: int = 60) -> str:
    """The key of a form that was shown a while ago."""
    with time_machine.travel(timezone.now() - timedelta(seconds=seconds_ago)):
        return new_form_key()


class _Active(HTMLParser):
    """Collects what a browser would run or load from elsewhere."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = dict(attrs)
        if tag in ("iframe", "object", "embed", "base") or (tag == "script" and "src" not in names):
            self.found.append(tag)
        for name, value in attrs:
            runs = (value or "").strip().lower().startswith(("javascript:", "data:text"))
            if runs or name.startswith(("on", "hx-", "data-hx")):
                self.found.append(f"{tag} {name}")


def active_parts(response: HttpResponse) -> list[str]:
    """Elements and attributes that would act by themselves; our pages have none."""
    parser = _Active()
    parser.feed(text(response))
    return parser.found


def pledge_form(**changes: Any) -> dict[str, Any]:
    """A pledge form as a customer sends it; None leaves a field out."""
    data = {
        "amount": "24000",
        "name": "Eve Castellano",
        "email": "eve@example.com",
        "display": "full",
        "consent": "on",
        "website": "",
        "form_key": form_key(),
    } | changes
    return {name: value for name, value in data.items() if value is not None}


def drive_form(**changes: Any) -> dict[str, Any]:
    """A business's appeal as its form sends it."""
    data = {
        "title": "A second oven",
        "purpose": "So that nobody waits an hour on Fridays.",
        "story": "We opened in 2014.",
        "money_use": "One deck oven\nA new flue",
        "target_pledgers": "100",
        "suggested": "240",
        "term_months": "12",
        "seeks_loan": "on",
        "rung": "standard",
        "gathering_days": "60",
    } | changes
    return {name: value for name, value in data.items() if value is not None}


def page_of(drive: PledgeDrive) -> str:
    """The path of a drive's public page."""
    return f"/pledge/{drive.slug}/"


def path_in(url: str) -> str:
    """The path of an absolute address in a message."""
    return "/" + url.split("/", 3)[3]
