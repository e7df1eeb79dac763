"""Photographs: the page that keeps them, and who may see the files."""

import re
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from alliance.tenancy.scope import in_alliance
from directory.models import Photo
from directory.queries.keeping import kept_of
from directory.services import photos
from tests.directory import pictures

PAGE = "/me/listing/photographs/"
LISTING = "/me/listing/"


def bring(browser, content=None, name="shop.jpg", words="Loaves on the sill", page=PAGE):
    file = SimpleUploadedFile(name, content or pictures.from_a_phone(), content_type="text/html")
    return browser.post(page, {"file": file, "words": words})


def address(photo, size="small"):
    return f"/directory/photographs/{photo.pk}/{size}.webp"


@pytest.fixture
def draft(oak_street, bens) -> Photo:
    """A photograph in the bakery's draft."""
    assert bring(bens).url == PAGE
    with in_alliance(oak_street):
        return Photo.objects.get()


@pytest.fixture
def shown(bens, draft) -> Photo:
    """The same, published."""
    bens.post("/me/listing/publication/")
    return draft


class TestKeeping:
    def test_it_stands_on_the_page_with_its_words(self, draft, bens):
        page = bens.get(PAGE).content.decode()
        assert f'src="{address(draft)}" alt="Loaves on the sill" width="200" height="400"' in page

    def test_one_without_scripts_moves_describes_and_takes_out(self, oak_street, listed, bens):
        for words in ("a", "b"):
            bring(bens, pictures.a_photo(), words=words)
        (_first, one), (_second, two) = self.rows(oak_street, listed)
        bens.post(f"{PAGE}{two}/", {"words": "b", "step": "front"})
        assert self.words(oak_street, listed) == ["b", "a"]
        bens.post(f"{PAGE}{two}/", {"words": "b", "step": "end"})
        bens.post(f"{PAGE}{one}/", {"words": "The oven"})
        bens.post(f"{PAGE}{two}/", {"words": "", "step": "out"})
        assert self.words(oak_street, listed) == ["The oven"]

    def rows(self, alliance, business):
        with in_alliance(alliance):
            return [(p.words, p.photo) for p in kept_of(business).written.pictures]

    def words(self, alliance, business):
        return [words for words, _photo in self.rows(alliance, business)]

    @pytest.mark.parametrize(
        ("file", "words", "field"),
        [
            (("x.svg", pictures.SVG), "Loaves", "file"),
            (("x.jpg", pictures.HTML), "Loaves", "file"),
            (("x.png", pictures.a_png(12_500, 12_500)), "Loaves", "file"),
            (("x.jpg", pictures.a_photo()), "", "words"),
            (("x.jpg", b""), "Loaves", "file"),
        ],
    )
    def test_what_does_not_fit_is_said_at_the_field(
        self, oak_street, listed, bens, file, words, field
    ):
        name, content = file
        upload = SimpleUploadedFile(name, content)
        page = bens.post(PAGE, {"file": upload, "words": words})
        assert (page.status_code, list(page.context["form"].errors)) == (422, [field])
        with in_alliance(oak_street):
            assert Photo.objects.count() == 0

    def test_empty_words_are_asked_for_at_their_photograph(self, draft, bens):
        page = bens.post(f"{PAGE}{draft.pk}/", {"words": " "})
        assert page.status_code == 422
        assert "Say what the photograph shows." in page.content.decode()

    def test_another_members_photograph_moves_nothing(self, oak_street, draft, florist, visit):
        page = visit(oak_street, florist).post(
            f"{PAGE}{draft.pk}/", {"words": "Mine", "step": "out"}, follow=True
        )
        assert "not in the draft" in page.content.decode()

    def test_the_staff_bring_one_on_its_behalf(self, oak_street, listed, desk, ada):
        page = "/staff/listings/bens-bakery/photographs/"
        assert bring(desk, page=page).url == page
        with in_alliance(oak_street):
            assert Photo.objects.get().seat == ada


