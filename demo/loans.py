"""Lenders, and the loans that the demo's drives have led to, told again.

Everything goes through the services, while the clock stands at the moment when
it would have happened.
"""

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from alliance import clock
from alliance.models import Role, Seat
from alliance.services import seats
from demo import people
from demo.content import FOLDER, Alliance
from lending.models import Lender, LenderSeat, Loan, LoanOffer, ScheduleLine
from lending.queries import backing
from lending.services import applications, arrears, lenders, loans, offers, payouts, repayment
from pledges.models import DriveState, PledgeDrive
from pledges.services import drives

# Days after the drive's gathering ended.
WRITTEN, APPROVED, OFFERED, ACCEPTED, PAID_OUT = (timedelta(days=n) for n in (2, 4, 7, 9, 14))
STEP_MINOR = 100_00
NOTHING: dict[str, list[Any]] = {"lenders": [], "loans": []}


def load(
    alliance: Alliance, *, tills: Mapping[str, Seat], staff: Mapping[str, Seat], now: datetime
) -> None:
    """An alliance's lenders and loans; a qualified drive without one is honoured all the same."""
    path = FOLDER / alliance.slug / "loans.json"
    told = json.loads(path.read_text(encoding="utf-8")) if path.exists() else NOTHING
    known = {row["name"]: _lender(row, alliance, by=staff["owner"]) for row in told["lenders"]}
    for story in told["loans"]:
        drive = PledgeDrive.objects.select_related("business").get(slug=story["drive"])
        _tell(story, drive, till=tills[drive.business.slug], lenders=known, staff=staff, now=now)
    for drive in PledgeDrive.objects.filter(state=DriveState.QUALIFIED):
        with clock.at(drive.gathering_ends_at or now):
            drives.serve_without_loan(drive=drive, by=staff["lending_officer"])


def _lender(row: Mapping[str, Any], alliance: Alliance, *, by: Seat) -> tuple[Lender, Seat]:
    fields = ("name", "kind", "licence_note", "about", "cap_minor")
    lender = lenders.add_lender(by=by, **{name: row[name] for name in fields})
    speaker = next((one for one in alliance.staff if one.role == row["role"]), None)
    name = speaker.name if speaker else f"Desk of {lender.name}"
    email = speaker.email if speaker else f"desk@{lender.name.split()[0].lower()}.example"
    person = people.add_person(name=name, email=email)
    seat = seats.give_seat(person=person, role=Role.LENDER, by=by)
    LenderSeat.objects.create(lender=lender, seat=seat)
    return lender, seat


def _tell(
    story: Mapping[str, Any],
    drive: PledgeDrive,
    *,
    till: Seat,
    lenders: Mapping[str, tuple[Lender, Seat]],
    staff: Mapping[str, Seat],
    now: datetime,
) -> None:
    assert drive.gathering_ends_at is not None
    ended = drive.gathering_ends_at
    margin = Decimal(story["margin"])
    with clock.at(ended + WRITTEN):
        carried = backing.ceiling(drive, margin=margin, months=story["months"])
        application = applications.write(
            drive=drive,
            by=till,
            amount_minor=carried // STEP_MINOR * STEP_MINOR,
            months=story["months"],
            margin=margin,
            purpose=story["purpose"],
        )
        applications.submit(application=application, by=till)
    with clock.at(ended + APPROVED):
        for role in ("owner", "lending_officer"):
            application = applications.approve(application=application, by=staff[role])
    made: list[LoanOffer] = []
    with clock.at(ended + OFFERED):
        for row in story["offers"]:
            lender, seat = lenders[row["lender"]]
            applications.share(application=application, lender=lender, by=till)
            terms = offers.Terms(
                amount_minor=application.amount_minor,
                apr=Decimal(row["apr"]),
                months=application.months,
                monthly_fee_minor=row["monthly_fee_minor"],
                note=row["note"],
            )
            made.append(offers.make(application=application, lender=lender, terms=terms, by=seat))
    with clock.at(ended + ACCEPTED):
        loan = loans.accept(offer=made[0], by=till)
    with clock.at(ended + PAID_OUT):
        seat = lenders[loan.lender.name][1]
        payouts.pay_out(loan=loan, on=loans.today(), by=seat)
    _repay(loan, by=seat, now=now)


def _repay(loan: Loan, *, by: Seat, now: datetime) -> None:
    """Every payment that has fallen due came on its day."""
    zone = loan.alliance.zone
    for line in ScheduleLine.objects.in_force().filter(loan=loan):
        day = datetime.combine(line.due_on, now.astimezone(zone).timetz())
        if day >= now - timedelta(days=1):
            return
        with clock.at(day):
            arrears.pass_day(loan=loan)
            paid = repayment.Paid(line.due_minor, line.due_on, key=f"told:{line.number}")
            repayment.record(loan=loan, paid=paid, by=by)
