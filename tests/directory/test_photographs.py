"""Photographs written anew: what comes out of honest files, and that no other comes out at all."""

import random
import resource
from contextlib import suppress
from io import BytesIO

import pytest
from PIL import Image, ImageFile

from directory import photographs
from directory.photographs import Photograph, Reason, Refused, write_anew
from tests.directory import pictures


def opened(content: bytes) -> Image.Image:
    return Image.open(BytesIO(content))


def near(image: Image.Image, place: tuple[int, int], colour: tuple[int, int, int]) -> bool:
    """Whether this pixel has that colour, but for what compression does."""
    found = image.convert("RGB").getpixel(place)
    return all(abs(a - b) < 12 for a, b in zip(found, colour, strict=True))


def test_a_photograph_in_two_sizes():
    made = write_anew(pictures.a_photo((4000, 3000)))
    assert (made.width, made.height) == (1600, 1200)
    assert [(opened(c).format, opened(c).size) for c in (made.large, made.small)] == [
        ("WEBP", (1600, 1200)),
        ("WEBP", (480, 360)),
    ]


def test_a_small_one_is_not_blown_up():
    made = write_anew(pictures.a_photo((300, 200)))
    assert [opened(c).size for c in (made.large, made.small)] == [(300, 200), (300, 200)]


def test_it_stands_upright_and_keeps_nothing_else():
    made = write_anew(pictures.from_a_phone())
    image = opened(made.large)
    assert (made.width, made.height) == (200, 400)
    # Turned a quarter: what was left is on top.
    assert near(image, (100, 20), (254, 0, 0))
    assert near(image, (100, 380), (0, 0, 254))
    for content in (made.large, made.small):
        assert dict(opened(content).getexif()) == {}
        assert not {"exif", "icc_profile", "xmp", "comment"} & set(opened(content).info)
        assert b"SECRET" not in content


def test_control_the_file_did_say_where_it_was_taken():
    exif = opened(pictures.from_a_phone()).getexif()
    assert dict(exif.get_ifd(pictures.GPS))[2] == (37.0, 48.0, 15.0)
    assert b"SECRET-COMMENT" in pictures.from_a_phone()


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(pictures.written(Image.new("CMYK", (200, 200), (0, 255, 255, 0)), "JPEG"),
                     id="four inks"),
        pytest.param(pictures.written(Image.new("RGB", (200, 200), "red"), "JPEG",
                                      icc_profile=pictures.a_profile()), id="with a profile"),
        pytest.param(pictures.written(Image.new("RGB", (200, 200), "red"), "JPEG",
                                      icc_profile=b"not a profile"), id="with a broken profile"),
        pytest.param(pictures.written(Image.new("RGB", (200, 200), "red"), "JPEG",
                                      progressive=True), id="progressive"),
        pytest.param(pictures.written(Image.new("RGBA", (200, 200), "red"), "PNG"), id="alpha"),
        pytest.param(pictures.written(Image.new("RGB", (200, 200), "red").quantize(), "PNG"),
                     id="palette"),
        pytest.param(pictures.several("PNG"), id="moving PNG"),
        pytest.param(pictures.several("WEBP"), id="moving WebP"),
        pytest.param(pictures.several("MPO"), id="two views"),
    ],
)  # fmt: skip
def test_every_kind_of_red_is_red(content):
    made = write_anew(content)
    assert opened(made.large).format == "WEBP"
    assert getattr(opened(made.large), "n_frames", 1) == 1
    assert near(opened(made.large), (100, 100), (254, 0, 0))


def test_what_is_transparent_lies_on_white():
    made = write_anew(pictures.written(Image.new("RGBA", (200, 200), (0, 0, 0, 0)), "PNG"))
    assert near(opened(made.large), (100, 100), (255, 255, 255))


def test_grey_in_sixteen_bits_stays_grey():
    made = write_anew(pictures.written(Image.new("I;16", (200, 200), 0x8000), "PNG"))
    assert near(opened(made.large), (100, 100), (128, 128, 128))


