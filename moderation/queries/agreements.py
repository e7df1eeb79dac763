"""Which agreements count where, and who has accepted them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import F, Q, QuerySet, Subquery

from alliance.models import Person, Seat
from moderation.models import Acceptance, Agreement, AgreementSet, Space
from moderation.queries import powers
from moderation.rules import SEE_CASES


@dataclass(frozen=True)
class Version:
    """One version of a place's agreements; `until` None: it counts now."""

    pk: UUID
    number: int
    since: datetime
    until: datetime | None


def current(space: Space | None) -> AgreementSet | None:
    """The newest version in this space; None of the space: the alliance's own."""
    return AgreementSet.objects.filter(space=space).order_by("-number").first()


def agreements_of(space: Space | None) -> list[Agreement]:
    """The newest version's agreements, in order; a space without its own has the alliance's."""
    newest = _own_first(space).values("pk")[:1]
    found = Agreement.objects.filter(agreement_set__in=Subquery(newest))
    return list(found.select_related("agreement_set").order_by("position"))


def counts_in(agreement: Agreement, space: Space | None) -> bool:
    """Whether something in this space may be measured by it: its own or the alliance's.

    Of any version, since what was written under an older one is looked at too.
    """
    own = AgreementSet.objects.filter(pk=agreement.agreement_set_id)
    places = own.values_list("space_id", flat=True)
    return any(place is None or (space is not None and place == space.pk) for place in places)


def versions(space_id: UUID | None) -> list[Version]:
    """Every version of a place, the newest first, with the days on which it counted."""
    rows = AgreementSet.objects.filter(space=space_id).order_by("-number")
    found: list[Version] = []
    for pk, number, made_at in rows.values_list("pk", "number", "made_at"):
        found.append(Version(pk, number, made_at, found[-1].since if found else None))
    return found


def in_force(space: Space | None, moment: datetime) -> AgreementSet | None:
    """The version that counted in this space then: its own, else the alliance's."""
    return _own_first(space).filter(made_at__lte=moment).first()


def may_read(version: AgreementSet, seats: Iterable[Seat]) -> bool:
    """Whether the visitor reads it: the alliance's own everybody does.

    A space's own: who has accepted any version of it, and who sees its cases.
    """
    held = tuple(seats)
    if version.space_id is None:
        return True
    people = {seat.person_id for seat in held}
    accepted = Acceptance.objects.filter(agreement_set__space=version.space_id, person__in=people)
    return accepted.exists() or powers.seat_with(held, SEE_CASES, version.space) is not None


def accepted_by(person: Person) -> QuerySet[Acceptance]:
    """What this person has accepted, the latest first, with version and space."""
    rows = Acceptance.objects.filter(person=person).select_related("agreement_set__space")
    return rows.order_by("-at", "-id")


def has_accepted(agreement_set: AgreementSet, seat: Seat) -> bool:
    """Whether the seat's person has accepted this version, with whichever seat."""
    accepted = Acceptance.objects.filter(agreement_set=agreement_set, person=seat.person_id)
    return accepted.exists()


def _own_first(space: Space | None) -> QuerySet[AgreementSet]:
    """A space's own versions, the newest first, then the alliance's."""
    rows = AgreementSet.objects.filter(Q(space=space) | Q(space=None))
    return rows.order_by(F("space").desc(nulls_last=True), "-number")
