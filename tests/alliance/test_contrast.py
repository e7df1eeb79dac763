"""Whatever hue an alliance picks, its words stay readable in both modes."""

import math
import re
from pathlib import Path

import pytest
from django.conf import settings

Colour = tuple[float, float, float]
TOKENS = (Path(settings.BASE_DIR) / "static/css/tokens.css").read_text()
DAY, LAMP = TOKENS.split("@media (prefers-color-scheme: dark)")
LAMP = LAMP.split("@media (prefers-contrast")[0]


def luminance(colour: Colour) -> float:
    """Relative luminance of an OKLCH colour, clipped into sRGB as browsers do."""
    lightness, chroma, hue = colour
    a, b = chroma * math.cos(math.radians(hue)), chroma * math.sin(math.radians(hue))
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    middle = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    rgb = (
        4.0767416621 * long - 3.3077115913 * middle + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * middle - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * middle + 1.7076147010 * short,
    )
    red, green, blue = (min(1.0, max(0.0, part)) for part in rgb)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: Colour, other: Colour) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def token(mode: str, name: str, *, chroma: float = 0.0, hue: float = 0.0) -> Colour:
    found = re.search(rf"--{name}: oklch\((.+)\);", mode)
    assert found, name
    text = re.sub(r"calc\(var\(--accent-chroma\) \* ([\d.]+)\)", r"accent*\1", found[1])
    text = text.replace("var(--accent-chroma)", "accent*1").replace("var(--accent-hue)", str(hue))
    lightness, strength, angle = text.split()
    factor = strength.removeprefix("accent*")
    return float(lightness), float(factor) * (chroma if "*" in strength else 1), float(angle)


@pytest.mark.parametrize("mode", [DAY, LAMP], ids=["day", "lamp"])
@pytest.mark.parametrize("back", ["paper", "sheet", "raised", "tint"])
@pytest.mark.parametrize("front", ["accent", "accent-strong", "ink", "ink-soft"])
def test_words_on_paper(mode: str, front: str, back: str) -> None:
    worst = min(
        contrast(
            token(mode, front, chroma=c / 100, hue=h), token(mode, back, chroma=c / 100, hue=h)
        )
        for h in range(0, 360, 5)
        for c in (0, 4, 8, 12, 14)
    )

    assert worst >= 4.5


@pytest.mark.parametrize("mode", [DAY, LAMP], ids=["day", "lamp"])
def test_words_on_a_button(mode: str) -> None:
    worst = min(
        contrast(token(mode, "on-accent"), token(mode, "accent", chroma=c / 100, hue=h))
        for h in range(0, 360, 5)
        for c in (0, 4, 8, 12, 14)
    )

    assert worst >= 4.5


@pytest.mark.parametrize("mode", [DAY, LAMP], ids=["day", "lamp"])
@pytest.mark.parametrize("name", ["good", "warn", "bad"])
def test_words_of_a_state(mode: str, name: str) -> None:
    for back in (f"{name}-tint", "paper", "sheet"):
        assert contrast(token(mode, name), token(mode, back)) >= 4.5


@pytest.mark.parametrize("mode", [DAY, LAMP], ids=["day", "lamp"])
def test_edges_of_controls_can_be_seen(mode: str) -> None:
    for back in ("paper", "sheet"):
        assert contrast(token(mode, "edge"), token(mode, back)) >= 3
