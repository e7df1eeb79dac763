"""An applicant's way: tiers, form, check, mail, button, question, where it stands."""

from datetime import timedelta
from functools import partial
from html import unescape

import pytest
import time_machine
from django.utils import timezone

from alliance import clock
from alliance.models import OutboxMessage
from alliance.tenancy.scope import in_alliance
from members.models import Application
from members.services import application_ends, applications, approvals, tiers
from tests.factories import members as make
from tests.members.views.joining import confirmed, join_form, link
from tests.pledges.reading import queries_of, row_counts
from tests.pledges.views.browsing import (
    active_parts,
    kept,
    problems,
    text,
    title,
    words,
)

pytestmark = pytest.mark.usefixtures("neighbour")


# What opens and closes the transaction and its scope.
SCOPE = 6


@pytest.fixture
def tier(oak_street):
    with in_alliance(oak_street):
        return make.a_tier(name="Corner shop", benefits="A sticker\nA vote", seats=2)


@pytest.fixture
def page(tier):
    """The form's path."""
    return f"/join/{tier.pk}/"


@pytest.fixture
def fern(visit, oak_street):
    """An applicant's browser."""
    return visit(oak_street)


def state_of(alliance) -> str:
    with in_alliance(alliance):
        return Application.objects.get().state


def test_the_tiers_that_are_offered_with_price_and_benefits(fern, oak_street, tier, ada):
    with in_alliance(oak_street):
        make.a_tier(name="Pay what you can", least_minor=50_00, most_minor=250_00)
        make.a_tier(name="Hidden", is_public=False)
        tiers.retire_tier(tier=make.a_tier(name="Retired"), by=ada)
    read = words(fern.get("/join/"))
    for said in (
        "Corner shop $120 a year",
        "A sticker A vote 2 seats for your people",
        "Pay what you can $50 – $250 a year You choose. We suggest $120.",
        "Nothing renews by itself unless you say so.",
    ):
        assert said in read
    assert not {"Hidden", "Retired"} & set(read.split())


def test_without_a_tier_the_page_says_so(fern):
    assert "Nobody can join online yet" in words(fern.get("/join/"))


def test_the_part_of_a_fixed_year_is_said_before_anything_is_typed(fern, oak_street):
    with in_alliance(oak_street):
        tier = make.a_tier(name="Fixed", term_kind="fixed", rollover_month=1, rollover_day=1)
    with time_machine.travel("2026-10-05 20:00+00:00"):
        read = words(fern.get("/join/"))
        form = words(fern.get(f"/join/{tier.pk}/"))
        check = words(fern.post(f"/join/{tier.pk}/", join_form(step="check", instalments="2")))
    for shown in (read, form):
        assert "If you join today: $30 until 31 Dec 2026." in shown
    assert "First, until 31 Dec 2026 $30 Part 1 $15 Part 2 $15" in check


def test_from_the_card_to_the_desk(fern, visit, oak_street, ada, page):
    assert title(fern.get(page)) == "Join: Corner shop"
    check = fern.post(page, join_form(step="check"))
    assert (check.status_code, title(check)) == (200, "Look it over")
    for said in ("Moss & Fern", "Shops", "https://moss.example", "Corner shop, a year $120"):
        assert said in words(check)
    with in_alliance(oak_street):
        assert not Application.objects.exists()
    # What the page carries hidden is what is sent.
    carried = {name: kept(check, name) for name in join_form() if name != "step"}
    sent = fern.post(page, carried | {"step": "send"}, follow=True)
    assert title(sent) == "One more step: look into your mail"
    assert "fern@example.com" in words(sent)
    confirm = link(oak_street, "confirm_application")
    shown = fern.get(confirm)
    assert (title(shown), "Moss & Fern applies to become" in words(shown)) == (
        "Confirm your application",
        True,
    )
    # A scanner that follows the link has confirmed nothing.
    assert state_of(oak_street) == "draft"
    done = fern.post(confirm, follow=True)
    assert "Thank you! Your application has reached us." in words(done)
    assert title(done) == "Where your application stands"
    assert "Applications to decide" in words(visit(oak_street, ada).get("/staff/"))


