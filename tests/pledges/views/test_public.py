"""A customer's way: the drive, its form, the mail, the link, the card."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from alliance import links
from alliance.tenancy.scope import in_alliance
from pledges.models import Pledge, PledgeDrive
from pledges.services import drives, pledges
from tests.factories import pledges as make
from tests.pledges.reading import last_mail, mails, money_of, row_counts
from tests.pledges.views.browsing import (
    form_key,
    hidden,
    page_of,
    path_in,
    pledge_form,
    problems,
    title,
    words,
)

pytestmark = pytest.mark.usefixtures("neighbour")


def mailed_path(alliance) -> str:
    """The path of the link in the newest message."""
    with in_alliance(alliance):
        return path_in(last_mail().context["url"])


def stored(alliance) -> list[tuple[str, str, int, str]]:
    """Every pledge of the alliance: name, e-mail, amount, state."""
    with in_alliance(alliance):
        rows = Pledge.objects.order_by("id")
        return list(rows.values_list("name", "email", "amount_minor", "state"))


def test_from_the_drives_page_to_the_card(visit, oak_street, oven):
    eve = visit(oak_street)
    page = eve.get(page_of(oven))
    assert (page.status_code, title(page)) == (200, "A second oven, Ben's Bakery")

    with time_machine.travel(timezone.now() + timedelta(seconds=40)):
        filled = pledge_form(form_key=hidden(page, "form_key"))
        sent = eve.post(page_of(oven), filled, follow=True)
    assert sent.redirect_chain == [("/pledge/sent/", 302)]
    assert "eve@example.com" in words(sent)

    link = mailed_path(oak_street)
    question = eve.get(link)
    assert (question.status_code, title(question)) == (200, "Confirm your pledge")
    assert stored(oak_street) == [("Eve Castellano", "eve@example.com", 240_00, "intended")]

    card = eve.post(link, follow=True)
    assert title(card) == "Your card for Ben's Bakery"
    assert "Thank you! Your pledge stands." in words(card)
    assert stored(oak_street) == [("Eve Castellano", "eve@example.com", 240_00, "active")]


def test_a_robot_that_follows_the_link_confirms_nothing(visit, oak_street, oven):
    with in_alliance(oak_street):
        make.an_intended_pledge(oven)
    link = mailed_path(oak_street)
    for _n in range(3):
        assert visit(oak_street).get(link).status_code == 200
        assert visit(oak_street).head(link).status_code == 200
    assert stored(oak_street)[0][3] == "intended"


def test_a_second_press_leads_to_the_same_card(visit, oak_street, oven):
    with in_alliance(oak_street):
        make.an_intended_pledge(oven)
    eve, link = visit(oak_street), mailed_path(oak_street)
    first, second = eve.post(link), eve.post(link)
    assert (first.status_code, first["Location"]) == (302, second["Location"])
    assert eve.get(link)["Location"] == first["Location"]
    with in_alliance(oak_street):
        assert [template for template, *_rest in mails()].count("card") == 1


def test_the_same_form_sent_twice_is_one_pledge_and_one_message(visit, oak_street, oven):
    eve, form = visit(oak_street), pledge_form()
    answers = [eve.post(page_of(oven), form) for _n in range(3)]
    assert [(a.status_code, a["Location"]) for a in answers] == [(302, "/pledge/sent/")] * 3
    with in_alliance(oak_street):
        assert Pledge.objects.get().version == 1
        assert [to for _template, to, _key in mails()].count("eve@example.com") == 1


def test_an_old_form_sent_again_after_confirming_changes_nothing(visit, oak_street, oven):
    eve, form = visit(oak_street), pledge_form()
    eve.post(page_of(oven), form)
    eve.post(mailed_path(oak_street))
    before = row_counts(oak_street)
    assert eve.post(page_of(oven), form | {"amount": "48000"}).status_code == 302
    assert row_counts(oak_street) == before
    assert stored(oak_street) == [("Eve Castellano", "eve@example.com", 240_00, "active")]


def test_somebody_who_has_a_pledge_changes_it_by_the_mailed_link(
    visit, oak_street, oven, eves_pledge
):
    eve = visit(oak_street)
    eve.post(page_of(oven), pledge_form(amount="48000", name="Mallory"))
    link = mailed_path(oak_street)
    assert link.startswith("/pledge/change/")
    question = eve.get(link)
    assert "$480" in words(question)
    with in_alliance(oak_street):
        assert money_of(eves_pledge) == ("active", 240_00, 0, 0)
    assert title(eve.post(link, follow=True)) == "Your card for Ben's Bakery"
    assert stored(oak_street) == [("Eve Castellano", "eve@example.com", 480_00, "active")]
    again = eve.post(link)
    assert (again.status_code, "This link has been used" in words(again)) == (410, True)


def test_pledging_at_a_drive_that_closed_a_moment_ago(visit, oak_street, oven):
    form = pledge_form()
    with time_machine.travel(oven.gathering_ends_at - timedelta(seconds=90)):
        form["form_key"] = form_key(seconds_ago=30)
    with time_machine.travel(oven.gathering_ends_at + timedelta(seconds=1)):
        answer = visit(oak_street).post(page_of(oven), form)
    assert answer.status_code == 422
    assert "This drive takes no new pledges any more." in words(answer)
    assert stored(oak_street) == []


def test_the_fourth_message_to_one_inbox_is_refused_with_a_sentence(visit, oak_street, oven):
    answers = [
        visit(oak_street).post(
            page_of(oven), pledge_form(email=f"stranger+{n}@example.com", form_key=form_key())
        )
        for n in range(3)
    ]
    assert [answer.status_code for answer in answers] == [302, 302, 302]
    before = row_counts(oak_street)
    refused = visit(oak_street).post(page_of(oven), pledge_form(email="stranger@example.com"))
    assert refused.status_code == 429
    assert problems(refused) == [
        (
            "id_email",
            "We have already written to this address several times. Please look among "
            "the unwanted mail too, or try again in an hour.",
        )
    ]
    assert row_counts(oak_street) == before


def test_one_network_sends_so_many_forms_an_hour(visit, oak_street, oven):
    eve = visit(oak_street)
    form = {"email": "eve@example.com", "form_key": form_key(), "website": ""}
    statuses = [eve.post("/pledge/lost-card/", form).status_code for _n in range(61)]
    assert statuses == [302] * 60 + [429]
    assert eve.get("/pledge/lost-card/").status_code == 200
    assert eve.post(page_of(oven), {"name": ""}).status_code == 422


# --- links ----------------------------------------------------------------------


def signed(alliance, purpose: str, **payload) -> str:
    """A token as the alliance itself would sign it."""
    with in_alliance(alliance):
        return links.sign(purpose, payload)


@pytest.fixture
def intended(oak_street, oven) -> Pledge:
    """Eve's promise, not yet confirmed."""
    with in_alliance(oak_street):
        return make.an_intended_pledge(oven)


