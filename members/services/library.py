"""The library: texts, links and files that members learn from."""

from typing import Any

from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from alliance import clock
from alliance.errors import DomainError
from alliance.models import Seat, StoredFile
from alliance.services import audit
from members.models import Resource

FIELDS = ("title", "summary", "topic", "body", "url", "audience")
# /resources/<slug>/ must not hide behind a page of ours.
PAGES_OF_OURS = {"new"}


@transaction.atomic
def write(*, by: Seat, file: StoredFile | None = None, **fields: Any) -> Resource:
    """A draft, seen by staff alone until it is published.

    Raises:
        DomainError: neither text, link nor file.
        django.core.exceptions.ValidationError: a field that does not fit.
    """
    resource = Resource(slug=_free_slug(fields["title"]), made_by=by, file=file, **_known(fields))
    _must_say_something(resource)
    resource.full_clean()
    resource.save()
    audit.record(by=by, action="resource.written", subject=resource, title=resource.title)
    return resource


@transaction.atomic
def change(
    *,
    resource: Resource,
    by: Seat,
    file: StoredFile | None = None,
    drops_file: bool = False,
    **fields: Any,
) -> Resource:
    """Changes it at once for everybody who may read it; its address stays.

    Raises:
        DomainError: nothing would be left to read.
        django.core.exceptions.ValidationError: a field that does not fit.
    """
    resource = Resource.objects.select_for_update().get(pk=resource.pk)
    for name, value in _known(fields).items():
        setattr(resource, name, value)
    if file is not None:
        resource.file = file
    elif drops_file:
        resource.file = None
    _must_say_something(resource)
    resource.changed_at = clock.now()
    resource.full_clean()
    resource.save(update_fields=[*_known(fields), "file", "changed_at"])
    audit.record(by=by, action="resource.changed", subject=resource, title=resource.title)
    return resource


@transaction.atomic
def publish(*, resource: Resource, by: Seat) -> Resource:
    """Puts it on the shelf, for the first time or again."""
    resource.published_at = resource.published_at or clock.now()
    resource.withdrawn_at = None
    resource.save(update_fields=["published_at", "withdrawn_at"])
    audit.record(by=by, action="resource.published", subject=resource, title=resource.title)
    return resource


@transaction.atomic
def withdraw(*, resource: Resource, by: Seat) -> Resource:
    """Takes it off the shelf; staff still see it and can publish it again.

    Raises:
        DomainError: it is not on the shelf.
    """
    if resource.published_at is None or resource.withdrawn_at is not None:
        raise DomainError(_("This is not in the library at the moment."))
    resource.withdrawn_at = clock.now()
    resource.save(update_fields=["withdrawn_at"])
    audit.record(by=by, action="resource.withdrawn", subject=resource, title=resource.title)
    return resource


def _known(fields: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if name in FIELDS}


def _must_say_something(resource: Resource) -> None:
    if not (resource.body.strip() or resource.url or resource.file_id or resource.file):
        raise DomainError(_("Write a text, name a link or add a file."), field="body")


def _free_slug(title: str) -> str:
    stem = slugify(title)[:70] or "resource"
    taken = set(Resource.objects.filter(slug__startswith=stem).values_list("slug", flat=True))
    candidates = (stem if n == 1 else f"{stem}-{n}" for n in range(1, len(taken) + 3))
    return next(slug for slug in candidates if slug not in taken | PAGES_OF_OURS)
