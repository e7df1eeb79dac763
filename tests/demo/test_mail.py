"""The page of sent mail: what was written to the folder, and only to those it is for."""

import os
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import pytest
from django.core.mail import EmailMultiAlternatives
from django.urls import reverse

from alliance.mail_backend import FolderBackend
from demo import mailbox

TEXT = "Please confirm (https://oak-street.example/pledge/confirm/abc/).\nThank you <3\n"
HTML = "<html><head><title>x</title></head><body><p style='color:red'>Please confirm</p></body>"


def write(subject, to="eve@example.com", *, alliance="oak-street", minute=0, html=HTML):
    """A message in the folder; its id."""
    headers = {"Message-ID": f"<{uuid4()}@test>", "X-Commonweal-Alliance": alliance}
    email = EmailMultiAlternatives(subject, TEXT, "hello@test", [to], headers=headers)
    if html:
        email.attach_alternative(html, "text/html")
    FolderBackend().send_messages([email])
    newest = max(mailbox.Path(mailbox.settings.MAIL_DIR).glob("*.eml"), key=os.path.getctime)
    at = datetime(2026, 11, 22, 10, minute, tzinfo=UTC).timestamp()
    os.utime(newest, (at, at))
    return newest.stem


@pytest.fixture(autouse=True)
def folder(settings, tmp_path: Path) -> Path:
    settings.MAIL_DIR = str(tmp_path / "mail")
    return tmp_path / "mail"


def subjects(response):
    return [found["subject"] for found in response.json()["messages"]]


def test_without_a_folder_nothing_was_sent(settings):
    assert mailbox.envelopes(alliance=None) == []
    settings.MAIL_DIR = ""
    assert mailbox.envelopes(alliance=None) == []


def test_newest_first_and_found_by_part_of_the_address():
    write("First", minute=1)
    write("Third", "mallory@example.com", minute=3)
    write("Second", "Eve@Example.com", minute=2)
    found = [envelope.subject for envelope in mailbox.envelopes(alliance=None)]
    assert found == ["Third", "Second", "First"]
    assert [e.subject for e in mailbox.envelopes(alliance=None, to=" eve@")] == ["Second", "First"]


def test_a_half_written_message_is_left_out(folder):
    write("Whole")
    (folder / ".0123.99").write_bytes(b"Subject: half")
    assert len(mailbox.envelopes(alliance=None)) == 1


def test_a_letter_gives_headers_text_html_and_links_without_the_sentences_punctuation():
    letter = mailbox.letter(write("Café au lait"), alliance="oak-street")
    assert letter is not None
    assert ("Subject", "Café au lait") in letter.headers
    assert letter.text.strip() == TEXT.strip()
    assert "color:red" in letter.html
    assert letter.links == ["https://oak-street.example/pledge/confirm/abc/"]


def test_an_alliance_does_not_see_the_neighbours_mail(oak_street, mill_lane, visit):
    ours = write("Ours")
    theirs = write("Theirs", alliance="mill-lane", minute=1)
    address = reverse("demo:mail_json", urlconf="alliance.urls")
    assert subjects(visit(oak_street).get(address)) == ["Ours"]
    assert subjects(visit(mill_lane).get(address)) == ["Theirs"]
    assert subjects(visit(None).get(address)) == ["Theirs", "Ours"]
    for page in ("", "html/"):
        assert visit(oak_street).get(f"/demo/mail/{ours}/{page}").status_code == 200
        assert visit(oak_street).get(f"/demo/mail/{theirs}/{page}").status_code == 404
        assert visit(None).get(f"/demo/mail/{theirs}/{page}").status_code == 200


def test_scripts_find_the_link_of_a_message(oak_street, visit):
    message_id = write("Please confirm")
    (found,) = visit(oak_street).get("/demo/mail.json?to=eve@example.com").json()["messages"]
    assert found == {
        "id": message_id,
        "to": "eve@example.com",
        "subject": "Please confirm",
        "alliance": "oak-street",
        "at": "2026-11-22T10:00:00+00:00",
        "links": ["https://oak-street.example/pledge/confirm/abc/"],
    }


def test_fifty_a_page(oak_street, visit, monkeypatch):
    monkeypatch.setattr("demo.views.PER_PAGE", 2)
    for minute in range(3):
        write(f"Letter {minute}", minute=minute)
    first = visit(oak_street).get("/demo/mail.json?to=eve")
    assert subjects(first) == ["Letter 2", "Letter 1"]
    assert first.json()["next"] == "/demo/mail.json?to=eve&page=2"
    last = visit(oak_street).get(first.json()["next"])
    assert (subjects(last), last.json()["next"]) == (["Letter 0"], None)


@pytest.mark.parametrize("query", ["page=0", "page=x", "to=" + "é" * 400, "page=99"])
def test_odd_questions_get_a_page(oak_street, visit, query):
    write("Letter")
    assert visit(oak_street).get(f"/demo/mail/?{query}").status_code == 200


def test_a_nul_is_no_text(oak_street, visit):
    assert visit(oak_street).get("/demo/mail/?to=%00").status_code == 400


@pytest.mark.parametrize("name", ["nothing", "0" * 32, "../../etc/passwd", "%2e%2e%2fx"])
def test_an_unknown_message_is_not_found(oak_street, visit, name):
    assert visit(oak_street).get(f"/demo/mail/{name}/").status_code == 404


def test_the_page_links_what_stands_in_the_text_and_escapes_the_rest(oak_street, visit):
    page = visit(oak_street).get(f"/demo/mail/{write('<b>Bold</b>')}/").content.decode()
    assert 'href="https://oak-street.example/pledge/confirm/abc/"' in page
    assert "Thank you &lt;3" in page
    assert "&lt;b&gt;Bold&lt;/b&gt;" in page
    assert "<b>Bold</b>" not in page
    assert "<iframe" in page


def test_a_message_without_html_has_no_frame(oak_street, visit):
    page = visit(oak_street).get(f"/demo/mail/{write('Plain', html='')}/").content.decode()
    assert "<iframe" not in page


def test_the_frame_may_do_nothing(oak_street, visit):
    hostile = HTML.replace("<p", "<script>parent.x()</script><p")
    response = visit(oak_street).get(f"/demo/mail/{write('Hostile', html=hostile)}/html/")
    policy = response["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src" not in policy
    assert "sandbox allow-popups" in policy
    assert "frame-ancestors 'self'" in policy
    assert response["X-Frame-Options"] == "SAMEORIGIN"


def test_the_list_shows_on_both_sites(oak_street, visit):
    write("Please confirm")
    for client in (visit(oak_street), visit(None)):
        page = client.get("/demo/mail/").content.decode()
        assert "Please confirm" in page
        assert "eve@example.com" in page
