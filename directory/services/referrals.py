"""Referrals: customers whom the desk sends to a member, and what came of it."""

from collections.abc import Iterable, Sequence
from datetime import timedelta

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from alliance import clock
from alliance.errors import DomainError
from alliance.models import Alliance, Seat
from alliance.services import audit
from alliance.tenancy.scope import in_alliance
from directory.models import Outcome, Referral
from directory.queries.standing import in_standing
from directory.services import letters
from members.models import Business
from members.queries.businesses import speaks_for

MOST_MEMBERS = 5
CONTACT_KEPT = timedelta(days=180)


@transaction.atomic
def give(
    *, businesses: Sequence[Business], wanted: str, contact: str = "", by: Seat
) -> list[Referral]:
    """Tells one member or several that somebody looks for what they do; no money is in it.

    `contact` is shown to their people alone, until they say what came of it.

    Raises:
        DomainError: nothing is wanted, nobody or more than five are chosen, or
            one of them is no member in good standing.
    """
    if not wanted.strip():
        raise DomainError(_("Say what is looked for."), field="wanted")
    if not 1 <= len(businesses) <= MOST_MEMBERS:
        raise DomainError(_("Choose one member, or up to five."), field="businesses")
    good = in_standing([one.pk for one in businesses])
    if lapsed := next((one for one in businesses if one.pk not in good), None):
        raise DomainError(
            _("%(name)s is no member in good standing.") % {"name": lapsed}, field="businesses"
        )
    return [_give(one, wanted.strip()[:400], contact.strip()[:200], by=by) for one in businesses]


@transaction.atomic
def answer(*, referral: Referral, outcome: Outcome, words: str = "", by: Seat) -> Referral:
    """Says what came of it; the contact is forgotten with that. A later answer replaces this one.

    Raises:
        DomainError: they do not speak for the business.
    """
    found = Referral.objects.select_for_update(of=("self",)).select_related("business")
    referral = found.get(pk=referral.pk)
    if not speaks_for(by, referral.business):
        raise DomainError(_("This was sent to another member."))
    referral.outcome, referral.outcome_words = outcome, words.strip()[:400]
    referral.answered_at, referral.contact = clock.now(), ""
    referral.save(update_fields=["outcome", "outcome_words", "answered_at", "contact"])
    audit.record(by=by, action="referral.answered", subject=referral, outcome=outcome)
    return referral


def forget_contacts(alliance: Alliance) -> int:
    """Forgets the contacts of what nobody has answered in half a year; how many."""
    with in_alliance(alliance):
        old = Referral.objects.filter(given_at__lt=clock.now() - CONTACT_KEPT)
        return old.exclude(contact="").update(contact="")


def forget_all_contacts(alliances: Iterable[Alliance]) -> int:
    """The same in each alliance."""
    return sum(forget_contacts(alliance) for alliance in alliances)


def _give(business: Business, wanted: str, contact: str, *, by: Seat) -> Referral:
    made = Referral.objects.create(
        business=business, wanted=wanted, contact=contact, seat=by, given_at=clock.now()
    )
    audit.record(by=by, action="referral.given", subject=made)
    path = reverse("directory:own_referrals")
    letters.write(business, "referral", key=f"referral:{made.pk}", path=path, wanted=wanted)
    return made
