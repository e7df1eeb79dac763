"""The picture that a shared link brings along: 1200×630, drawn with the alliance's colour.

Pure Pillow: no Django, no database here.
"""

from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO

from PIL import Image, ImageDraw, ImageFont

WIDTH, HEIGHT = 1200, 630
MARGIN, AWNING, STRIPES = 72, 36, 25
PAPER, INK, SOFT, PALE = "#f8f3ea", "#2a2018", "#675a4c", "#efe0cf"
Font = ImageFont.FreeTypeFont
# By what each can write: the first that knows every letter of a text is taken. Liberation is
# there wherever papers are printed; Pillow's own knows ASCII alone.
FONTS = ("LiberationSerif-Bold.ttf", "DejaVuSerif-Bold.ttf", "NotoSansCJK-Bold.ttc")
NO_LETTER = "\U0010ffff"


@dataclass(frozen=True)
class Bar:
    """Its parts from the left, in thousandths: full, half, hatched; and the words above it."""

    full: int
    half: int
    hatched: int
    words: str


@dataclass(frozen=True)
class Card:
    """What stands on it; `photo` is a picture's bytes."""

    alliance: str
    name: str
    line: str
    accent: str
    photo: bytes | None = None
    bar: Bar | None = None


def draw(card: Card) -> bytes:
    """The card as PNG with few enough colours to travel quickly."""
    image = Image.new("RGB", (WIDTH, HEIGHT), PAPER)
    pen = ImageDraw.Draw(image)
    room = WIDTH - 2 * MARGIN
    if card.photo:
        _paste(image, card.photo)
        room = WIDTH // 2 - MARGIN - MARGIN // 2
    _awning(pen, card.accent)
    small = _font_for(card.alliance, 32)
    pen.text((MARGIN, AWNING + 48), _cut(card.alliance, small, room), card.accent, small)
    size = 84 if len(card.name) <= 24 else 64
    top = AWNING + (130 if card.photo or card.bar else 190)
    lines = 3 if card.bar else 4
    top = _paragraph(pen, card.name, top, room, size=size, colour=INK, lines=lines)
    _paragraph(pen, card.line, top + 12, room, size=38, colour=SOFT, lines=1 if card.bar else 2)
    if card.bar:
        _bar(pen, card.bar, card.accent)
    out = BytesIO()
    image.quantize(128, dither=Image.Dither.FLOYDSTEINBERG).save(out, "PNG", optimize=True)
    return out.getvalue()


def _paragraph(
    pen: ImageDraw.ImageDraw, text: str, top: int, room: int, *, size: int, colour: str, lines: int
) -> int:
    """Writes the text from `top` on; where the next line would begin."""
    font = _font_for(text, size)
    for line in _wrapped(text, font, room, lines=lines):
        pen.text((MARGIN, top), line, colour, font)
        top += round(size * 1.22)
    return top


def _bar(pen: ImageDraw.ImageDraw, bar: Bar, accent: str) -> None:
    """Along the lower edge, its words above it."""
    left, right, top, bottom = MARGIN, WIDTH - MARGIN, HEIGHT - MARGIN - 40, HEIGHT - MARGIN
    font = _font_for(bar.words, 38)
    pen.text((left, top - 60), _cut(bar.words, font, right - left), INK, font)
    ends = [left + (right - left) * part // 1000 for part in (bar.full, bar.full + bar.half)]
    end = left + (right - left) * min(bar.full + bar.half + bar.hatched, 1000) // 1000
    pen.rectangle((left, top, ends[1], bottom), PALE)
    pen.rectangle((left, top, ends[0], bottom), accent)
    for x in range(ends[1], end - 10, 12):
        pen.line((x, bottom, x + 10, top), SOFT, 2)
    pen.rectangle((left, top, right, bottom), outline=SOFT, width=2)


def _awning(pen: ImageDraw.ImageDraw, accent: str) -> None:
    stripe = WIDTH / STRIPES
    for number in range(STRIPES):
        box = (number * stripe, 0, (number + 1) * stripe, AWNING)
        pen.rectangle(box, accent if number % 2 == 0 else PALE)


def _paste(image: Image.Image, photo: bytes) -> None:
    """The photograph fills the right half, cut to its shape."""
    width, height = WIDTH // 2, HEIGHT - AWNING
    with Image.open(BytesIO(photo)) as source:
        picture = source.convert("RGB")
    scale = max(width / picture.width, height / picture.height)
    size = (max(round(picture.width * scale), width), max(round(picture.height * scale), height))
    picture = picture.resize(size)
    left, top = (size[0] - width) // 2, (size[1] - height) // 2
    image.paste(picture.crop((left, top, left + width, top + height)), (WIDTH - width, AWNING))


@lru_cache(maxsize=64)
def _font(size: int, name: str = FONTS[0]) -> Font | None:
    try:
        return ImageFont.truetype(name, size)
    except OSError:
        return None


def _font_for(text: str, size: int) -> Font:
    """The first font that can write all of the text, or the first that is there."""
    there = [font for name in FONTS if (font := _font(size, name))]
    there.append(ImageFont.load_default(size))  # type: ignore[arg-type]
    return next((font for font in there if _knows(font, text)), there[0])


def _knows(font: Font, text: str) -> bool:
    unknown = bytes(font.getmask(NO_LETTER))
    return all(bytes(font.getmask(letter)) != unknown for letter in set(text) if letter > "~")


def _wrapped(text: str, font: Font, room: int, *, lines: int) -> list[str]:
    """Whole words in lines that fit; what is beyond the last line ends in dots."""
    found: list[str] = []
    for word in text.split():
        if found and font.getlength(f"{found[-1]} {word}") <= room:
            found[-1] += f" {word}"
        else:
            found.append(word)
    if len(found) > lines:
        found = [*found[: lines - 1], " ".join(found[lines - 1 :])]
    return [_cut(line, font, room) for line in found]


def _cut(text: str, font: Font, room: int) -> str:
    if font.getlength(text) <= room:
        return text
    while text and font.getlength(f"{text}…") > room:
        text = text[:-1]
    return f"{text.rstrip()}…"
