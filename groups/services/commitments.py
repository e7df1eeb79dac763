"""What members mean to do until the next meeting: made, done, let go."""

from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from alliance import clock
from alliance.errors import DomainError
from alliance.models import Seat
from alliance.services import audit
from groups.models import Commitment, Meeting
from groups.models.meetings import LONGEST_COMMITMENT
from groups.services import gate, meetings
from groups.services.words import fit
from moderation.services import care

# Minutes are written up afterwards; then the next meeting is near.
UNTIL = timedelta(days=14)
MOST_OPEN = 10


@transaction.atomic
def commit(*, meeting: Meeting, words: str, by: Seat) -> Commitment:
    """Says what one means to do.

    Raises:
        NotIntroduced: the gate says no.
        DomainError: hidden, called off, long over, too many, or words that do not fit.
    """
    member = gate.writer(group=meeting.group, by=by)
    held = Meeting.objects.select_related("gathering").get(pk=meeting.pk)
    if held.is_hidden or held.gathering.is_cancelled:
        raise DomainError(_("This meeting does not take place."))
    if clock.now() > held.ends_at + UNTIL:
        raise DomainError(_("This meeting is long over; take it to the next one."))
    standing = Commitment.objects.filter(
        member=member, done_at__isnull=True, let_go_at__isnull=True
    )
    if standing.count() >= MOST_OPEN:
        raise DomainError(_("Ten stand already. Finish one or let it go first."))
    made = Commitment.objects.create(
        meeting=held,
        group_id=held.group_id,
        member=member,
        words=fit(words, longest=LONGEST_COMMITMENT, field="words").replace("\n", " "),
        at=clock.now(),
    )
    audit.record(by=by, action="commitment.made", subject=made)
    care.look_at(subject=made, words=made.words, by=by, in_group=True)
    made.refresh_from_db(fields=["hidden_at"])
    return made


@transaction.atomic
def end(*, commitment: Commitment, is_done: bool, by: Seat) -> Commitment:
    """Done, or let go; its member or a facilitator says so. Twice changes nothing.

    Raises:
        NotIntroduced: the gate says no.
        DomainError: another's.
    """
    member = gate.writer(group=commitment.group, by=by)
    held: Commitment = Commitment.objects.select_for_update().get(pk=commitment.pk)
    if held.member_id != member.pk and not meetings.facilitates(commitment.group, by):
        raise DomainError(_("Only whoever promised it can say so."))
    if held.ended_at is not None:
        return held
    if is_done:
        held.done_at = clock.now()
    else:
        held.let_go_at = clock.now()
    held.ended_by = by
    held.save(update_fields=["done_at", "let_go_at", "ended_by"])
    audit.record(by=by, action="commitment.ended", subject=held, is_done=is_done)
    return held
