"""What a group still needs before it can open."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from alliance.models import Role
from groups.models import Group
from groups.queries import stewards
from moderation.queries import agreements

LEAST_AGREEMENTS = 3


def still_needed(group: Group) -> list[Any]:
    """A sentence for each thing that is missing; empty where it may open."""
    found = stewards.roles_in(group)
    needs = (
        (bool(group.purpose), _("Say what the group is for.")),
        (
            agreements_count(group) >= LEAST_AGREEMENTS,
            _("A group has at least three agreements."),
        ),
        (
            Role.CUSTODIAN in found,
            _("A custodian is missing: somebody who has accepted to keep the place in order."),
        ),
        (
            Role.FACILITATOR in found,
            _("A facilitator is missing: somebody who has accepted to keep the talk going."),
        ),
    )
    return [sentence for is_there, sentence in needs if not is_there]


def agreements_count(group: Group) -> int:
    """How many agreements the newest version of the group's own has."""
    newest = agreements.current(group.space)
    if newest is None or newest.space_id != group.space_id:
        return 0
    return len(list(agreements.agreements_of(group.space)))
