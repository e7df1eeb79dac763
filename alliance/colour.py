"""The alliance's colour where CSS variables do not reach: in mail.

OKLCH to sRGB after Björn Ottosson, "A perceptual color space for image
processing" (2020), clipped into the gamut as browsers do.
"""

import math

# The lightness of --accent by day in static/css/tokens.css.
ACCENT_LIGHTNESS = 0.46


def oklch_hex(lightness: float, chroma: float, hue: float) -> str:
    """A colour as #rrggbb; lightness 0 to 1, chroma 0 to about .3, hue in degrees."""
    a, b = chroma * math.cos(math.radians(hue)), chroma * math.sin(math.radians(hue))
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    middle = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    linear = (
        4.0767416621 * long - 3.3077115913 * middle + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * middle - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * middle + 1.7076147010 * short,
    )
    return "#" + "".join(f"{round(_gamma(part) * 255):02x}" for part in linear)


def accent_hex(*, hue: int, chroma: float) -> str:
    """The accent of an alliance as #rrggbb."""
    return oklch_hex(ACCENT_LIGHTNESS, chroma, hue)


def _gamma(part: float) -> float:
    part = min(1.0, max(0.0, part))
    return 12.92 * part if part <= 0.0031308 else 1.055 * part ** (1 / 2.4) - 0.055
