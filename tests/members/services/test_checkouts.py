"""Visits to Stripe's page: begun once, opened once, ended by what Stripe says."""

from datetime import timedelta

import pytest
from django.db import transaction

from alliance import clock
from alliance.models import Consent
from alliance.tenancy.scope import in_alliance
from members.models import Checkout, Invoice, Membership, SavedCard
from members.queries import cards as queries
from members.services import card_books, checkouts, stripe_accounts
from members.tasks import cards as tasks
from tests.factories import members as make
from tests.members.at_stripe import KEY, SECRET, AtStripe
from tests.members.reading import figures_of
from tests.pledges.reading import audited, refusal

pytestmark = pytest.mark.usefixtures("neighbour", "in_oak_street")


@pytest.fixture
def invoice(membership: Membership, ben) -> Invoice:
    """$120, and Ben pays the bills."""
    return make.an_invoice(membership=membership)


def start(invoice: Invoice, amount: int = 120_00, *, saves_card: bool = False) -> Checkout:
    return checkouts.start(invoice=invoice, amount_minor=amount, saves_card=saves_card)


def states() -> list[tuple[str, str]]:
    """The visits: state, and what Stripe said against it."""
    return list(Checkout.objects.order_by("id").values_list("state", "last_error"))


# --- begun -----------------------------------------------------------------------------


def test_a_visit_is_begun_for_what_is_due(at_stripe: AtStripe, invoice) -> None:
    checkout = start(invoice)

    assert (checkout.amount_minor, checkout.state, checkout.saves_card, checkout.url) == (
        120_00, "opening", False, "",
    )  # fmt: skip
    assert audited("checkout.begun") == [
        ("checkout.begun", None, invoice.pk, {"amount_minor": 120_00, "saves_card": False})
    ]
    assert Consent.objects.filter(purpose=queries.AUTO_RENEW).count() == 0


def test_a_second_press_leads_to_the_same_visit(at_stripe: AtStripe, invoice) -> None:
    assert start(invoice).pk == start(invoice).pk
    assert start(invoice, saves_card=True).pk != start(invoice).pk
    Checkout.objects.update(created_at=clock.now() - checkouts.REUSED_FOR)
    start(invoice)

    assert Checkout.objects.count() == 3


def test_keeping_the_card_is_agreed_to_in_the_words_that_are_shown(
    at_stripe: AtStripe, invoice, membership
) -> None:
    start(invoice, saves_card=True)
    start(invoice, saves_card=True)
    (consent,) = Consent.objects.filter(purpose=queries.AUTO_RENEW)
    offer = queries.offer(invoice)

    assert offer is not None
    assert (consent.email, consent.subject_id) == ("ben@example.org", membership.pk)
    assert consent.wording == offer.consent_words
    assert "$120 at present" in consent.wording


def test_where_nobody_could_be_reminded_no_card_is_kept(at_stripe: AtStripe, invoice) -> None:
    Invoice.objects.filter(pk=invoice.pk).update(bill_email="")
    checkout = start(invoice, saves_card=True)

    assert not checkout.saves_card
    assert Consent.objects.filter(purpose=queries.AUTO_RENEW).count() == 0


def test_with_instalments_the_next_part_or_all_can_be_paid(
    at_stripe: AtStripe, membership, ben
) -> None:
    invoice = make.an_invoice(membership=membership, parts=3)
    offers = [queries.offer(invoice)]
    make.a_payment(invoice=invoice, amount_minor=50_00)
    invoice.refresh_from_db()
    offers.append(queries.offer(invoice))

    assert [(o.part_position, o.amounts) for o in offers if o] == [
        (1, [40_00, 120_00]),
        (2, [30_00, 70_00]),
    ]


@pytest.mark.parametrize("amount", [0, 1, 119_99, 120_01, -5])
def test_another_amount_than_is_due_is_refused(at_stripe: AtStripe, invoice, amount) -> None:
    assert refusal(start, invoice=invoice, amount=amount) == (
        "What is due has changed meanwhile. Please look again.", "pays",
    )  # fmt: skip
    assert Checkout.objects.count() == 0


def test_what_is_paid_or_not_connected_is_refused(at_stripe: AtStripe, invoice, ada) -> None:
    make.a_payment(invoice=invoice)
    assert refusal(start, invoice=invoice)[0] == "This invoice cannot be paid by card now."

    stripe_accounts.end(by=ada)
    another = make.an_invoice()
    assert refusal(start, invoice=another)[0] == "This invoice cannot be paid by card now."
    assert Checkout.objects.count() == 0


