"""Colours for mail, against values that browsers compute."""

import re
from pathlib import Path

import pytest
from django.conf import settings

from alliance.colour import ACCENT_LIGHTNESS, accent_hex, oklch_hex


@pytest.mark.parametrize(
    ("colour", "hex_code"),
    [
        ((1, 0, 0), "#ffffff"),
        ((0, 0, 0), "#000000"),
        # Ottosson's own table: sRGB red, green and blue in OKLCH.
        ((0.62796, 0.25768, 29.234), "#ff0000"),
        ((0.86644, 0.29483, 142.495), "#00ff00"),
        ((0.45201, 0.31321, 264.052), "#0000ff"),
    ],
)
def test_known_colours(colour, hex_code):
    assert oklch_hex(*colour) == hex_code


@pytest.mark.parametrize(
    ("hue", "chroma", "hex_code"),
    # As Chromium draws oklch(0.46 <chroma> <hue>); the last one leaves the gamut.
    [(28, 0.12, "#8f3830"), (150, 0.12, "#0f6a31"), (235, 0.14, "#00619a")],
)
def test_accents_are_those_that_a_browser_draws(hue, chroma, hex_code):
    assert accent_hex(hue=hue, chroma=chroma) == hex_code


def test_the_lightness_is_the_one_of_the_pages():
    tokens = (Path(settings.BASE_DIR) / "static/css/tokens.css").read_text()
    found = re.search(r"--accent: oklch\(([\d.]+) ", tokens)
    assert found
    assert float(found[1]) == ACCENT_LIGHTNESS
