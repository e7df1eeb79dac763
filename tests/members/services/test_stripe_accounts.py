"""The alliance's own account: its keys stored, used, wiped, and never seen again."""

from typing import Any

import pytest
from pytest_django import Settings

from alliance.tenancy.scope import in_alliance
from members.models import StripeAccount
from members.services import stripe_accounts
from tests.pledges.reading import audited, refusal

pytestmark = pytest.mark.usefixtures("neighbour", "in_oak_street")

KEY, SECRET = "rk_live_oakstreet1234", "whsec_oakstreet"


def connect(by: Any, **fields: str) -> StripeAccount:
    return stripe_accounts.connect(**{"secret_key": KEY, "webhook_secret": SECRET} | fields, by=by)


def test_keys_are_stored_encrypted_and_told_apart_by_their_end(ada) -> None:
    account = connect(ada, secret_key=f"  {KEY}\n", webhook_secret=f"{SECRET} ")
    account.refresh_from_db()

    assert (account.is_live, account.key_ends, account.ended_at) == (True, "1234", None)
    assert KEY not in account.secret_key
    assert SECRET not in account.webhook_secret
    assert stripe_accounts.processor() is not None
    assert audited("stripe.connected") == [
        ("stripe.connected", ada.pk, account.pk, {"key_ends": "1234", "mode": "live"})
    ]


def test_another_key_takes_the_place_of_the_first_which_is_wiped(ada) -> None:
    first = connect(ada)
    second = connect(ada, secret_key="sk_test_oakstreet9876")
    first.refresh_from_db()

    assert (first.secret_key, first.webhook_secret, first.ended_at is None) == ("", "", False)
    assert (second.is_live, second.key_ends) == (False, "9876")


def test_ending_wipes_the_keys_and_says_so_once(ada) -> None:
    account = connect(ada)
    assert stripe_accounts.end(by=ada)
    account.refresh_from_db()

    assert (account.secret_key, account.webhook_secret) == ("", "")
    assert stripe_accounts.processor() is None
    assert not stripe_accounts.end(by=ada)
    assert len(audited("stripe.ended")) == 1


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"secret_key": "pk_live_oakstreet1234"}, "secret_key"),
        ({"secret_key": "rk_live_"}, "secret_key"),
        ({"secret_key": "rk_live_with space"}, "secret_key"),
        ({"secret_key": SECRET, "webhook_secret": KEY}, "secret_key"),
        ({"webhook_secret": "oakstreet"}, "webhook_secret"),
        ({"webhook_secret": ""}, "webhook_secret"),
    ],
)
def test_what_stripe_does_not_give_out_is_refused(ada, fields, field) -> None:
    words, found = refusal(connect, by=ada, **fields)

    assert (bool(words), found) == (True, field)
    assert StripeAccount.objects.count() == 0


def test_a_currency_that_stripe_counts_otherwise_is_refused(ada, oak_street) -> None:
    oak_street.currency = "ISK"
    assert refusal(connect, by=ada)[0] == "Card payments do not work with your currency yet."


def test_keys_of_another_installation_or_alliance_are_none(
    ada, mill_lane, settings: Settings
) -> None:
    account = connect(ada)
    with in_alliance(mill_lane):
        assert stripe_accounts.processor() is None
        StripeAccount.objects.create(
            secret_key=account.secret_key,
            webhook_secret=account.webhook_secret,
            key_ends="1234",
        )
        assert stripe_accounts.processor() is None
    settings.SECRET_KEY = "another"
    assert stripe_accounts.processor() is None
