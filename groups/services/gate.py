"""The one door to writing in a group: agreed, introduced, not silenced.

Every way to write (page, API, reply by mail, prompt, meeting, board) calls
`writer` first. Whoever is refused is led to their introduction, with the form
at hand.
"""

from collections.abc import Iterable
from urllib.parse import urlencode

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from alliance.errors import DomainError
from alliance.models import Seat
from groups.models import LIVE_GROUPS, WRITING, Group, GroupMember
from groups.queries import access
from moderation.queries import agreements
from moderation.services import sanctions


class NotIntroduced(DomainError):
    """They have not introduced themselves in this group; `leads_to` is where they can."""

    def __init__(self, message: str, *, group: Group) -> None:
        super().__init__(message)
        self.group = group

    def leads_to(self, wanted: str = "") -> str:
        """The address of the introduction's form, which leads back to what was wanted."""
        address = reverse("groups:introduction", args=[self.group.slug])
        return f"{address}?{urlencode({'next': wanted})}" if wanted else address


class NotAgreed(NotIntroduced):
    """The agreements were written anew since they accepted them; the same page shows them."""


def reader(*, group: Group, seats: Iterable[Seat]) -> GroupMember | None:
    """The person's live row in the group, in whatever state; None where there is none."""
    return access.member_of(group, seats)


@transaction.atomic
def writer(*, group: Group, by: Seat) -> GroupMember:
    """The member who may write in this group now; their row is locked.

    Raises:
        NotIntroduced: not a member, not introduced, or the newest agreements
            are not accepted (NotAgreed).
        DomainError: the group is not open, or somebody is silenced for a while.
    """
    member = _locked(group, by)
    if member is None or member.state not in WRITING:
        raise NotIntroduced(_("Introduce yourself first; then you can write here."), group=group)
    _must_be_open(group)
    sanctions.refuse_silenced(by=by, space=group.space)
    must_have_agreed(group=group, member=member)
    return member


def must_have_agreed(*, group: Group, member: GroupMember) -> None:
    """Whoever writes has accepted the newest agreements.

    Raises:
        NotAgreed: they were written anew since.
    """
    newest = agreements.current(group.space)
    if newest is not None and not agreements.has_accepted(newest, member.seat):
        raise NotAgreed(
            _("The group’s agreements were written anew. Please read them first."), group=group
        )


def _locked(group: Group, by: Seat) -> GroupMember | None:
    # By person: who has two seats is one member.
    rows = GroupMember.objects.select_for_update(of=("self",)).select_related("seat__person")
    row: GroupMember | None = (
        rows.live().filter(group=group, seat__person=by.person_id).order_by("joined_at").first()
    )
    return row


def _must_be_open(group: Group) -> None:
    # Asked anew: the caller's copy may be older than an archiving.
    if not Group.objects.filter(pk=group.pk, state__in=LIVE_GROUPS).exists():
        raise DomainError(_("This group is closed for writing; it can still be read."))
