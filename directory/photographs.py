"""Photographs written anew: upright, small, and with nothing in them but what they show.

No Django here. A file is first asked what it claims to be and how large; only
then are pixels read, and what is kept is made of the pixels alone, so that
neither a position, a comment nor a second file behind the first comes along.
"""

import struct
import zlib
from dataclasses import dataclass
from enum import StrEnum
from io import BytesIO

from PIL import Image, ImageCms, ImageFile, ImageOps

FORMATS = ("JPEG", "PNG", "WEBP")
MOST_BYTES = 20 * 1024 * 1024
# A PNG of 19 kB may hold 156 million pixels, which would take 875 MB.
MOST_PIXELS = 50_000_000
# The shorter side at least, and how many times as long the longer one may be.
SHORTEST, MOST_TIMES = 120, 8
LARGE, SMALL = 1600, 480
QUALITY = 80
# A twentieth more bytes than the encoder's own choice, in half of its time.
METHOD = 2
# Pillow's own limit, should a decoder be reached past ours.
Image.MAX_IMAGE_PIXELS = MOST_PIXELS

# What Pillow's readers raise on files that lie.
_BROKEN = (
    OSError,
    SyntaxError,
    ValueError,
    EOFError,
    LookupError,
    TypeError,
    ArithmeticError,
    struct.error,
    zlib.error,
    Image.DecompressionBombError,
)


class Reason(StrEnum):
    """Why a file is refused."""

    EMPTY = "empty"
    HEAVY = "heavy"
    STRANGE = "strange"
    HUGE = "huge"
    SMALL = "small"
    BROKEN = "broken"


class Refused(ValueError):
    """This file does not become a photograph here."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.value)
        self.reason = reason


@dataclass(frozen=True)
class Photograph:
    """Two WebP files of the same picture; width and height in pixels are the large one's."""

    large: bytes
    small: bytes
    width: int
    height: int


def write_anew(content: bytes) -> Photograph:
    """The photograph in these bytes, in both sizes.

    Raises:
        Refused: empty, over 20 MB or 50 million pixels, no JPEG, PNG or WebP,
            smaller than 120 pixels or a mere strip, or damaged.
    """
    if not content:
        raise Refused(Reason.EMPTY)
    if len(content) > MOST_BYTES:
        raise Refused(Reason.HEAVY)
    image = _opened(content)
    _must_have_a_fit_size(image.width, image.height)
    # WeasyPrint, once loaded, tells Pillow to fill what is cut off with grey.
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    try:
        large = _plain(image)
        small = large.copy()
        small.thumbnail((SMALL, SMALL), Image.Resampling.LANCZOS)
        return Photograph(_webp(large), _webp(small), large.width, large.height)
    except _BROKEN as error:
        raise Refused(Reason.BROKEN) from error


def _opened(content: bytes) -> Image.Image:
    """The file with its header read and not one pixel."""
    try:
        return Image.open(BytesIO(content), formats=FORMATS)
    except Image.DecompressionBombError as error:
        raise Refused(Reason.HUGE) from error
    except _BROKEN as error:
        raise Refused(Reason.STRANGE) from error


def _must_have_a_fit_size(width: int, height: int) -> None:
    if width * height > MOST_PIXELS:
        raise Refused(Reason.HUGE)
    if min(width, height) < SHORTEST or max(width, height) > MOST_TIMES * min(width, height):
        raise Refused(Reason.SMALL)


def _plain(image: Image.Image) -> Image.Image:
    """Upright, in sRGB, at most 1,600 pixels long; a new image that knows nothing else."""
    if image.mode in ("P", "PA", "I;16", "I;16B", "I"):
        image = _in_eight_bits(image)
    # A JPEG is decoded at the next smaller scale at once (`draft`), so that it stays small.
    image.thumbnail((LARGE, LARGE), Image.Resampling.LANCZOS, reducing_gap=2.0)
    upright = _in_srgb(ImageOps.exif_transpose(image))
    clean = Image.new("RGB", upright.size, "white")
    clean.paste(upright, mask=upright.getchannel("A") if upright.mode == "RGBA" else None)
    return clean


def _in_eight_bits(image: Image.Image) -> Image.Image:
    """Palettes and sixteen bits as plain colours, which can be made smaller."""
    if image.mode in ("P", "PA"):
        return image.convert("RGBA")
    return image.convert("I").point(lambda value: value / 256).convert("L")


def _in_srgb(image: Image.Image) -> Image.Image:
    """Colours as every screen takes them, through the camera's profile where it has a sound one."""
    mode = "RGBA" if image.mode in ("RGBA", "LA", "RGBa", "La") else "RGB"
    profile = image.info.get("icc_profile")
    if not profile or image.mode not in ("RGB", "RGBA", "CMYK"):
        return image.convert(mode)
    try:
        own = ImageCms.ImageCmsProfile(BytesIO(profile))
        srgb = ImageCms.createProfile("sRGB")
        return ImageCms.profileToProfile(image, own, srgb, outputMode=mode) or image.convert(mode)
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        return image.convert(mode)


def _webp(image: Image.Image) -> bytes:
    out = BytesIO()
    image.save(out, "WEBP", quality=QUALITY, method=METHOD)
    return out.getvalue()
