"""The library: written, published, withdrawn."""

import pytest

from alliance.errors import DomainError
from alliance.models import AuditEntry
from alliance.services import files
from members.models import Resource
from members.services import library

pytestmark = pytest.mark.usefixtures("neighbour", "in_oak_street")

LEASE = {
    "title": "Before you sign a lease",
    "summary": "Nine questions.",
    "topic": "law",
    "body": "1. Who pays for the roof?",
    "url": "",
    "audience": "members",
}


def test_what_is_written_is_a_draft(ada):
    resource = library.write(by=ada, **LEASE)
    assert (resource.slug, resource.made_by, resource.published_at) == (
        "before-you-sign-a-lease", ada, None,
    )  # fmt: skip
    assert list(Resource.objects.published()) == []
    assert list(AuditEntry.objects.filter(subject_id=resource.pk).values_list("action")) == [
        ("resource.written",)
    ]


def test_a_title_taken_gets_a_number(ada):
    library.write(by=ada, **LEASE)
    assert library.write(by=ada, **LEASE).slug == "before-you-sign-a-lease-2"


def test_it_says_something(ada):
    with pytest.raises(DomainError) as refused:
        library.write(by=ada, **LEASE | {"body": "  "})
    assert refused.value.field == "body"
    assert Resource.objects.count() == 0


def test_published_withdrawn_and_published_again(ada):
    resource = library.write(by=ada, **LEASE)
    library.publish(resource=resource, by=ada)
    assert (list(Resource.objects.published()), list(Resource.objects.public())) == ([resource], [])
    first = Resource.objects.get().published_at
    library.withdraw(resource=resource, by=ada)
    assert list(Resource.objects.published()) == []
    with pytest.raises(DomainError, match="not in the library"):
        library.withdraw(resource=resource, by=ada)
    library.publish(resource=resource, by=ada)
    assert Resource.objects.get().published_at == first


def test_a_change_keeps_the_address_and_may_drop_the_file(ada):
    paper = files.store(name="a.pdf", content=b"%PDF", content_type="application/pdf", by=ada)
    resource = library.write(by=ada, file=paper, **LEASE | {"body": ""})
    with pytest.raises(DomainError):
        library.change(resource=resource, by=ada, drops_file=True)
    changed = library.change(
        resource=resource, by=ada, drops_file=True, **LEASE | {"title": "Leases"}
    )
    assert (changed.slug, changed.title, changed.file) == (resource.slug, "Leases", None)
