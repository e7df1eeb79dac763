"""Introductions: a story, an ask, an offer; then one may write."""

from django.db import transaction
from django.utils.translation import gettext as _

from alliance import clock
from alliance.errors import DomainError
from alliance.models import Seat
from alliance.services import audit
from groups import events
from groups.models import INSIDE, Group, GroupMember, Introduction, MemberState
from groups.models.introductions import LONGEST_ASK, LONGEST_STORY
from groups.services import gate, moves
from groups.services.words import fit
from members.models import STANDING
from members.queries.businesses import businesses_of
from members.queries.standing import standing
from members.services import welcome
from moderation.services import care, sanctions


@transaction.atomic
def introduce(*, group: Group, story: str, ask: str, offer: str, by: Seat) -> Introduction:
    """Writes a member's introduction, or writes it anew; the first lets them write.

    It ticks "Introduce yourself" of a new member's first weeks too.

    Raises:
        NotIntroduced: they are not in the group.
        NotAgreed: the newest agreements are not accepted.
        DomainError: it is closed, a part is missing or too long, or they are
            silenced for a while.
    """
    parts = {
        "story": fit(story, longest=LONGEST_STORY, field="story"),
        "ask": fit(ask, longest=LONGEST_ASK, field="ask"),
        "offer": fit(offer, longest=LONGEST_ASK, field="offer"),
    }
    group = moves.locked(group)
    member = _inside(group, by)
    if not group.is_live:
        raise DomainError(_("This group is closed for writing; it can still be read."))
    sanctions.refuse_silenced(by=by, space=group.space)
    gate.must_have_agreed(group=group, member=member)
    introduction = Introduction.objects.select_for_update().filter(member=member).first()
    if introduction is None:
        introduction = Introduction.objects.create(member=member, **parts)
        moves.move_member(member, MemberState.INTRODUCED, by=by)
        _tick_welcome(by, parts)
        events.member_introduced.send(sender=GroupMember, member=member)
    else:
        _write_anew(introduction, parts)
    audit.record(by=by, action="group.introduced", subject=member)
    # With the group's name: who says the same of themselves in two groups copies nothing.
    words = "\n\n".join((*parts.values(), group.name))
    care.look_at(subject=introduction, words=words, by=by, in_group=True)
    return introduction


def _inside(group: Group, by: Seat) -> GroupMember:
    rows = GroupMember.objects.select_for_update(of=("self",)).select_related("group", "seat")
    member: GroupMember | None = rows.filter(
        group=group, seat__person=by.person_id, state__in=INSIDE
    ).first()
    if member is None:
        raise gate.NotIntroduced(_("Join the group first."), group=group)
    return member


def _write_anew(introduction: Introduction, parts: dict[str, str]) -> None:
    for name, words in parts.items():
        setattr(introduction, name, words)
    introduction.edited_at = clock.now()
    introduction.save(update_fields=[*parts, "edited_at"])


def _tick_welcome(by: Seat, parts: dict[str, str]) -> None:
    # Their story alone: the ask is for the group, the welcome is read by all members.
    own = businesses_of([by]).order_by()
    for membership in standing().filter(business__in=own, status__in=STANDING):
        welcome.introduce(membership=membership, words=parts["story"], by=by)