def test_changing_something_shows_the_form_as_it_was_typed(fern, page):
    form = join_form(step="change")
    back = fern.post(page, form)
    assert (back.status_code, title(back), problems(back)) == (200, "Join: Corner shop", [])
    assert [kept(back, name) for name in ("trade_name", "phone", "web_address", "form_key")] == [
        unescape("Moss & Fern"),
        "(510) 555-0100",
        "moss.example",
        form["form_key"],
    ]


def test_pressed_twice_makes_one(fern, oak_street, page):
    form = join_form()
    assert [fern.post(page, form).status_code for _twice in range(2)] == [302, 302]
    with in_alliance(oak_street):
        assert Application.objects.count() == 1
        assert (
            OutboxMessage.objects.filter(template="members/email/confirm_application").count() == 1
        )


def test_confirmed_twice_is_confirmed_once(fern, oak_street, page):
    fern.post(page, join_form())
    confirm = link(oak_street, "confirm_application")
    status = confirmed(fern, oak_street)
    before = row_counts(oak_street)
    again = fern.post(confirm)
    assert (again.status_code, again["Location"].split("/")[4]) == (302, "status")
    assert fern.get(confirm).status_code == 302
    assert fern.get(status).status_code == 200
    assert row_counts(oak_street) == before


def test_who_applies_twice_reads_the_same_page_and_the_letter_tells(fern, visit, oak_street, page):
    visit(oak_street).post(page, join_form())
    confirmed(visit(oak_street), oak_street)
    first = fern.post(page, join_form(email="kai@example.com"), follow=True)
    second = fern.post(page, join_form(), follow=True)
    same = [words(p).replace("kai@", "").replace("fern@", "") for p in (first, second)]
    assert same[0] == same[1]
    assert fern.get(link(oak_street, "known_application")).status_code == 200


def test_a_question_and_its_answer(fern, oak_street, page, ada):
    fern.post(page, join_form())
    confirmed(fern, oak_street)
    with in_alliance(oak_street):
        application = Application.objects.get()
        applications.request_info(application=application, question="<b>Which</b> street?", by=ada)
    answer = link(oak_street, "question", "answer_url")
    shown = fern.get(answer)
    assert "<b>Which</b> street?" in words(shown).replace("< ", "<") or "&lt;b&gt;" in text(shown)
    assert [kept(shown, name) for name in ("street", "web_address")] == [
        "4100 Piedmont Avenue",
        "https://moss.example",
    ]
    wrong = fern.post(answer, join_form(words="", trade_name=""))
    assert (wrong.status_code, problems(wrong)) == (
        422,
        [
            ("id_words", "Write an answer, if only a short one."),
            ("id_trade_name", "Enter the name of your business."),
        ],
    )
    done = fern.post(answer, join_form(words="Broadway.", street="1 Broadway"), follow=True)
    assert "Thank you! We have your answer." in words(done)
    with in_alliance(oak_street):
        application.refresh_from_db()
    assert (application.state, application.street) == ("submitted", "1 Broadway")
    again = fern.get(answer, follow=True)
    assert "This question has been answered, or is no longer open." in words(again)


