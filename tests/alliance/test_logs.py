"""The logs tell what happened where, and nothing about whom."""

import json
import os
import subprocess
import sys
import traceback
from typing import Any

import pytest
from django.conf import settings
from django.db import IntegrityError, transaction

from alliance.models import Alliance, Person, Seat
from alliance.settings.logs import leave_out_details
from pledges.models import PledgeDrive

# A whole pledge by real processes' code, with the logs of production: the customer's form,
# the mailed link, the card, the till, staff, refusals and errors. Prints what must stay out.
FLOW = """
import json, re, time
import django
django.setup()
from django.core import mail, signing
from django.test import Client
from django.urls import path
from alliance import urls
from alliance.access import public_page
from alliance.forms import SALT
from alliance.models import Alliance, Person
from alliance.services import keys
from alliance.tenancy.scope import in_alliance
from alliance.models import Seat

@public_page
def breaks(request):
    raise RuntimeError("on purpose")

urls.urlpatterns.append(path("breaks/", breaks))
host = {"HTTP_HOST": "oak-street.commonweal.test", "raise_request_exception": False}
key = signing.dumps({"key": "k" * 32, "at": time.time() - 60}, salt=SALT)
eve = Client(**host)
sent = eve.post("/pledge/a-second-oven/", {
    "amount": "24000", "name": "Eveline Castellano-Quux", "email": "eveline.quux@example.com",
    "display": "full", "consent": "on", "form_key": key, "website": "",
})
assert sent.status_code == 302, sent.content.decode()
link = re.search(r"http://[^/]+(/pledge/confirm/\\S+/)", mail.outbox[-1].body)[1]
eve.get(link)
card = eve.post(link)["Location"]
assert "/pledge/card/" in card, card
eve.get(card)
eve.get(card + "qr.svg")
eve.get(card[:-3] + "/")                       # a card that nobody has
eve.get(link[:-3] + "/")                       # a link that was cut off
eve.post(card + "amount/", {"amount": "other", "other_amount": "260"})
eve.get("/nowhere/", {"email": "eveline.quux@example.com"})
eve.get("/breaks/", {"token": "a-secret-in-a-query"})
eve.post("/pledge/lost-card/", {"email": "eveline.quux@example.com", "form_key": key})
Client(HTTP_HOST="elsewhere.example").get(card)
strict = Client(enforce_csrf_checks=True, **host)
strict.post("/pledge/lost-card/", {"email": "eveline.quux@example.com"})
ben, ada = Client(**host), Client(**host)
ben.force_login(Person.objects.get(email="ben@example.org"))
ada.force_login(Person.objects.get(email="ada@example.org"))
code = re.search(r"\\b[0-9A-Z]{4} [0-9A-Z]{4}\\b", mail.outbox[-1].body)
ben.post("/me/till/", {"code": "K7QX2M9P"})
made = ada.post("/staff/keys/", {"name": "Widget", "scopes": "pledges:read", "days": "9"})
secret = re.search(r"cw_[A-Za-z0-9_-]{43}", made.content.decode())[0]
Client(HTTP_AUTHORIZATION=f"Bearer {secret}", **host).get("/api/v1/pledges/")
Client(HTTP_AUTHORIZATION="Bearer cw_wrong-but-secret", **host).get("/api/v1/pledges/")
login = Client(**host)
login.post("/accounts/login/", {"login": "ada@example.org", "password": "a-wrong-password"})
print(json.dumps([
    "eveline", "quux", "Castellano", "ben@example.org", "ada@example.org", "@example",
    link.split("/")[3], card.split("/")[3], secret, "wrong-but-secret", "a-wrong-password",
    "a-secret-in-a-query", eve.cookies["csrf"].value if "csrf" in eve.cookies else key, key,
    ada.cookies["session"].value, "127.0.0.1", *([code[0]] if code else []),
]))
"""


def leaks(log: str, secrets: list[str]) -> list[str]:
    return [secret for secret in secrets if secret.lower() in log.lower()]


@pytest.fixture
def flow(oak_street: Alliance, oven: PledgeDrive, ada: Seat, ben: Seat) -> tuple[str, list[str]]:
    """The log of the whole flow, and what must not stand in it."""
    done = subprocess.run(
        [sys.executable, "-c", FLOW],
        cwd=settings.BASE_DIR,
        env=os.environ | {"DJANGO_SETTINGS_MODULE": "alliance.settings.test", "LOG_FORMAT": "json"},
        capture_output=True,
        text=True,
        timeout=90,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stderr, json.loads(done.stdout.splitlines()[-1])


def lines(log: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in log.splitlines()]


@pytest.mark.local
@pytest.mark.django_db(transaction=True)
def test_the_log_of_a_whole_pledge_names_nobody(flow: tuple[str, list[str]]) -> None:
    log, secrets = flow
    events = lines(log)

    assert len(secrets) > 12
    assert leaks(log, secrets) == []

    # Each request is one line, with its id, its alliance, its route instead of its path.
    requests = [e for e in events if e["event"] == "request_finished"]
    assert len(requests) > 15
    assert [e for e in requests if not e.get("request_id")] == []
    assert {e.get("alliance") for e in requests} == {"oak-street", None}
    assert [e["request"] for e in requests if e.get("alliance") is None] == ["GET -"]
    assert {e["request"] for e in requests} >= {
        "POST pledge/confirm/<str:token>/", "GET pledge/card/<str:secret>/", "GET -",
    }  # fmt: skip

    # The failure is there once, with where it happened.
    failures = [e for e in events if e["event"] == "request_failed"]
    assert [(e["request"], e["alliance"], e["code"]) for e in failures] == [
        ("GET breaks/", "oak-street", 500)
    ]
    assert "on purpose" in failures[0]["exception"]


@pytest.mark.local
@pytest.mark.django_db(transaction=True)
def test_control_what_would_be_logged_is_found(flow: tuple[str, list[str]]) -> None:
    log, secrets = flow
    planted = log + json.dumps({"event": "mail_sent", "to": "Eveline.Quux@example.com"})

    assert leaks(planted, secrets) == ["eveline", "quux", "@example"]
    assert leaks(log + secrets[6], secrets) == [secrets[6]]


def test_a_refused_rows_words_stay_out_of_the_traceback(ada):
    # Under row-level security PostgreSQL keeps silent; people stand in a table without it.
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        Person.objects.create_user(email=ada.person.email)
    said = "".join(traceback.format_exception(refused.value))
    assert "ada@example.org" in said

    event = leave_out_details(None, "error", {"exception": said})

    assert "ada@example.org" not in event["exception"]
    assert "IntegrityError" in event["exception"]
