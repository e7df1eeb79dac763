"""Lenders, applications, offers and loans in the state that a test starts from."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import count
from typing import Any

from alliance import clock, links
from alliance.models import Person, Role, Seat
from alliance.services.seats import give_seat
from lending.arithmetic.cover import Backing, truth_box
from lending.models import (
    ApplicationState,
    Lender,
    LenderKind,
    LenderSeat,
    Loan,
    LoanApplication,
    LoanMoment,
    LoanOffer,
    LoanPayment,
    LoanState,
    OfferState,
)
from lending.services import (
    applications,
    booking,
    lenders,
    loans,
    offers,
    payouts,
    repayment,
    schedules,
)
from members.models import Business
from pledges.models import DriveState, Pledge, PledgeDrive, PledgeState
from tests.factories import pledges as make

number = count(1)
# The worked case of the specification: 100 × $240, 20%, 3.99% over twelve months.
WORKED = offers.Terms(amount_minor=4_800_00, apr=Decimal("0.0399"), months=12)


def a_person(name: str) -> Person:
    """Somebody who can sign in; the same name is the same person."""
    email = f"{name.lower()}@example.org"
    known = Person.objects.filter(email=email).first()
    return known or Person.objects.create_user(email=email, password="x" * 20, name=name)


def a_lender(*, by: Seat | None = None, **fields: Any) -> Lender:
    """A credit union that lends up to $20,000 to one business."""
    return lenders.add_lender(
        by=by,
        **{
            "name": f"Harbour Credit Union {next(number)}",
            "kind": LenderKind.CREDIT_UNION,
            "licence_note": "Chartered by the state; insured deposits.",
            "cap_minor": 20_000_00,
        }
        | fields,
    )


def a_lender_seat(lender: Lender, name: str = "Lena") -> Seat:
    """Somebody who speaks for the lender."""
    seat = give_seat(person=a_person(name), role=Role.LENDER, by=None)
    LenderSeat.objects.get_or_create(lender=lender, seat=seat, ended_at=None)
    return seat


def an_officer(name: str, role: Role = Role.LENDING_OFFICER) -> Seat:
    """Somebody of the alliance who may approve loans."""
    return give_seat(person=a_person(name), role=role, by=None)


def a_backed_drive(
    *,
    business: Business,
    by: Seat,
    people: int = 100,
    amount_minor: int = 240_00,
    state: str = DriveState.QUALIFIED,
    **fields: Any,
) -> PledgeDrive:
    """A drive whose gathering ended with that many equal pledges, all confirmed a moment ago."""
    drive = make.brought_to(make.a_draft(business=business, by=by, **fields), state)
    pledge_all(drive, people=people, amount_minor=amount_minor)
    return drive


def pledge_all(drive: PledgeDrive, *, people: int, amount_minor: int = 240_00) -> list[Pledge]:
    """That many confirmed pledges, without the forms and the mail between."""
    now = clock.now()
    rows = []
    for n in range(people):
        pledge = Pledge(
            drive=drive,
            email=f"customer{n}@example.net",
            email_normalised=f"customer{n}@example.net",
            name=f"Customer {n}",
            amount_minor=amount_minor,
            currency=drive.currency,
            term_months=drive.term_months,
            state=PledgeState.ACTIVE,
            code=f"{next(number):08d}",
            created_at=now,
            confirmed_at=now,
            term_ends_at=now + timedelta(days=365),
        )
        pledge.card_digest = links.digest(pledge.card_secret)
        rows.append(pledge)
    return Pledge.objects.bulk_create(rows)


def a_draft_application(drive: PledgeDrive, *, by: Seat, **fields: Any) -> LoanApplication:
    """$4,800 for twelve months at the most generous margin."""
    return applications.write(
        drive=drive,
        by=by,
        **{
            "amount_minor": 4_800_00,
            "months": 12,
            "margin": Decimal("0.60"),
            "purpose": "A second deck oven and its flue.",
        }
        | fields,
    )


def an_application(drive: PledgeDrive, *, by: Seat, **fields: Any) -> LoanApplication:
    """The same, handed in."""
    draft = a_draft_application(drive, by=by, **fields)
    return applications.submit(application=draft, by=by)


def an_approved_application(
    drive: PledgeDrive, *, by: Seat, approvers: Sequence[Seat] = (), **fields: Any
) -> LoanApplication:
    """The same, approved by two people."""
    application = an_application(drive, by=by, **fields)
    for seat in approvers or (an_officer("Oscar"), an_officer("Olive")):
        application = applications.approve(application=application, by=seat)
    return application


def an_offer(
    application: LoanApplication,
    *,
    by: Seat,
    lender: Lender | None = None,
    terms: offers.Terms = WORKED,
) -> LoanOffer:
    """A lender's offer on an approved application, which its owner `by` shares first."""
    lender = lender or a_lender()
    applications.share(application=application, lender=lender, by=by)
    seat = a_lender_seat(lender)
    application.refresh_from_db()
    return offers.make(application=application, lender=lender, terms=terms, by=seat)


