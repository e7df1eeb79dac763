"""The log of moderation: written with what it tells of, beside the audit log."""

from typing import Any

from django.db import models

from alliance import clock
from alliance.models import Seat
from alliance.services import audit
from moderation.models import Case, LogEntry, Space


def of_case(case: Case, action: str, *, by: Seat | None, **detail: Any) -> LogEntry:
    """What somebody did in a case; `detail` holds no words of what it is about."""
    audit.record(by=by, action=f"moderation.{action}", subject=case, **detail)
    return LogEntry.objects.create(
        action=action,
        case=case,
        space_id=case.space_id,
        is_outside=case.is_outside,
        seat=by,
        detail=detail | {"kind": case.kind},
        at=clock.now(),
    )


def of_space(
    space: Space | None, action: str, *, by: Seat | None, subject: models.Model, **detail: Any
) -> LogEntry:
    """What somebody did for a space that is no case: agreements, stewards."""
    audit.record(by=by, action=f"moderation.{action}", subject=subject, **detail)
    return LogEntry.objects.create(
        action=action, space=space, seat=by, detail=detail, at=clock.now()
    )
