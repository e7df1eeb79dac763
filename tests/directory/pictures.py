"""Files as people and attackers bring them."""

import struct
import zlib
from io import BytesIO
from typing import Any
from zipfile import ZipFile

from PIL import Image, ImageCms

GPS, MAKE, ORIENTATION = 0x8825, 0x010F, 0x0112


def written(image: Image.Image, kind: str, **options: Any) -> bytes:
    """An image as a file of this kind."""
    out = BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def a_photo(size: tuple[int, int] = (640, 480), colour: Any = (180, 90, 40)) -> bytes:
    """A plain JPEG."""
    return written(Image.new("RGB", size, colour), "JPEG")


def halves() -> Image.Image:
    """Red on the left, blue on the right."""
    image = Image.new("RGB", (400, 200), "red")
    image.paste("blue", (200, 0, 400, 200))
    return image


def from_a_phone() -> bytes:
    """A JPEG held sideways, which says where and with what it was taken."""
    exif = Image.Exif()
    exif[ORIENTATION] = 6
    exif[MAKE] = "SECRET-CAMERA"
    exif.get_ifd(GPS).update({1: "N", 2: (37.0, 48.0, 15.0), 3: "W", 4: (122.0, 16.0, 15.0)})
    return written(halves(), "JPEG", exif=exif.tobytes(), comment=b"SECRET-COMMENT")


def a_profile() -> bytes:
    """A colour profile of a camera."""
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def a_png(width: int, height: int) -> bytes:
    """A PNG of so many black pixels, small as a file and large once it is read."""

    def chunk(name: bytes, data: bytes) -> bytes:
        whole = name + data
        return struct.pack(">I", len(data)) + whole + struct.pack(">I", zlib.crc32(whole))

    packer = zlib.compressobj(9)
    row = bytes(1 + width // 8 + 1)[: 1 + -(-width // 8)]
    packed = b"".join(packer.compress(row) for _n in range(height)) + packer.flush()
    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", packed) + chunk(b"IEND", b"")
    )


def several(kind: str) -> bytes:
    """A moving picture, its first frame red."""
    frames = [Image.new("RGB", (200, 200), colour) for colour in ("red", "blue", "green")]
    return written(frames[0], kind, save_all=True, append_images=frames[1:])


def with_a_giant_canvas() -> bytes:
    """A WebP of 200 pixels whose header claims 16,383 × 16,383."""
    found = bytearray(several("WEBP"))
    place = found.find(b"VP8X") + 12
    found[place : place + 6] = (16382).to_bytes(3, "little") * 2
    return bytes(found)


def two_in_one() -> bytes:
    """A JPEG that is a ZIP archive and a script as well."""
    out = BytesIO()
    with ZipFile(out, "w") as archive:
        archive.writestr("run.js", "alert('SECRET-SCRIPT')")
    return a_photo() + b"*/=alert('SECRET-SCRIPT')/*" + out.getvalue()


SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
HTML = b"<!doctype html><script>alert(1)</script>"
