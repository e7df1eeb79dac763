"""The mail that the demo has sent, read from the folder into which it is written."""

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email import policy
from email.message import EmailMessage
from email.parser import BytesHeaderParser, BytesParser
from functools import lru_cache
from pathlib import Path

from django.conf import settings

ALLIANCE_HEADER = "X-Commonweal-Alliance"
SHOWN_HEADERS = ("From", "To", "Reply-To", "Subject", "Date", "Message-ID", "List-Unsubscribe")
# Full stops and brackets after an address belong to the sentence around it.
LINK = re.compile(r"https?://[^\s<>\"']+[^\s<>\"'.,;:!?)\]]")


@dataclass(frozen=True)
class Envelope:
    """What the list shows of a message; `id` is the name of its file."""

    id: str
    to: str
    subject: str
    alliance: str
    at: datetime


@dataclass(frozen=True)
class Letter:
    """A whole message."""

    envelope: Envelope
    headers: tuple[tuple[str, str], ...]
    text: str
    html: str

    @property
    def links(self) -> list[str]:
        """The addresses in its plain text, in order, each once."""
        return list(dict.fromkeys(LINK.findall(self.text)))


def envelopes(*, alliance: str | None, to: str = "") -> list[Envelope]:
    """What was sent, newest first; one alliance's only, unless None asks for all."""
    wanted = to.strip().lower()
    return [
        envelope
        for envelope in _newest_first()
        if alliance in (None, envelope.alliance) and wanted in envelope.to.lower()
    ]


def letter(message_id: str, *, alliance: str | None) -> Letter | None:
    """One message; None where there is none, or it is another alliance's."""
    path = Path(settings.MAIL_DIR) / f"{message_id}.eml"
    try:
        envelope = _envelope(path, path.stat().st_mtime_ns)
        with path.open("rb") as file:
            message = BytesParser(EmailMessage, policy=policy.default).parse(file)
    except FileNotFoundError:
        return None
    if alliance not in (None, envelope.alliance):
        return None
    return Letter(
        envelope=envelope,
        headers=tuple((name, str(message[name])) for name in SHOWN_HEADERS if message[name]),
        text=_part(message, "plain"),
        html=_part(message, "html"),
    )


def _newest_first() -> Iterator[Envelope]:
    if not settings.MAIL_DIR or not os.path.isdir(settings.MAIL_DIR):
        return
    with os.scandir(settings.MAIL_DIR) as entries:
        # A message that is still being written has another ending.
        found = [(e.stat().st_mtime_ns, e.path) for e in entries if e.name.endswith(".eml")]
    for written, path in sorted(found, reverse=True):
        yield _envelope(Path(path), written)


@lru_cache(maxsize=4096)
def _envelope(path: Path, written: int) -> Envelope:
    with path.open("rb") as file:
        headers = BytesHeaderParser(policy=policy.default).parse(file)
    return Envelope(
        id=path.stem,
        to=str(headers["To"] or ""),
        subject=str(headers["Subject"] or ""),
        alliance=str(headers[ALLIANCE_HEADER] or ""),
        at=datetime.fromtimestamp(written / 1e9, UTC),
    )


def _part(message: EmailMessage, kind: str) -> str:
    body = message.get_body(preferencelist=(kind,))
    return str(body.get_content()) if body else ""
