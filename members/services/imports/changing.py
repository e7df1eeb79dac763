"""A row that changes somebody who is here: only what it says, through the members' own services.

`before` keeps what stood there, so that an undo can tell whether somebody has
worked on it since.
"""

from datetime import date, timedelta
from typing import Any, cast

from django.db import transaction
from django.utils.translation import gettext as _

from alliance.models import Role, Seat
from alliance.services import audit, seats
from members import events
from members.models import (
    Business,
    ImportRow,
    Membership,
    PeriodSource,
    Relief,
    RepresentativeKind,
    Status,
    Tier,
)
from members.queries.known import Known
from members.queries.representatives import places_of
from members.services import memberships
from members.services.businesses import add_representative
from members.services.imports.deciding import changes_of, standing_of
from members.services.imports.normalising import Fields, Reading, day_of
from members.services.imports.writing import (
    OF_BUSINESS,
    Desk,
    agreed,
    paid_on,
    term_of,
    terms_of,
    tier_for,
    value_for,
)

JOINED = "joined_on"


@transaction.atomic
def change(row: ImportRow, known: Known, *, desk: Desk, reading: Reading) -> None:
    """Writes what the row changes about this business.

    A row that goes with an earlier one only adds: what is empty, and its contact.

    Raises:
        DomainError: a rule of the members' room says no; nothing of the row is written.
    """
    business = Business.objects.select_for_update().get(pk=known.business.pk)
    known.business = business
    standing = standing_of(known, reading)
    fields: Fields = row.values["fields"]
    changed = {key for key, _old, _new in changes_of(fields, standing, {})}
    if row.values.get("fold") is not None:
        adds = {key for key in changed if not standing.fields.get(key)}
        changed = adds | (changed & {"contact_email"})
    row.business = business
    row.before = {"made": {}, "fields": {}, "membership": {}}
    _change_business(row, business, changed & OF_BUSINESS, desk)
    _change_membership(row, known, changed - OF_BUSINESS, desk)
    if "contact_email" in changed:
        _add_person(row, business, desk)
    events.businesses_changed.send(sender=Business, business_ids=[business.pk])


def as_kept(value: Any) -> Any:
    """A value as JSON keeps it."""
    return value if value is None or isinstance(value, int | str | list) else str(value)


def _change_business(row: ImportRow, business: Business, keys: set[str], desk: Desk) -> None:
    fields = row.values["fields"]
    for key in sorted(keys):
        new = value_for(key, fields[key])
        row.before["fields"][key] = [as_kept(getattr(business, key)), as_kept(new)]
        setattr(business, key, new)
    if keys:
        business.save(update_fields=sorted(keys))
        audit.record(by=desk.by, action="business.changed", subject=business, fields=sorted(keys))


def _change_membership(row: ImportRow, known: Known, keys: set[str], desk: Desk) -> None:
    fields = row.values["fields"]
    membership = known.membership
    if membership is None:
        if (tier := tier_for(fields, desk.tiers)) is not None and keys & {"tier", "paid_until"}:
            membership = _open(row, tier, desk)
    else:
        _change_terms(row, membership, keys, desk)
        _change_joined(row, membership, keys, desk)
    if membership is not None and "paid_until" in keys:
        _give_term(row, membership, known, desk)
    if membership is not None and "status" in keys:
        made = memberships.cancel(membership=membership, by=desk.by, reason=desk.reason)
        row.before["made"]["cancellation"] = str(made.pk)


def _open(row: ImportRow, tier: Tier, desk: Desk) -> Membership:
    fields = row.values["fields"]
    term = term_of(fields, tier)
    membership = memberships.open_membership(
        business=cast(Business, row.business),
        tier=tier,
        joined_on=day_of(fields, JOINED) or (term.starts_on if term else None),
        agreed_minor=agreed(fields, tier),
        relief=Relief(fields.get("relief", Relief.NONE)),
        by=desk.by,
    )
    row.before["made"]["membership"] = str(membership.pk)
    row.before["terms"] = terms_of(membership)
    return membership


def _change_terms(row: ImportRow, membership: Membership, keys: set[str], desk: Desk) -> None:
    """Tier, price and relief, which are agreed together."""
    if not keys & {"tier", "dues", "relief"}:
        return
    fields = row.values["fields"]
    tier = desk.tiers.get(fields.get("tier", "")) or membership.tier
    relief = Relief(fields.get("relief", membership.relief))
    price = membership.agreed_minor if tier == membership.tier else None
    if "dues" in fields:
        price = agreed(fields, tier)
    changed = memberships.change_tier(
        membership=membership, tier=tier, by=desk.by, agreed_minor=price, relief=relief
    )
    row.before["membership"]["terms"] = [terms_of(membership), terms_of(changed)]


def _change_joined(row: ImportRow, membership: Membership, keys: set[str], desk: Desk) -> None:
    joined = day_of(row.values["fields"], JOINED)
    if JOINED not in keys or joined is None:
        return
    before = Membership.objects.filter(pk=membership.pk).values_list(JOINED, flat=True).get()
    set_joined(membership, joined, by=desk.by)
    row.before["membership"][JOINED] = [before.isoformat(), joined.isoformat()]


def set_joined(membership: Membership, joined: date, *, by: Seat | None) -> None:
    """Another first day of a membership, as the other system has it."""
    locked = memberships.locked(membership)
    before, locked.joined_on = locked.joined_on, joined
    locked.save(update_fields=[JOINED])
    audit.record(
        by=by,
        action="membership.joined_on_changed",
        subject=locked,
        before=before.isoformat(),
        after=joined.isoformat(),
    )


def _give_term(row: ImportRow, membership: Membership, known: Known, desk: Desk) -> None:
    fields = row.values["fields"]
    term = term_of(fields, membership.tier)
    if term is None:
        return
    begins = term.starts_on
    if known.paid_until is not None:
        # What is paid here already stays; the file adds what comes after it.
        begins = max(begins, known.paid_until + timedelta(days=1))
    row.before["was_cancelled"] = known.status == Status.CANCELLED
    period = memberships.give_term(
        membership=membership,
        starts_on=begins,
        ends_on=term.ends_on,
        source=PeriodSource.IMPORTED,
        paid_on=paid_on(fields, term) if begins == term.starts_on else None,
        by=desk.by,
    )
    row.before["made"]["period"] = str(period.pk)


def _add_person(row: ImportRow, business: Business, desk: Desk) -> None:
    """The row's contact speaks for the business too, as long as its tier has a seat left."""
    fields = row.values["fields"]
    if places_of(business).is_full:
        row.before["no_seat"] = True
        says = _("All seats of its tier are taken, so the contact got none.")
        problem = {"code": "no_seat", "field": "contact_email", "says": says, "refuses": False}
        row.problems = [*row.problems, problem]
        return
    person = seats.person_of(
        email=fields["contact_email"].lower(), name=fields.get("contact_name", "")
    )
    held = Seat.objects.filter(person=person, role=Role.MEMBER, ended_at=None).exists()
    kind = RepresentativeKind(fields.get("contact_kind", RepresentativeKind.REP))
    made = add_representative(business=business, person=person, by=desk.by, kind=kind)
    row.before["made"]["representative"] = str(made.pk)
    if not held:
        row.before["made"]["seat"] = str(made.seat_id)
