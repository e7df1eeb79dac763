"""Files kept as rows: stored with their hash, answered as attachments (ADR-0014)."""

import hashlib
from pathlib import PurePath

from django.http import HttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from alliance.errors import DomainError
from alliance.models import Seat, StoredFile

LARGEST = 20 * 1024 * 1024


def store(
    *, name: str, content: bytes, content_type: str, by: Seat | None, largest: int = LARGEST
) -> StoredFile:
    """Keeps a file of at most `largest` bytes; its name loses folders and odd characters.

    Raises:
        DomainError: empty, or larger.
    """
    if not content:
        raise DomainError(_("This file is empty."), field="file")
    if len(content) > largest:
        raise DomainError(
            _("This file is larger than %(megabytes)d MB.") % {"megabytes": largest // 1024**2},
            field="file",
        )
    return StoredFile.objects.create(
        name=plain_name(name),
        content_type=content_type[:100],
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        content=content,
        seat=by,
    )


def answer(file: StoredFile) -> HttpResponse:
    """The file as a download: never shown in the page's own origin."""
    response = HttpResponse(bytes(file.content), content_type=file.content_type)
    disposition = content_disposition_header(as_attachment=True, filename=file.name)
    response["Content-Disposition"] = disposition
    response["Cache-Control"] = "private, no-store"
    return response


def plain_name(name: str) -> str:
    """A file's name without folders and control characters, at most 160 long."""
    last = PurePath(name.replace("\\", "/")).name
    clean = "".join(c for c in last if c.isprintable() and c not in '<>:"|?*').strip(". ")
    stem, dot, ending = clean.rpartition(".")
    if not dot:
        return clean[:160] or "file"
    return f"{stem[: 159 - len(ending)]}.{ending}"[:160]
