"""Corrections: a visitor says what is wrong with a listing, the desk settles it."""

from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from alliance import clock
from alliance.errors import DomainError, TooManyMessages
from alliance.models import Seat
from alliance.services import audit, outbox
from directory.models import Correction
from members.models import Business

LONGEST = 1000
# More than anybody would send in earnest: by one address a day, and open for one listing.
PER_ADDRESS, PER_LISTING = 10, 30


@transaction.atomic
def send(*, business: Business, words: str, email: str = "") -> Correction:
    """Keeps what a visitor says for the desk; nobody is written to. The same again adds nothing.

    Raises:
        DomainError: nothing is said.
        TooManyMessages: this address, or people about this listing, have said enough for now.
    """
    words = words.strip()[:LONGEST]
    if not words:
        raise DomainError(_("Say what is wrong."), field="words")
    Business.objects.select_for_update(no_key=True).get(pk=business.pk)
    waiting = Correction.objects.filter(business=business, settled_at__isnull=True)
    again = waiting.filter(words=words).first()
    if again is not None:
        return again
    _refuse_flood(waiting.count(), email)
    return Correction.objects.create(
        business=business, words=words, email=email.strip(), sent_at=clock.now()
    )


@transaction.atomic
def settle(*, correction: Correction, outcome: str, thanks: bool, by: Seat) -> Correction:
    """Ends it with words for later; the sender may be thanked, and the address is forgotten.

    Raises:
        DomainError: settled already, or nothing is said of what was done.
        TooManyMessages: the inbox has had enough for now.
    """
    if not outcome.strip():
        raise DomainError(_("Say what you did about it."), field="outcome")
    found = Correction.objects.select_for_update(of=("self",)).select_related("business")
    correction = found.get(pk=correction.pk)
    if correction.settled_at is not None:
        raise DomainError(_("This has been settled already."))
    if thanks and correction.email:
        _thank(correction)
    correction.settled_at, correction.settler = clock.now(), by
    correction.outcome, correction.email = outcome.strip()[:400], ""
    correction.save(update_fields=["settled_at", "settler", "outcome", "email"])
    audit.record(by=by, action="correction.settled", subject=correction, outcome=correction.outcome)
    return correction


def _refuse_flood(waiting: int, email: str) -> None:
    day = Correction.objects.filter(sent_at__gt=clock.now() - timedelta(days=1))
    is_often = bool(email) and day.filter(email__iexact=email.strip()).count() >= PER_ADDRESS
    if waiting >= PER_LISTING or is_often:
        raise TooManyMessages(
            _("Thank you: we have heard a lot about this already. Try again in a few days.")
        )


def _thank(correction: Correction) -> None:
    # Nobody has proven this address: the letter repeats nothing that they or the desk typed.
    outbox.enqueue(
        key=f"correction-thanks:{correction.pk}",
        template="directory/email/correction_thanks",
        to=correction.email,
        context={"business": correction.business.trade_name},
        confirmed=False,
    )
