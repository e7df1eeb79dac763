"""Who is in a group, by name: for mentions, and for whose a post is."""

from uuid import UUID

from alliance.models import Seat
from groups import markdown
from groups.models import Group, GroupMember
from moderation.queries import blocks

SUGGESTED = 8


def is_author(member_id: UUID, by: Seat) -> bool:
    """Whether this membership is of the same person as the seat."""
    return GroupMember.objects.filter(pk=member_id, seat__person=by.person_id).exists()


def handles_of(group: Group, *, reader: Seat) -> dict[str, tuple[UUID, str]]:
    """Whom the reader may name in this group, by handle; nobody who has blocked or is blocked."""
    apart = blocks.blocked_either_way(reader.person)
    rows = (
        GroupMember.objects.inside()
        .filter(group=group)
        .exclude(seat__person__in=apart)
        .order_by("joined_at", "pk")
        .values_list("pk", "seat__person__name")
    )
    return markdown.handles([(pk, name) for pk, name in rows if name])


def suggested(group: Group, *, reader: Seat, begun: str) -> list[dict[str, str]]:
    """At most eight members whose name or handle holds what was begun, to be named with `@`."""
    wanted = begun.casefold().strip()
    seen: set[UUID] = set()
    found = []
    for handle, (key, name) in handles_of(group, reader=reader).items():
        if key not in seen and (handle.startswith(wanted) or wanted in name.casefold()):
            seen.add(key)
            found.append({"handle": handle, "name": name})
        if len(found) == SUGGESTED:
            break
    return found
