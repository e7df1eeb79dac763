"""The version of a group's talk: grows with each change, and lets one change at a time through."""

from uuid import UUID

from django.db.models import F

from alliance.tenancy.models import uuid7
from alliance.tenancy.scope import current_alliance
from groups.models import TalkVersion


def bump(*groups: UUID) -> None:
    """Counts these groups' versions up and holds them until the transaction ends, by id."""
    for group_id in sorted(set(groups)):
        TalkVersion.objects.bulk_create(
            [TalkVersion(id=uuid7(), alliance=current_alliance(), group_id=group_id)],
            ignore_conflicts=True,
        )
        TalkVersion.objects.filter(group_id=group_id).update(number=F("number") + 1)
