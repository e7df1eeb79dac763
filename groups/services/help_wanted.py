"""Calls for help that nobody answers: after 24 hours the facilitators hear, after 48 the staff."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse

from alliance import clock
from alliance.models import Alliance, Person, Role, Seat
from alliance.services import outbox
from alliance.tenancy.scope import across_alliances, current_alliance, in_alliance
from groups.models import GroupKind, HelpStep, HelpWantedStep, Topic
from groups.queries import stewards
from groups.rules import MANAGE_GROUPS

WITHIN = {HelpStep.FACILITATOR: timedelta(hours=24), HelpStep.STAFF: timedelta(hours=48)}
# Older calls are nobody's surprise any more.
OLDEST = timedelta(days=14)
BATCH = 200


def due(step: HelpStep) -> QuerySet[Topic]:
    """Unanswered topics that have not taken this step; in the scope that is open."""
    now = clock.now()
    taken = HelpWantedStep.objects.filter(topic=OuterRef("pk"), step=step)
    return Topic.objects.unanswered().filter(
        ~Exists(taken),
        created_at__lte=now - WITHIN[step],
        created_at__gt=now - OLDEST,
        group__state__in=("open", "quiet"),
    )


def alliances_with_due() -> Sequence[UUID]:
    """Which alliances have somebody waiting."""
    with across_alliances(reason="Find alliances with calls for help that nobody answers."):
        found = {
            owner
            for step in WITHIN
            for owner in due(step).order_by().values_list("alliance_id", flat=True).distinct()
        }
    return sorted(found)


def pass_on(alliance: Alliance) -> int:
    """Takes each waiting topic to its next; how many steps were taken."""
    with in_alliance(alliance):
        waiting = [
            (step, pk)
            for step in WITHIN
            for pk in due(step).order_by("created_at").values_list("pk", flat=True)[:BATCH]
        ]
    taken = 0
    for step, pk in waiting:
        with in_alliance(alliance):
            taken += _take(pk, step)
    return taken


def _take(pk: UUID, step: HelpStep) -> bool:
    topic = due(step).filter(pk=pk).select_for_update(of=("self",)).select_related("group").first()
    if topic is None:
        return False
    try:
        with transaction.atomic():
            HelpWantedStep.objects.create(topic=topic, step=step, at=clock.now())
    except IntegrityError:
        # Another sweep at the same moment took it.
        return False
    for person in _reached(topic, step):
        _tell(topic, step, person)
    return True


def _reached(topic: Topic, step: HelpStep) -> list[Person]:
    """The group's facilitators; then staff, who hear nothing of what is said in a circle."""
    if step == HelpStep.FACILITATOR or topic.group.kind == GroupKind.CIRCLE:
        found = [r for r in stewards.stewards_of(topic.group) if r.role == Role.FACILITATOR]
        own = [row for row in found if row.space_id is not None]
        return [row.person for row in own or found]
    staff = Seat.objects.live().filter(role__in=MANAGE_GROUPS.roles).select_related("person")
    return list({seat.person_id: seat.person for seat in staff.order_by("pk")}.values())


def _tell(topic: Topic, step: HelpStep, person: Person) -> None:
    address = reverse("groups:topic", args=[topic.group.slug, topic.number])
    outbox.enqueue(
        key=f"help-wanted:{topic.pk}:{step}:{person.pk}",
        template="groups/email/help_waits",
        to=person.email,
        context={
            "name": person.name,
            "group": topic.group.name,
            "hours": int(WITHIN[step].total_seconds() // 3600),
            "url": current_alliance().url(address),
        },
        confirmed=True,
    )
