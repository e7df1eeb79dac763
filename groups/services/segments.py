"""A group for each broad kind of business, drafted from the template."""

from django.db import transaction

from alliance.models import Seat
from groups import template
from groups.models import Group
from groups.services import groups, prompts


@transaction.atomic
def prepare_segment_groups(*, by: Seat | None) -> list[Group]:
    """Drafts a group for each kind of business that has none, and fills the prompts' library.

    Run again it makes what is missing and nothing else. The new drafts.
    """
    prompts.fill_library(by=by)
    known = set(Group.objects.exclude(segment="").values_list("segment", flat=True))
    taken = set(Group.objects.values_list("slug", flat=True))
    return [
        groups.write_group(
            name=str(name),
            purpose=str(purpose),
            segment=segment,
            slug="" if slug in taken else slug,
            by=by,
        )
        for segment, (name, slug, purpose) in template.SEGMENT_GROUPS.items()
        if segment not in known
    ]
