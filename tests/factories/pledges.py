"""Drives and pledges in the state that a test starts from."""

from datetime import date, datetime, timedelta
from itertools import count
from typing import Any

from alliance import clock, links
from alliance.models import Seat
from members.models import Business
from members.services.businesses import add_business
from pledges import till_codes
from pledges.models import (
    Display,
    DriveState,
    Pledge,
    PledgeDrive,
    PledgePolicy,
    PointOfSale,
    Redemption,
    WayIn,
)
from pledges.services import customer_claims, drives, pledges, points_of_sale, redemptions

number = count(1)


def a_business(**fields: Any) -> Business:
    """A business that has stood where it stands for ten years."""
    n = next(number)
    return add_business(
        by=None,
        **{
            "trade_name": f"Corner Bakery {n}",
            "legal_name": f"Corner Bakery {n} LLC",
            "slug": f"corner-bakery-{n}",
            "segment": "food",
            "at_location_since": date(2014, 5, 1),
        }
        | fields,
    )


def a_draft(*, business: Business, by: Seat, **fields: Any) -> PledgeDrive:
    """A drive as its business writes it."""
    return drives.write_drive(
        business=business,
        by=by,
        **{
            "title": "A second oven",
            "purpose": "So that nobody waits an hour on Fridays.",
            "story": "We opened in 2014.\n\nOne oven is not enough any more.",
            "money_use": "One deck oven\nA new flue",
            "target_pledgers": 100,
            "suggested_minor": 240_00,
            "term_months": 12,
            "seeks_loan": True,
            "rung": "standard",
            "gathering_days": 60,
        }
        | fields,
    )


def a_plain_policy(**fields: Any) -> PledgePolicy:
    """A policy without a private phase and without reciprocity, for tests of what comes after."""
    plain = {"has_private_phase": False, "asks_reciprocity": False} | fields
    return PledgePolicy.objects.update_or_create(defaults=plain)[0]


def a_private_drive(*, business: Business, by: Seat, reviewer: Seat, **fields: Any) -> PledgeDrive:
    """A drive that takes pledges from the owner's own circle alone."""
    a_plain_policy()
    draft = a_draft(business=business, by=by, **{"starts_private": True} | fields)
    return drives.approve_drive(drive=drives.submit_drive(drive=draft, by=by), by=reviewer)


def an_open_drive(*, business: Business, by: Seat, reviewer: Seat, **fields: Any) -> PledgeDrive:
    """A drive that takes pledges from everybody."""
    a_plain_policy()
    drive = drives.submit_drive(drive=a_draft(business=business, by=by, **fields), by=by)
    return drives.approve_drive(drive=drive, by=reviewer)


def brought_to(drive: PledgeDrive, state: str, **fields: Any) -> PledgeDrive:
    """A drive put into a state directly, with the dates that this state has."""
    ends = drive.gathering_ends_at or clock.now() + timedelta(days=60)
    dates: dict[str, Any] = {"opened_at": drive.opened_at or clock.now(), "gathering_ends_at": ends}
    if state == DriveState.PRIVATE:
        digest = links.digest(drive.private_secret)
        dates = {"opened_at": None, "private_ends_at": ends, "private_digest": digest}
    PledgeDrive.objects.filter(pk=drive.pk).update(state=state, **dates | fields)
    return PledgeDrive.objects.select_related("business").get(pk=drive.pk)


def a_promise(email: str = "eve@example.com", **fields: Any) -> pledges.Promise:
    """What a customer's form says."""
    return pledges.Promise(
        **{
            "email": email,
            "name": "Eve Castellano",
            "display": Display.FULL,
            "amount_minor": 240_00,
            "wording": "I mean to buy.",
        }
        | fields
    )


def an_intended_pledge(drive: PledgeDrive, email: str = "eve@example.com", **fields: Any) -> Pledge:
    """A pledge whose link nobody has pressed yet."""
    return pledges.intend(drive=drive, promise=a_promise(email, **fields))


def an_active_pledge(drive: PledgeDrive, email: str = "eve@example.com", **fields: Any) -> Pledge:
    """A confirmed pledge."""
    pledge = an_intended_pledge(drive, email, **fields)
    return pledges.confirm(pledge=pledge, version=pledge.version)


def a_claim(
    pledge: Pledge, *, by: Seat, spent_minor: int = 18_00, at: datetime | None = None, **fields: Any
) -> Redemption:
    """A purchase counted at the till, just now or `at` another moment."""
    with clock.at(at or clock.now()):
        return redemptions.claim(
            pledge=pledge, purchase_minor=spent_minor, way_in=WayIn.CODE, by=by, **fields
        )


def a_confirmed_purchase(pledge: Pledge, *, by: Seat, spent_minor: int = 18_00) -> Redemption:
    """A purchase of four days ago that nobody questioned."""
    claimed = a_claim(
        pledge,
        by=by,
        spent_minor=spent_minor,
        at=clock.now() - timedelta(days=4),
        apart=timedelta(0),
    )
    redemptions.confirm_silent(redemption=claimed)
    claimed.refresh_from_db()
    return claimed


def code_of(business: Business, at: datetime | None = None) -> str:
    """The code that a business's till shows, now or at another moment."""
    return till_codes.code_at(business.pk, at or clock.now())


def a_customers_claim(pledge: Pledge, *, spent_minor: int = 18_00) -> Redemption:
    """A purchase that the customer entered with the till's code, just now."""
    code = code_of(pledge.drive.business)
    return customer_claims.claim_at_till(pledge=pledge, code=code, purchase_minor=spent_minor)


def a_point_of_sale(
    *, business: Business, by: Seat, name: str = "Counter till"
) -> tuple[PointOfSale, str]:
    """A shop's own till and its secret."""
    return points_of_sale.make(business=business, name=name, by=by)


def a_message(pledge: Pledge, **fields: Any) -> points_of_sale.Message:
    """What a till tells of a purchase of $18.50, just now."""
    return points_of_sale.Message(
        **{
            "event_id": "sale-1",
            "code": pledge.code,
            "amount_minor": 18_50,
            "currency": "USD",
            "at": clock.now(),
        }
        | fields
    )