@pytest.mark.parametrize("kind", ["confirm", "change"])
def test_a_forged_link_leads_nowhere(visit, oak_street, intended, kind):
    eve, before = visit(oak_street), row_counts(oak_street)
    for token in ("x", "e30:1v:bad", "%00", "%FF%FE", "a" * 3000, "🍕", "..%2F..", "null"):
        for act in (eve.get, eve.post):
            assert act(f"/pledge/{kind}/{token}/").status_code == 404
    assert row_counts(oak_street) == before


def test_a_link_cut_off_by_a_letter_leads_nowhere(visit, oak_street, intended):
    link = mailed_path(oak_street)
    assert visit(oak_street).post(f"{link[:-2]}/").status_code == 404
    assert visit(oak_street).post(link).status_code == 302


def test_a_link_of_another_purpose_leads_nowhere(visit, oak_street, intended):
    token = signed(oak_street, pledges.CHANGE, pledge=str(intended.pk), version=1, amount=2000)
    assert visit(oak_street).post(f"/pledge/confirm/{token}/").status_code == 404


def test_a_link_of_another_alliance_leads_nowhere(visit, oak_street, neighbour, intended):
    theirs = signed(neighbour.alliance, pledges.CONFIRM, pledge=str(intended.pk), version=1)
    assert visit(oak_street).post(f"/pledge/confirm/{theirs}/").status_code == 404
    ours = mailed_path(oak_street)
    assert visit(neighbour.alliance).post(ours).status_code == 404
    assert stored(oak_street)[0][3] == "intended"