def test_what_stands_behind_the_picture_is_gone():
    made = write_anew(pictures.two_in_one())
    assert b"SECRET" in pictures.two_in_one()
    assert b"SECRET" not in made.large + made.small
    assert b"PK\x03\x04" not in made.large + made.small


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        pytest.param(b"", Reason.EMPTY, id="nothing"),
        pytest.param(pictures.a_photo() + bytes(20 * 1024 * 1024), Reason.HEAVY, id="21 MB"),
        pytest.param(pictures.SVG, Reason.STRANGE, id="SVG with a script"),
        pytest.param(pictures.HTML, Reason.STRANGE, id="HTML called .jpg"),
        pytest.param(pictures.several("GIF"), Reason.STRANGE, id="moving GIF"),
        pytest.param(pictures.written(Image.new("RGB", (200, 200)), "BMP"), Reason.STRANGE,
                     id="BMP"),
        pytest.param(pictures.written(Image.new("RGB", (200, 200)), "TIFF"), Reason.STRANGE,
                     id="TIFF"),
        pytest.param(b"\xff\xd8\xff\xe0" + bytes(50), Reason.STRANGE, id="a mere beginning"),
        pytest.param(b"%PDF-1.7", Reason.STRANGE, id="PDF"),
        pytest.param(pictures.a_png(12_500, 12_500), Reason.HUGE, id="156 megapixels"),
        pytest.param(pictures.a_png(7072, 7072), Reason.HUGE, id="just over 50 megapixels"),
        pytest.param(pictures.with_a_giant_canvas(), Reason.HUGE, id="a giant canvas"),
        pytest.param(pictures.a_photo((1, 1)), Reason.SMALL, id="one pixel"),
        pytest.param(pictures.a_png(1, 100_000), Reason.SMALL, id="a strip"),
        pytest.param(pictures.a_photo((119, 400)), Reason.SMALL, id="just too small"),
        pytest.param(pictures.a_photo((120, 961)), Reason.SMALL, id="just too narrow"),
        pytest.param(pictures.a_photo((640, 480))[:-900], Reason.BROKEN, id="cut off"),
        pytest.param(pictures.a_png(400, 400)[:60], Reason.BROKEN, id="a PNG cut off"),
    ],
)  # fmt: skip
def test_what_is_refused_and_why(content, reason):
    with pytest.raises(Refused) as refused:
        write_anew(content)
    assert refused.value.reason == reason


def test_what_is_cut_off_is_refused_after_a_pdf_was_drawn_too(monkeypatch):
    monkeypatch.setattr(ImageFile, "LOAD_TRUNCATED_IMAGES", True)
    with pytest.raises(Refused):
        write_anew(pictures.a_photo((640, 480))[:-900])


@pytest.mark.parametrize("size", [(120, 960), (120, 120)])
def test_the_narrowest_that_passes(size):
    assert write_anew(pictures.a_photo(size)).width == 120


def test_a_bomb_costs_no_memory():
    bomb = pictures.a_png(30_000, 30_000)
    assert len(bomb) < 200_000
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(Refused):
        write_anew(bomb)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 20_000  # kB


def test_control_without_the_look_at_the_header_it_would_be_read(monkeypatch):
    monkeypatch.setattr(photographs, "MOST_PIXELS", 10**9)
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 10**9)
    assert write_anew(pictures.a_png(7072, 7072)).width == 1600


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_damaged_file_is_a_photograph_or_refused(kind):
    """Nothing else comes out of a file in which some bytes are others."""
    chance = random.Random(kind)
    whole = pictures.written(pictures.halves(), kind)
    for _n in range(150):
        damaged = bytearray(whole)
        for _m in range(chance.randint(1, 6)):
            damaged[chance.randrange(len(damaged))] = chance.randrange(256)
        with suppress(Refused):
            assert isinstance(write_anew(bytes(damaged)), Photograph)
