"""Stripe's news: stored once as it came, brought in under a lease, tried again, laid before staff.

What the news does to the books is in test_card_books.py.
"""

import json
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from alliance import clock
from alliance.tenancy.scope import in_alliance
from members.models import Invoice, Membership, Payment, StripeEvent
from members.payments.port import Forged
from members.services import card_books, stripe_accounts, stripe_events
from members.tasks import cards as tasks
from tests.factories import members as make
from tests.members.at_stripe import KEY, SECRET, AtStripe
from tests.pledges.reading import audited
from tests.stripe_fake.server import sign


@pytest.fixture
def invoice(membership: Membership, ben) -> Invoice:
    """$120, and Ben pays the bills."""
    return make.an_invoice(membership=membership)


def stored() -> list[tuple[str, int, str, str]]:
    """The news: type, tries, how it stands, why."""
    rows = StripeEvent.objects.order_by("received_at")
    return [
        (
            e.type,
            e.tries,
            "handled" if e.handled_at else "dead" if e.dead_at else "waits",
            e.last_error,
        )
        for e in rows
    ]


def receive(event: dict[str, Any], secret: str = SECRET) -> StripeEvent | None:
    body = json.dumps(event).encode()
    return stripe_events.receive(payload=body, signature=sign(body, secret))


@pytest.mark.usefixtures("neighbour", "in_oak_street")
class TestReceived:
    def test_it_is_stored_as_it_came_once(self, at_stripe: AtStripe) -> None:
        event = at_stripe.account.tell(
            "payment_intent.succeeded", {"object": "payment_intent", "id": "pi_1"}
        )

        assert (receive(event) is None, receive(event)) == (False, None)
        (row,) = StripeEvent.objects.all()
        assert (row.external_id, row.payload) == (event["id"], event)
        assert stored() == [("payment_intent.succeeded", 0, "waits", "")]

    def test_what_changes_nothing_here_is_kept_and_left_alone(self, at_stripe: AtStripe) -> None:
        receive(at_stripe.account.tell("customer.created", {"object": "customer", "id": "cus_1"}))
        stripe_events.bring_due(at_stripe.alliance)

        assert stored() == [("customer.created", 0, "handled", "")]
        assert at_stripe.account.requests == []

    def test_live_news_at_a_test_account_is_left_alone(self, at_stripe: AtStripe) -> None:
        event = at_stripe.account.tell(
            "payment_intent.succeeded", {"object": "payment_intent", "id": "pi_1"}
        )
        receive({**event, "livemode": True})

        assert stored() == [("payment_intent.succeeded", 0, "handled", "")]

    @pytest.mark.parametrize("secret", ["whsec_milllane", "whsec_oakstree", "whsec_"])
    def test_another_secret_is_refused_and_nothing_is_stored(
        self, at_stripe: AtStripe, neighbour: SimpleNamespace, secret: str
    ) -> None:
        with in_alliance(neighbour.alliance):
            stripe_accounts.connect(
                secret_key="rk_test_milllane",
                webhook_secret="whsec_milllane",
                by=neighbour.director,
            )
        with pytest.raises(Forged):
            receive(at_stripe.account.tell("ping", {"object": "ping", "id": "p"}), secret)

        assert stored() == []
        with in_alliance(neighbour.alliance):
            assert stored() == []

    def test_without_a_connection_all_is_refused(self, at_stripe: AtStripe, ada) -> None:
        stripe_accounts.end(by=ada)
        with pytest.raises(Forged, match="not connected"):
            receive(at_stripe.account.tell("ping", {"object": "ping", "id": "p"}))

    @pytest.mark.parametrize("change", [{"id": ""}, {"id": "e" * 121}, {"type": "t" * 81}])
    def test_what_is_no_event_is_refused(self, at_stripe: AtStripe, change: Any) -> None:
        event = at_stripe.account.tell("ping", {"object": "ping", "id": "p"})
        with pytest.raises(Forged):
            receive({**event, **change})


