"""The payloads in every text that people can write in groups and moderation, and who reads them."""

import re
from collections.abc import Iterator
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.core.cache import cache
from django.db import connection, models

from alliance import clock
from alliance.errors import DomainError
from alliance.models import OutboxMessage, Person
from alliance.services import outbox
from alliance.tenancy.models import tenant_models
from alliance.tenancy.scope import current_alliance
from gatherings.models import Gathering
from groups import markdown
from groups.models import (
    BoardAnswer,
    BoardEntry,
    DigestLetter,
    GroupMember,
    HelpStep,
    Post,
    PromptRun,
    ReadMark,
)
from groups.models.board import HANGS_FOR
from groups.services import (
    board_letters,
    board_reminders,
    digests,
    help_wanted,
    letters,
    talk_letters,
)
from members.models import Business
from moderation.models import Case, Decision, LogEntry, Sanction, Stewardship
from moderation.services import letters as cases_letters
from tests.architecture.payloads import MARK, PAYLOADS

ROOMS = ("groups", "moderation")
# Texts of other rooms that these two show.
BESIDES = {
    Person: ("name",),
    Business: ("trade_name",),
    Gathering: ("title", "words", "place_name", "address"),
}
# Texts that nobody types, and what keeps them so.
LEFT = {
    "groups.Group.slug": "an address; its field and the service take letters, figures, dashes",
    "groups.FeedLink.digest": "a hash that the server makes",
    "groups.DigestLetter.spent": "minutes by the members' ids",
    "groups.Post.html": "made of the words by groups.markdown; planted as it makes it",
    "moderation.Case.kind": "a registered kind's key",
    "moderation.Writing.kind": "a registered kind's key",
    "moderation.Writing.digest": "a hash that the server makes",
    "moderation.LogEntry.action": "a word of ours",
}
# No column holds a NUL.
STORED = tuple(payload.replace("\0", "") for payload in PAYLOADS)


def texts() -> list[str]:
    """Every text of the two rooms, by model and field; choices are no texts."""
    kinds = (models.CharField, models.TextField, models.JSONField, ArrayField)
    return [
        f"{model._meta.label}.{field.name}"
        for model in tenant_models()
        if model._meta.app_label in ROOMS
        for field in model._meta.local_fields
        if isinstance(field, kinds) and not field.choices
    ]


def planted() -> list[str]:
    """The texts that hold the table, each with a number of its own."""
    own = [text for text in texts() if text not in LEFT]
    return own + [f"{m._meta.label}.{name}" for m, names in BESIDES.items() for name in names]


def sign_of(number: int) -> str:
    """What stands before the table in the text of this number."""
    return f"{MARK}{number}q"


def shown_in(body: str) -> set[str]:
    """Which planted texts stand in what was answered."""
    names = planted()
    return {names[int(number)] for number in re.findall(rf"{MARK}(\d+)q", body)}


def plant() -> None:
    """Writes the whole table into every text of every row, wider than any column is.

    By the owner, who may change what is only added to and how wide a column is;
    it is rolled back with the test.
    """
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for number, name in enumerate(planted()):
            label, _dot, field = name.rpartition(".")
            model = {m._meta.label: m for m in (*tenant_models(), Person)}[label]
            if model is LogEntry:
                continue
            table = model._meta.db_table
            _drop_indexes(cursor, table, field)
            cursor.execute(f'ALTER TABLE "{table}" ALTER COLUMN "{field}" TYPE text')
            cursor.execute(f'UPDATE "{table}" SET "{field}" = %s', [_whole(number)])
    _plant_log(planted().index("moderation.LogEntry.detail"))
    Post.objects.update(html="\n".join(rendered()))
    cache.clear()


def _drop_indexes(cursor: Any, table: str, field: str) -> None:
    # What is so long fits into none.
    cursor.execute(
        "SELECT i.indexrelid::regclass::text FROM pg_index i JOIN pg_attribute a "
        "ON a.attrelid = i.indrelid AND a.attnum = ANY (i.indkey) "
        "WHERE i.indrelid = %s::regclass AND a.attname = %s AND NOT i.indisunique",
        [table, field],
    )
    for (index,) in cursor.fetchall():
        cursor.execute(f"DROP INDEX {index}")


def _whole(number: int) -> str:
    return "\n\n".join([sign_of(number), *STORED])


def _plant_log(number: int) -> None:
    for entry in LogEntry.objects.all():
        known = {key: _whole(number) for key, value in entry.detail.items() if type(value) is str}
        LogEntry.objects.filter(pk=entry.pk).update(detail=known | {"words": _whole(number)})


def rendered() -> Iterator[str]:
    """What groups' Markdown makes of each payload that it does not refuse."""
    for payload in PAYLOADS:
        try:
            yield markdown.render(payload).html
        except DomainError:
            continue


def write_letters(community: SimpleNamespace) -> None:
    """Every letter of both rooms, of rows that hold the table."""
    OutboxMessage.objects.all().delete()
    why = _whole(0)
    members = GroupMember.objects.select_related("group__space", "seat__person")
    member = members.get(pk=community.member.pk)
    post = Post.objects.select_related("topic__group").get(topic=community.topic, number=2)
    for tell in (letters.tell_welcome, letters.tell_invited, letters.tell_asked):
        tell(member)
    letters.tell_declined(member, why=why)
    run = PromptRun.objects.filter(group=community.group).get()
    letters.tell_prompt(run, {member.seat.person.email: member.seat.person.name})
    talk_letters.tell_named(post=post, members=[community.keeper.pk])
    talk_letters._send("written", "written", member, post)
    board_letters.tell_author(BoardAnswer.objects.get(entry=community.entry))
    soon = clock.now() - HANGS_FOR + timedelta(days=3)
    BoardEntry.objects.filter(pk=community.entry.pk).update(listed_at=soon)
    board_reminders.remind(current_alliance())
    help_wanted._tell(post.topic, HelpStep.STAFF, member.seat.person)
    # A digest tells of what its reader has not seen.
    GroupMember.objects.update(digest="daily")
    ReadMark.objects.all().delete()
    outbox.enqueue(
        key="digest",
        template=digests.TEMPLATE,
        to=member.seat.person.email,
        context={"letter": str(DigestLetter.objects.get().pk)},
        confirmed=True,
    )
    case = Case.objects.get(pk=community.case.pk)
    decision = Decision.objects.get(case=case)
    cases_letters.tell_held(case, why)
    cases_letters.tell_authors(case, decision)
    cases_letters.tell_flaggers(case, decision)
    cases_letters.tell_stewards(case)
    cases_letters.tell_advisors(case)
    cases_letters.tell_may_write(Sanction.objects.get(decision=decision))
    for stewardship in Stewardship.objects.filter(accepted_at__isnull=False):
        for tell_steward in (
            cases_letters.ask_steward,
            cases_letters.remind_steward,
            cases_letters.thank_steward,
        ):
            tell_steward(stewardship)
