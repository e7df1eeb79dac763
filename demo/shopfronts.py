"""Shop windows drawn for the demo: a façade, an awning, a sign, and goods by kind of business.

The same business is always drawn the same. No photograph of anybody's real
shop stands in the demo.
"""

import random
from io import BytesIO

from PIL import Image, ImageDraw, ImageFont

SIZE = WIDTH, HEIGHT = 960, 720
Colour = tuple[int, int, int]
WALLS: tuple[Colour, ...] = (
    (196, 120, 84), (214, 168, 110), (150, 92, 74), (226, 202, 164), (122, 140, 128),
    (176, 148, 170), (104, 124, 146), (206, 146, 132), (168, 176, 142), (232, 214, 188),
)  # fmt: skip
AWNINGS: tuple[Colour, ...] = (
    (170, 52, 44), (38, 92, 84), (196, 132, 36), (52, 70, 118), (128, 48, 84), (72, 104, 48),
)  # fmt: skip
CREAM: Colour = (248, 240, 224)
INK: Colour = (52, 40, 34)
GLASS: Colour = (74, 84, 92)
GLOW: Colour = (250, 214, 142)


def draw(slug: str, name: str, segment: str) -> bytes:
    """One shop as a JPEG."""
    chance = random.Random(f"front of {slug}")
    wall, cloth = chance.choice(WALLS), chance.choice(AWNINGS)
    image = Image.new("RGB", SIZE, wall)
    pen = ImageDraw.Draw(image)
    _wall(pen, wall, chance)
    _pavement(pen)
    door_left = chance.random() < 0.5
    windows = ((330, 890),) if door_left else ((70, 630),)
    for left, right in windows:
        _window(pen, left, right, segment, chance)
    _door(pen, 110 if door_left else 680, cloth)
    _awning(pen, cloth)
    _sign(pen, name, cloth)
    _plants(pen, 300 if door_left else 648, chance)
    out = BytesIO()
    image.save(out, "JPEG", quality=88)
    return out.getvalue()


def words(name: str) -> str:
    """What the picture shows."""
    return f"The shop window of {name}, drawn: a sign, an awning and what is inside"[:160]


def _shade(colour: Colour, by: float) -> Colour:
    red, green, blue = (max(0, min(255, round(part * by))) for part in colour)
    return red, green, blue


def _wall(pen: ImageDraw.ImageDraw, wall: Colour, chance: random.Random) -> None:
    if chance.random() < 0.6:
        joint = _shade(wall, 0.9)
        for row, top in enumerate(range(0, 620, 26)):
            pen.line((0, top, WIDTH, top), fill=joint, width=2)
            for left in range(-30 + 30 * (row % 2), WIDTH, 60):
                pen.line((left, top, left, top + 26), fill=joint, width=2)
    pen.rectangle((0, 0, WIDTH, 34), fill=_shade(wall, 0.72))
    for left in range(10, WIDTH, 44):
        pen.rectangle((left, 34, left + 22, 52), fill=_shade(wall, 0.72))


def _pavement(pen: ImageDraw.ImageDraw) -> None:
    pen.rectangle((0, 626, WIDTH, HEIGHT), fill=(168, 160, 150))
    pen.rectangle((0, 626, WIDTH, 636), fill=(132, 124, 116))
    for left in range(-40, WIDTH, 160):
        pen.line((left + 60, 636, left, HEIGHT), fill=(148, 140, 132), width=3)


