"""Offers: made, taken back, declined; what stands against one, in sentences."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from alliance import clock
from alliance.errors import DomainError
from alliance.models import Seat
from alliance.money import format_money
from alliance.services import audit
from lending.arithmetic import cover
from lending.arithmetic.amounts import MOST_MINOR, whole
from lending.arithmetic.cover import Refusal
from lending.arithmetic.schedule import APR_PLACES, LoanTerms
from lending.models import (
    ApplicationState,
    Lender,
    LoanApplication,
    LoanOffer,
    OfferState,
    Repayment,
    Sharing,
)
from lending.models.applications import TAKES_OFFERS
from lending.models.offers import OFFER_TRANSITIONS
from lending.queries import backing
from lending.queries import lenders as lender_queries
from lending.services import applications, letters
from members.queries import businesses as members
from pledges.amounts import end_of_day

LEAST_MINOR = 100_00
REASONS = {
    Refusal.ADVANCE: gettext_lazy("It is more than a third of what was pledged."),
    Refusal.RUNG: gettext_lazy("It is more than a drive of this kind may borrow."),
    Refusal.LENDER_CAP: gettext_lazy("It is more than you lend to one business."),
    Refusal.COVER: gettext_lazy(
        "The payment is too high: the pledges would not cover it 1.5 times."
    ),
}


@dataclass(frozen=True)
class Terms:
    """What a lender fills in. Amounts in minor units, `apr` a part of one (0.0399)."""

    amount_minor: int
    apr: Decimal
    months: int
    upfront_fee_minor: int = 0
    monthly_fee_minor: int = 0
    repayment: Repayment = Repayment.LEVEL
    note: str = ""

    @property
    def reckoned(self) -> LoanTerms:
        """The same for the arithmetic.

        Raises:
            DomainError: they make no loan: no amount, a fee that eats it up, …
        """
        try:
            whole("The amount", self.amount_minor, least=LEAST_MINOR)
            if self.apr != self.apr.quantize(APR_PLACES):
                raise ValueError("A rate has six decimals at most.")
            return LoanTerms(
                self.amount_minor,
                self.apr,
                self.months,
                upfront_fee_minor=self.upfront_fee_minor,
                monthly_fee_minor=self.monthly_fee_minor,
            )
        except (ValueError, InvalidOperation) as error:
            raise DomainError(
                _("These figures make no loan. Please look at them again.")
            ) from error


@dataclass(frozen=True)
class Reckoned:
    """What an offer would be: its truth box, and the sentences that stand against it."""

    truth: cover.TruthBox
    against: list[str]
    standing: backing.Standing


def reckon(application: LoanApplication, lender: Lender, terms: Terms) -> Reckoned:
    """The truth box of these terms on today's pledges; stores nothing.

    Raises:
        DomainError: the figures make no loan, or nothing is pledged.
    """
    found = backing.standing(application.drive)
    loan_terms = terms.reckoned
    if not found.base_minor:
        raise DomainError(_("No pledge stands behind this drive any more."))
    behind = found.backing(application.margin)
    try:
        truth = cover.truth_box(loan_terms, behind, found.honour.value)
    except ValueError as error:
        raise DomainError(
            _("This loan cannot be repaid in level payments. Please choose fewer months.")
        ) from error
    return Reckoned(truth, _against(loan_terms, found, behind, lender), found)


def drawn(application: LoanApplication, lender: Lender, terms: Terms, found: Reckoned) -> LoanOffer:
    """The offer that these terms would be, with its truth box; not stored."""
    return LoanOffer(
        application=application,
        lender=lender,
        amount_minor=terms.amount_minor,
        currency=application.drive.currency,
        apr=terms.apr,
        months=terms.months,
        upfront_fee_minor=terms.upfront_fee_minor,
        monthly_fee_minor=terms.monthly_fee_minor,
        repayment=terms.repayment,
        note=terms.note[:400],
        base_minor=found.standing.base_minor,
        pledged_months=found.standing.months,
        margin=application.margin,
        honour=found.standing.honour.value,
        pledgers=found.standing.pledgers,
        truth=LoanOffer.kept(found.truth),
        created_at=clock.now(),
    )


@transaction.atomic
def make(*, application: LoanApplication, lender: Lender, terms: Terms, by: Seat) -> LoanOffer:
    """A lender's offer, open for some days, with its truth box.

    Raises:
        DomainError: `by` does not speak for the lender or is the borrower, the
            application was not shared, an offer is open already, or one of
            the rules stands against it (cover of 1.5 at h*, above all).
    """
    application = applications.locked(application)
    if not lender_queries.speaks_for(by, lender):
        raise DomainError(_("Only %(lender)s can do that.") % {"lender": lender})
    if members.is_person_of(by, application.drive.business):
        raise DomainError(_("Somebody else has to decide about your own business."))
    shared = Sharing.objects.live().filter(application=application, lender=lender)
    if application.state not in TAKES_OFFERS or not shared.exists():
        raise DomainError(_("This application is not open to you any more."))
    if LoanOffer.objects.open().filter(application=application, lender=lender).exists():
        raise DomainError(_("Your offer is open already. Take it back to make another."))
    expire_old(application)
    found = reckon(application, lender, terms)
    if found.against:
        raise DomainError(" ".join(found.against))
    offer = drawn(application, lender, terms, found)
    offer.made_by, offer.expires_at = by, _last_moment(application)
    offer.save()
    audit.record(by=by, action="offer.made", subject=offer, amount_minor=offer.amount_minor)
    if application.state == ApplicationState.APPROVED:
        applications.move(application, ApplicationState.OFFERED, by=by)
    letters.tell_of_application(
        application,
        f"offer-made:{offer.pk}",
        _("%(lender)s offers %(amount)s. Look at the whole cost before you decide.")
        % {"lender": lender, "amount": format_money(offer.amount_minor, offer.currency)},
    )
    return offer


@transaction.atomic
def take_back(*, offer: LoanOffer, by: Seat) -> LoanOffer:
    """The lender takes an open offer back; twice changes nothing."""
    if not lender_queries.speaks_for(by, offer.lender):
        raise DomainError(_("Only %(lender)s can do that.") % {"lender": offer.lender})
    application = applications.locked(offer.application)
    offer = end(offer, OfferState.WITHDRAWN, by=by)
    letters.tell_of_application(
        application,
        f"offer-withdrawn:{offer.pk}",
        _("%(lender)s has taken its offer back.") % {"lender": offer.lender},
    )
    return offer


@transaction.atomic
def decline(*, offer: LoanOffer, by: Seat) -> LoanOffer:
    """The borrower declines an open offer; twice changes nothing."""
    application = applications.locked(offer.application)
    applications.must_speak_for(by, application.drive.business)
    offer = end(offer, OfferState.DECLINED, by=by)
    letters.tell_that_offer_ended(offer)
    return offer


@transaction.atomic
def expire(*, offer: LoanOffer) -> LoanOffer:
    """Ends an offer whose days are over; called by beat, before that it does nothing."""
    applications.locked(offer.application)
    offer = LoanOffer.objects.select_for_update(of=("self",)).get(pk=offer.pk)
    if offer.state == OfferState.OPEN and offer.expires_at <= clock.now():
        return end(offer, OfferState.EXPIRED, by=None)
    return offer


def expire_old(application: LoanApplication) -> None:
    """The same for all of an application's; its row is locked."""
    over = application.offers.filter(state=OfferState.OPEN, expires_at__lte=clock.now())
    for offer in over:
        end(offer, OfferState.EXPIRED, by=None)
    application.refresh_from_db(fields=["state"])


