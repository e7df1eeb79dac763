"""The agreements with which an alliance or a group begins; each may write its own."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from alliance.models import Role


@dataclass(frozen=True)
class Item:
    """One agreement: a sentence, and what is meant by it."""

    title: Any
    words: Any


AGREEMENTS = (
    Item(
        _("Introduce yourself"),
        _("Say who you are, what you ask for and what you can offer before you write."),
    ),
    Item(
        _("Be respectful"),
        _("Speak to people as you would across a counter. No insults, no threats, no pressure."),
    ),
    Item(
        _("Talk of wins and failures"),
        _("What went wrong helps others as much as what went well. Nobody is laughed at for it."),
    ),
    Item(
        _("Keep confidences"),
        _("What is said here stays here, unless whoever said it agrees."),
    ),
    Item(
        _("Help before you sell"),
        _("Answer the question first. This is no place for advertisements."),
    ),
    Item(
        _("One ask, one offer"),
        _("For each thing that you ask for, offer something that others can use."),
    ),
    Item(
        _("No pitching by private message"),
        _("Do not use what you learn about people here to sell to them in private."),
    ),
    Item(
        _("Leave when it no longer serves you"),
        _("Nobody has to stay. Leaving takes one press and needs no reason."),
    ),
)

CHARTERS = {
    Role.CUSTODIAN: _(
        "I hide, move, lock or merge what breaks an agreement, and say which. I look within a "
        "day. I never decide about my own words, my own flags, or somebody I am close to. I keep "
        "to myself what I read in cases. I may stop whenever I like."
    ),
    Role.FACILITATOR: _(
        "I welcome who is new, see that every question gets an answer, and go first when "
        "something is asked of all. I prepare meetings. I do not use my place to sell. I may stop "
        "whenever I like."
    ),
    Role.ADVISOR: _(
        "I guide in private, keep short notes that are fair, and hear appeals with fresh eyes "
        "within three days. I never hear one on something that I had a part in. I keep to myself "
        "what I read in cases. I may stop whenever I like."
    ),
}


def charter_of(role: str) -> str:
    """What somebody promises who accepts this role."""
    return str(CHARTERS[Role(role)])