def test_the_database_wants_an_amount_or_a_membership(membership, invoice) -> None:
    from django.db import IntegrityError

    for wrong in (
        {"invoice": invoice, "amount_minor": 0},
        {"amount_minor": 5},
        {"membership": membership, "amount_minor": 0},
        {"membership": membership, "amount_minor": 5, "saves_card": True},
        {"membership": membership, "invoice": invoice, "amount_minor": 5, "saves_card": True},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Checkout.objects.create(key="k", **wrong)


# --- opened ------------------------------------------------------------------------------


def test_a_worker_opens_it_with_all_that_stripe_needs(at_stripe: AtStripe, invoice) -> None:
    checkout = at_stripe.visit(invoice, saves_card=True)
    session = at_stripe.account.get(checkout.external_id)
    reference = {
        "alliance": str(invoice.alliance_id),
        "invoice": str(invoice.pk),
        "checkout": str(checkout.pk),
    }

    assert (checkout.state, checkout.url) == ("open", session["url"])
    assert {name: session[name] for name in (
        "amount_total", "currency", "customer_creation", "customer_email", "expires_at",
        "metadata", "mode", "payment_method_types", "success_url", "cancel_url",
    )} == {
        "amount_total": 120_00,
        "currency": "usd",
        "customer_creation": "always",
        "customer_email": "ben@example.org",
        "expires_at": int((checkout.created_at + timedelta(hours=2)).timestamp()),
        "metadata": reference,
        "mode": "payment",
        "payment_method_types": ["card"],
        "success_url": checkouts.back_address(checkout, paid=True),
        "cancel_url": checkouts.back_address(checkout, paid=False),
    }  # fmt: skip
    params = at_stripe.account.things[f"params of {session['id']}"]["payment"]
    assert params == {
        "description": "Invoice 2026-0001, Oak Street Alliance",
        "metadata": reference,
        "capture_method": "automatic",
        "setup_future_usage": "off_session",
    }


def test_what_is_asked_is_the_same_each_time(at_stripe: AtStripe, invoice) -> None:
    """Otherwise the same key would be refused."""
    checkout = start(invoice)
    for trouble in (["lose"], ["500"], []):
        at_stripe.server.trouble = trouble
        checkouts.open_at_stripe(at_stripe.alliance, checkout.pk)

    assert states() == [("open", "")]
    assert len(at_stripe.account.of("checkout.session")) == 1


def test_a_worker_that_died_on_stripes_answer_is_followed_by_one_that_gets_the_same(
    at_stripe: AtStripe, invoice, monkeypatch: pytest.MonkeyPatch
) -> None:
    checkout = start(invoice)
    with monkeypatch.context() as patched:
        patched.setattr(checkouts, "note_opened", _die)
        with pytest.raises(KeyboardInterrupt):
            checkouts.open_at_stripe(at_stripe.alliance, checkout.pk)
    assert states() == [("opening", "")]

    assert checkouts.open_at_stripe(at_stripe.alliance, checkout.pk)
    assert len(at_stripe.account.of("checkout.session")) == 1


def test_control_without_the_key_two_pages_would_be_open(
    at_stripe: AtStripe, invoice, monkeypatch: pytest.MonkeyPatch
) -> None:
    checkout = start(invoice)
    monkeypatch.setattr(checkouts, "note_opened", _die)
    for number in range(2):
        Checkout.objects.update(key=f"another-{number}")
        with pytest.raises(KeyboardInterrupt):
            checkouts.open_at_stripe(at_stripe.alliance, checkout.pk)

    assert len(at_stripe.account.of("checkout.session")) == 2


def _die(*args: object) -> None:
    raise KeyboardInterrupt


def test_opened_twice_it_is_one_page(at_stripe: AtStripe, invoice) -> None:
    checkout = start(invoice)
    answers = [checkouts.open_at_stripe(at_stripe.alliance, checkout.pk) for _ in range(3)]

    assert answers == [True, False, False]
    assert at_stripe.account.requests == ["POST /v1/checkout/sessions"]


def test_what_stripe_refuses_is_failed_with_its_words(at_stripe: AtStripe, invoice, ada) -> None:
    Invoice.objects.filter(pk=invoice.pk).update(currency="")
    checkout = start(invoice)
    stripe_accounts.connect(secret_key="rk_test_narrow000", webhook_secret=SECRET, by=ada)
    checkouts.open_at_stripe(at_stripe.alliance, checkout.pk)

    assert states() == [("failed", "The provided key does not have access.")]


def test_without_a_connection_or_after_too_long_it_is_over(
    at_stripe: AtStripe, invoice, ada
) -> None:
    late = start(invoice)
    Checkout.objects.update(created_at=clock.now() - checkouts.OPENED_WITHIN - timedelta(minutes=1))
    checkouts.open_at_stripe(at_stripe.alliance, late.pk)
    another = start(invoice)
    stripe_accounts.end(by=ada)
    checkouts.open_at_stripe(at_stripe.alliance, another.pk)

    assert states() == [("expired", ""), ("failed", "not connected")]
    assert at_stripe.account.requests == []


# --- swept -------------------------------------------------------------------------------


def test_visits_for_which_nobody_was_woken_are_found(
    at_stripe: AtStripe, invoice, neighbour, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[tuple[str, dict[str, str]]] = []
    monkeypatch.setattr(tasks.wake, "now", lambda task, **given: started.append((task, given)))
    fresh = start(invoice)
    waits = start(invoice, saves_card=True)
    Checkout.objects.filter(pk=waits.pk).update(created_at=clock.now() - timedelta(minutes=1))
    over = at_stripe.visit(make.an_invoice())
    Checkout.objects.filter(pk=over.pk).update(created_at=clock.now() - timedelta(hours=3))
    with in_alliance(neighbour.alliance):
        # Theirs is found too, and under their own name.
        stripe_accounts.connect(secret_key=KEY, webhook_secret=SECRET, by=neighbour.director)
        theirs = start(make.an_invoice(membership=make.a_membership()))
        Checkout.objects.update(created_at=clock.now() - timedelta(minutes=1))
    tasks.sweep_cards()

    ours, there = str(invoice.alliance_id), str(neighbour.alliance.pk)
    assert sorted(started, key=str) == sorted(
        [
            ("members.open_checkout", {"alliance_id": ours, "checkout_id": str(waits.pk)}),
            ("members.open_checkout", {"alliance_id": there, "checkout_id": str(theirs.pk)}),
            ("members.look_at_checkout", {"alliance_id": ours, "checkout_id": str(over.pk)}),
        ],
        key=str,
    )
    assert str(fresh.pk) not in str(started)


@pytest.mark.parametrize("happened", ["paid", "expired", "nothing", "away"])
def test_a_visit_without_news_is_ended_by_looking(
    at_stripe: AtStripe, invoice, happened: str
) -> None:
    checkout = at_stripe.visit(invoice)
    Checkout.objects.update(created_at=clock.now() - timedelta(hours=3))
    if happened == "paid":
        at_stripe.account.pay(checkout.external_id)
    elif happened == "expired":
        at_stripe.account.expire(checkout.external_id)
    elif happened == "away":
        at_stripe.server.trouble = ["refuse"]
    card_books.look_at_visit(at_stripe.alliance, checkout.pk)

    assert (
        states()
        == {
            "paid": [("paid", "")],
            "expired": [("expired", "")],
            "nothing": [("expired", "no end was seen")],
            "away": [("open", "")],
        }[happened]
    )


@pytest.mark.parametrize("came_first", ["a cheque", "a credit", "a part"])
def test_the_page_of_what_was_paid_otherwise_is_closed(
    at_stripe: AtStripe, invoice, came_first: str
) -> None:
    checkout, begun = at_stripe.visit(invoice), start(invoice, saves_card=True)
    if came_first == "a credit":
        make.a_credit(invoice, clock.now().date().isoformat())
    else:
        make.a_payment(invoice=invoice, amount_minor=120_00 if came_first == "a cheque" else 1_00)
    paid = figures_of(invoice)
    tasks.sweep_cards()
    checkouts.open_at_stripe(at_stripe.alliance, begun.pk)

    assert states() == [("expired", ""), ("expired", "")]
    assert at_stripe.account.get(checkout.external_id)["status"] == "expired"
    assert figures_of(invoice) == paid


def test_a_page_at_which_somebody_pays_in_that_moment_is_not_forgotten(
    at_stripe: AtStripe, invoice
) -> None:
    at_stripe.paid_visit(invoice)
    make.a_payment(invoice=invoice)
    tasks.sweep_cards()

    assert states() == [("paid", "")]
    assert figures_of(invoice) == (120_00, 240_00, 0, 0, 120_00)


def test_the_page_of_what_is_still_due_stays_open(at_stripe: AtStripe, invoice, neighbour) -> None:
    at_stripe.visit(invoice)
    make.a_payment(invoice=make.an_invoice())
    tasks.sweep_cards()
    assert states() == [("open", "")]
    at_stripe.server.trouble = ["refuse"]
    make.a_payment(invoice=invoice)
    tasks.sweep_cards()
    assert states() == [("open", "")]


# --- a visit for the card alone ------------------------------------------------------------


def test_a_visit_that_keeps_a_card_takes_nothing(at_stripe: AtStripe, membership, ben) -> None:
    checkout = checkouts.start_saving(membership=membership, email="ben@example.org", by=ben)
    checkouts.open_at_stripe(at_stripe.alliance, checkout.pk)
    checkout.refresh_from_db()
    at_stripe.account.pay(checkout.external_id)
    at_stripe.bring()
    checkout.refresh_from_db()
    card = SavedCard.objects.get()

    assert (checkout.state, checkout.amount_minor) == ("paid", 0)
    assert (str(card), card.membership_id, card.removed_at) == (
        "Visa …4242", membership.pk, None,
    )  # fmt: skip
    assert card.consent.email == "ben@example.org"
    assert at_stripe.account.of("payment_intent") == []


def test_without_a_connection_no_card_is_asked_for(membership, ben) -> None:
    assert refusal(
        checkouts.start_saving, membership=membership, email="ben@example.org", by=ben
    ) == ("Card payments are not connected now.", None)
    assert Consent.objects.filter(purpose=queries.AUTO_RENEW).count() == 0
