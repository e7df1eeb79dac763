"""What of the rooms below can be flagged and hidden: how new members introduce themselves."""

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from alliance.access import seat_for
from alliance.models import Seat
from members.models import Step, WelcomeStep
from members.rules import REPRESENT, WELCOME
from moderation.content import Content


def _may_read(step: WelcomeStep, seats: Iterable[Seat]) -> bool:
    held = tuple(seats)
    if step.step != Step.INTRODUCTION:
        return False
    return seat_for(held, REPRESENT) is not None or seat_for(held, WELCOME) is not None


INTRODUCTION = Content(
    key="members.introduction",
    model=WelcomeStep,
    label=_("Introduction of a new member"),
    authors=lambda step: [step.seat] if step.seat else [],
    title=lambda step: step.membership.business.trade_name,
    words=lambda step: step.words,
    # They stand among the news of each member's own page.
    url=lambda step: reverse("members:me"),
    may_read=_may_read,
)
