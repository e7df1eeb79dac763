"""Who is written to about loans: the borrower's people, the lender's people."""

from typing import Any

from django.utils.translation import gettext as _

from alliance.models import Person
from alliance.services import outbox
from alliance.tenancy.scope import current_alliance
from lending.models import Lender, LoanApplication, LoanOffer
from lending.queries import lenders as lender_queries
from members.models import Business
from members.queries import businesses as members


def tell_business(
    business: Business, key: str, *, subject: str, lines: list[str], path: str
) -> None:
    """Writes to everybody who speaks for the business; the same key again adds nothing."""
    _tell(members.people_of(business), key, subject=subject, lines=lines, path=path)


def tell_lender(lender: Lender, key: str, *, subject: str, lines: list[str], path: str) -> None:
    """Writes to everybody who speaks for the lender; the same key again adds nothing."""
    _tell(lender_queries.people_of(lender), key, subject=subject, lines=lines, path=path)


def tell_of_application(application: LoanApplication, key: str, text: str) -> None:
    """A sentence to the borrower about their application."""
    tell_business(
        application.drive.business,
        key,
        subject=_("Your loan application"),
        lines=[text],
        path=application.get_absolute_url(),
    )


def tell_that_offer_ended(offer: LoanOffer) -> None:
    """A sentence to the lender whose open offer was declined, by the borrower or by events."""
    tell_lender(
        offer.lender,
        f"offer-declined:{offer.pk}",
        subject=_("An offer was declined"),
        lines=[
            _("%(business)s has declined your offer.")
            % {"business": offer.application.drive.business}
        ],
        path=offer.get_absolute_url(),
    )


def _tell(people: list[Person], key: str, *, subject: str, lines: list[str], path: str) -> None:
    context: dict[str, Any] = {
        "subject": subject,
        "lines": [str(line) for line in lines if line],
        "url": current_alliance().url(path),
    }
    for person in people:
        outbox.enqueue(
            key=f"{key}:{person.pk}"[:120],
            template="lending/email/news",
            to=person.email,
            context=context | {"name": person.name},
            confirmed=True,
        )
