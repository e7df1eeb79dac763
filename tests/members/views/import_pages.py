"""The pages of an import: what is sent to them, and what the worker makes of it."""

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from alliance.tenancy.scope import in_alliance
from members.models import ImportRun
from tests.members.importing import work

LIST = "Business name,E-mail,Tier,Paid until\nCorner Cafe,hi@cafe.example,Maker,2026-12-31\n"


def sent(desk: Client, content: bytes | str, name: str = "members.csv"):
    """The answer to an upload."""
    data = content.encode() if isinstance(content, str) else content
    return desk.post("/staff/import/", {"file": SimpleUploadedFile(name, data)})


def worked(alliance) -> ImportRun:
    """The newest run, after the worker."""
    with in_alliance(alliance):
        return work(ImportRun.objects.latest("created_at"))


def columns(run: ImportRun, **changes: str) -> dict[str, str]:
    """The form of columns as it is proposed."""
    named = {f"column-{n}": run.mapping.get(c, "") for n, c in enumerate(run.columns)}
    options = {
        name: run.options[name] for name in ("date_order", "default_tier", "default_segment")
    }
    return named | options | changes


def page_of(run: ImportRun) -> str:
    """Its address."""
    return f"/staff/import/{run.pk}/"
