"""What differs between two versions of a listing, in words."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from directory.content import FIELDS, Content
from directory.languages import name_of
from directory.values import Value

LABELS = {
    "blurb": gettext_lazy("Short words"),
    "about": gettext_lazy("Story"),
    "tags": gettext_lazy("Tags"),
    "languages": gettext_lazy("Languages"),
    "values": gettext_lazy("What you say of yourselves"),
    "asks": gettext_lazy("What you are looking for"),
    "offers": gettext_lazy("What you offer"),
    "accepts_pledges": gettext_lazy("Pledges welcome"),
    "cause": gettext_lazy("Cause"),
    "shows": gettext_lazy("Who sees what"),
    "pictures": gettext_lazy("Photographs"),
    "hours": gettext_lazy("Opening hours"),
    "branches": gettext_lazy("Further places"),
    "is_open_data": gettext_lazy("Open data"),
}
SHOWN = {
    "street": gettext_lazy("street"),
    "phone": gettext_lazy("telephone"),
    "email": gettext_lazy("e-mail"),
    "website": gettext_lazy("website"),
}


@dataclass(frozen=True)
class Change:
    """One field that is another than before."""

    label: str
    words: str


def changes(before: Content, after: Content) -> list[Change]:
    """The fields that differ, in the order in which a listing says them."""
    return [
        Change(str(label), _words(name, getattr(before, name), getattr(after, name), before, after))
        for name, label in LABELS.items()
        if getattr(before, name) != getattr(after, name)
    ]


def _words(name: str, old: Any, new: Any, before: Content, after: Content) -> str:
    if name in ("accepts_pledges", "is_open_data"):
        return _("yes") if new else _("no")
    if name == "shows":
        return _visibility(before, after)
    if name in ("blurb", "about", "cause"):
        return _written(old, new)
    if name == "hours":
        return _set_up(old.week or old.special, new.week or new.special)
    return _gone_and_come(_labels(name, old), _labels(name, new))


def _labels(name: str, found: Iterable[Any]) -> list[str]:
    if name == "languages":
        return [name_of(code, language=get_language() or "en") for code in found]
    if name == "values":
        return [str(Value(value).label) for value in found if value in Value.values]
    if name == "pictures":
        return [picture.words for picture in found]
    if name == "branches":
        return [branch.name or branch.street or branch.city for branch in found]
    return list(found)


def _gone_and_come(old: list[str], new: list[str]) -> str:
    come = [word for word in new if word not in old]
    gone = [word for word in old if word not in new]
    parts = [_("new: %(words)s") % {"words": ", ".join(come)}] if come else []
    parts += [_("no longer: %(words)s") % {"words": ", ".join(gone)}] if gone else []
    return "; ".join(parts) or _("changed")


def _written(old: str | None, new: str | None) -> str:
    if not old:
        return _("written")
    return _("rewritten") if new else _("taken out")


def _set_up(old: Any, new: Any) -> str:
    if not old:
        return _("given")
    return _("changed") if new else _("taken out")


def _visibility(before: Content, after: Content) -> str:
    found = []
    for name in FIELDS:
        if getattr(before.shows, name) != getattr(after.shows, name):
            words = (
                _("%(field)s for everybody")
                if getattr(after.shows, name)
                else _("%(field)s for the alliance only")
            )
            found.append(words % {"field": SHOWN[name]})
    return ", ".join(found)
