"""API keys, and writes that happen once however often they are asked for."""

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from alliance.errors import DomainError
from alliance.models import Alliance, AllianceKey, AuditEntry, IdempotencyRecord, Seat
from alliance.services import keys
from alliance.tenancy.scope import in_alliance
from members.models import Tier
from members.services.tiers import add_tier
from pledges.models import Pledge
from tests.side_by_side import at_once

READ = "pledges:read"


def make(alliance: Alliance, by: Seat, **fields: Any) -> tuple[AllianceKey, str]:
    with in_alliance(alliance):
        return keys.make_key(**{"name": "Widget", "scopes": [READ], "days": 90, "by": by} | fields)


def opens(alliance: Alliance, secret: str) -> int:
    client = Client(HTTP_HOST=f"{alliance.slug}.commonweal.test")
    return client.get("/api/v1/pledges/", headers={"authorization": f"Bearer {secret}"}).status_code


def test_the_secret_is_shown_once_and_stored_hashed(oak_street: Alliance, ada: Seat) -> None:
    key, secret = make(oak_street, ada)

    with in_alliance(oak_street):
        stored = AllianceKey.objects.values().get()
    assert secret.startswith("cw_")
    assert len(secret) == 3 + 43
    assert key.prefix == secret[:8]
    assert [name for name, value in stored.items() if secret in str(value)] == []
    assert [name for name, value in stored.items() if secret[8:] in str(value)] == []


def test_it_opens_what_it_may_and_only_here(
    oak_street: Alliance, ada: Seat, neighbour: SimpleNamespace, eves_pledge: Pledge
) -> None:
    _, secret = make(oak_street, ada)
    client = Client(HTTP_HOST="oak-street.commonweal.test")

    rows = client.get("/api/v1/pledges/", headers={"authorization": f"Bearer {secret}"}).json()

    assert [row["id"] for row in rows["results"]] == [str(eves_pledge.pk)]
    assert opens(neighbour.alliance, secret) == 401


def test_a_key_without_the_scope_opens_nothing(oak_street: Alliance, ada: Seat) -> None:
    keys.register_scope("tests:read", "Read what tests read")
    try:
        _, secret = make(oak_street, ada, scopes=["tests:read"])
        assert opens(oak_street, secret) == 403
    finally:
        del keys.SCOPES["tests:read"]


def test_it_expires(oak_street: Alliance, ada: Seat) -> None:
    now = timezone.now()
    _, secret = make(oak_street, ada, days=1)

    with time_machine.travel(now + timedelta(hours=23)):
        assert opens(oak_street, secret) == 200
    with time_machine.travel(now + timedelta(hours=25)):
        assert opens(oak_street, secret) == 401


def test_it_is_revoked_at_once(oak_street: Alliance, ada: Seat) -> None:
    key, secret = make(oak_street, ada)
    assert opens(oak_street, secret) == 200

    with in_alliance(oak_street):
        for _ in range(2):
            keys.revoke_key(key=key, by=ada)
        entries = AuditEntry.objects.filter(subject_id=key.pk).order_by("at", "id")
        assert [entry.action for entry in entries] == ["key.made", "key.revoked"]
    assert opens(oak_street, secret) == 401


@pytest.mark.parametrize("secret", ["", "cw_", "cw_" + "A" * 43, "ü", "a b", "\x00", "null"])
def test_a_guess_opens_nothing(oak_street: Alliance, ada: Seat, secret: str) -> None:
    make(oak_street, ada)

    assert opens(oak_street, secret) == 401


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"scopes": []}, "scopes"),
        ({"scopes": ["everything"]}, "scopes"),
        ({"scopes": [READ, "everything"]}, "scopes"),
        ({"days": 0}, "days"),
        ({"days": 367}, "days"),
    ],
)
def test_a_key_must_say_what_and_how_long(
    oak_street: Alliance, ada: Seat, fields: dict[str, Any], field: str
) -> None:
    with pytest.raises(DomainError) as refused:
        make(oak_street, ada, **fields)

    assert refused.value.field == field
    with in_alliance(oak_street):
        assert not AllianceKey.objects.exists()


# --- once -------------------------------------------------------------------


def gold(name: str = "Gold") -> dict[str, Any]:
    return {"tier": str(add_tier(name=name, price_minor=100_00, by=None).pk)}


def ask(key: str = "k1", request: Any = None, effect: Any = gold, actor: str = "ada") -> Any:
    return keys.once(
        actor=actor, operation="tier.add", key=key, request=request or {"n": 1}, effect=effect
    )


def test_a_second_press_gets_the_first_answer(in_oak_street: Alliance) -> None:
    first = ask()

    assert [ask(), ask()] == [first, first]
    assert [tier.name for tier in Tier.objects.all()] == ["Gold"]


def test_the_order_in_which_a_request_is_written_does_not_matter(in_oak_street: Alliance) -> None:
    assert ask(request={"a": 1, "b": 2}) == ask(request={"b": 2, "a": 1})


def test_the_same_key_with_another_request_is_refused(in_oak_street: Alliance) -> None:
    ask(request={"n": 1})

    with pytest.raises(DomainError, match="other figures"):
        ask(request={"n": 2})
    assert Tier.objects.count() == 1


def test_another_actor_or_alliance_has_keys_of_its_own(
    oak_street: Alliance, mill_lane: Alliance
) -> None:
    with in_alliance(mill_lane):
        theirs = ask()
    with in_alliance(oak_street):
        ours = ask()
        bens = ask(actor="ben", effect=lambda: gold("Silver"))

    assert len({str(answer) for answer in (theirs, ours, bens)}) == 3


def test_an_effect_that_fails_is_not_remembered(in_oak_street: Alliance) -> None:
    def refuse() -> dict[str, Any]:
        gold()
        raise DomainError("No.")

    with pytest.raises(DomainError, match=r"^No\.$"):
        ask(effect=refuse)

    assert (Tier.objects.count(), IdempotencyRecord.objects.count()) == (0, 0)
    assert ask() == {"tier": str(Tier.objects.get().pk)}


def test_an_effect_that_breaks_another_rule_is_not_mistaken_for_a_repeat(
    in_oak_street: Alliance,
) -> None:
    from django.db import IntegrityError, transaction

    gold()
    with pytest.raises(IntegrityError, match="tier_name_once"), transaction.atomic():
        ask(effect=lambda: {"pk": str(Tier.objects.create(name="Gold", price_minor=1).pk)})


@pytest.mark.django_db(transaction=True)
def test_presses_at_the_same_moment_have_one_effect(oak_street: Alliance) -> None:
    def press() -> Any:
        with in_alliance(oak_street):
            return ask()

    answers = at_once(*[press] * 16)

    with in_alliance(oak_street):
        assert answers == [{"tier": str(Tier.objects.get().pk)}] * 16
