"""Changing and taking back on the board's pages and through the API; the letter's one press."""

from types import SimpleNamespace

import pytest

from alliance import clock
from alliance.tenancy.scope import in_alliance
from groups.models import BoardAnswer, BoardEntry
from groups.services import board, board_answers, board_reminders
from tests.factories import groups as make
from tests.factories import groups_around as around
from tests.groups.here import an_elder

pytestmark = pytest.mark.usefixtures("theirs")
API = "/api/v1/groups/board/"
JSON = {"content_type": "application/json"}


@pytest.fixture
def asked(oak_street, bakers, ben, fay) -> SimpleNamespace:
    """Ben asks, Fay answers."""
    with in_alliance(oak_street):
        make.introduced(bakers, ben)
        make.introduced(bakers, fay)
        an_elder(ben, fay)
        entry = around.an_entry(ben)
        answer = board_answers.answer(entry=entry, words="We have one, come by.", by=fay)
        keep = board_reminders.url_of(entry).partition(".test")[2]
    return SimpleNamespace(
        entry=entry, page=entry.get_absolute_url(), keep=keep,
        answer=f"/groups/board/answers/{answer.pk}/", api=f"{API}answers/{answer.pk}/",
    )  # fmt: skip


def text(response) -> str:
    return response.content.decode()


def test_an_answer_is_changed_and_says_so(oak_street, visit, ben, fay, asked):
    browser = visit(oak_street, fay)
    assert "We have one" in text(browser.get(f"{asked.answer}edit/"))
    assert browser.post(f"{asked.answer}edit/", {"words": ""}).status_code == 422
    changed = browser.post(f"{asked.answer}edit/", {"words": "Ours is lent out."})
    assert (changed.status_code, changed.url.partition("#")[0]) == (302, asked.page)
    page = text(visit(oak_street, ben).get(asked.page))
    assert ("Ours is lent out." in page, "We have one" in page, "· changed" in page) == (
        True, False, True,
    )  # fmt: skip
    # What it said before is for its author.
    assert "We have one" in text(browser.get(f"{asked.answer}edit/"))


def test_an_entry_shows_its_author_what_it_said(oak_street, visit, ben, asked):
    browser = visit(oak_street, ben)
    sent = {"kind": "ask", "title": "Who lends a trolley?", "words": "Soon.", "segment": ""}
    assert browser.post(f"{asked.page}edit/", sent).status_code == 302
    assert "Who lends a pallet jack?" in text(browser.get(f"{asked.page}edit/"))
    assert "pallet jack" not in text(browser.get(asked.page))


def test_an_answer_is_taken_back_after_a_question(oak_street, visit, ben, fay, asked):
    browser = visit(oak_street, fay)
    assert "Take your answer back?" in text(browser.get(f"{asked.answer}withdrawal/"))
    assert "We have one" in text(visit(oak_street, ben).get(asked.page))
    assert browser.post(f"{asked.answer}withdrawal/").url == asked.page
    assert "We have one" not in text(browser.get(asked.page))
    for step in ("edit/", "withdrawal/"):
        assert browser.get(f"{asked.answer}{step}").status_code == 404


def test_nobody_elses(oak_street, theirs, visit, ada, ben, asked):
    who = (visit(oak_street, ben), visit(oak_street, ada), visit(theirs.alliance, theirs.dan))
    for browser in who:
        for step in ("edit/", "withdrawal/"):
            assert browser.get(f"{asked.answer}{step}").status_code == 404
            assert browser.post(f"{asked.answer}{step}", {"words": "W"}).status_code == 404
        assert browser.patch(asked.api, {"words": "W"}, **JSON).status_code == 404
        assert browser.delete(asked.api).status_code == 404
    assert visit(oak_street).get(f"{asked.answer}edit/").status_code == 302
    assert visit(oak_street).delete(asked.api).status_code in (401, 403)
    with in_alliance(oak_street):
        assert BoardAnswer.objects.get().words == "We have one, come by."


def test_the_api_changes_keeps_up_and_takes_back(oak_street, visit, ben, fay, asked):
    mine, other = visit(oak_street, ben), visit(oak_street, fay)
    path = f"{API}{asked.entry.pk}/"
    assert other.patch(path, {"title": "Mine"}, **JSON).status_code == 404
    assert other.post(f"{path}again/", **JSON).status_code == 404
    changed = mine.patch(path, {"title": "Who lends a trolley?"}, **JSON).json()
    assert (changed["title"], changed["words"], changed["edited_at"] is None) == (
        "Who lends a trolley?", asked.entry.words, False,
    )  # fmt: skip
    assert mine.patch(path, {"kind": "loan"}, **JSON).status_code == 400
    assert mine.post(f"{path}again/", **JSON).json()["listed_at"] > changed["listed_at"]
    answered = other.patch(asked.api, {"words": "It is yours."}, **JSON).json()
    assert (answered["words"], answered["edited_at"] is None) == ("It is yours.", False)
    assert other.delete(asked.api).status_code == 204
    assert other.delete(asked.api).status_code == 404
    assert mine.get(f"{path}answers/").json()["results"] == []
    with in_alliance(oak_street):
        board.close(entry=asked.entry, outcome="met", by=ben)
    assert mine.patch(path, {"title": "Again"}, **JSON).status_code == 409
    assert mine.post(f"{path}again/", **JSON).status_code == 409


def test_the_letters_link_keeps_it_up_without_signing_in(oak_street, theirs, visit, asked):
    before = asked.entry.listed_at
    browser = visit(oak_street)
    asks = browser.get(asked.keep)
    assert (asks.status_code, asks["Cache-Control"]) == (200, "private, no-store")
    with in_alliance(oak_street):
        # Whoever only looks, as a scanner does, has changed nothing.
        assert BoardEntry.objects.get().listed_at == before
    for _time in range(2):
        assert "It stays up" in text(browser.post(asked.keep))
    with in_alliance(oak_street):
        assert BoardEntry.objects.get().listed_at > before
    assert visit(theirs.alliance).get(asked.keep).status_code == 404
    assert browser.get("/groups/board/keep/nonsense/").status_code == 404
    with in_alliance(oak_street):
        BoardEntry.objects.update(hidden_at=clock.now())
    assert browser.get(asked.keep).status_code == 410