def an_accepted_loan(drive: PledgeDrive, *, by: Seat, **fields: Any) -> Loan:
    """An offer on the drive, made and accepted just now. `terms` and `lender` go to the offer."""
    offered = {name: fields.pop(name) for name in ("terms", "lender") if name in fields}
    application = an_approved_application(drive, by=by, **fields)
    return loans.accept(offer=an_offer(application, by=by, **offered), by=by)


def a_loan(
    drive: PledgeDrive, *, by: Seat, paid_out_at: datetime | None = None, **fields: Any
) -> Loan:
    """A loan that was paid out today, or then; its offer was accepted five days before."""
    moment = paid_out_at or clock.now()
    with clock.at(moment - timedelta(days=5)):
        loan = an_accepted_loan(drive, by=by, **fields)
    with clock.at(moment):
        seat = a_lender_seat(loan.lender)
        loan = payouts.pay_out(loan=loan, on=loans.today(), by=seat)
    return Loan.objects.select_related("offer__application", "lender", "drive__business").get(
        pk=loan.pk
    )


def a_written_application(
    drive: PledgeDrive, *, by: Seat, state: str, **fields: Any
) -> LoanApplication:
    """An application written directly, whatever its drive can show."""
    return LoanApplication.objects.create(
        drive=drive,
        made_by=by,
        **{
            "amount_minor": WORKED.amount_minor,
            "months": WORKED.months,
            "margin": Decimal("0.60"),
            "purpose": "A second deck oven and its flue.",
            "state": state,
            "submission": 1,
            "submitted_at": clock.now(),
        }
        | fields,
    )


def a_written_offer(
    application: LoanApplication, *, lender: Lender, by: Seat, state: str, **fields: Any
) -> LoanOffer:
    """The worked case's offer written directly, with the truth box of a hundred pledges."""
    backing = Backing(24_000_00, 12, application.margin)
    box = truth_box(WORKED.reckoned, backing, Decimal("0.58"))
    return LoanOffer.objects.create(
        application=application,
        lender=lender,
        made_by=by,
        **{
            "amount_minor": WORKED.amount_minor,
            "currency": application.drive.currency,
            "apr": WORKED.apr,
            "months": WORKED.months,
            "base_minor": backing.base_minor,
            "pledged_months": backing.months,
            "margin": backing.margin,
            "honour": Decimal("0.58"),
            "pledgers": 100,
            "truth": LoanOffer.kept(box),
            "state": state,
            "expires_at": clock.now() + timedelta(days=14),
        }
        | fields,
    )


def a_written_loan(drive: PledgeDrive, *, lender: Lender, by: Seat) -> Loan:
    """A loan paid out today, written directly on a drive that need not have qualified."""
    application = a_written_application(drive, by=by, state=ApplicationState.ACCEPTED)
    offer = a_written_offer(application, lender=lender, by=by, state=OfferState.ACCEPTED)
    loan = Loan.objects.create(
        offer=offer,
        drive=drive,
        lender=lender,
        number=next(number),
        amount_minor=offer.amount_minor,
        balance_minor=offer.amount_minor,
        currency=offer.currency,
        repayment=offer.repayment,
        state=LoanState.ACTIVE,
        accepted_by=by,
        cooling_ends_at=clock.now(),
        disbursed_on=loans.today(),
    )
    schedules.draw(loan)
    booking.pay_out(loan, on=loans.today(), by=None)
    loans.record(loan, LoanMoment.PAID_OUT, by=None)
    return loan


def a_payment(
    loan: Loan,
    amount_minor: int,
    *,
    on: date | None = None,
    key: str = "",
    by: Seat | None = None,
    **fields: Any,
) -> LoanPayment:
    """A payment that the loan's lender records, or `by` somebody else."""
    paid = repayment.Paid(
        amount_minor, on or loans.today(), key=key or f"form-{next(number)}", **fields
    )
    return repayment.record(loan=loan, paid=paid, by=by or a_lender_seat(loan.lender))
