"""Words of other systems for what we keep as a choice. No Django here.

Each function answers with the value that our models store, or None.
"""

import re

from members.sheets.synonyms import folded

STANDING, LAPSED, CANCELLED, PENDING, SUSPENDED = (
    "standing",
    "lapsed",
    "cancelled",
    "pending",
    "suspended",
)
_STATUS = {
    STANDING: (
        "active, current, paid, good standing, in good standing, renewed, active member, live, "
        "yes, enabled, true, y, standing, new, renewing, grace, renewal due, member, 1, x"
    ),
    LAPSED: (
        "lapsed, expired, overdue, past due, renewal overdue, inactive, delinquent, unpaid, no, "
        "false, n, not active, in arrears, 0, suspended for non payment"
    ),
    CANCELLED: (
        "cancelled, canceled, dropped, resigned, terminated, withdrawn, archived, former, "
        "former member, closed, deleted, out of business, ended, non member"
    ),
    PENDING: (
        "pending, applicant, prospect, prospective, application, pending new, pending approval, "
        "pending level change, awaiting payment, pending renewal, invited"
    ),
    SUSPENDED: "suspended, on hold, hold, paused, frozen",
}
_SEGMENT = {
    "food": (
        "food drink, food and drink, food, restaurant, restaurants, restaurants food beverages, "
        "cafe, bakery, bar, bars, brewery, catering, coffee, coffee shop, grocery, groceries, "
        "food beverage, food and beverage, dining, hospitality, farm, farms, agriculture, hotel, "
        "hotels lodging, winery, eating drinking"
    ),
    "retail": (
        "shops, retail, shop, store, stores, shopping, shopping specialty retail, bookstore, "
        "books, clothing, apparel, boutique, gifts, gift shop, florist, hardware, "
        "retail trade, jewelry, pets, pet supplies, bicycles, antiques"
    ),
    "services": (
        "services, service, personal services, business services, cleaning, laundry, auto, "
        "automotive, auto repair, education, child care, childcare, travel, transportation, "
        "nonprofit, non profit, not for profit, community organizations, government, other, "
        "miscellaneous, family community civic organizations, logistics, printing"
    ),
    "health": (
        "health wellness, health and wellness, health, wellness, health care, healthcare, "
        "medical, dental, dentist, fitness, gym, yoga, beauty, salon, spa, massage, pharmacy, "
        "hair salon, barber, personal care, veterinary, mental health, sports recreation"
    ),
    "arts": (
        "arts culture, arts and culture, arts, art, culture, gallery, music, theater, theatre, "
        "entertainment, arts entertainment, arts culture entertainment, museum, photography, "
        "dance, film, media, events"
    ),
    "trades": (
        "trades home, trades and home, trades, home, construction, contractor, contractors, "
        "plumbing, plumber, electrician, electrical, landscaping, roofing, home services, "
        "home garden, home improvement, building, real estate construction, hvac, painting"
    ),
    "professional": (
        "professional, professional services, legal, attorney, attorneys, law, accounting, "
        "accountant, insurance, finance, financial services, finance insurance, banking, bank, "
        "real estate, consulting, marketing, technology, it, software, design, architecture, "
        "advertising media, engineering, business professional services, credit union"
    ),
    "making": (
        "making, manufacturing, maker, makers, manufacturer, crafts, craft, industrial, "
        "production, woodworking, industrial supplies services, wholesale, textile, printing shop"
    ),
}
_KIND = {
    "owner": "owner, founder, president, ceo, proprietor, co owner, principal, director, primary",
    "billing": "billing, bookkeeper, accounting, accounts payable, finance, treasurer",
    "rep": "representative, rep, contact, manager, employee, staff, delegate, member, secondary",
    "volunteer": "volunteer",
}
_RELIEF = {
    "none": "none, no",
    "hardship": "hardship, financial hardship, reduced, scholarship",
    "in_kind": "in kind, inkind, trade, barter, exchange",
}
_BANDS = ((1, "1"), (5, "2-5"), (10, "6-10"), (25, "11-25"), (50, "26-50"))


def _table(said: dict[str, str]) -> dict[str, str]:
    return {folded(word): value for value, words in said.items() for word in words.split(",")}


_STATUSES, _SEGMENTS, _KINDS, _RELIEFS = map(_table, (_STATUS, _SEGMENT, _KIND, _RELIEF))


def a_status(text: str) -> str | None:
    """Which of five standings a system's own word means."""
    return _STATUSES.get(folded(text))


def a_segment(text: str) -> str | None:
    """The broad segment; of a list like "Food > Bakery" or "Food; Retail" the first part known."""
    for part in (text, *re.split(r"[>;|/,:]", text)):
        if found := _SEGMENTS.get(folded(part)):
            return found
    return None


def a_kind(text: str) -> str | None:
    """What a contact is to the business."""
    return _KINDS.get(folded(text))


def a_relief(text: str) -> str | None:
    """Why a member pays otherwise."""
    return _RELIEFS.get(folded(text))


def a_size_band(text: str) -> str | None:
    """The band of a number of people, or of a range by its upper end."""
    numbers = [int(n) for n in re.findall(r"\d+", text.replace(",", ""))]
    if not numbers or max(numbers) > 10_000_000:
        return "1" if folded(text) in ("one person", "sole proprietor", "just me", "none") else None
    is_open = bool(re.search(r"\+|more|over|above", text.casefold()))
    most = max(numbers) + is_open
    return next((band for top, band in _BANDS if most <= top), "51+")
