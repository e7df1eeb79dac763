"""The people whom rows name: a login, a member's seat, a place beside the business."""

from allauth.account.models import EmailAddress
from django.db.models.functions import Upper

from alliance.models import Person, Role, Seat
from alliance.services import audit, seats
from members.models import ImportRow, Representative, RepresentativeKind


def let_in(rows: list[ImportRow], *, by: Seat | None) -> None:
    """Lets each new business's contact speak for it, as its owner unless the row says otherwise.

    Nothing is written to them: an invitation is a step of its own.
    """
    named = [row for row in rows if row.values["fields"].get("contact_email")]
    if not named:
        return
    seats_of = _seats({_email(row): _name(row) for row in named}, by=by)
    made = []
    for row in named:
        seat, is_new = seats_of[_email(row)]
        kind = row.values["fields"].get("contact_kind", RepresentativeKind.OWNER)
        representative = Representative(business=row.business, seat=seat, kind=kind)
        row.before["made"] |= {"representative": str(representative.pk)}
        if is_new:
            row.before["made"]["seat"] = str(seat.pk)
        made.append(representative)
    Representative.objects.bulk_create(made)
    audit.record_many(
        by=by, action="representative.added", subjects=[(row, {"kind": row.kind}) for row in made]
    )


def _email(row: ImportRow) -> str:
    return str(row.values["fields"]["contact_email"]).lower()


def _name(row: ImportRow) -> str:
    return str(row.values["fields"].get("contact_name", ""))


def _seats(wanted: dict[str, str], *, by: Seat | None) -> dict[str, tuple[Seat, bool]]:
    """Address → the member's seat of its person, and whether it was made just now."""
    known = _known(set(wanted))
    found = {
        # Somebody with a login already: as everywhere else, one by one.
        email: _seat_of(seats.person_of(email=email, name=wanted[email]), by=by)
        for email in known
    }
    new = [Person(email=email, name=name) for email, name in wanted.items() if email not in known]
    for person in new:
        person.set_unusable_password()
    Person.objects.bulk_create(new)
    EmailAddress.objects.bulk_create(
        EmailAddress(user=person, email=person.email, primary=True) for person in new
    )
    given = Seat.objects.bulk_create(Seat(person=person, role=Role.MEMBER) for person in new)
    audit.record_many(
        by=by, action="seat.given", subjects=[(seat, {"role": seat.role}) for seat in given]
    )
    return found | {seat.person.email: (seat, True) for seat in given}


def _known(emails: set[str]) -> set[str]:
    """Those addresses with which somebody signs in, here or in another alliance."""
    large = {email.upper(): email for email in emails}
    own = Person.objects.annotate(large=Upper("email")).filter(large__in=large)
    addresses = EmailAddress.objects.annotate(large=Upper("email"))
    proven = addresses.filter(large__in=large, verified=True)
    found = {*own.values_list("large", flat=True), *proven.values_list("large", flat=True)}
    return {large[each] for each in found}


def _seat_of(person: Person, *, by: Seat | None) -> tuple[Seat, bool]:
    held = Seat.objects.filter(person=person, role=Role.MEMBER, ended_at=None).exists()
    return seats.give_seat(person=person, role=Role.MEMBER, by=by), not held
