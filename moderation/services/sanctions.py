"""Sanctions: who may not write for a while."""

from collections.abc import Sequence
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from alliance import clock
from alliance.errors import DomainError
from alliance.models import Seat
from alliance.services import audit
from alliance.tenancy.scope import current_alliance
from moderation import events
from moderation.models import Decision, Sanction, SanctionKind, Space
from moderation.services import letters


def refuse_silenced(by: Seat, space: Space | None = None) -> None:
    """Says no to whoever may not write in this space now; without a space, in the alliance.

    The person is silenced, whichever seat they write with.

    Raises:
        DomainError: with the day on which they may again, where there is one.
    """
    here = Q(space__isnull=True) | Q(space=space) if space else Q(space__isnull=True)
    live = list(Sanction.objects.live().filter(here, person=by.person_id))
    if not live:
        return
    ends = [each.ends_at for each in live]
    last = None if None in ends else max(end for end in ends if end is not None)
    if last is None:
        raise DomainError(_("You cannot write here until further notice. Your letter says why."))
    day = last.astimezone(current_alliance().zone).date()
    raise DomainError(_("You can write here again on %(day)s.") % {"day": day})


def begin(*, seat: Seat, kind: SanctionKind, decision: Decision, space: Space | None) -> Sanction:
    """Silences the seat's person in the space from now until the decision's end."""
    sanction = Sanction.objects.create(
        seat=seat,
        person_id=seat.person_id,
        space=space,
        kind=kind,
        begins_at=clock.now(),
        ends_at=decision.until,
        decision=decision,
    )
    audit.record(by=decision.by, action="moderation.silenced", subject=sanction, kind=kind)
    events.sanctioned.send(sender=Sanction, sanction=sanction)
    return sanction


def lift(*, decision: Decision) -> None:
    """What followed from an overturned decision ends now."""
    live = Sanction.objects.filter(decision=decision, lifted_at__isnull=True)
    live.update(lifted_at=clock.now())


def ended() -> Sequence[UUID]:
    """Pauses in writing that are over and whose people were not told yet."""
    over = Sanction.objects.filter(
        ends_at__lte=clock.now(), told_at__isnull=True, lifted_at__isnull=True
    )
    return list(over.order_by("ends_at", "pk").values_list("pk", flat=True))


@transaction.atomic
def tell_end(*, sanction_id: UUID) -> bool:
    """Writes once that they may write again; whether it was this call."""
    over = Sanction.objects.filter(pk=sanction_id, told_at__isnull=True, ends_at__lte=clock.now())
    if not over.update(told_at=clock.now()):
        return False
    letters.tell_may_write(Sanction.objects.select_related("person", "space").get(pk=sanction_id))
    return True
