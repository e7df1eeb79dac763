"""Prompts day by day: chosen the day before, answered by facilitators first, posted.

The evening before, a group's facilitators read what is due and may answer it;
from eight in the morning it is posted with their answer, unless the group has
talked enough by itself.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from alliance import clock
from alliance.errors import DomainError
from alliance.models import Alliance, Role, Seat
from alliance.tenancy.scope import across_alliances, current_alliance, in_alliance
from groups.models import (
    LIVE_GROUPS,
    WRITING,
    Cadence,
    Group,
    GroupMember,
    Prompt,
    PromptKind,
    PromptRun,
    PromptRunState,
)
from groups.queries import activity, stewards
from groups.services import gate, letters, posts
from groups.services.words import fit

# Posts that came by themselves within seven days; with more of them no prompt is needed.
ENOUGH_POSTS = 10
POSTS_FROM_HOUR = 8
# A prompt that could not be posted for so long is stale.
STALE_AFTER = timedelta(days=2)
TOPIC_KINDS = {
    PromptKind.ASK: "talk",
    PromptKind.RESOURCE: "resource",
    PromptKind.WIN_FAILURE: "win_failure",
}


@transaction.atomic
def answer(*, run: PromptRun, words: str, by: Seat) -> PromptRun:
    """A facilitator goes first: this answer is posted below the prompt. Empty takes it back.

    Raises:
        DomainError: it was posted or skipped already, or they may not write in the group.
    """
    run = _locked(run)
    _must_wait(run)
    gate.writer(group=run.group, by=by)
    run.answer = fit(words, longest=4000, field="answer", least=0)
    run.answered_by = by if run.answer else None
    run.save(update_fields=["answer", "answered_by"])
    return run


@transaction.atomic
def skip(*, run: PromptRun, why: str, by: Seat | None) -> PromptRun:
    """Leaves it out this time.

    Raises:
        DomainError: it was posted or skipped already.
    """
    run = _locked(run)
    _must_wait(run)
    run.state, run.ended_at = PromptRunState.SKIPPED, clock.now()
    run.why = fit(why, longest=200, field="why", least=0)
    run.save(update_fields=["state", "ended_at", "why"])
    return run


def alliances_with_groups() -> Sequence[UUID]:
    """Which alliances have groups in which people can write."""
    with across_alliances(reason="Find alliances whose groups have prompts or seasons due."):
        rows = Group.objects.filter(state__in=LIVE_GROUPS).order_by()
        return sorted(set(rows.values_list("alliance_id", flat=True)))


def go_round(alliance: Alliance) -> int:
    """Prepares what is due tomorrow, and posts what is due; how many were posted."""
    with in_alliance(alliance):
        today = clock.now().astimezone(alliance.zone).date()
        for day in (today, today + timedelta(days=1)):
            prepare(day)
        waiting = PromptRun.objects.filter(state=PromptRunState.WAITING, due_on__lte=today)
        due = list(waiting.order_by("due_on", "id").values_list("pk", flat=True))
        hour = clock.now().astimezone(alliance.zone).hour
    posted = 0
    for pk in due if hour >= POSTS_FROM_HOUR else ():
        with in_alliance(alliance):
            posted += post(PromptRun.objects.get(pk=pk)).state == PromptRunState.POSTED
    return posted


@transaction.atomic
def prepare(day: date) -> list[PromptRun]:
    """Chooses the words for each prompt that is due on this day, and tells the facilitators."""
    prompts = Prompt.objects.filter(
        group__state__in=LIVE_GROUPS, ended_at__isnull=True, weekday=day.weekday()
    ).exclude(runs__due_on=day)
    return [
        run
        for prompt in prompts.select_related("group__space").order_by("id")
        if (prompt.cadence == Cadence.WEEKLY or day.day <= 7) and (run := _prepare(prompt, day))
    ]


@transaction.atomic
def post(run: PromptRun) -> PromptRun:
    """Posts it in the name of whoever answered it, else of a facilitator; else says why not."""
    run = _locked(run)
    if run.state != PromptRunState.WAITING:
        return run
    if why := _why_not(run):
        return skip(run=run, why=why, by=None)
    author = _author(run)
    if author is None:
        return skip(run=run, why=_("no facilitator has introduced themselves here"), by=None)
    try:
        with transaction.atomic():
            _start(run, author)
    except DomainError as error:
        return skip(run=run, why=error.message[:200], by=None)
    return run


def _start(run: PromptRun, author: Seat) -> None:
    topic = posts.start_topic(
        group=run.group,
        kind=TOPIC_KINDS[PromptKind(run.prompt.kind)],
        title=run.title,
        words=run.words,
        is_tough_ok=False,
        by=author,
    )
    if run.answer:
        posts.reply(topic=topic, words=run.answer, by=author)
    run.topic_key, run.state, run.ended_at = topic.pk, PromptRunState.POSTED, clock.now()
    run.save(update_fields=["topic_key", "state", "ended_at"])


def _why_not(run: PromptRun) -> str:
    today = clock.now().astimezone(current_alliance().zone).date()
    if today - run.due_on > STALE_AFTER:
        return _("its day was over")
    if not run.group.is_live:
        return _("the group is closed")
    topics = PromptRun.objects.filter(group=run.group, topic_key__isnull=False)
    own = activity.posts_since(
        run.group,
        clock.now() - timedelta(days=7),
        but_topics=topics.order_by("-due_on").values_list("topic_key", flat=True)[:20],
    )
    return _("the group talked by itself") if own > ENOUGH_POSTS else ""


def _author(run: PromptRun) -> Seat | None:
    people = [row.person_id for row in facilitators_of(run.group)]
    writing = GroupMember.objects.filter(
        group=run.group, state__in=WRITING, seat__person__in=people
    ).select_related("seat__person")
    found = {member.seat.person_id: member.seat for member in writing}
    if run.answered_by and run.answered_by.person_id in found:
        return found[run.answered_by.person_id]
    return next((found[person] for person in people if person in found), None)


def facilitators_of(group: Group) -> list[stewards.Stewardship]:
    """The group's own facilitators, else those of every place."""
    rows = [row for row in stewards.stewards_of(group) if row.role == Role.FACILITATOR]
    own = [row for row in rows if row.space_id == group.space_id]
    return own or rows


def _prepare(prompt: Prompt, day: date) -> PromptRun | None:
    words = prompt if prompt.words else _next_words(prompt)
    if words is None or prompt.group is None:
        return None
    run = PromptRun.objects.create(
        group=prompt.group,
        prompt=prompt,
        wording=words,
        due_on=day,
        title=words.title,
        words=words.words,
    )
    people = {row.person.email: str(row.person) for row in facilitators_of(prompt.group)}
    letters.tell_prompt(run, people)
    return run


def _next_words(prompt: Prompt) -> Prompt | None:
    """The library's words of this kind that the group has not read for the longest time."""
    library = Prompt.objects.filter(group__isnull=True, kind=prompt.kind, ended_at__isnull=True)
    used = dict(
        PromptRun.objects.filter(group=prompt.group)
        .order_by()
        .values_list("wording")
        .annotate(last=Max("due_on"))
    )
    return min(
        library.order_by("created_at", "id"),
        key=lambda words: used.get(words.pk, date.min),
        default=None,
    )


def _locked(run: PromptRun) -> PromptRun:
    rows = PromptRun.objects.select_for_update(of=("self",))
    found: PromptRun = rows.select_related("group__space", "prompt", "answered_by").get(pk=run.pk)
    return found


def _must_wait(run: PromptRun) -> None:
    if run.state != PromptRunState.WAITING:
        raise DomainError(_("It was posted or left out already."))
