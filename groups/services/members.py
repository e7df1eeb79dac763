"""Joining a group, being let in, choosing how it writes, leaving."""

from collections.abc import Mapping
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from alliance import clock
from alliance.errors import DomainError
from alliance.models import Seat
from alliance.services import audit
from groups import events
from groups.models import (
    Digest,
    Group,
    GroupKind,
    GroupMember,
    GroupState,
    JoinAnswer,
    MemberState,
)
from groups.models.members import LEAST_BUDGET, MOST_BUDGET
from groups.services import letters, moves
from groups.services.words import fit
from moderation.models import AgreementSet
from moderation.queries import agreements as agreed
from moderation.services import agreements, sanctions


@transaction.atomic
def join(
    *,
    group: Group,
    version: UUID | None,
    by: Seat,
    answers: Mapping[UUID, str] | None = None,
) -> GroupMember:
    """Joins an open group at once, asks to join one on request, accepts a circle's invitation.

    Whoever was invited is in at once, whatever the kind. Joining twice changes nothing.

    Args:
        version: the id of the agreements that were read.
        answers: by question, for a group on request.

    Raises:
        DomainError: the agreements have changed since, an answer is missing,
            the group is not open, or it is a circle and nobody invited them.
    """
    group = moves.locked(group)
    member = _row_of(group, by)
    if member is not None and member.state not in (MemberState.INVITED,):
        return member
    _must_be_live(group)
    sanctions.refuse_silenced(by=by, space=group.space)
    if member is None and group.kind == GroupKind.CIRCLE:
        raise DomainError(_("Somebody in the circle has to invite you."))
    _accept(group, version, by)
    if member is not None:
        moves.move_member(member, MemberState.AGREED, by=by)
    elif group.kind == GroupKind.REQUEST:
        return _ask(group, answers or {}, by)
    else:
        member = moves.begin(group, by, MemberState.AGREED, by=by)
    _came_in(member, by=by)
    return member


@transaction.atomic
def accept_agreements(*, member: GroupMember, version: UUID | None, by: Seat) -> None:
    """Accepts the newest agreements, as they were read.

    Raises:
        DomainError: they have changed since.
    """
    _accept(member.group, version, by)


@transaction.atomic
def invite(*, group: Group, seat: Seat, by: Seat) -> GroupMember:
    """Invites somebody; they are written to. Inviting twice changes nothing.

    Whoever asks to join and is invited is let in.

    Raises:
        DomainError: the group is not open.
    """
    group = moves.locked(group)
    _must_be_live(group)
    member = _row_of(group, seat)
    if member is not None:
        return let_in(member=member, by=by) if member.state == MemberState.ASKED else member
    member = moves.begin(group, seat, MemberState.INVITED, by=by)
    audit.record(by=by, action="group.invited", subject=group)
    letters.tell_invited(member)
    return member


@transaction.atomic
def let_in(*, member: GroupMember, by: Seat) -> GroupMember:
    """Says yes to somebody who asks; a letter tells them.

    Where the agreements were written anew since they asked, they are invited
    and accept them first.

    Raises:
        DomainError: they do not ask (any more), or the group is not open.
    """
    group = moves.locked(member.group)
    member = moves.locked_member(member)
    if member.state != MemberState.ASKED:
        raise DomainError(_("That has been settled already."))
    _must_be_live(group)
    newest = agreed.current(group.space)
    if newest is None or agreed.has_accepted(newest, member.seat):
        moves.move_member(member, MemberState.AGREED, by=by)
        _came_in(member, by=by)
    else:
        moves.move_member(member, MemberState.INVITED, by=by)
        letters.tell_invited(member)
    audit.record(by=by, action="group.let_in", subject=group)
    return member


@transaction.atomic
def decline(*, member: GroupMember, why: str, by: Seat) -> GroupMember:
    """Says no to somebody who asks, in a sentence that they read.

    Raises:
        DomainError: no reason, or they do not ask (any more).
    """
    moves.locked(member.group)
    member = moves.locked_member(member)
    if member.state != MemberState.ASKED:
        raise DomainError(_("That has been settled already."))
    why = fit(why, longest=400, field="why")
    moves.move_member(member, MemberState.LEFT, by=by, why=why)
    audit.record(by=by, action="group.declined", subject=member.group)
    letters.tell_declined(member, why=why)
    return member


@transaction.atomic
def leave(*, member: GroupMember, by: Seat | None, why: str = "") -> GroupMember:
    """Leaves, takes back what was asked, or turns an invitation down; twice changes nothing.

    What was written stays. Whoever comes back begins anew.
    """
    moves.locked(member.group)
    member = moves.locked_member(member)
    if member.state == MemberState.LEFT:
        return member
    why = fit(why, longest=400, field="why", least=0)
    moves.move_member(member, MemberState.LEFT, by=by, why=why)
    return member


@transaction.atomic
def choose(
    *, member: GroupMember, digest: str, budget_minutes: int | None, by: Seat
) -> GroupMember:
    """How often the group writes, and how much time a week is meant for it.

    Raises:
        DomainError: a choice that is none.
    """
    if digest not in Digest.values:
        raise DomainError(_("Choose how often the group writes to you."), field="digest")
    if budget_minutes is not None and not LEAST_BUDGET <= budget_minutes <= MOST_BUDGET:
        raise DomainError(_("Between 5 and 600 minutes a week."), field="budget_minutes")
    member = moves.locked_member(member)
    member.digest, member.budget_minutes = digest, budget_minutes
    member.save(update_fields=["digest", "budget_minutes"])
    return member


@transaction.atomic
def mute(*, member: GroupMember, by: Seat) -> GroupMember:
    """The group keeps quiet: no digest, no letters, nothing counted as unread."""
    GroupMember.objects.filter(pk=member.pk, muted_at__isnull=True).update(muted_at=clock.now())
    member.refresh_from_db(fields=["muted_at"])
    return member


@transaction.atomic
def unmute(*, member: GroupMember, by: Seat) -> GroupMember:
    """The group may be heard again."""
    GroupMember.objects.filter(pk=member.pk).update(muted_at=None)
    member.muted_at = None
    return member


def _ask(group: Group, answers: Mapping[UUID, str], by: Seat) -> GroupMember:
    member = moves.begin(group, by, MemberState.ASKED, by=by)
    for question in group.questions.filter(is_asked=True):
        answer = fit(answers.get(question.pk, ""), longest=1000, field=f"question_{question.pk}")
        JoinAnswer.objects.create(
            member=member, position=question.position, question=question.words, answer=answer
        )
    letters.tell_asked(member)
    return member


def _came_in(member: GroupMember, *, by: Seat) -> None:
    letters.tell_welcome(member)
    events.member_joined.send(sender=GroupMember, member=member)


def _accept(group: Group, version: UUID | None, by: Seat) -> None:
    newest: AgreementSet | None = agreed.current(group.space)
    if newest is None:
        return
    if newest.pk != version:
        raise DomainError(_("The agreements have changed. Please read them again."))
    if not agreed.has_accepted(newest, by):
        agreements.accept(agreement_set=newest, by=by)


def _row_of(group: Group, seat: Seat) -> GroupMember | None:
    # By person: who has two seats is one member.
    rows = GroupMember.objects.select_for_update(of=("self",)).live()
    row: GroupMember | None = (
        rows.filter(group=group, seat__person=seat.person_id)
        .select_related("group__space", "seat__person")
        .order_by("joined_at")
        .first()
    )
    return row


def _must_be_live(group: Group) -> None:
    if not group.is_live:
        state = GroupState(group.state).label
        raise DomainError(_("This group is not open: it is %(state)s.") % {"state": state})
