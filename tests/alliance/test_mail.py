"""From a row to a message: its headers, its two bodies, and nothing smuggled in."""

import re
from email.header import decode_header, make_header
from email.utils import getaddresses
from types import SimpleNamespace
from typing import Any

import pytest
from django.core import mail as django_mail
from django.core.mail import EmailMultiAlternatives

from alliance.models import Alliance
from alliance.services import mail, outbox
from alliance.tenancy.scope import in_alliance
from tests.alliance.letters import write

pytestmark = pytest.mark.usefixtures("letters")


def rendered(alliance: Alliance, **fields: Any) -> EmailMultiAlternatives:
    with in_alliance(alliance):
        return mail.render(write(**fields))


def test_headers(neighbour: SimpleNamespace, oak_street: Alliance) -> None:
    with in_alliance(oak_street):
        row = write()
        message = mail.render(row).message()

    assert {name: str(value) for name, value in message.items() if name != "Date"} == {
        "Content-Type": message["Content-Type"],
        "MIME-Version": "1.0",
        "Subject": "A letter",
        "From": '"Oak Street Alliance" <hello@commonweal.test>',
        "To": "eve@example.com",
        "Reply-To": "hello@oak-street.example",
        "Message-ID": f"<{row.pk}@commonweal.test>",
        "Auto-Submitted": "auto-generated",
        "X-Commonweal-Alliance": "oak-street",
    }


def test_the_same_row_is_the_same_message_id(oak_street: Alliance) -> None:
    with in_alliance(oak_street):
        row = write()
        ids = {mail.render(row).message()["Message-ID"] for _ in range(2)}

    assert len(ids) == 1


def test_text_and_html(oak_street: Alliance) -> None:
    message = rendered(oak_street, context={"who": "Eve", "url": "https://oak.example/"})

    assert message.body == "Hello Eve,\n\nOak Street Alliance writes.\nhttps://oak.example/\n"
    html, kind = message.alternatives[0]
    assert kind == "text/html"
    assert re.search(r'<p style="color: ?red;?">Hello Eve</p>', str(html))
    assert message.message().get_content_type() == "multipart/alternative"


def test_what_somebody_typed_is_text_in_the_html(oak_street: Alliance) -> None:
    html = rendered(oak_street, context={"who": "<img src=x onerror=alert(1)>"}).alternatives[0][0]

    assert "<img" not in str(html)
    assert "&lt;img src=x onerror=alert(1)&gt;" in str(html)


HEADERS = {
    "Auto-Submitted", "Content-Type", "Date", "From", "MIME-Version", "Message-ID", "Reply-To",
    "Subject", "To", "X-Commonweal-Alliance",
}  # fmt: skip
NASTY = [
    "Oak\r\nBcc: all@example.com",
    "Oak\nBcc: all@example.com",
    "Oak\x0bBcc: all@example.com",
    "Oak\x0cBcc: all@example.com",
    "Oak\x1cBcc: all@example.com",
    "Oak\x85Bcc: all@example.com",
    "Oak\u2028Bcc: all@example.com",
    "Oak\0Bcc: all@example.com",
    'Oak" <evil@example.com>, "',
    "Oak <evil@example.com>",
    'Oak\\" <evil@example.com>',
    "Oak, Elm & Co; Bcc: all@example.com",
    "=?utf-8?q?Oak=0D=0ABcc=3A_all=40example=2Ecom?=",
]


def header_names(message: EmailMultiAlternatives) -> set[str]:
    """The names of the header lines as they would leave the house."""
    head = message.message().as_bytes().partition(b"\n\n")[0].decode()
    return {line.partition(":")[0] for line in head.splitlines() if not line[0].isspace()}


@pytest.mark.parametrize("name", NASTY)
def test_a_name_smuggles_no_header_and_no_address(oak_street: Alliance, name: str) -> None:
    oak_street.name = name
    message = rendered(oak_street)

    assert header_names(message) == HEADERS
    assert [address for _, address in getaddresses([message.message()["From"]])] == [
        "hello@commonweal.test"
    ]


@pytest.mark.parametrize("subject", [s for s in NASTY if "\0" not in s])
def test_a_subject_smuggles_no_header(oak_street: Alliance, subject: str) -> None:
    assert header_names(rendered(oak_street, context={"subject": subject})) == HEADERS


def test_control_a_header_that_was_smuggled_in_is_named(oak_street: Alliance) -> None:
    message = rendered(oak_street)
    message.extra_headers["Bcc"] = "all@example.com"

    assert header_names(message) - HEADERS == {"Bcc"}


def test_names_of_other_scripts_arrive(oak_street: Alliance) -> None:
    oak_street.name = "Alianza de la Calle Peña 🌵"
    message = rendered(oak_street).message()

    assert str(make_header(decode_header(message["From"]))) == (
        "Alianza de la Calle Peña 🌵 <hello@commonweal.test>"
    )


def test_it_is_written_in_the_language_it_was_asked_in(oak_street: Alliance) -> None:
    with in_alliance(oak_street):
        assert write().language == "en"


def test_the_whole_way(oak_street: Alliance) -> None:
    with in_alliance(oak_street):
        write()
    outbox.deliver(oak_street)

    assert [(m.subject, m.to, m.reply_to) for m in django_mail.outbox] == [
        ("A letter", ["eve@example.com"], ["hello@oak-street.example"])
    ]


CALENDAR = "BEGIN:VCALENDAR\r\nSUMMARY:Frühstück\r\nEND:VCALENDAR\r\n"


def test_a_small_text_travels_with_its_letter(oak_street: Alliance) -> None:
    entry = mail.attachment("event.ics", "text/calendar", CALENDAR, method="PUBLISH")
    message = rendered(oak_street, context={"who": "Eve", "attachments": [entry]}).message()

    assert message.get_content_type() == "multipart/mixed"
    body, part = message.get_payload()
    assert body.get_content_type() == "multipart/alternative"
    assert part.get_content_type() == "text/calendar"
    assert (part.get_param("method"), part.get_content_charset(), part.get_filename()) == (
        "PUBLISH",
        "utf-8",
        "event.ics",
    )
    assert part.get_payload(decode=True).decode() == CALENDAR


@pytest.mark.parametrize(
    ("kind", "text"), [("application/pdf", "x"), ("text/calendar", "ü" * 50_001)]
)
def test_what_is_no_small_text_stays_out_of_the_outbox(kind: str, text: str) -> None:
    with pytest.raises(ValueError):
        mail.attachment("file", kind, text)
