"""Letters about a term's end: due by the alliance's clock, once, and not after a renewal."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from alliance import clock
from alliance.models import OutboxMessage
from alliance.services import consent
from alliance.tenancy.scope import in_alliance
from members.models import CardCharge, Invoice, RenewalNotice, SavedCard, StripeAccount
from members.queries.memberships import status_of
from members.services import invoices, memberships, payments, renewals
from tests.factories import members as make

HERE = ZoneInfo("America/Los_Angeles")
START = datetime(2026, 1, 10, 12, tzinfo=HERE)
LAST_DAY = date(2027, 1, 9)


def nine_on(day: date) -> datetime:
    return datetime.combine(day, datetime.min.time(), tzinfo=HERE) + timedelta(hours=9)


@pytest.fixture
def membership(oak_street, neighbour, bakery, ben):
    """The bakery, paid from 10 January 2026 to 9 January 2027."""
    with clock.at(START), in_alliance(oak_street):
        return make.a_member(business=bakery)


def sweep(alliance, moment: datetime) -> int:
    with clock.at(moment):
        assert set(renewals.alliances_with_letters_due()) <= {alliance}
        return renewals.send_due(alliance)


def subjects(alliance) -> list[str]:
    with in_alliance(alliance):
        rows = OutboxMessage.objects.filter(template="members/email/renewal").order_by("created_at")
        return [
            "before"
            if m.context["is_before"]
            else "last day"
            if m.context["is_last_day"]
            else "after"
            for m in rows
        ]


def states(alliance) -> dict[int, str]:
    with in_alliance(alliance):
        return {
            n.offset_days: "sent" if n.sent_at else "stopped" if n.stopped_at else "waits"
            for n in RenewalNotice.objects.filter(ends_on=LAST_DAY)
        }


def test_five_letters_each_at_nine_of_its_day_and_one_invoice(oak_street, membership):
    for offset, sent in ((-30, 1), (-7, 1), (0, 1), (7, 1), (21, 1)):
        moment = nine_on(LAST_DAY + timedelta(days=offset))
        assert sweep(oak_street, moment - timedelta(seconds=1)) == 0
        assert sweep(oak_street, moment) == sent
        assert sweep(oak_street, moment) == 0
    assert subjects(oak_street) == ["before", "before", "last day", "after", "after"]
    with in_alliance(oak_street):
        renewal = Invoice.objects.get(renews_from=LAST_DAY)
        assert (renewal.total_minor, renewal.lines.count()) == (120_00, 1)


def test_letters_stop_once_it_is_renewed(oak_street, membership):
    sweep(oak_street, nine_on(LAST_DAY - timedelta(days=30)))
    with clock.at(nine_on(LAST_DAY - timedelta(days=10))), in_alliance(oak_street):
        make.a_payment(invoice=Invoice.objects.get(renews_from=LAST_DAY))
        period = membership.periods.latest("starts_on")
        assert (period.starts_on, period.ends_on) == (date(2027, 1, 10), date(2028, 1, 9))
    assert sweep(oak_street, nine_on(LAST_DAY)) == 0
    assert states(oak_street) == {
        -30: "sent",
        -7: "stopped",
        0: "stopped",
        7: "stopped",
        21: "stopped",
    }


def test_who_leaves_gets_no_letters_and_owes_no_renewal(oak_street, membership, ben):
    sweep(oak_street, nine_on(LAST_DAY - timedelta(days=30)))
    with clock.at(nine_on(LAST_DAY - timedelta(days=20))), in_alliance(oak_street):
        memberships.cancel(membership=membership, by=ben, reason="Moving away.")
        renewal = Invoice.objects.get(renews_from=LAST_DAY)
        assert (renewal.credited_minor, renewal.due_minor) == (120_00, 0)
    assert sweep(oak_street, nine_on(LAST_DAY)) == 0


def test_a_suspended_membership_is_not_written_to(oak_street, membership, ada):
    with clock.at(nine_on(LAST_DAY - timedelta(days=40))), in_alliance(oak_street):
        memberships.hold(membership=membership, reason="Under review.", by=ada)
    assert sweep(oak_street, nine_on(LAST_DAY - timedelta(days=30))) == 0
    assert states(oak_street)[-30] == "stopped"


def test_a_term_taken_back_is_not_renewed(oak_street, membership, ada):
    with clock.at(nine_on(date(2026, 6, 1))), in_alliance(oak_street):
        paid = membership.invoices.get()
        invoices.credit_invoice(
            invoice=paid, amount_minor=paid.total_minor, reason="Never opened.", key="c", by=ada
        )
    assert sweep(oak_street, nine_on(LAST_DAY)) == 0
    assert set(states(oak_street).values()) == {"stopped"}


def test_a_letter_that_was_missed_while_nobody_swept_goes_out_late(oak_street, membership):
    """Every letter that became due in the meantime goes, oldest first: none is skipped silently."""
    assert sweep(oak_street, nine_on(LAST_DAY) + timedelta(days=1)) == 3
    assert subjects(oak_street) == ["before", "before", "last day"]


def test_summer_time_moves_the_hour_of_utc_and_not_of_the_letter(oak_street, neighbour, bakery):
    with clock.at(datetime(2025, 4, 1, 12, tzinfo=HERE)), in_alliance(oak_street):
        make.a_member(business=bakery)
        moments = {n.offset_days: n.due_at for n in RenewalNotice.objects.all()}
    hours = {offset: (at.astimezone(HERE).hour, at.utcoffset()) for offset, at in moments.items()}
    assert {hour for hour, _offset in hours.values()} == {9}
    assert moments[-30].hour == 17  # standard time, 1 March
    assert moments[-7].hour == 16  # summer time, 24 March


@pytest.fixture
def card(oak_street, membership):
    """A card kept for renewals, with its consent; the alliance takes cards."""
    with in_alliance(oak_street):
        StripeAccount.objects.create(secret_key="x", webhook_secret="x", key_ends="4242")
        agreed = consent.give(
            email="ben@example.org",
            purpose="members.auto_renew",
            wording="Renew by this card.",
            subject_id=membership.pk,
        )
        return SavedCard.objects.create(
            membership=membership,
            consent=agreed,
            customer_id="cus_1",
            payment_method_id="pm_1",
            brand="visa",
            last4="4242",
            expires_month=1,
            expires_year=2030,
        )


def test_a_card_is_announced_a_month_before_and_charged_on_the_last_day(oak_street, card):
    sweep(oak_street, nine_on(LAST_DAY - timedelta(days=30)))
    with in_alliance(oak_street):
        charge = CardCharge.objects.get()
        letter = OutboxMessage.objects.get(template="members/email/renewal")
        assert (charge.due_at, charge.invoice.due_minor) == (nine_on(LAST_DAY), 120_00)
    assert letter.context["card"] == "visa …4242"


def test_a_card_that_was_not_announced_in_time_is_not_charged(oak_street, card):
    with in_alliance(oak_street):
        RenewalNotice.objects.filter(offset_days=-30).delete()
    sweep(oak_street, nine_on(LAST_DAY - timedelta(days=7)))
    with in_alliance(oak_street):
        assert CardCharge.objects.count() == 0
        assert OutboxMessage.objects.get(template="members/email/renewal").context["card"] == ""


def test_a_withdrawn_consent_is_no_card(oak_street, card):
    with in_alliance(oak_street):
        consent.withdraw(email="ben@example.org", purpose="members.auto_renew")
    sweep(oak_street, nine_on(LAST_DAY - timedelta(days=30)))
    with in_alliance(oak_street):
        assert CardCharge.objects.count() == 0


def test_parts_are_reminded_of_once_and_chased_once(oak_street, neighbour, bakery, ben):
    with clock.at(START), in_alliance(oak_street):
        membership = make.a_membership(business=bakery)
        invoice = make.an_invoice(membership=membership, parts=3)
        days = list(invoice.instalments.values_list("due_on", flat=True))
        make.a_payment(invoice=invoice, amount_minor=40_00)
    assert days == [date(2026, 2, 9), date(2026, 3, 9), date(2026, 4, 9)]

    def letters(moment: datetime) -> list[tuple[int, bool]]:
        with clock.at(moment):
            renewals.remind_of_instalments(oak_street)
        with in_alliance(oak_street):
            rows = OutboxMessage.objects.filter(template="members/email/instalment")
            found = rows.order_by("created_at").values_list("context", flat=True)
            return [(context["position"], context["is_late"]) for context in found]

    assert letters(nine_on(date(2026, 3, 5))) == []
    assert letters(nine_on(date(2026, 3, 6))) == [(2, False)]
    assert letters(nine_on(date(2026, 3, 7))) == [(2, False)]
    assert letters(nine_on(date(2026, 3, 16))) == [(2, False), (2, True)]
    with clock.at(nine_on(date(2026, 3, 20))), in_alliance(oak_street):
        invoice.refresh_from_db()
        payments.record(invoice=invoice, receipt=make.a_receipt(invoice), key="the rest", by=ben)
        assert status_of(membership) == "new"
    assert letters(nine_on(date(2026, 4, 20))) == [(2, False), (2, True)]
