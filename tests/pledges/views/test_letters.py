"""The letter's page: written, read once more, sent; and the link that stops them."""

import pytest
from django.test import Client

from alliance.models import OutboxMessage
from alliance.tenancy.scope import in_alliance
from pledges.models import DriveLetter, LetterStop
from pledges.tasks import send_letter
from tests.pledges.reading import row_counts
from tests.pledges.views.browsing import active_parts, kept, path_in, problems, text, title, words

pytestmark = pytest.mark.usefixtures("neighbour", "eves_pledge")

PAGE = "/me/drive/a-second-oven/letter/"
WORDS = {"subject": "The oven is here", "body": "It bakes.\n\nCome and <b>see</b>."}


@pytest.fixture
def desk(visit, oak_street, ben):
    """Ben's browser."""
    return visit(oak_street, ben)


@pytest.fixture
def link(desk, oak_street) -> str:
    """The path at the foot of Eve's letter."""
    desk.post(PAGE, WORDS | {"send": "1"})
    with in_alliance(oak_street):
        letter = DriveLetter.objects.get()
    send_letter(alliance_id=str(oak_street.pk), letter_id=str(letter.pk))
    with in_alliance(oak_street):
        row = OutboxMessage.objects.get(template="pledges/email/letter")
    return path_in(row.context["unsubscribe_url"])


def test_written_read_changed_and_sent(desk, oak_street):
    assert PAGE in text(desk.get("/me/drive/a-second-oven/"))
    assert "It goes to the 1 person who stands by this drive" in words(desk.get(PAGE))
    before = row_counts(oak_street)
    page = desk.post(PAGE, WORDS)
    assert (page.status_code, active_parts(page)) == (200, [])
    assert "Come and &lt;b&gt;see&lt;/b&gt;." in text(page)
    page = desk.post(PAGE, WORDS | {"change": "1"})
    assert kept(page, "subject") == "The oven is here"
    assert row_counts(oak_street) == before
    page = desk.post(PAGE, WORDS | {"send": "1"}, follow=True)
    assert page.redirect_chain == [(PAGE, 302)]
    assert ("It is being sent" in words(page), page["Refresh"]) == (True, "3")


def test_then_it_stands_among_those_sent(desk, link):
    page = desk.get(PAGE)
    assert "One letter a week." in words(page)
    assert "to 1 person" in words(page)
    assert not page.has_header("Refresh")


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"subject": ""}, ("id_subject", "Say what it is about.")),
        ({"body": ""}, ("id_body", "Write your letter.")),
    ],
)
def test_what_does_not_fit_is_said_at_the_field(desk, oak_street, change, problem):
    before = row_counts(oak_street)
    page = desk.post(PAGE, WORDS | {"send": "1"} | change)
    assert (page.status_code, problems(page)) == (422, [problem])
    assert row_counts(oak_street) == before


def test_a_second_one_in_a_week_is_refused_and_kept(desk, link, oak_street):
    page = desk.post(PAGE, WORDS | {"send": "1"})
    assert (page.status_code, "One letter a week." in words(page)) == (422, True)
    with in_alliance(oak_street):
        assert DriveLetter.objects.count() == 1


def test_another_businesss_letters_are_not_there(visit, neighbour, oak_street, ada):
    assert visit(neighbour.alliance, neighbour.dan).get(PAGE).status_code == 404
    assert visit(oak_street, ada).get(PAGE).status_code == 404


def test_stopped_by_the_button_and_by_the_mail_program(visit, oak_street, link):
    browser = visit(oak_street)
    assert title(browser.get(link)) == "No more letters?"
    with in_alliance(oak_street):
        assert not LetterStop.objects.exists()
    # A mail program has no cookie and no token, and posts twice.
    program = Client(HTTP_HOST="oak-street.commonweal.test", enforce_csrf_checks=True)
    for _n in range(2):
        page = program.post(link, {"List-Unsubscribe": "One-Click"})
        assert (page.status_code, title(page)) == (200, "No more letters")
    with in_alliance(oak_street):
        assert LetterStop.objects.get().email_normalised == "eve@example.com"


def test_a_cut_or_foreign_link_stops_nothing(visit, oak_street, neighbour, link):
    assert visit(oak_street).post(link[:-4] + "/").status_code == 404
    assert visit(neighbour.alliance).post(link).status_code == 404
    with in_alliance(oak_street):
        assert not LetterStop.objects.exists()
