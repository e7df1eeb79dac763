"""A row as a whole: what the file leaves to the user's choice, and what contradicts itself."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from alliance.errors import DomainError
from members.models import Relief, Tier
from members.queries.memberships import today
from members.services import prices
from members.services.imports.normalising import Row, day_of
from members.sheets.words import STANDING, SUSPENDED

FAR_AHEAD = 11


@dataclass(frozen=True)
class Defaults:
    """The tiers, and which of them a row gets that names none."""

    tiers: dict[str, Tier]
    default_tier: str = ""

    @property
    def by_price(self) -> dict[int, str]:
        """Tiers that are told by their price alone."""
        live = [tier for tier in self.tiers.values() if not tier.retired_at]
        found = {tier.price_minor: str(tier.pk) for tier in live}
        for minor in found:
            if sum(tier.price_minor == minor for tier in live) > 1:
                found[minor] = ""
        return found


def complete(row: Row, defaults: Defaults) -> None:
    """Fills in what follows, and notes what does not fit together."""
    fields = row.fields
    if "email" in fields and "contact_email" not in row.headings:
        # A list with one column of addresses means the person who reads them.
        fields["contact_email"] = fields["email"]
    is_unread = any(problem["code"] == "email" for problem in row.problems)
    if "contact_name" in fields and "contact_email" not in fields and not is_unread:
        row.problem("no_person", "contact_name", _("there is no e-mail address with it"))
    if "tier" not in fields and "tier" not in row.unknown:
        priced = defaults.by_price.get(fields.get("dues", -1), "")
        if chosen := priced or defaults.default_tier:
            fields["tier_else"] = chosen
    _look_at_price(row, defaults)
    _look_at_days(row)
    _look_at_standing(row)


def tier_of(row: Row) -> str:
    """The tier that the row would be in: its id, or a word for one to be made or explained."""
    fields = row.fields
    return str(fields.get("tier") or fields.get("tier_else") or row.unknown.get("tier", ""))


def _look_at_price(row: Row, defaults: Defaults) -> None:
    tier = defaults.tiers.get(tier_of(row))
    if tier is None or not {"dues", "relief"} & set(row.fields):
        return
    dues = row.fields.get("dues")
    agreed = None if dues == tier.price_minor else dues
    try:
        prices.must_fit(tier, agreed, Relief(row.fields.get("relief", Relief.NONE)))
    except DomainError as error:
        row.problem("price", "dues", error.message.rstrip("."), refuses=True)


def _look_at_days(row: Row) -> None:
    day = today()
    joined, until = day_of(row.fields, "joined_on"), day_of(row.fields, "paid_until")
    if joined and joined > day:
        row.problem("days_wrong", "joined_on", _("a day that is still to come"), refuses=True)
    if until and until.year > day.year + FAR_AHEAD:
        row.problem("days_wrong", "paid_until", _("a day more than ten years ahead"), refuses=True)
    if until and joined and until < joined:
        row.problem("days_wrong", "paid_until", _("a day before the joining"), refuses=True)


def _look_at_standing(row: Row) -> None:
    until, status = row.fields.get("paid_until"), row.fields.get("status")
    if status == STANDING and not until and tier_of(row):
        row.problem("no_until", "status", _("it does not say until when it is paid"))
    if status == SUSPENDED:
        row.problem("suspended", "status", _("a suspension, which is not brought over"))
