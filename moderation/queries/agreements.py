"""Which agreements count where, and who has accepted them."""

from alliance.models import Seat
from moderation.models import Acceptance, Agreement, AgreementSet, Space


def current(space: Space | None) -> AgreementSet | None:
    """The newest version in this space; None of the space: the alliance's own."""
    return AgreementSet.objects.filter(space=space).order_by("-number").first()


def agreements_of(space: Space | None) -> list[Agreement]:
    """The newest version's agreements, in order; a space without its own has the alliance's."""
    newest = current(space) or current(None)
    return list(newest.agreements.order_by("position")) if newest else []


def counts_in(agreement: Agreement, space: Space | None) -> bool:
    """Whether something in this space may be measured by it: its own or the alliance's.

    Of any version, since what was written under an older one is looked at too.
    """
    own = AgreementSet.objects.filter(pk=agreement.agreement_set_id)
    places = own.values_list("space_id", flat=True)
    return any(place is None or (space is not None and place == space.pk) for place in places)


def has_accepted(agreement_set: AgreementSet, seat: Seat) -> bool:
    """Whether the seat's person has accepted this version, with whichever seat."""
    accepted = Acceptance.objects.filter(agreement_set=agreement_set, person=seat.person_id)
    return accepted.exists()
