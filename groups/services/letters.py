"""Letters about joining a group, and to those who look after one."""

from typing import Any

from django.urls import reverse

from alliance.models import Role
from alliance.services import outbox
from alliance.tenancy.scope import current_alliance
from groups.models import Group, GroupMember, PromptRun
from groups.queries import buddies, stewards


def tell_welcome(member: GroupMember) -> None:
    """To somebody who has come in: what comes first, and who keeps them company."""
    buddy = buddies.buddy_of(member)
    _tell(
        member,
        "welcome",
        key=f"group-welcome:{member.pk}",
        url=_url("groups:introduction", member.group),
        buddy=str(buddy.seat.person) if buddy else "",
    )


def tell_invited(member: GroupMember) -> None:
    """To somebody who was invited."""
    inviter = member.invited_by.person if member.invited_by else None
    _tell(
        member,
        "invited",
        key=f"group-invited:{member.pk}",
        url=_url("groups:join", member.group),
        by=str(inviter) if inviter else "",
    )


def tell_declined(member: GroupMember, *, why: str) -> None:
    """To somebody who asked, and was not let in."""
    _tell(
        member,
        "declined",
        key=f"group-declined:{member.pk}",
        url=_url("groups:groups"),
        reason=why,
    )


def tell_asked(member: GroupMember) -> None:
    """To those who look after the group: somebody asks to join."""
    people = {
        row.person.email: str(row.person)
        for row in stewards.stewards_of(member.group)
        if row.role in (Role.CUSTODIAN, Role.FACILITATOR) and row.space_id == member.group.space_id
    }
    for email, name in people.items():
        outbox.enqueue(
            key=f"group-asked:{member.pk}:{email}",
            template="groups/email/asked",
            to=email,
            context={
                "name": name,
                "group": member.group.name,
                "who": str(member.seat.person),
                "url": _url("groups:requests", member.group),
            },
            confirmed=True,
        )


def tell_prompt(run: PromptRun, facilitators: dict[str, str]) -> None:
    """To the facilitators, by address: what is asked tomorrow; they go first."""
    for email, name in facilitators.items():
        outbox.enqueue(
            key=f"group-prompt:{run.pk}:{email}",
            template="groups/email/prompt",
            to=email,
            context={
                "name": name,
                "group": run.group.name,
                "title": run.title,
                "words": run.words,
                "day": run.due_on.isoformat(),
                "url": _url("groups:prompts", run.group),
            },
            confirmed=True,
        )


def _tell(member: GroupMember, what: str, *, key: str, url: str, **words: Any) -> None:
    outbox.enqueue(
        key=key,
        template=f"groups/email/{what}",
        to=member.seat.person.email,
        context={
            "name": str(member.seat.person),
            "group": member.group.name,
            "purpose": member.group.purpose,
            "url": url,
            **words,
        },
        confirmed=True,
    )


def _url(name: str, group: Group | None = None) -> str:
    return current_alliance().url(reverse(name, args=[group.slug] if group else []))
