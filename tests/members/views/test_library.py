"""The library's pages: who reads what, and the desk's keeping of it."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from alliance.tenancy.scope import in_alliance
from members.models import Resource
from members.services import library

ADDRESS = "/resources/before-you-sign-a-lease/"
TYPED = {"title": "Before you sign a lease", "topic": "law", "body": "Ask.", "audience": "members"}


@pytest.fixture
def lease(oak_street, neighbour, ada):
    """A members' guide in oak_street; mill_lane has a public one of the same name."""
    with in_alliance(neighbour.alliance):
        theirs = library.write(by=neighbour.director, **TYPED | {"audience": "public"})
        library.publish(resource=theirs, by=neighbour.director)
    with in_alliance(oak_street):
        return library.publish(resource=library.write(by=ada, **TYPED), by=ada)


def test_a_stranger_sees_that_there_is_more(oak_street, lease, visit):
    page = visit(oak_street).get("/resources/")
    assert page.context["shelves"] == []
    assert "1 more is for members" in page.content.decode()
    assert visit(oak_street).get(ADDRESS).status_code == 404


def test_a_member_reads_it(oak_street, lease, ben, visit):
    assert visit(oak_street, ben).get("/resources/?q=lease").context["shelves"] == [
        ("Law and licences", [lease])
    ]
    assert "Ask." in visit(oak_street, ben).get(ADDRESS).content.decode()
    assert visit(oak_street, ben).get("/resources/?q=bread").context["shelves"] == []


def test_the_shelf_costs_the_same_with_many(
    oak_street, lease, ada, ben, visit, django_assert_max_num_queries
):
    with in_alliance(oak_street):
        for n in range(30):
            library.publish(
                resource=library.write(by=ada, **TYPED | {"title": f"Guide {n}"}), by=ada
            )
    browser = visit(oak_street, ben)
    with django_assert_max_num_queries(12):
        assert browser.get("/resources/").status_code == 200


def test_staff_write_with_a_file_and_publish(oak_street, neighbour, ada, visit):
    browser = visit(oak_street, ada)
    paper = SimpleUploadedFile("../lease <1>.pdf", b"%PDF-1.7", content_type="text/html")
    answer = browser.post("/staff/library/new/", TYPED | {"file": paper})
    assert answer.url == "/staff/library/before-you-sign-a-lease/"
    browser.post(f"{answer.url}publication/")
    download = browser.get(f"{ADDRESS}file/")
    assert (download["Content-Type"], download["Content-Disposition"], download.content) == (
        "application/pdf", 'attachment; filename="lease 1.pdf"', b"%PDF-1.7",
    )  # fmt: skip
    browser.post(f"{answer.url}withdrawal/")
    assert browser.get(ADDRESS).status_code == 404


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"title": ""}, "title"),
        ({"title": "t" * 121}, "title"),
        ({"topic": "gossip"}, "topic"),
        ({"body": "", "url": ""}, "body"),
        ({"url": "javascript:alert(1)"}, "url"),
        ({"file": SimpleUploadedFile("run.exe", b"MZ")}, "file"),
        ({"body": "b" * 40_001}, "body"),
    ],
)
def test_what_does_not_fit_is_said_at_the_field(oak_street, neighbour, ada, visit, wrong, field):
    page = visit(oak_street, ada).post("/staff/library/new/", TYPED | wrong)
    assert page.status_code == 422
    assert list(page.context["form"].errors) == [field]
    with in_alliance(oak_street):
        assert Resource.objects.count() == 0


def test_a_neighbours_is_not_there(oak_street, lease, neighbour, visit):
    assert visit(neighbour.alliance).get(ADDRESS).status_code == 200
    page = visit(oak_street, neighbour.dan).get(ADDRESS)
    assert page.status_code == 404
