"""What every alliance begins with: a group for each kind of business, a library of prompts.

The eight agreements are those of `moderation.template`. Words are stored when
they are used: an alliance changes its own afterwards, and nothing here changes
under its feet.
"""

from typing import Any

from django.utils.translation import gettext_lazy as _

from groups.models import PromptKind
from members.models import Segment

# Kind of business: (name, address, purpose).
SEGMENT_GROUPS: dict[str, tuple[Any, str, Any]] = {
    Segment.FOOD: (
        _("Food & drink"),
        "food-and-drink",
        _("For those who cook, bake, roast, pour and serve: suppliers, staff, rent, margins."),
    ),
    Segment.RETAIL: (
        _("Shops"),
        "shops",
        _("For those who keep a shop: stock, windows, slow months, selling online as well."),
    ),
    Segment.SERVICES: (
        _("Services"),
        "services",
        _("For those who serve people by the hour: prices, bookings, no-shows, regulars."),
    ),
    Segment.HEALTH: (
        _("Health & wellness"),
        "health-and-wellness",
        _("For those who look after body and mind: full books, insurers, rooms, rest."),
    ),
    Segment.ARTS: (
        _("Arts & culture"),
        "arts-and-culture",
        _("For those who make, show and teach art: income between shows, grants, spaces."),
    ),
    Segment.TRADES: (
        _("Trades & home"),
        "trades-and-home",
        _("For those who build and repair: quotes, apprentices, tools, customers who pay late."),
    ),
    Segment.PROFESSIONAL: (
        _("Professional"),
        "professional",
        _("For those who advise: fees, scope, finding clients, working alone."),
    ),
    Segment.MAKING: (
        _("Making"),
        "making",
        _("For those who make things: materials, machines, wholesale, markets."),
    ),
}
# (kind, title, words)
LIBRARY: tuple[tuple[PromptKind, Any, Any], ...] = (
    (
        PromptKind.ASK,
        _("What are you stuck with this week?"),
        _("One thing that you cannot solve alone. What have you tried, and what would help?"),
    ),
    (
        PromptKind.ASK,
        _("Which decision is in front of you?"),
        _("Tell what speaks for each side. The others say what they would ask themselves."),
    ),
    (
        PromptKind.ASK,
        _("Who do you wish you knew?"),
        _("A supplier, a landlord, somebody who has done it before: somebody here may know them."),
    ),
    (
        PromptKind.ASK,
        _("What costs you more time than it should?"),
        _("Describe the task as it is today. Somebody may have found a shorter way."),
    ),
    (
        PromptKind.RESOURCE,
        _("What has saved you time lately?"),
        _("A tool, a form, a habit. Say what it costs and for whom it is no good."),
    ),
    (
        PromptKind.RESOURCE,
        _("A supplier you can recommend"),
        _("What do you buy there, and how long have you bought there?"),
    ),
    (
        PromptKind.RESOURCE,
        _("Something you read and used"),
        _("A book, a page, a talk, and the one thing that you do differently since."),
    ),
    (
        PromptKind.RESOURCE,
        _("A sheet you would share"),
        _("A checklist, a price list, a letter that works: copy its words here."),
    ),
    (
        PromptKind.WIN_FAILURE,
        _("A win and a failure of this month"),
        _("One thing that went well, one that did not, and what you take from each."),
    ),
    (
        PromptKind.WIN_FAILURE,
        _("What did you stop doing?"),
        _("Something that you gave up this month: why, and do you miss it?"),
    ),
    (
        PromptKind.WIN_FAILURE,
        _("What would you do again?"),
        _("One thing of this month that you would do again, and one that you would not."),
    ),
)
# (kind, cadence, weekday): Monday's ask, Wednesday's resource, the month's first Friday.
WEEK = (
    (PromptKind.ASK, "weekly", 0),
    (PromptKind.RESOURCE, "weekly", 2),
    (PromptKind.WIN_FAILURE, "monthly", 4),
)