def test_where_it_stands_in_every_state(fern, oak_street, page, ada):
    fern.post(page, join_form())
    status, said = confirmed(fern, oak_street), {}

    def look(what):
        shown = fern.get(status)
        assert shown.status_code == 200
        assert (shown["Referrer-Policy"], shown["X-Robots-Tag"]) == ("same-origin", "noindex")
        said[what] = words(shown)

    with in_alliance(oak_street):
        application = Application.objects.get()
    look("submitted")
    with in_alliance(oak_street):
        applications.request_info(application=application, question="Where?", by=ada)
    look("asked")
    with in_alliance(oak_street):
        approvals.approve(application=application, by=ada)
    look("unpaid")
    with in_alliance(oak_street):
        application.refresh_from_db()
        make.a_payment(invoice=application.invoice)
    look("member")
    assert {
        "submitted": "We have it. Somebody of the alliance reads it" in said["submitted"],
        "asked": "We have asked you something." in said["asked"] and "Where?" in said["asked"],
        "unpaid": "Look at the invoice and pay" in said["unpaid"] and "$120" in said["unpaid"],
        "member": "You are a member. Welcome!" in said["member"],
    } == dict.fromkeys(said, True)
    assert "Look at the invoice and pay" not in said["member"]


def test_a_declined_and_an_expired_one_say_why_and_lead_on(fern, oak_street, page, ada):
    fern.post(page, join_form())
    status = confirmed(fern, oak_street)
    with in_alliance(oak_street):
        application_ends.decline(
            application=Application.objects.get(), reason="You are a chain.", by=ada
        )
    assert "You are a chain." in words(fern.get(status))
    fern.post(page, join_form())
    second = link(oak_street, "confirm_application")
    with in_alliance(oak_street), clock.at(timezone.now() + timedelta(days=31)):
        newest = Application.objects.order_by("-id").first()
        application_ends.expire(application=newest)
    dead = fern.get(second)
    assert (dead.status_code, title(dead)) == (410, "This is no longer here")
    assert "Please apply again." in words(dead)


def test_the_pay_link_of_the_invoice_opens_without_a_login(fern, oak_street, page, ada):
    fern.post(page, join_form())
    confirmed(fern, oak_street)
    with in_alliance(oak_street):
        approvals.approve(application=Application.objects.get(), by=ada)
    assert fern.get(link(oak_street, "approved", "pay_url")).status_code == 200
    assert fern.get(link(oak_street, "approved")).status_code == 200


def test_pages_cost_the_same_however_many_tiers_and_applications(fern, oak_street, page):
    def costs() -> dict[str, int]:
        return {path: queries_of(partial(fern.get, path)) for path in ("/join/", page, "/")}

    fern.post(page, join_form())
    confirmed(fern, oak_street)
    before = costs()
    with in_alliance(oak_street):
        for n in range(8):
            make.an_application(make.a_tier(), email=f"p{n}@example.com")
    assert costs() == before
    assert max(before.values()) <= 12 + SCOPE


def test_where_it_stands_and_the_links_cost_little(fern, oak_street, page):
    fern.post(page, join_form())
    confirm = link(oak_street, "confirm_application")
    costs = {"confirm": queries_of(lambda: fern.get(confirm))}
    status = confirmed(fern, oak_street)
    costs["status"] = queries_of(lambda: fern.get(status))
    assert max(costs.values()) <= 12


def test_the_home_page_asks_visitors_in_and_leaves_members_alone(visit, oak_street, tier, ben):
    assert "Do you have a business here?" in words(visit(oak_street).get("/"))
    assert "Join from $120:" in words(visit(oak_street).get("/"))
    assert "Do you have a business here?" not in words(visit(oak_street, ben).get("/"))


def test_the_header_leads_visitors_to_it_and_no_member(visit, oak_street, tier, ben):
    assert 'href="/join/"' in text(visit(oak_street).get("/join/"))
    assert 'href="/join/"' not in text(visit(oak_street, ben).get("/me/"))


def test_no_page_holds_anything_active(fern, oak_street, page):
    pages = [fern.get("/join/"), fern.get(page), fern.post(page, join_form(step="check"))]
    fern.post(page, join_form())
    pages.append(fern.get(link(oak_street, "confirm_application")))
    pages.append(fern.get(confirmed(fern, oak_street)))
    assert [active_parts(shown) for shown in pages] == [[]] * 5
