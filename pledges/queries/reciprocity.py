"""Whether a borrower has pledged at a neighbour before asking its own customers."""

from dataclasses import dataclass

from alliance.addresses import normalise_email
from members.models import Business
from members.queries import businesses as members
from pledges.models import Pledge, PledgeDrive, PledgePolicy, PledgeState

SHOWN = 6


@dataclass(frozen=True)
class Reciprocity:
    """What is asked of a drive's business before the drive opens.

    `is_asked` is false where the policy or the drive does not ask for it.
    `can_be_met` is false where no other member's drive has been open to all
    since this one was written: then it passes.
    """

    is_asked: bool
    is_met: bool = False
    can_be_met: bool = True
    open_drives: tuple[PledgeDrive, ...] = ()

    @property
    def passes(self) -> bool:
        """Whether the drive may open as far as this goes."""
        return not self.is_asked or self.is_met or not self.can_be_met


def reciprocity(drive: PledgeDrive, decided: PledgePolicy) -> Reciprocity:
    """How the drive's business stands with its neighbours; a handful of queries, one if not asked.

    A pledge counts that one of its people has confirmed by the address of their
    login, or that the business's own address has, at any other member's drive
    and at any time, unless it is void.
    """
    if not (decided.asks_reciprocity and drive.seeks_loan):
        return Reciprocity(is_asked=False)
    others = PledgeDrive.objects.public().exclude(business=drive.business_id)
    if _has_pledged(drive.business):
        return Reciprocity(is_asked=True, is_met=True)
    found = others.open().select_related("business").order_by("gathering_ends_at")
    return Reciprocity(
        is_asked=True,
        can_be_met=others.filter(gathering_ends_at__gt=drive.created_at).exists(),
        open_drives=tuple(found[:SHOWN]),
    )


def _has_pledged(business: Business) -> bool:
    addresses = [person.email for person in members.people_of(business)]
    if business.email:
        addresses.append(business.email)
    pledged = Pledge.objects.filter(
        email_normalised__in={normalise_email(address) for address in addresses},
        confirmed_at__isnull=False,
    )
    elsewhere = pledged.exclude(state=PledgeState.VOID).exclude(drive__business=business)
    return elsewhere.exists()