def test_even_well_signed_the_neighbours_pledge_is_not_found(visit, oak_street, neighbour):
    token = signed(oak_street, pledges.CONFIRM, pledge=str(neighbour.pledge.pk), version=1)
    assert visit(oak_street).post(f"/pledge/confirm/{token}/").status_code == 404


def test_a_link_is_good_for_seven_days(visit, oak_street, intended):
    link = mailed_path(oak_street)
    with time_machine.travel(timezone.now() + timedelta(days=7, seconds=2)):
        answer = visit(oak_street).post(link)
    assert answer.status_code == 410
    assert "This link was good for seven days. Please pledge again." in words(answer)
    with time_machine.travel(timezone.now() + timedelta(days=6, hours=23)):
        assert visit(oak_street).post(link).status_code == 302


def test_a_link_that_a_newer_one_replaced(visit, oak_street, oven, intended):
    old = mailed_path(oak_street)
    with in_alliance(oak_street):
        make.an_intended_pledge(oven, amount_minor=300_00)
    for answer in (visit(oak_street).get(old), visit(oak_street).post(old)):
        assert answer.status_code == 410
        assert "A newer message replaced this one." in words(answer)


def test_a_link_of_a_drive_that_ended(visit, oak_street, oven, intended, ada):
    link = mailed_path(oak_street)
    with in_alliance(oak_street):
        drives.end_drive(drive=oven, reason="The oven came.", by=ada)
    assert visit(oak_street).post(link).status_code == 410


# --- which drives -----------------------------------------------------------------


def test_the_list_shows_public_drives_of_this_alliance_only(
    visit, oak_street, oven, bakery, ben, neighbour
):
    with in_alliance(oak_street):
        make.a_draft(business=bakery, by=ben, title="A secret cellar")
    page = words(visit(oak_street).get("/pledge/"))
    assert [name in page for name in ("A second oven", "A secret cellar", "A colder cellar")] == [
        True,
        False,
        False,
    ]


@pytest.mark.parametrize("state", ["draft", "in_review"])
def test_what_was_not_approved_is_not_found(visit, oak_street, oven, state):
    with in_alliance(oak_street):
        PledgeDrive.objects.update(state=state)
    assert visit(oak_street).get(page_of(oven)).status_code == 404
    assert visit(oak_street).post(page_of(oven), pledge_form()).status_code == 404


def test_the_neighbours_drive_is_not_found_here(visit, oak_street, neighbour):
    assert visit(oak_street).get(page_of(neighbour.drive)).status_code == 404
    assert visit(oak_street).get("/pledge/sent/")["Location"] == "/pledge/"


@pytest.mark.parametrize("state", ["unqualified", "qualified", "serving", "completed"])
def test_a_drive_that_gathers_no_more_is_shown_without_a_form(visit, oak_street, oven, state):
    with in_alliance(oak_street):
        PledgeDrive.objects.update(state=state)
    page = visit(oak_street).get(page_of(oven))
    assert (page.status_code, 'name="email"' in page.content.decode()) == (200, False)


# --- a lost card ------------------------------------------------------------------


def test_a_lost_card_is_answered_alike_whoever_asks(visit, oak_street, eves_pledge):
    said = []
    for address in ("eve@example.com", "nobody@example.com", "gus@example.com"):
        for _n in range(5):
            form = {"email": address, "form_key": form_key(), "website": ""}
            answer = visit(oak_street).post("/pledge/lost-card/", form, follow=True)
            said.append((answer.redirect_chain, words(answer)))
    assert len(set(map(str, said))) == 1
    with in_alliance(oak_street):
        cards = {to for template, to, _key in mails() if template == "card"}
    assert cards == {"eve@example.com"}
