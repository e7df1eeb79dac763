"""Drives and pledges in the state that a test starts from."""

from datetime import date, datetime, timedelta
from itertools import count
from typing import Any

from alliance import clock
from alliance.models import Seat
from members.models import Business
from members.services.businesses import add_business
from pledges.models import Display, Pledge, PledgeDrive, Redemption, WayIn
from pledges.services import drives, pledges, redemptions

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


def an_open_drive(*, business: Business, by: Seat, reviewer: Seat, **fields: Any) -> PledgeDrive:
    """A drive that takes pledges."""
    drive = drives.submit_drive(drive=a_draft(business=business, by=by, **fields), by=by)
    return drives.approve_drive(drive=drive, by=reviewer)


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
