"""An alliance decides what its drives must show."""

from typing import Any

from django.db import transaction

from alliance.models import Seat
from alliance.services import audit
from pledges.models import PledgePolicy
from pledges.models.policy import NUMBERS

CHANGEABLE = ("has_private_phase", "asks_reciprocity", *NUMBERS)


@transaction.atomic
def change_policy(*, by: Seat, **fields: Any) -> PledgePolicy:
    """Changes what drives find from now on; days that run already keep their end.

    Raises:
        ValueError: a field that the policy has not.
        django.core.exceptions.ValidationError: a number outside its range.
    """
    if strange := set(fields) - set(CHANGEABLE):
        raise ValueError(f"Not of the policy: {', '.join(sorted(strange))}.")
    decided, _is_new = PledgePolicy.objects.select_for_update().get_or_create()
    before = {name: getattr(decided, name) for name in fields}
    changed = sorted(name for name, value in fields.items() if before[name] != value)
    for name in changed:
        setattr(decided, name, fields[name])
    decided.full_clean()
    if changed:
        decided.save(update_fields=changed)
        detail = {name: [before[name], fields[name]] for name in changed}
        audit.record(by=by, action="pledges.policy_changed", subject=decided, changed=detail)
    return decided
