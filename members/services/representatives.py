"""Who speaks for a business: invited, changed, ended, given again.

The business's row is locked first, so that two owners at once cannot take one
seat too many, nor each end the other.
"""

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from alliance import clock
from alliance.errors import DomainError
from alliance.models import Role, Seat
from alliance.services import audit, outbox, seats
from alliance.tenancy.scope import current_alliance
from members.models import Business, Representative, RepresentativeKind
from members.queries.representatives import live_of, places_of
from members.services.businesses import add_representative


@transaction.atomic
def invite(
    *, business: Business, email: str, name: str, kind: RepresentativeKind, by: Seat | None
) -> Representative:
    """Lets whoever reads this address speak for the business, and writes to them.

    Args:
        name: how a new person is called; somebody known keeps their own name.

    Raises:
        DomainError: they speak for it already, or all its seats are taken.
        TooManyMessages: the inbox has had enough; nothing is given.
    """
    _lock(business)
    person = seats.person_of(email=email, name=name)
    if live_of(business).filter(seat__person=person).exists():
        raise DomainError(
            _("%(name)s speaks for %(business)s already.")
            % {"name": person, "business": business.trade_name},
            field="email",
        )
    _must_have_a_place(business)
    made = add_representative(business=business, person=person, by=by, kind=kind)
    outbox.enqueue(
        key=f"representative-invited:{made.pk}",
        template="members/email/seat_given",
        to=email,
        context={
            "name": person.name,
            "email": email,
            "business": business.trade_name,
            "kind": str(RepresentativeKind(kind).label),
            "by": str(by.person) if by else current_alliance().name,
            "action_url": current_alliance().url(reverse("account_login")),
        },
        confirmed=seats.has_proven(person, email),
    )
    return made


@transaction.atomic
def change_kind(
    *, representative: Representative, kind: RepresentativeKind, by: Seat
) -> Representative:
    """Makes an owner a billing contact, or the other way round.

    Raises:
        DomainError: they speak for the business no more, or are its last owner.
    """
    representative = _locked(representative)
    if not live_of(representative.business).filter(pk=representative.pk).exists():
        raise DomainError(_("This seat has ended."))
    before = representative.kind
    if before == kind:
        return representative
    _must_leave_an_owner(representative)
    representative.kind = kind
    representative.save(update_fields=["kind"])
    audit.record(
        by=by,
        action="representative.changed",
        subject=representative,
        before=before,
        after=RepresentativeKind(kind).value,
    )
    return representative


@transaction.atomic
def end(*, representative: Representative, by: Seat | None) -> Representative:
    """Ends it now, and the person's seat with it where they speak for nobody else.

    Ending it twice changes nothing.

    Raises:
        DomainError: it is the last owner.
    """
    representative = _locked(representative)
    if representative.ended_at is not None:
        return representative
    _must_leave_an_owner(representative)
    representative.ended_at = clock.now()
    representative.save(update_fields=["ended_at"])
    audit.record(
        by=by, action="representative.ended", subject=representative, kind=representative.kind
    )
    seat = representative.seat
    speaks_elsewhere = Representative.objects.filter(seat=seat, ended_at__isnull=True).exists()
    if seat.role == Role.MEMBER and not speaks_elsewhere:
        seats.end_seat(seat=seat, by=by)
    return representative


@transaction.atomic
def give_again(*, representative: Representative, by: Seat | None) -> Representative:
    """Undoes an end: the same person, the same kind, a seat of today.

    Raises:
        DomainError: all the seats have been taken meanwhile.
    """
    representative = _locked(representative)
    business, person = representative.business, representative.seat.person
    standing = live_of(business).filter(seat__person=person).first()
    if standing is not None:
        return standing
    _must_have_a_place(business)
    return add_representative(
        business=business, person=person, by=by, kind=RepresentativeKind(representative.kind)
    )


def _lock(business: Business) -> None:
    Business.objects.select_for_update().get(pk=business.pk)


def _locked(representative: Representative) -> Representative:
    _lock(representative.business)
    rows = Representative.objects.select_related("business", "seat__person")
    return rows.get(pk=representative.pk)


def _must_have_a_place(business: Business) -> None:
    places = places_of(business)
    if not places.is_full:
        return
    if not places.tier:
        raise DomainError(
            _("All %(limit)d seats are taken. End one first.") % {"limit": places.limit}
        )
    raise DomainError(
        ngettext(
            "“%(tier)s” comes with %(limit)d seat, and it is taken. End it first, or ask the "
            "alliance for a tier with more.",
            "“%(tier)s” comes with %(limit)d seats, and all are taken. End one first, or ask the "
            "alliance for a tier with more.",
            places.limit,
        )
        % {"tier": places.tier, "limit": places.limit}
    )


def _must_leave_an_owner(representative: Representative) -> None:
    if representative.kind != RepresentativeKind.OWNER:
        return
    others = live_of(representative.business).exclude(pk=representative.pk)
    if not others.filter(kind=RepresentativeKind.OWNER).exists():
        raise DomainError(
            _("Somebody has to be the owner. Make another person an owner first."), field="kind"
        )
