"""API keys of an alliance, and the memory that makes a write happen once."""

import hashlib
import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from alliance import clock, links
from alliance.errors import DomainError
from alliance.models import AllianceKey, IdempotencyRecord, Seat
from alliance.services import audit

SCOPES: dict[str, Any] = {}
LONGEST = timedelta(days=366)


def register_scope(name: str, label: Any) -> None:
    """Adds a room's scope ("pledges:read") to what a key may carry."""
    SCOPES[name] = label


@transaction.atomic
def make_key(*, name: str, scopes: list[str], days: int, by: Seat) -> tuple[AllianceKey, str]:
    """A new key and its secret, which is shown this once and stored hashed.

    Raises:
        DomainError: an unknown scope, none at all, or a life of over a year.
    """
    unknown = set(scopes) - set(SCOPES)
    if unknown or not scopes:
        raise DomainError(_("Choose what the key may do."), field="scopes")
    if not 1 <= days <= LONGEST.days:
        raise DomainError(_("A key lives between 1 and 366 days."), field="days")
    secret = f"cw_{links.new_secret(bits=256)}"
    key = AllianceKey.objects.create(
        name=name,
        prefix=secret[:8],
        digest=links.digest(secret),
        scopes=sorted(scopes),
        made_by=by,
        expires_at=clock.now() + timedelta(days=days),
    )
    audit.record(by=by, action="key.made", subject=key, name=name, scopes=key.scopes)
    return key, secret


@transaction.atomic
def revoke_key(*, key: AllianceKey, by: Seat) -> None:
    """Ends a key at once; ending it twice changes nothing."""
    if AllianceKey.objects.filter(pk=key.pk, revoked_at=None).update(revoked_at=clock.now()):
        audit.record(by=by, action="key.revoked", subject=key, name=key.name)


def once(
    *, actor: str, operation: str, key: str, request: Any, effect: Callable[[], dict[str, Any]]
) -> dict[str, Any]:
    """Runs `effect` for the first of several equal requests, gives all its answer.

    The answer is stored in the transaction of the effect: either both are
    there afterwards or neither.

    Raises:
        DomainError: the key came before with another request.
    """
    digest = hashlib.sha256(json.dumps(request, sort_keys=True, default=str).encode()).hexdigest()
    names = {"actor": actor, "operation": operation, "key": key[:80]}
    try:
        with transaction.atomic():
            record = IdempotencyRecord.objects.create(**names, request_digest=digest)
            record.answer = effect()
            record.save(update_fields=["answer"])
            return record.answer
    except IntegrityError:
        record = IdempotencyRecord.objects.filter(**names).first()
        if record is None:
            raise
    if record.request_digest != digest:
        raise DomainError(_("This was sent before with other figures. Please start again."))
    return record.answer
