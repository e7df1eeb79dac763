"""What becomes of a row: new, a change, nothing new, a question, or left out."""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from members.models import RowAction
from members.queries.known import Known, texts_of
from members.services.imports.fields import FIELDS
from members.services.imports.matching import Match
from members.services.imports.normalising import Fields, Reading, Row
from members.services.imports.words import Problem
from members.sheets import keys
from members.sheets.words import CANCELLED

# A change: the field, what stands there, what the row says.
Change = tuple[str, str, str]
# Not compared one by one: what the row is recognised by, and what belongs together.
_ELSEWHERE = frozenset(
    {"slug", "contact_name", "contact_email", "contact_kind", "paid_from", "paid_on", "tier_else"}
)
_PLACES = {key: place for place, key in enumerate(FIELDS)}
_OF_MEMBERSHIP = frozenset({"tier", "dues", "relief", "joined_on", "paid_until", "status"})


@dataclass(frozen=True)
class Decision:
    """The action, whom it is about, and what it changes."""

    action: RowAction
    business_id: UUID | None = None
    changes: list[Change] = field(default_factory=list)
    note: str = ""


@dataclass
class Standing:
    """Somebody who may be meant: what is known, once as text and once as a row would say it."""

    known: Known
    texts: dict[str, str]
    fields: Fields


def standing_of(known: Known, reading: Reading) -> Standing:
    """What is known, read as if it came from a file."""
    texts = texts_of(known)
    # Our own exports write days as 2026-03-31 and whole amounts: no order, no answers needed.
    return Standing(known, texts, Row(reading).read(texts).fields)


def changes_of(fields: Fields, standing: Standing, shown: dict[str, str]) -> list[Change]:
    """What the row would change; `shown` is the row as it is written, for people to read."""
    known, found = standing.known, []
    for key, value in fields.items():
        if key in _ELSEWHERE or (key in _OF_MEMBERSHIP and not _applies(key, fields, standing)):
            continue
        if not _is_same(key, value, standing.fields.get(key)):
            found.append((key, standing.texts.get(key, ""), shown.get(key, str(value))))
    if known.membership is None and "tier" not in fields and fields.get("tier_else"):
        found.append(("tier", "", _("the tier for rows that name none")))
    if email := fields.get("contact_email"):
        theirs = {keys.email_key(person.seat.person.email) for person in known.people}
        if keys.email_key(email) not in theirs:
            name = fields.get("contact_name", "")
            found.append(("contact_email", "", f"{name} <{email}>" if name else email))
    return sorted(found, key=lambda change: _PLACES[change[0]])


def decide(
    fields: Fields, matches: list[Match], standings: dict[str, Standing], shown: dict[str, str]
) -> Decision:
    """What becomes of a row that nothing refuses.

    `standings` holds every business among the matches.
    """
    if not matches:
        return Decision(RowAction.CREATE)
    changes = {
        match.ref: changes_of(fields, standings[match.ref], shown)
        for match in matches
        if isinstance(match.ref, str)
    }
    for ref, found in changes.items():
        if not found:
            return Decision(RowAction.SKIP, UUID(ref))
    certain = [match.ref for match in matches if match.is_certain]
    if len(certain) == 1 and isinstance(certain[0], str):
        return Decision(RowAction.UPDATE, UUID(certain[0]), changes[certain[0]])
    return Decision(RowAction.ASK)


def lacks_tier(fields: Fields, known: Known | None) -> bool:
    """Whether a row is paid for a membership that does not exist and could not be opened."""
    has_one = known is not None and known.membership is not None
    named = fields.get("tier") or fields.get("tier_else")
    return bool(fields.get("paid_until")) and not has_one and not named


def no_tier() -> Problem:
    """What is said of such a row."""
    says = _("It is paid, but it does not say for which tier.")
    return {"code": "no_tier", "field": "tier", "says": says, "refuses": True}


def _applies(key: str, fields: Fields, standing: Standing) -> bool:
    """Whether a field of the membership has anything to say about this one."""
    if key == "status" and fields[key] != CANCELLED:
        return False
    if standing.known.membership is None:
        return bool(fields.get("tier") or fields.get("tier_else"))
    until = standing.known.paid_until
    return key != "paid_until" or until is None or fields[key] > until.isoformat()


def _is_same(key: str, new: Any, old: Any) -> bool:
    """Whether both say the same; a number or an address written otherwise is no news."""
    if old in (None, ""):
        return False
    if key == "phone":
        return new == old or bool(
            keys.phone_key(new) and keys.phone_key(new) == keys.phone_key(old)
        )
    if key == "website":
        return _bare(new) == _bare(old)
    if key == "email":
        return bool(new.casefold() == old.casefold())
    return bool(new == old)


def _bare(website: str) -> str:
    rest = website.partition("://")[2].removeprefix("www.")
    return rest.rstrip("/")
