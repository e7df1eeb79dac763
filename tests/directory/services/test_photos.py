"""Photographs of a listing: brought in, ordered, described, taken out, forgotten."""

from datetime import timedelta

import pytest
import time_machine

from alliance import clock
from alliance.errors import DomainError
from alliance.models import StoredFile
from alliance.tenancy.scope import in_alliance
from directory.content import Content, Picture
from directory.models import ListingDraft, Photo
from directory.queries.keeping import kept_of
from directory.services import listings, photos
from tests.directory import pictures
from tests.factories.directory import entry_of

pytestmark = pytest.mark.usefixtures("in_oak_street")


def a_photo(business, by, words="Loaves"):
    return photos.add(business=business, content=pictures.a_photo(), words=words, by=by)


def words_of(business):
    return [picture.words for picture in kept_of(business).written.pictures]


def publish(business, by):
    listings.publish(business=business, content=kept_of(business).written, by=by)


def test_a_photograph_comes_into_the_draft_and_is_shown_once_that_is_published(listed, ben):
    photo = a_photo(listed, ben, words="  Loaves \n on the sill ")
    assert kept_of(listed).draft is not None
    assert entry_of(listed).photo is None
    publish(listed, ben)
    shown = entry_of(listed)
    assert (shown.photo, shown.photo_words) == (photo, "Loaves on the sill")
    assert (photo.width, photo.height, photo.seat) == (640, 480, ben)
    assert [(file.content_type, file.name) for file in (photo.large, photo.small)] == [
        ("image/webp", "large.webp"),
        ("image/webp", "small.webp"),
    ]


def test_the_rest_of_the_draft_stays(listed, ben):
    listings.save_draft(business=listed, content=Content(about="Since 1998."), by=ben)
    a_photo(listed, ben)
    assert kept_of(listed).written.about == "Since 1998."


@pytest.mark.parametrize(
    ("content", "words", "field", "said"),
    [
        (pictures.SVG, "Loaves", "file", "no photograph that we can read"),
        (pictures.a_png(12_500, 12_500), "Loaves", "file", "more than 50 million pixels"),
        (pictures.a_photo()[:-900], "Loaves", "file", "damaged"),
        (pictures.a_photo((1, 1)), "Loaves", "file", "too small"),
        (b"", "Loaves", "file", "empty"),
        (pictures.a_photo(), "  ", "words", "Say what the photograph shows"),
    ],
)
def test_what_is_refused_leaves_nothing(listed, ben, content, words, field, said):
    with pytest.raises(DomainError, match=said) as refused:
        photos.add(business=listed, content=content, words=words, by=ben)
    assert refused.value.field == field
    assert (Photo.objects.count(), StoredFile.objects.count()) == (0, 0)
    assert ListingDraft.objects.count() == 0


def test_eight_are_enough(listed, ben):
    row = a_photo(listed, ben)
    eight = tuple(Picture(str(row.pk), f"{n}") for n in range(8))
    listings.save_draft(business=listed, content=Content(pictures=eight), by=ben)
    with pytest.raises(DomainError, match="at most 8"):
        a_photo(listed, ben)


def test_order_words_and_out(listed, ben):
    for words in ("a", "b", "c"):
        a_photo(listed, ben, words=words)
    first, _second, third = (p.photo for p in kept_of(listed).written.pictures)
    photos.move(business=listed, photo=third, by_places=-1, by=ben)
    assert words_of(listed) == ["a", "c", "b"]
    photos.move(business=listed, photo=first, by_places=-1, by=ben)
    assert words_of(listed) == ["a", "c", "b"]
    photos.move(business=listed, photo=first, by_places=1, by=ben)
    assert words_of(listed) == ["c", "a", "b"]
    photos.describe(business=listed, photo=first, words="The oven", by=ben)
    photos.take_out(business=listed, photo=third, by=ben)
    assert words_of(listed) == ["The oven", "b"]
    with pytest.raises(DomainError, match="not in the draft"):
        photos.take_out(business=listed, photo=third, by=ben)


def test_anothers_photograph_is_not_in_the_draft(listed, next_door, mill_lane, ben, dan):
    with in_alliance(mill_lane):
        theirs = a_photo(next_door, dan)
    with pytest.raises(DomainError, match="not in the draft"):
        photos.move(business=listed, photo=str(theirs.pk), by_places=1, by=ben)


class TestForgetting:
    @pytest.fixture
    def later(self):
        """A clock to turn on by days."""
        with time_machine.travel(clock.now(), tick=False) as clockwork:
            yield lambda days: clockwork.shift(timedelta(days=days))

    def forgotten(self, alliance):
        return photos.forget_unused(alliance)

    def test_what_is_shown_or_in_the_draft_stays(self, oak_street, listed, ben, later):
        a_photo(listed, ben, "shown")
        publish(listed, ben)
        a_photo(listed, ben, "draft")
        later(400)
        assert self.forgotten(oak_street) == 0
        assert Photo.objects.count() == 2

    def test_a_discarded_one_goes_after_thirty_days(self, oak_street, listed, ben, later):
        a_photo(listed, ben)
        listings.discard_draft(business=listed, by=ben)
        later(29)
        assert self.forgotten(oak_street) == 0
        later(1)
        assert self.forgotten(oak_street) == 1
        assert (Photo.objects.count(), StoredFile.objects.count()) == (0, 0)

    def test_one_that_was_shown_goes_thirty_days_after_its_last_version(
        self, oak_street, listed, ben, later
    ):
        photo = a_photo(listed, ben)
        publish(listed, ben)
        later(100)
        listings.publish(business=listed, content=Content(), by=ben)
        later(29)
        assert self.forgotten(oak_street) == 0
        later(1)
        assert self.forgotten(oak_street) == 1
        assert not Photo.objects.filter(pk=photo.pk).exists()

    def test_the_neighbours_are_not_touched(
        self, oak_street, mill_lane, listed, next_door, ben, dan, later
    ):
        with in_alliance(mill_lane):
            a_photo(next_door, dan)
            listings.discard_draft(business=next_door, by=dan)
        a_photo(listed, ben)
        listings.discard_draft(business=listed, by=ben)
        later(31)
        assert self.forgotten(oak_street) == 1
        with in_alliance(mill_lane):
            assert Photo.objects.count() == 1