def _window(
    pen: ImageDraw.ImageDraw, left: int, right: int, segment: str, chance: random.Random
) -> None:
    pen.rectangle((left - 14, 270, right + 14, 606), fill=CREAM)
    pen.rectangle((left, 284, right, 592), fill=GLASS)
    for lamp in range(left + 90, right - 40, 150):
        pen.line((lamp, 284, lamp, 330), fill=INK, width=3)
        pen.ellipse((lamp - 60, 320, lamp + 60, 440), fill=_shade(GLASS, 1.35))
        pen.ellipse((lamp - 20, 326, lamp + 20, 366), fill=GLOW)
    for shelf in (462, 560):
        pen.rectangle((left, shelf, right, shelf + 8), fill=(150, 108, 72))
        place = left + 24
        while place < right - 60:
            place += 16 + _goods(pen, place, shelf, segment, chance)
    pen.rectangle(((left + right) // 2 - 4, 284, (left + right) // 2 + 4, 592), fill=CREAM)


def _goods(
    pen: ImageDraw.ImageDraw, left: int, shelf: int, segment: str, chance: random.Random
) -> int:
    """One thing on a shelf; how wide it is."""
    colour = _shade(chance.choice(AWNINGS + WALLS), chance.uniform(0.95, 1.3))
    wide, tall = chance.randint(26, 54), chance.randint(34, 84)
    if segment == "food":
        tall = chance.randint(22, 34)
        pen.ellipse((left, shelf - tall, left + wide, shelf), fill=(206, 148, 86))
        pen.arc((left + 8, shelf - tall + 4, left + wide - 8, shelf), 200, 340, fill=CREAM, width=3)
    elif segment in ("health", "making"):
        pen.rounded_rectangle((left, shelf - tall, left + wide, shelf), 12, fill=colour)
        neck = left + wide // 2
        pen.rectangle((neck - 7, shelf - tall - 14, neck + 7, shelf - tall + 4), fill=colour)
    elif segment == "arts":
        pen.rectangle((left, shelf - tall, left + wide + 12, shelf), fill=(120, 84, 52))
        pen.rectangle((left + 6, shelf - tall + 6, left + wide + 6, shelf - 6), fill=colour)
        wide += 12
    elif segment == "trades":
        pen.rectangle((left, shelf - 40, left + 36, shelf), fill=(176, 178, 180))
        pen.rectangle((left, shelf - 40, left + 36, shelf - 30), fill=colour)
        pen.arc((left, shelf - 62, left + 36, shelf - 20), 180, 360, fill=CREAM, width=3)
        wide = 36
    elif segment == "services":
        pen.line((left + 20, shelf - 90, left + 20, shelf - 74), fill=CREAM, width=3)
        pen.polygon(
            [(left, shelf - 60), (left + 20, shelf - 76), (left + 40, shelf - 60),
             (left + 34, shelf - 2), (left + 6, shelf - 2)],
            fill=colour,
        )  # fmt: skip
        wide = 40
    else:
        wide = chance.randint(12, 22)
        pen.rectangle((left, shelf - tall, left + wide, shelf), fill=colour)
        pen.line((left, shelf - tall + 12, left + wide, shelf - tall + 12), fill=CREAM, width=2)
        return wide - 12
    return wide


def _door(pen: ImageDraw.ImageDraw, left: int, cloth: Colour) -> None:
    pen.rectangle((left - 12, 258, left + 170, 626), fill=CREAM)
    pen.rectangle((left, 270, left + 158, 626), fill=_shade(cloth, 0.8))
    pen.rectangle((left + 22, 296, left + 136, 500), fill=GLASS)
    pen.rectangle((left + 46, 360, left + 112, 404), fill=CREAM)
    pen.text((left + 79, 382), "open", fill=INK, font=ImageFont.load_default(24), anchor="mm")
    pen.ellipse((left + 136, 510, left + 150, 524), fill=GLOW)


def _awning(pen: ImageDraw.ImageDraw, cloth: Colour) -> None:
    for number, left in enumerate(range(40, WIDTH - 40, 44)):
        colour = cloth if number % 2 == 0 else CREAM
        pen.polygon([(left + 8, 186), (left + 44, 186), (left + 44, 250), (left, 250)], fill=colour)
        pen.pieslice((left, 232, left + 44, 270), 0, 180, fill=_shade(colour, 0.92))


def _sign(pen: ImageDraw.ImageDraw, name: str, cloth: Colour) -> None:
    pen.rounded_rectangle((60, 78, WIDTH - 60, 176), 10, fill=_shade(cloth, 0.62))
    pen.rounded_rectangle((68, 86, WIDTH - 68, 168), 8, outline=CREAM, width=2)
    size = 56
    while size > 18 and pen.textlength(name, font=ImageFont.load_default(size)) > WIDTH - 170:
        size -= 4
    font = ImageFont.load_default(size)
    pen.text((WIDTH // 2, 127), name, fill=CREAM, font=font, anchor="mm")


def _plants(pen: ImageDraw.ImageDraw, middle: int, chance: random.Random) -> None:
    pen.polygon(
        [(middle - 26, 590), (middle + 26, 590), (middle + 20, 646), (middle - 20, 646)],
        fill=(168, 92, 62),
    )
    for _leaf in range(16):
        x, y = middle + chance.randint(-34, 34), 570 + chance.randint(-60, 14)
        green = (60 + chance.randint(0, 50), 110 + chance.randint(0, 40), 60)
        pen.ellipse((x - 13, y - 20, x + 13, y + 20), fill=green)
