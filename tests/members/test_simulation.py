"""400 days of 250 members on 3 tiers: to the cent, to the day, and by the hand calculation."""

from collections import Counter
from datetime import timedelta

from django.db import connection
from django.db.models import Sum

from alliance.tenancy.scope import in_alliance
from ledger.chart import BANK, CARD, CARD_FEES, CASH, DUES, IN_KIND, RECEIVABLE
from ledger.queries import balance_minor, check_chain, trial_balance
from members.models import (
    STANDING,
    Cancellation,
    CreditNote,
    Hold,
    Invoice,
    Membership,
    MembershipPeriod,
    Payment,
    Refund,
    Status,
)
from members.queries.reports.money import money_between
from members.queries.reports.moves import moves_until
from members.queries.reports.overview import months_between
from members.queries.reports.terms import Cohort, terms_between
from members.queries.standing import standing
from tests.factories import members as make
from tests.members import diary
from tests.members.simulation import DAYS, MEMBERS, START, Simulation

LAST = START + timedelta(days=DAYS - 1)
MONTHS = list(months_between(START, LAST))
MONEY = (BANK, CASH, CARD, IN_KIND)


def test_the_books_the_statuses_and_the_retention(oak_street, neighbour):
    with in_alliance(neighbour.alliance):
        make.a_paid_term(make.a_membership(business=neighbour.business), "2025-03-01")
    with in_alliance(oak_street):
        lived = Simulation(20261122)
        lived.run()
        connection.check_constraints()
        assert len(lived.members) == MEMBERS
        has_everything(lived)
        terms_are_the_diarys(lived)
        the_books_are_the_diarys(lived)
        statuses_are_the_diarys(lived)
        retention_is_the_hand_calculation(lived)


def has_everything(lived: Simulation) -> None:
    """Else what follows would say little."""
    least = {"pay": 300, "credit": 20, "give_back": 10, "rest": 8, "wake": 8, "leave": 8}
    assert {act: lived.done[act] for act in least if lived.done[act] < least[act]} == {}
    voided = [term for m in lived.members for term in m.diary.terms if term.voided]
    assert len(voided) >= 5
    assert sum(bill.due > 0 for m in lived.members for bill in m.diary.bills) >= 20


def terms_are_the_diarys(lived: Simulation) -> None:
    told = {
        (m.membership.pk, term.start, term.end, term.counts_from, term.voided)
        for m in lived.members
        for term in m.diary.terms
    }
    fields = ("membership", "starts_on", "ends_on", "paid_on", "voided_on")
    assert set(MembershipPeriod.objects.values_list(*fields)) == told
    joined = {m.membership.pk: m.diary.joined for m in lived.members}
    assert dict(Membership.objects.values_list("pk", "joined_on")) == joined
    for model, kind, fields in (
        (Hold, "suspended", ("membership", "starts_on", "released_on")),
        (Cancellation, "cancelled", ("membership", "cancelled_on", "revoked_on")),
    ):
        assert set(model.objects.values_list(*fields)) == {
            (m.membership.pk, away.since, away.until)
            for m in lived.members
            for away in m.diary.away
            if away.kind == kind
        }


def the_books_are_the_diarys(lived: Simulation) -> None:
    money = [row for m in lived.members for row in m.diary.money]
    for _first, day in MONTHS:
        told: Counter[str] = Counter()
        for on, what, amount, fee in money:
            if on <= day:
                told.update({what: amount, "fee": fee})
        receivable = told["invoice"] - told["credit_note"] - told["payment"] + told["refund"]
        cash = told["payment"] - told["fee"] - told["refund"]
        assert balance_minor(RECEIVABLE, on=day) == receivable
        assert sum(balance_minor(account, on=day) for account in MONEY) == cash
        assert balance_minor(CARD_FEES, on=day) == told["fee"]
        assert balance_minor(DUES, on=day) == told["credit_note"] - told["invoice"]
        assert told["invoice"] - told["credit_note"] - receivable == cash + told["fee"]
        balance = trial_balance(on=day)
        assert balance.is_balanced
        assert sum(row.amount_minor for row in balance.rows) == 0
    rows = Invoice.objects.aggregate(Sum("total_minor"), Sum("credited_minor"), Sum("paid_minor"))
    assert rows == {
        "total_minor__sum": told["invoice"],
        "credited_minor__sum": told["credit_note"],
        "paid_minor__sum": told["payment"] - told["refund"],
    }
    sums = [
        model.objects.aggregate(sum=Sum("amount_minor"))["sum"]
        for model in (CreditNote, Payment, Refund)
    ]
    assert sums == [told["credit_note"], told["payment"], told["refund"]]
    chain = check_chain()
    assert (chain.is_whole, chain.entries) == (True, len(money))
    report = money_between(START, LAST)
    for first, last in MONTHS:
        by_month: Counter[str] = Counter()
        for on, what, amount, _fee in money:
            if first <= on <= last:
                by_month[what] += amount
        assert report.between(first, last) == by_month


def statuses_are_the_diarys(lived: Simulation) -> None:
    seen = set()
    moves = moves_until(LAST)
    days = [START + timedelta(days=n) for n in range(0, DAYS, 5)]
    for day in [*days, *(last for _first, last in MONTHS)]:
        told = {m.membership.pk: m.diary.status(day) for m in lived.members}
        assert dict(standing(day).values_list("pk", "status")) == told, day
        seen.update(told.values())
        active = sum(status in STANDING for status in told.values())
        assert (moves.active_on(day) or 0) == active
    assert seen == set(Status.values)


def retention_is_the_hand_calculation(lived: Simulation) -> None:
    """Of each month, as it was known at its end and as it is known now."""
    diaries = [m.diary for m in lived.members]
    final = terms_between(START, LAST)
    found = []
    for first, last in MONTHS:
        by_hand = diary.cohort(diaries, first, last, as_of=LAST)
        assert final.cohort(first, last) == Cohort(*by_hand)
        then = diary.cohort(diaries, first, last, as_of=last)
        assert terms_between(first, last).cohort(first, last) == Cohort(*then)
        found.append(by_hand)
    assert sum(sum(month) for month in found) > 150
    renewed, in_grace, lost = map(sum, zip(*found, strict=True))
    whole = final.cohort(START, LAST)
    assert whole.retention == renewed / (renewed + in_grace + lost)