class TestFiles:
    def test_everybody_sees_what_is_shown(self, oak_street, shown, visit):
        for size, measured in (("large", (200, 400)), ("small", (200, 400))):
            answer = visit(oak_street).get(address(shown, size))
            assert Image.open(BytesIO(answer.content)).size == measured
            assert {name: answer[name] for name in (
                "Content-Type", "Cache-Control", "Content-Disposition", "X-Content-Type-Options",
                "ETag",
            )} == {
                "Content-Type": "image/webp",
                "Cache-Control": "public, no-cache",
                "Content-Disposition": "inline",
                "X-Content-Type-Options": "nosniff",
                "ETag": f'"{shown.pk}-{size}"',
            }  # fmt: skip
            assert b"SECRET" not in answer.content

    def test_whoever_has_it_is_not_sent_it_again(
        self, oak_street, shown, visit, django_assert_max_num_queries
    ):
        browser = visit(oak_street)
        with django_assert_max_num_queries(10):
            etag = browser.get(address(shown))["ETag"]
        again = browser.get(address(shown), HTTP_IF_NONE_MATCH=etag)
        assert (again.status_code, again.content) == (304, b"")

    @pytest.mark.parametrize("who", ["ben", "ada", "cleo"])
    def test_its_keepers_see_the_draft(self, oak_street, draft, visit, who, request):
        answer = visit(oak_street, request.getfixturevalue(who)).get(address(draft))
        assert (answer.status_code, "no-store" in answer["Cache-Control"]) == (200, True)

    @pytest.mark.parametrize("who", [None, "florist", "tess", "dan"])
    def test_nobody_else_does(self, oak_street, draft, visit, who, request):
        seat = request.getfixturevalue(who) if who else None
        browser = visit(oak_street, seat)
        assert browser.get(address(draft)).status_code == 404
        etag = f'"{draft.pk}-small"'
        assert browser.get(address(draft), HTTP_IF_NONE_MATCH=etag).status_code == 404

    def test_of_a_listing_that_is_out_nobody_sees_any(self, oak_street, shown, bens, visit):
        bens.post("/me/listing/pause/")
        assert visit(oak_street).get(address(shown)).status_code == 404
        assert bens.get(address(shown)).status_code == 200

    def test_one_that_was_taken_out_is_gone(self, oak_street, shown, bens, visit):
        bens.post(f"{PAGE}{shown.pk}/", {"words": "x", "step": "out"})
        assert visit(oak_street).get(address(shown)).status_code == 200
        bens.post("/me/listing/publication/")
        assert visit(oak_street).get(address(shown)).status_code == 404

    def test_control_without_the_question_everybody_would_see_the_draft(
        self, oak_street, draft, visit, monkeypatch
    ):
        monkeypatch.setattr("directory.views.own_photos._is_shown", lambda found: True)
        assert visit(oak_street).get(address(draft)).status_code == 200

    def test_the_neighbours_is_not_there(self, oak_street, mill_lane, shown, next_door, dan, visit):
        with in_alliance(mill_lane):
            theirs = photos.add(
                business=next_door, content=pictures.a_photo(), words="Theirs", by=dan
            )
        assert visit(oak_street).get(address(theirs)).status_code == 404
        assert visit(mill_lane).get(address(shown)).status_code == 404

    @pytest.mark.parametrize("size", ["huge", "large.webp/../small", "LARGE"])
    def test_there_are_two_sizes(self, oak_street, shown, visit, size):
        assert visit(oak_street).get(address(shown, size)).status_code == 404


def test_no_id_stands_twice_on_the_page(draft, bens):
    for page in (bens.get(PAGE), bens.post(f"{PAGE}{draft.pk}/", {"words": " "}), bens.post(PAGE)):
        ids = re.findall(r'\sid="([^"]+)"', page.content.decode())
        assert sorted(ids) == sorted(set(ids))
