"""A change taken back: the old value returns where the new one still stands."""

from datetime import date
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from alliance.models import Seat
from alliance.services import audit
from members.models import (
    Business,
    Cancellation,
    ImportRow,
    Membership,
    MembershipPeriod,
    Relief,
    RenewalNotice,
    Representative,
    StatusSnapshot,
    Tier,
)
from members.services import memberships, notices
from members.services.imports.changing import JOINED, as_kept, set_joined
from members.services.imports.fields import FIELDS
from members.services.imports.references import referenced
from members.services.imports.taking_back import end_representative, id_of, ids, strike_out
from members.services.imports.writing import terms_of, value_for


def restore(row: ImportRow, *, by: Seat) -> list[str]:
    """Puts back what the row changed; sentences about what stays as it is now.

    Raises:
        DomainError: a rule says no; then nothing of the row is taken back.
    """
    if row.business_id is None:
        return [_("It is gone already.")]
    left = _restore_fields(row, by=by)
    if representative := Representative.objects.filter(pk=id_of(row, "representative")).first():
        end_representative(representative, given=set(ids([row], "seat")), by=by)
    membership = Membership.objects.filter(business=row.business_id).first()
    if membership is None:
        return left
    membership = memberships.locked(membership)
    left += _restore_term(row, membership, by=by)
    left += _restore_terms(row, membership, by=by)
    left += _restore_joined(row, membership, by=by)
    left += _end_opened(row, membership, by=by)
    return left


def _restore_fields(row: ImportRow, *, by: Seat) -> list[str]:
    business = Business.objects.select_for_update().get(pk=row.business_id)
    left, back = [], []
    for key, (old, new) in row.before.get("fields", {}).items():
        if as_kept(getattr(business, key)) != new:
            left.append(_stays(str(FIELDS[key].label)))
            continue
        setattr(business, key, value_for(key, old) if old is not None else None)
        back.append(key)
    if back:
        business.save(update_fields=back)
        audit.record(by=by, action="business.changed", subject=business, fields=sorted(back))
    return left


def _restore_term(row: ImportRow, membership: Membership, *, by: Seat) -> list[str]:
    period = MembershipPeriod.objects.filter(
        pk=id_of(row, "period"), voided_on__isnull=True
    ).first()
    if period is None:
        _revoke(row, membership, by=by)
        return []
    later = MembershipPeriod.objects.filter(
        membership=membership, voided_on__isnull=True, starts_on__gt=period.ends_on
    )
    if later.exists():
        return [_("Paid until: a later term has followed, so this one stays.")]
    strike_out([period.pk])
    _revoke(row, membership, by=by)
    is_over = Cancellation.objects.filter(membership=membership, revoked_on__isnull=True)
    if row.before.get("was_cancelled") and not is_over.exists():
        reason = _("The import that brought it back was taken back.")
        memberships.cancel(membership=membership, by=by, reason=reason)
    elif not is_over.exists():
        notices.follow(membership=membership)
    return []


def _revoke(row: ImportRow, membership: Membership, *, by: Seat) -> None:
    """An end that the row had written is taken back, if it is still the one that holds."""
    own = Cancellation.objects.filter(pk=id_of(row, "cancellation"), revoked_on__isnull=True)
    if own.exists():
        memberships.revoke_cancellation(membership=membership, by=by)


def _restore_terms(row: ImportRow, membership: Membership, *, by: Seat) -> list[str]:
    pair: list[Any] | None = row.before.get("membership", {}).get("terms")
    if pair is None:
        return []
    old, new = pair
    tier = Tier.objects.filter(pk=UUID(old[0])).first()
    if terms_of(membership) != new or tier is None:
        return [_stays(str(FIELDS["tier"].label))]
    memberships.change_tier(
        membership=membership, tier=tier, by=by, agreed_minor=old[1], relief=Relief(old[2])
    )
    return []


def _restore_joined(row: ImportRow, membership: Membership, *, by: Seat) -> list[str]:
    pair: list[str] | None = row.before.get("membership", {}).get(JOINED)
    if pair is None:
        return []
    if membership.joined_on.isoformat() != pair[1]:
        return [_stays(str(FIELDS[JOINED].label))]
    set_joined(membership, date.fromisoformat(pair[0]), by=by)
    return []


def _end_opened(row: ImportRow, membership: Membership, *, by: Seat) -> list[str]:
    """A membership that the row had opened for a business that was here before."""
    if id_of(row, "membership") != membership.pk:
        return []
    own: dict[Any, Any] = {
        MembershipPeriod: ids([row], "period"),
        Cancellation: ids([row], "cancellation"),
    }
    used = referenced(
        Membership, [membership.pk], but_not_by=own | {RenewalNotice: None, StatusSnapshot: None}
    )
    if used or terms_of(membership) != row.before["terms"]:
        return [_("Somebody has worked with its membership since, so that stays.")]
    if any(own.values()) or StatusSnapshot.objects.filter(membership=membership).exists():
        is_over = Cancellation.objects.filter(membership=membership, revoked_on__isnull=True)
        if not is_over.exists():
            reason = _("The import that brought it was taken back.")
            memberships.cancel(membership=membership, by=by, reason=reason)
        return []
    RenewalNotice.objects.filter(membership=membership).delete()
    membership.delete()
    return []


def _stays(label: str) -> str:
    return _("%s: somebody has changed it since, so it stays.") % label
