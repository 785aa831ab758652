"""Colours as style sheets have them, how they mix, and whether text of one can be read on another (WCAG 2.2)."""

import re
from collections.abc import Mapping

Colour = tuple[float, float, float]
"""Red, green and blue, from 0 to 255."""

WHITE: Colour = (255, 255, 255)
ENOUGH = 4.5
"""The contrast that text needs."""

_TOKEN = re.compile(r"--([\w-]+):\s*light-dark\(\s*(#[0-9a-fA-F]{3,6})\s*,\s*(#[0-9a-fA-F]{3,6})\s*\)")


def read(text: str) -> Colour:
    """A colour of three or six hexadecimal digits behind a #."""
    digits = text.removeprefix("#")
    if len(digits) == 3:
        digits = "".join(digit * 2 for digit in digits)
    red, green, blue = (int(digits[place : place + 2], 16) for place in (0, 2, 4))
    return red, green, blue


def written(colour: Colour) -> str:
    """The reverse, of six digits."""
    return "#" + "".join(f"{round(part):02x}" for part in colour)


def mixed(colour: Colour, other: Colour, share: float) -> Colour:
    """A share of one colour, from 0 to 1, with the rest of the other."""
    red, green, blue = (share * one + (1 - share) * two for one, two in zip(colour, other, strict=True))
    return red, green, blue


def contrast(colour: Colour, other: Colour) -> float:
    """From 1, which is none, to 21."""
    light, dark = sorted((_luminance(colour), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: Colour) -> float:
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in (one / 255 for one in colour)
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def tokens(style: str) -> Mapping[str, tuple[Colour, Colour]]:
    """What a style sheet defines as `--name: light-dark(#…, #…)`: the colour in the light theme and in the dark one."""
    return {name: (read(light), read(dark)) for name, light, dark in _TOKEN.findall(style)}