def end(offer: LoanOffer, to: OfferState, *, by: Seat | None) -> LoanOffer:
    """Ends an offer and, with the last open one, puts its application back to approved.

    The application's row is locked by the caller.
    """
    offer = LoanOffer.objects.select_for_update(of=("self",)).get(pk=offer.pk)
    if offer.state == to:
        return offer
    if to not in OFFER_TRANSITIONS[offer.state]:
        raise DomainError(_("This offer is %(state)s now.") % {"state": offer.get_state_display()})
    offer.state, offer.ended_at = to, clock.now()
    offer.save(update_fields=["state", "ended_at"])
    audit.record(by=by, action=f"offer.{to}", subject=offer)
    application = LoanApplication.objects.get(pk=offer.application_id)
    has_others = application.offers.filter(state=OfferState.OPEN).exists()
    if application.state == ApplicationState.OFFERED and not has_others:
        applications.move(application, ApplicationState.APPROVED, by=by)
    return offer


def against_today(offer: LoanOffer) -> list[str]:
    """What stands against signing this offer now: pledges may have gone since it was made."""
    found = backing.standing(offer.application.drive)
    behind = found.backing(offer.margin)
    if not found.base_minor:
        return [str(_("No pledge stands behind this drive any more."))]
    return _against(offer.terms, found, behind, offer.lender)


def tell_that_base_fell(application: LoanApplication) -> None:
    """Tells lenders with an open offer, once a day at most, that a pledge was taken back."""
    today = clock.now().astimezone(application.alliance.zone).date()
    found = LoanOffer.objects.open().filter(application=application)
    for offer in found.select_related("lender"):
        letters.tell_lender(
            offer.lender,
            f"base-fell:{offer.pk}:{today}",
            subject=_("Pledges were withdrawn"),
            lines=[
                _("Fewer pledges stand behind %(business)s than when you made your offer.")
                % {"business": application.drive.business}
            ],
            path=offer.get_absolute_url(),
        )


def _last_moment(application: LoanApplication) -> datetime:
    """Until when an offer that is made now stands."""
    days = backing.policy().offer_days
    return end_of_day(clock.now(), application.alliance.zone, days=days)


def _against(
    terms: LoanTerms, found: backing.Standing, behind: cover.Backing, lender: Lender
) -> list[str]:
    reasons = cover.refusals(
        terms,
        behind,
        found.rung,
        honour=found.honour.value,
        # The drive has shown these when its gathering ended, which its state says.
        pledgers=found.rung.pledgers,
        months_at_location=found.rung.months_at_location,
        lender_cap_minor=MOST_MINOR if lender.cap_minor is None else lender.cap_minor,
    )
    return [str(REASONS[reason]) for reason in reasons]
