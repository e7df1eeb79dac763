"""Members hear of a new gathering, once, and can ask not to."""

from collections.abc import Sequence
from uuid import UUID

from django.db import transaction
from django.urls import reverse

from alliance import clock, links
from alliance.addresses import normalise_email
from alliance.models import Alliance, Person, Role, Seat
from alliance.services import outbox
from alliance.tenancy.scope import across_alliances, current_alliance, in_alliance
from gatherings import phrases
from gatherings.models import Gathering, InvitationStop, Occurrence

STOP = "invitation-stop"


def alliances_with_due() -> Sequence[UUID]:
    """Which alliances have members to invite."""
    with across_alliances(reason="Find alliances with invitations to gatherings due."):
        waiting = Gathering.objects.to_invite_to().order_by()
        return sorted(set(waiting.values_list("alliance_id", flat=True)))


def send_due(alliance: Alliance) -> int:
    """Writes every invitation of one alliance that is due; how many letters."""
    with in_alliance(alliance):
        waiting = list(Gathering.objects.to_invite_to().order_by("pk"))
    sent = 0
    for gathering in waiting:
        with in_alliance(alliance):
            sent += _invite(gathering)
    return sent


@transaction.atomic
def stop(*, email: str) -> None:
    """This address gets no invitations any more; twice changes nothing."""
    row = InvitationStop(email_normalised=normalise_email(email), at=clock.now())
    InvitationStop.objects.bulk_create([row], ignore_conflicts=True)


def _invite(gathering: Gathering) -> int:
    """All members' people, in one transaction with the note that they were written to."""
    # The condition: of two sweeps at one moment the second finds it done.
    fresh = Gathering.objects.to_invite_to().filter(pk=gathering.pk)
    if not fresh.update(invited_at=clock.now()):
        return 0
    dates = Occurrence.objects.ahead().standing().filter(gathering=gathering)
    first = dates.select_related("gathering").order_by("starts_at").first()
    if first is None:
        return 0
    stopped = set(InvitationStop.objects.values_list("email_normalised", flat=True))
    seats = Seat.objects.live().filter(role=Role.MEMBER)
    people = Person.objects.filter(pk__in=seats.values("person"), is_active=True)
    context = {
        "title": gathering.shown_title,
        "when": phrases.when(first),
        "repeats": phrases.repeats(gathering),
        "where": first.where,
        "url": current_alliance().url(gathering.get_absolute_url()),
    }
    invited = [p for p in people.order_by("pk") if normalise_email(p.email) not in stopped]
    for person in invited:
        _write(gathering, person, context)
    return len(invited)


def _write(gathering: Gathering, person: Person, context: dict[str, str]) -> None:
    token = links.sign(STOP, {"email": person.email})
    path = reverse("gatherings:stop_invitations", args=[token])
    outbox.enqueue(
        key=f"gathering-invite:{gathering.pk}:{person.pk}",
        template="gatherings/email/invitation",
        to=person.email,
        context=context | {"name": person.name, "unsubscribe_url": current_alliance().url(path)},
        confirmed=True,
    )
