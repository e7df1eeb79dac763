"""What the members' room puts on the shell's pages."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from alliance.access import seat_for
from members.models import STANDING, Membership, Tier, ValueStatement
from members.queries import cards, representatives, welcome
from members.queries.dues import money_of, next_minor
from members.queries.memberships import today
from members.rules import REPRESENT, SEE_MONEY, TAKE_MONEY, WELCOME
from members.services import papers, pay_links, value_statements
from members.status import NEW_DAYS


def join_us(request: HttpRequest) -> dict[str, Any] | None:
    """The way in, for whoever is not a member yet."""
    if seat_for(request.seats, REPRESENT):  # type: ignore[attr-defined]
        return None
    tiers = _open_tiers(request)
    if not tiers:
        return None
    least = min(
        tier.price_minor if tier.least_minor is None else tier.least_minor for tier in tiers
    )
    return {"least_minor": least, "currency": tiers[0].currency}


def join_us_version(request: HttpRequest) -> object:
    """The tiers that can be chosen, at their prices."""
    is_member = seat_for(request.seats, REPRESENT) is not None  # type: ignore[attr-defined]
    tiers = _open_tiers(request)
    return is_member, [(tier.pk, tier.price_minor, tier.least_minor) for tier in tiers]


def _open_tiers(request: HttpRequest) -> list[Tier]:
    # Asked for the version and again for the page: one query a request is enough.
    if not hasattr(request, "open_tiers"):
        request.open_tiers = list(Tier.objects.open_to_join())  # type: ignore[attr-defined]
    found: list[Tier] = request.open_tiers  # type: ignore[attr-defined]
    return found


def first_weeks(request: HttpRequest) -> dict[str, Any] | None:
    """A new member's checklist: until all is done, for thirty days."""
    membership: Any = request.membership  # type: ignore[attr-defined]
    if membership is None or membership.status not in STANDING:
        return None
    if (today() - membership.joined_on).days >= welcome.CHECKLIST_DAYS:
        return None
    newcomer = welcome.progress_of([membership])[0]
    if not newcomer.missing:
        return None
    return {
        "newcomer": newcomer,
        "membership": membership,
        "done": len(newcomer.items) - len(newcomer.missing),
    }


def accompanied(request: HttpRequest) -> dict[str, Any] | None:
    """Whom the visitor keeps company as a buddy."""
    buddies = welcome.accompanied_by(request.seats)  # type: ignore[attr-defined]
    if not buddies:
        return None
    found = welcome.progress_of([buddy.membership for buddy in buddies])
    return {"newcomers": found}


def new_among_us(request: HttpRequest) -> dict[str, Any] | None:
    """What new members wrote about themselves, for the other members."""
    said = welcome.introductions(but=request.membership)  # type: ignore[attr-defined]
    return {"introductions": said} if said else None


def welcome_of_member(request: HttpRequest) -> dict[str, Any] | None:
    """On the staff's page of one member: the first weeks, and the introduction."""
    membership: Any = request.membership  # type: ignore[attr-defined]
    if membership is None:
        return None
    newcomer = welcome.progress_of([membership])[0]
    is_new = (today() - membership.joined_on).days < NEW_DAYS
    if not is_new and len(newcomer.missing) == len(newcomer.items):
        return None
    return {"newcomer": newcomer, "may_welcome": seat_for(request.seats, WELCOME) is not None}  # type: ignore[attr-defined]


def own_card(request: HttpRequest) -> dict[str, Any] | None:
    """The card that renews, or how to have one; nothing without Stripe or for a volunteer."""
    membership = request.membership  # type: ignore[attr-defined]
    people = request.member_people()  # type: ignore[attr-defined]
    if membership is None or not representatives.sees_money_among(people, request.seats):  # type: ignore[attr-defined]
        return None
    is_connected = cards.account() is not None
    card = cards.kept_cards([membership]).get(membership.pk)
    if card is None and not is_connected:
        return None
    charge = cards.planned_charges([membership]).get(membership.pk) if card else None
    return {"card": card, "charge": charge, "is_connected": is_connected}


def card_of_member(request: HttpRequest) -> dict[str, Any] | None:
    """On the staff's page of a member: whether a card renews, and what went wrong with it."""
    membership = request.membership  # type: ignore[attr-defined]
    if membership is None:
        return None
    card = cards.kept_cards([membership]).get(membership.pk)
    charge = cards.last_charge(membership)
    return {"card": card, "charge": charge} if card or charge else None


def own_seats(request: HttpRequest) -> dict[str, Any] | None:
    """On a member's own page: who speaks for the business."""
    people = request.member_people()  # type: ignore[attr-defined]
    return {
        "people": people,
        "places": representatives.places(request.membership, len(people)),  # type: ignore[attr-defined]
        "is_owner": representatives.is_owner_among(people, request.seats),  # type: ignore[attr-defined]
        "query": request.member_query,  # type: ignore[attr-defined]
    }


def own_details(request: HttpRequest) -> dict[str, Any] | None:
    """On a member's own page: what the business says of itself."""
    return {
        "business": request.member_business,  # type: ignore[attr-defined]
        "query": request.member_query,  # type: ignore[attr-defined]
    }


def value(request: HttpRequest) -> dict[str, Any] | None:
    """What the membership brought, as it was last sent; for its member."""
    query = request.member_query  # type: ignore[attr-defined]
    return _last_value(request, reverse("members:own_value") + query)


def value_of_member(request: HttpRequest) -> dict[str, Any] | None:
    """The same on the staff's page of one member."""
    slug = request.member_business.slug  # type: ignore[attr-defined]
    return _last_value(request, reverse("members_staff:member_value", args=[slug]))


def _last_value(request: HttpRequest, url: str) -> dict[str, Any] | None:
    membership: Membership | None = request.membership  # type: ignore[attr-defined]
    if membership is None:
        return None
    statement = ValueStatement.objects.filter(membership=membership).first()
    lines = value_statements.lines_of(statement) if statement else []
    return {"statement": statement, "lines": lines, "url": url}


def own_dues(request: HttpRequest) -> dict[str, Any] | None:
    """On a member's own page: what is due, invoices, receipts; for those who may see the money."""
    if not representatives.sees_money_among(request.member_people(), request.seats):  # type: ignore[attr-defined]
        return None
    money = money_of(request.member_business)  # type: ignore[attr-defined]
    due = request.next_to_pay()  # type: ignore[attr-defined]
    return {
        "money": money,
        "next": due,
        "next_minor": next_minor(due) if due else None,
        "pay_url": pay_links.path(due) if due else "",
        "today": today(),
        "can_make_papers": papers.can_make(),
    }


def money_of_member(request: HttpRequest) -> dict[str, Any] | None:
    """On the staff's page of one member: its invoices, payments and balance."""
    if seat_for(request.seats, SEE_MONEY) is None:  # type: ignore[attr-defined]
        return None
    money = money_of(request.member_business)  # type: ignore[attr-defined]
    return {
        "money": money,
        "rows": [{"invoice": invoice} for invoice in money.invoices],
        "may_take": request.membership is not None  # type: ignore[attr-defined]
        and seat_for(request.seats, TAKE_MONEY) is not None,  # type: ignore[attr-defined]
    }
