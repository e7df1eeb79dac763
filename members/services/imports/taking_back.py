"""New members taken back: deleted where nothing of them must stay, ended where a term does."""

from collections.abc import Iterable
from uuid import UUID

from django.db.models import F
from django.utils.translation import gettext as _

from alliance import clock
from alliance.models import Seat
from alliance.services import audit, seats
from members import derived, events
from members.models import (
    Business,
    Cancellation,
    ImportRow,
    Membership,
    MembershipPeriod,
    RenewalNotice,
    Representative,
    StatusSnapshot,
)
from members.queries.memberships import today
from members.services.imports.fields import FIELDS
from members.services.imports.references import referenced
from members.services.imports.writing import OF_BUSINESS, terms_of, value_for

DELETED, ENDED, RESTORED, LEFT = "deleted", "ended", "restored", "left"
# No row of these is ever deleted, so that what they name stays too, ended.
KEPT = ("period", "cancellation")


def take_back(rows: list[ImportRow], *, by: Seat) -> None:
    """Deletes or ends what each row made, and notes in it which; what was worked on stays."""
    there = [row for row in rows if row.business is not None]
    reasons = _worked_on(there)
    for row in rows:
        left = reasons.get(row.business_id) if row.business_id else _("It is gone already.")
        row.before |= {"undone": LEFT, "left": [left]} if left else {}
    free = [row for row in there if row.business_id not in reasons]
    seen = referenced(
        Membership,
        ids(free, "membership"),
        but_not_by={MembershipPeriod: None, Cancellation: None, RenewalNotice: None},
    )
    ended = [
        row
        for row in free
        if set(KEPT) & set(row.before["made"]) or id_of(row, "membership") in seen
    ]
    _end_people(free, by=by)
    _end(ended, by=by)
    _delete([row for row in free if row not in ended], by=by)


def end_representative(representative: Representative, *, given: set[UUID], by: Seat) -> None:
    """Ends it, and a seat that the import gave where it serves for nothing else."""
    if representative.ended_at is not None:
        return
    representative.ended_at = clock.now()
    representative.save(update_fields=["ended_at"])
    audit.record(
        by=by, action="representative.ended", subject=representative, kind=representative.kind
    )
    seat = representative.seat
    elsewhere = Representative.objects.filter(seat=seat, ended_at__isnull=True)
    if seat.pk in given and not elsewhere.exists():
        seats.end_seat(seat=seat, by=by)


def strike_out(periods: Iterable[UUID]) -> None:
    """From their own first day on, as if they had never been paid; once written, for good."""
    standing = MembershipPeriod.objects.filter(pk__in=periods, voided_on__isnull=True)
    found = list(standing)
    standing.update(voided_on=F("paid_on"))
    for period in found:
        period.voided_on = period.paid_on
        events.period_voided.send(sender=MembershipPeriod, period=period)


def id_of(row: ImportRow, what: str) -> UUID | None:
    """What the row made of this kind."""
    made = row.before["made"].get(what)
    return UUID(made) if made else None


def ids(rows: list[ImportRow], what: str) -> list[UUID]:
    """What these rows made of this kind."""
    return [found for row in rows if (found := id_of(row, what)) is not None]


def _worked_on(rows: list[ImportRow]) -> dict[UUID | None, str]:
    """Business → why it stays."""
    named = referenced(
        Business,
        [row.business_id for row in rows if row.business_id],
        but_not_by={
            Membership: ids(rows, "membership"),
            Representative: ids(rows, "representative") + _joined(rows),
            ImportRow: None,
            **dict.fromkeys(derived.models()),
        },
    )
    memberships = ids(rows, "membership")
    used = referenced(
        Membership,
        memberships,
        but_not_by={
            MembershipPeriod: ids(rows, "period"),
            Cancellation: ids(rows, "cancellation"),
            RenewalNotice: None,
            StatusSnapshot: None,
        },
    )
    terms = {m.pk: terms_of(m) for m in Membership.objects.filter(pk__in=memberships)}
    found: dict[UUID | None, str] = {}
    for row in rows:
        membership = id_of(row, "membership")
        if changed := _changed(row):
            found[row.business_id] = _("Somebody has changed it since: %s.") % ", ".join(changed)
        elif membership and terms.get(membership) != row.before["terms"]:
            found[row.business_id] = _("Somebody has changed its membership since.")
        elif row.business_id in named or membership in used:
            found[row.business_id] = _("Somebody has worked with it since: other records name it.")
    return found


