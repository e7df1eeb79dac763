"""Stripe's news at the door, and the page where an alliance connects its account."""

import json
import time
from typing import Any

import pytest

from alliance import clock
from alliance.tenancy.scope import in_alliance
from members.models import Checkout, StripeAccount, StripeEvent
from members.services import stripe_accounts
from tests.factories import members as make
from tests.members.at_stripe import KEY, SECRET, AtStripe
from tests.pledges.reading import queries_of, row_counts
from tests.pledges.views.browsing import active_parts, problems, text, words
from tests.stripe_fake.server import sign

pytestmark = pytest.mark.usefixtures("neighbour")

PAGE = "/staff/payments/stripe/"


@pytest.fixture
def desk(visit, oak_street, tess):
    """The treasurer's browser."""
    return visit(oak_street, tess)


def connect(desk, **fields: str) -> Any:
    return desk.post(PAGE, {"secret_key": KEY, "webhook_secret": SECRET} | fields)


# --- the door ---------------------------------------------------------------------------------


def an_event(at_stripe: AtStripe) -> dict[str, Any]:
    return at_stripe.account.tell(
        "payment_intent.succeeded", {"object": "payment_intent", "id": "pi_1"}
    )


def stored(alliance) -> int:
    with in_alliance(alliance):
        return StripeEvent.objects.count()


def test_signed_news_is_taken_in_and_again(at_stripe: AtStripe, oak_street) -> None:
    event = an_event(at_stripe)

    assert [at_stripe.post(event) for _ in range(10)] == [200] * 10
    assert stored(oak_street) == 1


@pytest.mark.parametrize(
    "signature",
    [
        pytest.param(lambda body: "", id="none"),
        pytest.param(lambda body: "nonsense", id="nonsense"),
        pytest.param(lambda body: sign(body, "whsec_milllane"), id="the neighbour's"),
        pytest.param(lambda body: sign(body[:-1], SECRET), id="of another body"),
        pytest.param(lambda body: sign(body, SECRET, at=int(time.time()) - 400), id="old"),
    ],
)
def test_forged_news_is_refused_and_stores_nothing(
    at_stripe: AtStripe, oak_street, neighbour, signature: Any
) -> None:
    with in_alliance(neighbour.alliance):
        stripe_accounts.connect(
            secret_key="rk_test_milllane", webhook_secret="whsec_milllane", by=neighbour.director
        )
    before = row_counts(oak_street), row_counts(neighbour.alliance)
    body = json.dumps(an_event(at_stripe)).encode()

    assert at_stripe.post_raw(body, signature(body)).status_code == 400
    assert (row_counts(oak_street), row_counts(neighbour.alliance)) == before


def test_ours_at_the_neighbours_door_is_refused(at_stripe: AtStripe, visit, mill_lane) -> None:
    body = json.dumps(an_event(at_stripe)).encode()
    answer = visit(mill_lane).post(
        "/stripe/news/",
        data=body,
        content_type="application/json",
        headers={"Stripe-Signature": sign(body, SECRET)},
    )

    assert (answer.status_code, stored(mill_lane)) == (400, 0)


def test_a_body_that_is_too_large_is_not_read(at_stripe: AtStripe, oak_street) -> None:
    body = b'{"x": "' + b"x" * 256 * 1024 + b'"}'

    assert at_stripe.post_raw(body, sign(body, SECRET)).status_code == 413
    assert stored(oak_street) == 0


@pytest.mark.parametrize("body", [b"\xff\xfe", b"[]", b'{"id": NaN}', b"[" * 5000])
def test_signed_nonsense_is_refused(at_stripe: AtStripe, oak_street, body: bytes) -> None:
    signature = sign(body, SECRET) if body.isascii() else "t=1,v1=00"

    assert at_stripe.post_raw(body, signature).status_code == 400
    assert stored(oak_street) == 0


def test_nul_in_signed_news_is_left_out(at_stripe: AtStripe, oak_street) -> None:
    event = an_event(at_stripe)
    event["data"]["object"]["description"] = "a\x00b"

    assert at_stripe.post(event) == 200
    with in_alliance(oak_street):
        assert StripeEvent.objects.get().payload["data"]["object"]["description"] == "ab"


def test_only_posts_are_news(at_stripe: AtStripe, visit, oak_street) -> None:
    assert visit(oak_street).get("/stripe/news/").status_code == 405


def test_it_needs_no_token_of_ours(at_stripe: AtStripe, oak_street) -> None:
    from django.test import Client

    body = json.dumps(an_event(at_stripe)).encode()
    strict = Client(HTTP_HOST="oak-street.commonweal.test", enforce_csrf_checks=True)
    answer = strict.post(
        "/stripe/news/",
        data=body,
        content_type="application/json",
        headers={"Stripe-Signature": sign(body, SECRET)},
    )

    assert answer.status_code == 200


# --- the page -----------------------------------------------------------------------------------


