"""What an alliance decides about its dues, and what the law has it say."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from alliance.errors import DomainError
from alliance.models import Seat
from alliance.services import audit
from members.models import DuesSettings, LobbyingShare

CHANGEABLE = (
    "legal_form",
    "legal_name",
    "tax_number",
    "approves_by_itself",
    "days_to_pay",
    "how_to_pay",
    "commitment",
)
FIRST_YEAR, LAST_YEAR = 2000, 2200
ALL = 10_000


@transaction.atomic
def change_settings(*, by: Seat, **fields: Any) -> DuesSettings:
    """Changes what the next invoices and applications find; papers that are out stay.

    Raises:
        ValueError: a field that is no setting.
        django.core.exceptions.ValidationError: a value that does not fit.
    """
    if strange := set(fields) - set(CHANGEABLE):
        raise ValueError(f"No settings: {', '.join(sorted(strange))}.")
    decided, _is_new = DuesSettings.objects.select_for_update().get_or_create()
    changed = sorted(name for name, value in fields.items() if getattr(decided, name) != value)
    for name in changed:
        setattr(decided, name, fields[name])
    decided.full_clean()
    if changed:
        decided.save(update_fields=changed)
        audit.record(by=by, action="dues.settings_changed", subject=decided, fields=changed)
    return decided


@transaction.atomic
def set_lobbying_share(*, year: int, basis_points: int, by: Seat) -> LobbyingShare:
    """Says which part of a year's dues goes to lobbying; invoices that are out stay as they are.

    Raises:
        DomainError: a year or a share that cannot be meant.
    """
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise DomainError(_("Enter a year such as 2026."), field="year")
    if not 0 <= basis_points <= ALL:
        raise DomainError(_("A share is between 0 and 100 percent."), field="share")
    rows = LobbyingShare.objects.select_for_update()
    share, is_new = rows.get_or_create(year=year, defaults={"basis_points": basis_points})
    before = None if is_new else share.basis_points
    if before == basis_points:
        return share
    share.basis_points = basis_points
    share.save(update_fields=["basis_points"])
    audit.record(
        by=by,
        action="dues.lobbying_share_set",
        subject=share,
        year=year,
        before=before,
        basis_points=basis_points,
    )
    return share
