"""Whether a listing is public, until when, and why not: in words for those who keep it."""

from dataclasses import dataclass
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from directory.models import PausedBy
from directory.queries.keeping import Kept
from members.models import Membership, Status


@dataclass(frozen=True)
class Visibility:
    """A badge (good, warn, bad or plain) and a sentence."""

    kind: str
    label: str
    words: str


def visibility_of(kept: Kept, membership: Membership | None) -> Visibility:
    """What is so today; the membership carries its `status`."""
    if kept.is_hidden:
        words = _("Nobody but you sees it now. Below stands why, and how you can appeal.")
        return Visibility("bad", _("hidden"), words)
    if pause := kept.paused_by(PausedBy.STAFF):
        words = _("The alliance has taken it out: %(reason)s") % {"reason": pause.reason}
        return Visibility("bad", _("taken out"), words)
    if kept.paused_by(PausedBy.MEMBER):
        words = _("The business has taken it out for now; it can be put back at any time.")
        return Visibility("warn", _("taken out"), words)
    if kept.public_until and kept.is_public:
        words = _("Everybody can find it, as things stand until %(day)s.") % {
            "day": date_format(kept.public_until, "j F Y")
        }
        return Visibility("good", _("public"), words)
    return Visibility("warn", _("not public"), _why_not(membership))


def _why_not(membership: Any) -> str:
    if membership is None:
        return _("There is no membership yet. The listing appears with it.")
    return {
        Status.PENDING: _("It appears as soon as the first dues are paid."),
        Status.LAPSED: _("The membership has lapsed; the listing is back once it is renewed."),
        Status.SUSPENDED: _("The membership is on hold."),
        Status.CANCELLED: _("The membership has ended."),
    }.get(membership.status, _("It appears within the day."))