def test_without_an_account_the_page_says_that_all_works_by_hand(desk) -> None:
    page = desk.get(PAGE)

    assert "Cards are not connected" in words(page)
    assert "Everything works by hand" in words(page)
    assert "http://oak-street.commonweal.test/stripe/news/" in words(page)
    assert "checkout.session.completed" in words(page)
    assert active_parts(page) == []


def test_keys_are_pasted_once_and_never_shown(desk, oak_street) -> None:
    assert connect(desk)["Location"] == PAGE
    page = desk.get(PAGE)

    assert "Connected for trying it out" in words(page)
    assert "•••• reet" in words(page)
    assert KEY not in text(page)
    assert SECRET not in text(page)


def test_a_live_key_is_told_from_a_test_key(desk) -> None:
    connect(desk, secret_key="rk_live_oakstreet")

    assert "Members can pay by card." in words(desk.get(PAGE))


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        (
            {"secret_key": "pk_live_oakstreet"},
            [("id_secret_key", "A key begins with rk_live_ or rk_test_. Copy it whole.")],
        ),
        (
            {"webhook_secret": "oakstreet"},
            [("id_webhook_secret", "A signing secret begins with whsec_. Copy it whole.")],
        ),
        (
            {"secret_key": "", "webhook_secret": ""},
            [
                ("id_secret_key", "Paste the key from Stripe."),
                ("id_webhook_secret", "Paste the signing secret from Stripe."),
            ],
        ),
    ],
)
def test_what_does_not_fit_is_said_and_what_was_pasted_is_not_shown_again(
    desk, oak_street, fields: dict[str, str], said: list[tuple[str, str]]
) -> None:
    page = connect(desk, **fields)

    assert (page.status_code, problems(page)) == (422, said)
    assert "oakstreet" not in text(page)
    with in_alliance(oak_street):
        assert StripeAccount.objects.count() == 0


def test_ending_asks_first(desk, oak_street) -> None:
    assert desk.get(f"{PAGE}end/")["Location"] == PAGE
    connect(desk)
    asks = desk.get(f"{PAGE}end/")
    assert "End the connection to Stripe?" in words(asks)
    with in_alliance(oak_street):
        assert stripe_accounts.processor() is not None

    assert "Everything works by hand" in words(desk.post(f"{PAGE}end/", follow=True))
    with in_alliance(oak_street):
        assert stripe_accounts.processor() is None


def test_keys_that_cannot_be_read_any_more_are_asked_for_again(
    desk, settings, visit, oak_street, tess
) -> None:
    connect(desk)
    settings.SECRET_KEY = "another"
    page = visit(oak_street, tess).get(PAGE)

    assert "The keys cannot be read any more" in words(page)


def test_news_that_does_not_fit_is_shown_and_settled(
    at_stripe: AtStripe, desk, oak_street, neighbour
) -> None:
    at_stripe.bring(an_event(at_stripe))
    page = desk.get(PAGE)
    assert "No such object: 'pi_1'" in words(page)
    assert "News from Stripe that does not fit" in words(desk.get("/staff/"))
    with in_alliance(oak_street):
        event = StripeEvent.objects.get()

    desk.post(f"{PAGE}news/{event.pk}/again/")
    with in_alliance(oak_street):
        event.refresh_from_db()
        assert (event.dead_at, event.tries) == (None, 0)
        StripeEvent.objects.update(dead_at=clock.now())
    desk.post(f"{PAGE}news/{event.pk}/aside/")
    assert "pi_1" not in words(desk.get(PAGE))
    with in_alliance(oak_street):
        event.refresh_from_db()
        assert event.handled_at is not None


def test_visits_that_stripe_refused_are_shown(at_stripe: AtStripe, desk, oak_street) -> None:
    with in_alliance(oak_street):
        checkout = at_stripe.visit(make.an_invoice())
        Checkout.objects.filter(pk=checkout.pk).update(state="failed", last_error="Too little.")

    assert "Invoice 2026-0001, $120 Too little." in words(desk.get(PAGE))


def test_others_find_no_such_page(
    visit, oak_street, cleo, ben, neighbour, at_stripe: AtStripe
) -> None:
    at_stripe.bring(an_event(at_stripe))
    with in_alliance(oak_street):
        event = StripeEvent.objects.get()
    for who in (cleo, ben, neighbour.director):
        browser = visit(oak_street, who)
        seen = [
            browser.get(PAGE),
            browser.get(f"{PAGE}end/"),
            browser.post(f"{PAGE}end/"),
            browser.post(f"{PAGE}news/{event.pk}/aside/"),
        ]
        assert [page.status_code for page in seen] == [404] * 4
    with in_alliance(oak_street):
        assert stripe_accounts.processor() is not None


def test_the_page_costs_the_same_however_much_is_wrong(
    at_stripe: AtStripe, desk, oak_street
) -> None:
    costs = []
    for _ in range(2):
        with in_alliance(oak_street):
            at_stripe.bring(*(an_event(at_stripe) for _ in range(5)))
            for _ in range(3):
                at_stripe.visit(make.an_invoice())
            Checkout.objects.update(state="failed", last_error="Too little.")
        costs.append(queries_of(lambda: desk.get(PAGE)))

    assert costs[0] == costs[1] <= 14