@pytest.mark.usefixtures("neighbour", "in_oak_street")
class TestBroughtIn:
    def test_a_failure_is_tried_later_and_later_then_laid_before_staff(
        self, at_stripe: AtStripe, invoice
    ) -> None:
        at_stripe.paid_visit(invoice)
        receive(at_stripe.server.take(KEY)[1])
        waits = []
        moment = clock.now()
        for _ in range(stripe_events.MAX_TRIES):
            at_stripe.server.trouble = ["refuse"]
            with clock.at(moment):
                assert stripe_events.bring_due(at_stripe.alliance) == 1
                # Before it is due again nothing happens.
                assert stripe_events.bring_due(at_stripe.alliance) == 0
            row = StripeEvent.objects.get()
            waits.append((row.due_at - moment).total_seconds())
            moment = row.due_at

        assert [n for n, wait in enumerate(waits) if not 0.8 <= wait / (15 * 3**n) <= 1.2] == []
        assert stored() == [("payment_intent.succeeded", 8, "dead", "no connection")]
        assert list(card_news()) == [StripeEvent.objects.get()]

    def test_staff_try_it_again(self, at_stripe: AtStripe, invoice, ada) -> None:
        at_stripe.paid_visit(invoice)
        event = receive(at_stripe.server.take(KEY)[1])
        assert event is not None
        StripeEvent.objects.update(dead_at=clock.now(), tries=8, last_error="no connection")
        assert stripe_events.bring_due(at_stripe.alliance) == 0
        assert stripe_events.try_again(event=event, by=ada)
        assert not stripe_events.try_again(event=event, by=ada)
        stripe_events.bring_due(at_stripe.alliance)

        assert stored() == [("payment_intent.succeeded", 1, "handled", "")]
        assert Payment.objects.count() == 1
        assert audited("stripe.news_tried_again") == [
            (
                "stripe.news_tried_again", ada.pk, event.pk,
                {"type": "payment_intent.succeeded"},
            )
        ]  # fmt: skip

    def test_staff_set_it_aside(self, at_stripe: AtStripe, ada) -> None:
        event = receive(
            at_stripe.account.tell(
                "payment_intent.succeeded", {"object": "payment_intent", "id": "pi_1"}
            )
        )
        assert event is not None
        assert not stripe_events.set_aside(event=event, by=ada)
        stripe_events.bring_due(at_stripe.alliance)
        assert stripe_events.set_aside(event=event, by=ada)

        assert stored() == [("payment_intent.succeeded", 1, "handled", "No such object: 'pi_1'")]
        assert list(card_news()) == []

    def test_one_that_breaks_does_not_hold_back_those_behind_it(
        self, at_stripe: AtStripe, invoice
    ) -> None:
        receive(at_stripe.account.tell("refund.created", {"object": "refund", "id": "re_1"}))
        at_stripe.paid_visit(invoice)
        receive(at_stripe.server.take(KEY)[-1])
        assert stripe_events.bring_due(at_stripe.alliance) == 2

        assert stored() == [
            ("refund.created", 1, "waits", "KeyError"),
            ("checkout.session.completed", 1, "handled", ""),
        ]

    def test_where_stripe_is_away_the_rest_keeps_its_tries(
        self, at_stripe: AtStripe, invoice
    ) -> None:
        at_stripe.paid_visit(invoice)
        for event in at_stripe.server.take(KEY):
            receive(event)
        at_stripe.server.trouble = ["503"]

        assert stripe_events.bring_due(at_stripe.alliance) == 1
        assert [row[1:3] for row in stored()] == [(0, "handled"), (1, "waits"), (0, "waits")]

    def test_a_key_that_was_revoked_is_waited_for(self, at_stripe: AtStripe, invoice, ada) -> None:
        at_stripe.paid_visit(invoice)
        receive(at_stripe.server.take(KEY)[-1])
        stripe_accounts.connect(secret_key="rk_test_unknown00", webhook_secret=SECRET, by=ada)
        stripe_events.bring_due(at_stripe.alliance)

        assert [row[1:3] for row in stored()] == [(1, "waits")]

    def test_a_worker_that_died_is_followed_by_another_after_its_lease(
        self, at_stripe: AtStripe, invoice, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        at_stripe.paid_visit(invoice)
        receive(at_stripe.server.take(KEY)[-1])

        def die(*args: object, **kwargs: object) -> None:
            raise KeyboardInterrupt

        with monkeypatch.context() as patched:
            patched.setattr(card_books, "bring_in", die)
            with pytest.raises(KeyboardInterrupt):
                stripe_events.bring_due(at_stripe.alliance)
        assert stripe_events.bring_due(at_stripe.alliance) == 0

        with clock.at(clock.now() + stripe_events.LEASE + timedelta(seconds=1)):
            assert stripe_events.bring_due(at_stripe.alliance) == 1
        assert [row[2] for row in stored()] == ["handled"]

    def test_the_sweep_finds_what_nobody_was_woken_for(
        self, at_stripe: AtStripe, invoice, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        woken: list[tuple[str, dict[str, str]]] = []
        monkeypatch.setattr(tasks.wake, "now", lambda task, **given: woken.append((task, given)))
        tasks.sweep_cards()
        assert woken == []

        receive(at_stripe.account.tell("refund.created", {"object": "refund", "id": "re_1"}))
        tasks.sweep_cards()
        assert woken == [("members.bring_news", {"alliance_id": str(at_stripe.alliance.pk)})]

    def test_what_was_settled_long_ago_loses_its_words(self, at_stripe: AtStripe) -> None:
        for number in range(3):
            receive(
                at_stripe.account.tell(
                    "customer.created", {"object": "customer", "id": f"{number}"}
                )
            )
        old, dead, _fresh = StripeEvent.objects.order_by("received_at")
        long_ago = clock.now() - stripe_events.KEPT_FOR - timedelta(days=1)
        StripeEvent.objects.filter(pk=old.pk).update(handled_at=long_ago)
        StripeEvent.objects.filter(pk=dead.pk).update(handled_at=None, dead_at=long_ago)
        tasks.forget_old_news()

        kept = StripeEvent.objects.order_by("received_at")
        assert [bool(event.payload) for event in kept] == [False, True, True]
        # It is known all the same if it comes once more.
        assert receive(at_stripe.account.events[0]) is None


def card_news() -> Any:
    from members.queries import cards as queries

    return queries.news_to_look_at()
