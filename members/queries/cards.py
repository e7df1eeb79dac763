"""Reads about card payments: the account, what may be paid by card, what is kept."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from alliance import clock
from alliance.models import Consent
from alliance.money import format_money
from alliance.tenancy.scope import current_alliance
from members.models import (
    CardCharge,
    ChargeState,
    Checkout,
    CheckoutState,
    Instalment,
    Invoice,
    LineKind,
    Membership,
    SavedCard,
    StripeAccount,
    StripeEvent,
)

# What a member agrees to before a card is kept; the consent's subject is the membership.
AUTO_RENEW = "members.auto_renew"


@dataclass(frozen=True)
class Offer:
    """What of an invoice can be paid by card now: all that is due, or its next part.

    `consent_words` are shown beside the box that keeps the card; empty where
    it cannot be kept, since nobody could be reminded.
    """

    whole_minor: int
    part_minor: int
    part_position: int
    currency: str
    consent_words: str

    @property
    def amounts(self) -> list[int]:
        """What may be chosen, the part first."""
        return [self.part_minor, self.whole_minor] if self.part_minor else [self.whole_minor]


def account() -> StripeAccount | None:
    """The Stripe account that is connected now."""
    return StripeAccount.objects.filter(ended_at__isnull=True).first()


def offer(invoice: Invoice) -> Offer | None:
    """How this invoice can be paid by card; None where it cannot, or nothing is due."""
    if not invoice.due_minor or account() is None:
        return None
    position, part = _next_part(invoice)
    may_keep = bool(invoice.bill_email) and invoice.lines.filter(kind=LineKind.DUES).exists()
    return Offer(
        whole_minor=invoice.due_minor,
        part_minor=part if part < invoice.due_minor else 0,
        part_position=position,
        currency=invoice.currency,
        consent_words=renewal_words(invoice.membership) if may_keep else "",
    )


def renewal_words(membership: Membership) -> str:
    """What is agreed to, word for word: it is stored with the consent."""
    currency = membership.tier.currency
    return _(
        "I agree that %(name)s keeps this card with Stripe and takes the dues of each further "
        "term of my membership from it, on the last day of the term before: %(price)s at "
        "present. I am reminded 15 to 45 days before, each time, and can stop this whenever I "
        "like under “My membership”, in two presses."
    ) % {
        "name": current_alliance().name,
        "price": format_money(membership.term_minor, currency),
    }


def kept_cards(memberships: Iterable[Membership]) -> dict[UUID, SavedCard]:
    """The card that is kept for each of these memberships, by the membership's id."""
    found = SavedCard.objects.filter(
        membership__in=list(memberships), removed_at__isnull=True
    ).select_related("consent")
    return {card.membership_id: card for card in found}


def planned_charges(memberships: Iterable[Membership]) -> dict[UUID, CardCharge]:
    """The next charge of each of these memberships, by the membership's id."""
    due = CardCharge.objects.filter(
        membership__in=list(memberships), state=ChargeState.DUE
    ).select_related("invoice")
    return {charge.membership_id: charge for charge in due.order_by("-due_at")}


def last_charge(membership: Membership) -> CardCharge | None:
    """What was last planned to be taken from a card, however it stands."""
    rows = CardCharge.objects.filter(membership=membership).select_related("invoice")
    return rows.order_by("-due_at").first()


def live_consent(membership: Membership) -> Consent | None:
    """The latest consent to renew by card that was not withdrawn."""
    given = Consent.objects.live().filter(purpose=AUTO_RENEW, subject_id=membership.pk)
    return given.order_by("-given_at").first()


def news_to_look_at() -> QuerySet[StripeEvent]:
    """News from Stripe that could not be brought into the books."""
    return StripeEvent.objects.filter(dead_at__isnull=False)


def failed_visits() -> QuerySet[Checkout]:
    """Visits of the last week that Stripe would not open, with its words."""
    since = clock.now() - timedelta(days=7)
    failed = Checkout.objects.filter(state=CheckoutState.FAILED, created_at__gt=since)
    return failed.exclude(last_error="").select_related("invoice")


def count_kept() -> int:
    """How many members' cards are kept."""
    return SavedCard.objects.filter(removed_at__isnull=True).count()


def news_address() -> str:
    """Where Stripe is to send its news."""
    return current_alliance().url(reverse("members:stripe_news"))


def _next_part(invoice: Invoice) -> tuple[int, int]:
    """The first instalment that is not covered: its position, and what is open of it."""
    covered, reached = invoice.paid_minor + invoice.credited_minor, 0
    for part in Instalment.objects.filter(invoice=invoice):
        reached += part.amount_minor
        if reached > covered:
            return part.position, reached - covered
    return 0, invoice.due_minor
