"""What beat does with the room: find what is due, call one service for each."""

from celery import shared_task

from alliance import clock
from alliance.models import Alliance
from alliance.tenancy.scope import across_alliances, in_alliance
from moderation.models import Case, CaseState, Sanction, Stewardship, Writing
from moderation.rules import APPEAL_WITHIN
from moderation.services import care, decisions, sanctions, stewards


@shared_task(name="moderation.pass_hours")
def pass_hours() -> None:
    """Every quarter of an hour: what can no longer be appealed, pauses and charters that end."""
    now = clock.now()
    with across_alliances(reason="Find alliances with something to end in moderation."):
        found = (
            Case.objects.filter(state=CaseState.DECIDED, decided_at__lte=now - APPEAL_WITHIN),
            Sanction.objects.filter(ends_at__lte=now, told_at__isnull=True, lifted_at__isnull=True),
            Stewardship.objects.filter(
                accepted_at__isnull=False,
                ended_at__isnull=True,
                expires_at__lte=now + stewards.REMIND,
            ),
            Writing.objects.filter(at__lt=now - care.REMEMBERS),
        )
        owners = {
            pk
            for rows in found
            for pk in rows.order_by().values_list("alliance_id", flat=True).distinct()
        }
    for alliance in Alliance.objects.filter(pk__in=owners):
        _pass_hour(alliance)


def _pass_hour(alliance: Alliance) -> None:
    with in_alliance(alliance):
        late = clock.now() - APPEAL_WITHIN
        cases = list(Case.objects.filter(state=CaseState.DECIDED, decided_at__lte=late))
        over, pauses, ending = stewards.run_out(), sanctions.ended(), stewards.ending()
        care.forget()
    # A transaction each, so that one that fails holds up no other.
    for case in cases:
        with in_alliance(alliance):
            decisions.close(case=case)
    for pk in over:
        with in_alliance(alliance):
            stewards.end(stewardship=Stewardship.objects.get(pk=pk), by=None)
    for pk in pauses:
        with in_alliance(alliance):
            sanctions.tell_end(sanction_id=pk)
    for pk in ending:
        with in_alliance(alliance):
            stewards.remind(stewardship_id=pk)
