"""The order of a picture's channels: the one that a text names, and whether code may have another one."""

import re
from collections.abc import Sequence

_NAMED = re.compile(r"(?<![A-Za-z])(?:BGR|RGB)(?![A-Za-z])")
# Whatever may turn channels round, or read a picture with its channels in another order than OpenCV does.
_MAY_TURN = re.compile(r"[Rr][Gg][Bb]|::\s*-1|flip|\bImage\b|imageio|skimage|plt\.|2\s*,\s*1\s*,\s*0")
_TO_RGB = re.compile(r"\b(?P<name>\w{1,40}) = cv2\.cvtColor\([^\n]{0,200}COLOR_BGR2RGB\)")


def order_said(line: str) -> str:
    """The one order that a line of text names; empty where it names none, or both."""
    found = set(_NAMED.findall(line))
    return found.pop() if len(found) == 1 else ""


def is_turned(said: str, codes: Sequence[str], above: str) -> bool:
    """Whether pictures have the order that a text names where code takes figures for the other one.

    Only where that is certain: BGR is what OpenCV reads and nothing turns, and RGB what it is made just above.

    Args:
        said: the order that the text names.
        codes: all code that a reader of the section runs.
        above: the code in front of the figures.
    """
    turns = sum(len(_MAY_TURN.findall(code)) for code in codes)
    if said == "BGR":
        return not turns
    made = _TO_RGB.findall(above)
    return said == "RGB" and turns == len(made) == 1 and re.search(rf"\b{made[0]} - *$", above) is not None
