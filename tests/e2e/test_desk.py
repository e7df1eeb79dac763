"""The staff's desk: lists, an export, keys, seats, failed mail, the audit log."""

import csv
import json
import re
import urllib.error
from io import StringIO
from uuid import uuid4

import psycopg2
import pytest

from tests.e2e import people
from tests.e2e.conftest import PHONE
from tests.e2e.letters import ask

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("e2e")]
BOTH = pytest.mark.parametrize("javascript", [False, True], ids=["without scripts", "with scripts"])

DRIVE = "A second oven for Gustoso"


def rows(visitor):
    return visitor.page.locator("table.data tbody tr").filter(visible=True)


@BOTH
def test_a_drives_pledges_are_found_and_exported(javascript, signed_in):
    maya = signed_in("owner", javascript=javascript)
    maya.go("/")
    maya.follow("Desk")
    maya.press(re.compile("^Drives$"), role="link")
    maya.press(DRIVE, role="link")
    pledges = maya.page.locator("#pledges tbody tr")
    email = pledges.first.locator(".muted").inner_text()
    maya.page.get_by_label("Name or e-mail").fill(email.upper())
    maya.press("Show", role="button")
    assert pledges.count() == 1
    assert email in pledges.first.inner_text()
    maya.page.get_by_label("Name or e-mail").fill("")
    maya.page.get_by_label("State").select_option("cancelled")
    maya.press("Show", role="button")
    assert set(pledges.locator(".badge").all_inner_texts()) == {"withdrawn"}
    maya.page.get_by_label("Name or e-mail").fill("nobody of this name")
    maya.press("Show", role="button")
    maya.sees("No pledge is like that.")
    maya.press("Show all", role="link")

    maya.press("Export them all")
    # The page asks again by itself, by a header that needs no script.
    link = maya.page.get_by_role("link", name="Download pledges-gustoso-oven.csv")
    link.wait_for(timeout=60_000)
    maya.look()
    with maya.page.expect_download() as download:
        link.click()
    assert download.value.suggested_filename == "pledges-gustoso-oven.csv"
    table = list(csv.reader(StringIO(download.value.path().read_text(encoding="utf-8-sig"))))
    assert table[0][:2] == ["name", "e-mail"]
    assert email in [row[1] for row in table]
    maya.go("/staff/audit/")
    maya.sees(re.compile(f"{len(table) - 1}"))


def test_numbers_lead_to_their_rows(signed_in):
    maya = signed_in("owner")
    maya.go("/staff/drives/")
    row = maya.page.locator("tr", has_text=DRIVE)
    row.get_by_role("link").nth(1).click()
    maya.page.wait_for_url("**state=standing*")
    maya.page.wait_for_load_state()
    maya.look()
    assert maya.page.get_by_label("State").input_value() == "standing"
    maya.go("/staff/purchases/")
    assert rows(maya).count() > 10
    maya.press(re.compile("Older|More|Next"), role="link")
    assert rows(maya).count() > 0


@BOTH
def test_an_api_key_is_shown_once_works_and_is_revoked(javascript, signed_in, stack):
    pledges = f"{stack['alliances']['eastbay']}api/v1/pledges/"
    name = f"Window display {uuid4().hex[:6]}"
    maya = signed_in("owner", javascript=javascript)
    maya.go("/staff/keys/")
    maya.page.get_by_label("What is it for?").fill(name)
    maya.page.get_by_label("Read pledges").check()
    maya.press("Make the key")
    secret = maya.page.get_by_label(name).input_value()
    assert secret.startswith("cw_")
    answer = json.loads(ask(pledges, Authorization=f"Bearer {secret}"))
    assert len(answer["results"]) > 10

    maya.follow("I have copied it")
    assert secret not in maya.page.content()
    fold = maya.page.locator("tr", has_text=name)
    fold.locator("summary").click()
    maya.press("Yes, revoke it")
    maya.sees(f"The key “{name}” opens nothing any more.")
    with pytest.raises(urllib.error.HTTPError, match="401"):
        ask(pledges, Authorization=f"Bearer {secret}")


@BOTH
def test_a_seat_is_given_used_and_ended(javascript, signed_in, browse, letters):
    email, name = people.fresh_email("iris"), f"Iris {uuid4().hex[:6]}"
    maya = signed_in("owner", javascript=javascript)
    maya.go("/staff/")
    maya.follow("Seats")
    maya.follow("Give a seat")
    maya.page.get_by_label("E-mail address").fill(email)
    maya.page.get_by_label("Name").fill(name)
    maya.page.get_by_label("What will they do?").select_option(value="volunteer")
    maya.press("Give the seat and invite")
    maya.sees(f"{name} has the seat (volunteer). An invitation is on its way.")

    iris = browse(javascript=javascript, **PHONE)
    iris.go(
        letters.wait(email, subject="You have a seat at East Bay Local").link("/accounts/login/")
    )
    people.by_code(iris, email, letters)
    iris.sees("What waits")
    iris.go("/staff/disputes/")
    iris.go("/staff/keys/", status=404)

    maya.press(re.compile(f"End the seat of {name}"), role="link")
    maya.press("End the seat")
    maya.sees(f"The seat of {name} has ended.")
    iris.go("/staff/", status=404)


@BOTH
def test_mail_that_was_given_up_is_sent_again(javascript, signed_in, letters, stack):
    email = people.fresh_email("dead")
    bury_a_letter(stack["database"], email)
    maya = signed_in("owner", javascript=javascript)
    maya.go("/staff/")
    maya.press(re.compile("Failed mail"), role="link")
    maya.sees(email, "the mailbox was full")
    maya.press(f"Send again to {email}")
    maya.sees("It will be sent again within a minute.")
    assert "Back from the dead" in letters.wait(email).text


def test_the_settings_show_at_once(signed_in, browse):
    lourdes = signed_in("sonora_owner")
    lourdes.go("/staff/")
    lourdes.follow("Settings")
    field = lourdes.page.get_by_label("In one line")
    before = field.input_value()
    field.fill("Ten streets, one shade tree")
    lourdes.press("Save")
    browse("sonora").go("/")
    visitor = browse("sonora")
    visitor.go("/")
    visitor.sees("Ten streets, one shade tree")
    lourdes.go("/staff/settings/")
    lourdes.page.get_by_label("In one line").fill(before)
    lourdes.press("Save")


def bury_a_letter(dsn, email):
    """A letter that was tried too often: nothing that a browser could bring about."""
    with psycopg2.connect(dsn) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT id FROM alliance_alliance WHERE slug = 'eastbay'")
        (alliance,) = cursor.fetchone()
        cursor.execute("SELECT set_config('app.alliance', %s, true)", [str(alliance)])
        cursor.execute(
            "INSERT INTO alliance_outboxmessage (id, alliance_id, key, template, \"to\", to_digest,"
            " is_confirmed, context, language, created_at, due_at, tries, last_error, dead_at)"
            " VALUES (%s, %s, %s, 'account/email/plain', %s, '', true, %s, 'en', now(), now(), 8,"
            " 'the mailbox was full', now())",
            [str(uuid4()), str(alliance), f"test:{email}", email,
             json.dumps({"subject": "A letter", "text": "Back from the dead"})],
        )  # fmt: skip
    connection.close()