def _joined(rows: list[ImportRow]) -> list[UUID]:
    """People whom other rows of the same import had added to these, and who have ended by now."""
    others = ImportRow.objects.filter(
        run__in={row.run_id for row in rows},
        business__in=[row.business_id for row in rows],
        before__undone=RESTORED,
    )
    named = ids(list(others), "representative")
    ended = Representative.objects.filter(pk__in=named, ended_at__isnull=False)
    return list(ended.values_list("pk", flat=True))


def _changed(row: ImportRow) -> list[str]:
    """The names of what reads otherwise than the row brought it."""
    fields = row.values["fields"]
    return [
        str(FIELDS[key].label)
        for key in sorted(OF_BUSINESS & set(fields))
        if getattr(row.business, key) != value_for(key, fields[key])
    ]


def _end_people(rows: list[ImportRow], *, by: Seat) -> None:
    """All at once what `end_representative` does for one."""
    live = Representative.objects.filter(pk__in=ids(rows, "representative"), ended_at=None)
    found, now = list(live), clock.now()
    live.update(ended_at=now)
    audit.record_many(
        by=by, action="representative.ended", subjects=[(r, {"kind": r.kind}) for r in found]
    )
    elsewhere = Representative.objects.filter(ended_at=None).values("seat")
    given = Seat.objects.filter(pk__in=ids(rows, "seat"), ended_at=None)
    idle = list(given.exclude(pk__in=elsewhere))
    Seat.objects.filter(pk__in=[seat.pk for seat in idle]).update(ended_at=now)
    audit.record_many(
        by=by, action="seat.ended", subjects=[(seat, {"role": seat.role}) for seat in idle]
    )


def _end(rows: list[ImportRow], *, by: Seat) -> None:
    """Strikes the terms out and ends the memberships; the businesses stay, members no more."""
    strike_out(ids(rows, "period"))
    memberships = Membership.objects.filter(pk__in=ids(rows, "membership"))
    over = Cancellation.objects.filter(membership__in=memberships, revoked_on__isnull=True)
    standing = list(memberships.exclude(pk__in=over.values("membership")))
    reason = _("The import that brought it was taken back.")
    day = today()
    Cancellation.objects.bulk_create(
        Cancellation(membership=membership, cancelled_on=day, reason=reason, seat=by)
        for membership in standing
    )
    RenewalNotice.objects.filter(
        membership__in=memberships, sent_at__isnull=True, stopped_at__isnull=True
    ).update(stopped_at=clock.now())
    audit.record_many(by=by, action="membership.cancelled", subjects=[(m, {}) for m in standing])
    events.members_taken_back.send(sender=Membership, memberships=standing)
    events.businesses_changed.send(
        sender=Business, business_ids=[row.business_id for row in rows if row.business_id]
    )
    for row in rows:
        row.before["undone"] = ENDED


def _delete(rows: list[ImportRow], *, by: Seat) -> None:
    businesses = [row.business_id for row in rows if row.business_id]
    audit.record_many(
        by=by,
        action="business.deleted",
        subjects=[(row.business, {"row": row.number}) for row in rows if row.business],
    )
    people = ids(rows, "representative") + _joined(rows)
    ImportRow.objects.filter(business__in=businesses).update(business=None)
    Representative.objects.filter(pk__in=people).delete()
    Membership.objects.filter(pk__in=ids(rows, "membership")).delete()
    for model in derived.models():
        model.objects.filter(business__in=businesses).delete()  # type: ignore[attr-defined]
    Business.objects.filter(pk__in=businesses).delete()
    for row in rows:
        row.business = None
        row.before["undone"] = DELETED
