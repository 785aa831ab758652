"""The picture that is shown with a link to a card: 1200 by 630 pixels, drawn from the card's own words."""

import io
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from PIL import Image, ImageDraw, ImageFont

from generator.rendering.fonts import Face, Faces

VERSION = 1
"""Part of every picture's name: a new layout makes them all again."""

SIZE = (1200, 630)
_MARGIN = 84
_WIDTH = SIZE[0] - 2 * _MARGIN - 16
_PAPER, _INK, _QUIET, _ACCENT, _PILL, _PILL_INK = "#ffffff", "#16202a", "#4d5a67", "#0b6b5d", "#e6f4f0", "#0a5a4e"
_MARK = 46
"""Side of the site's mark, as in icon.svg."""

# Marks that no line of Chinese or Japanese may begin with, and those that none may end with.
_NOT_FIRST = frozenset("，。、；：？！）》〉」』】〕”’…—～·％%,.;:?!)]}ーぁぃぅぇぉっゃゅょァィゥェォッャュョ々")
_NOT_LAST = frozenset("（《〈「『【〔“‘([{")


@dataclass(frozen=True, slots=True)
class CardText:
    """All that stands on the picture."""

    hub: str
    title: str
    summary: str
    tags: tuple[str, ...]
    lang: str
    """BCP 47: decides about the shapes of Han characters."""


def draw_card(text: CardText, faces: Faces) -> bytes:
    """The picture as PNG; the same bytes for the same text, fonts and version of the library."""
    image = Image.new("RGB", SIZE, _PAPER)
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 0, SIZE[0], 14), fill=_ACCENT)
    end = "…" if text.lang.startswith(("zh", "ja")) else "..."  # these fonts set the one character half-way up
    image.paste(_mark(), (_MARGIN, 62))
    hub, lines = _fit(_clean(text.hub), faces.bold, (34, 28), 1, end)
    draw.text((_MARGIN + _MARK + 18, 62 + _MARK / 2), "".join(lines), _INK, hub, anchor="lm")
    title, lines = _fit(_clean(text.title), faces.bold, (96, 84, 72, 62), 2, end)
    leading = round(title.size * 1.22)
    is_long = len(lines) > 1
    top = 138 if is_long else 176
    for number, line in enumerate(lines):
        draw.text((_MARGIN - title.size // 24, top + number * leading), line, _INK, title)
    top += len(lines) * leading + 30
    summary, lines = _fit(_clean(text.summary), faces.regular, (42, 38), 2 if is_long else 3, end)
    leading = round(summary.size * 1.5)
    for number, line in enumerate(lines):
        draw.text((_MARGIN, top + number * leading), line, _QUIET, summary)
    _draw_tags(draw, text.tags, _font(faces.regular, 30))
    data = io.BytesIO()
    image.quantize(64, Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE).save(data, "PNG", compress_level=6)
    return data.getvalue()


@lru_cache(maxsize=1)
def _mark() -> Image.Image:
    """Drawn eight times as large, for smooth edges."""
    unit = _MARK * 8 / 32
    large = Image.new("RGB", (_MARK * 8, _MARK * 8), _PAPER)
    draw = ImageDraw.Draw(large)
    draw.rounded_rectangle((0, 0, _MARK * 8 - 1, _MARK * 8 - 1), round(7 * unit), fill=_ACCENT)
    stroke = [(8 * unit, 17 * unit), (14 * unit, 23 * unit), (24 * unit, 9 * unit)]
    draw.line(stroke, _PAPER, round(4 * unit), joint="curve")
    for x, y in stroke:
        draw.circle((x, y), 2 * unit, _PAPER)
    return large.resize((_MARK, _MARK), Image.Resampling.LANCZOS)


def _draw_tags(draw: ImageDraw.ImageDraw, tags: Sequence[str], font: ImageFont.FreeTypeFont) -> None:
    left, top, height = float(_MARGIN), SIZE[1] - 118, 56
    for tag in map(_clean, tags):
        width = font.getlength(tag) + 48
        if left + width > SIZE[0] - _MARGIN:
            break
        draw.rounded_rectangle((left, top, left + width, top + height), height // 2, fill=_PILL)
        draw.text((left + width / 2, top + height / 2), tag, _PILL_INK, font, anchor="mm")
        left += width + 16


def _fit(text: str, face: Face, sizes: Sequence[int], most: int, end: str) -> tuple[ImageFont.FreeTypeFont, list[str]]:
    """The text in lines, in the largest size that fits; shortened where none does."""
    for size in sizes:
        font = _font(face, size)
        lines = _wrap(text, font)
        if len(lines) <= most:
            return font, lines
    last = lines[most - 1]
    while last and font.getlength(last + end) > _WIDTH:
        last = last[:-1]
    if " " in last[-20:] and not _is_wide(last[-1]):
        last = last.rpartition(" ")[0]
    return font, [*lines[: most - 1], last.rstrip(" ,.;:，。；：、") + end]


def _wrap(text: str, font: ImageFont.FreeTypeFont) -> list[str]:
    lines, line, width = [], "", 0.0
    for piece in _pieces(text):
        length = font.getlength(piece)
        if line and width + font.getlength(piece.rstrip()) > _WIDTH:
            lines.append(line.rstrip())
            line, width = "", 0.0
        line, width = line + piece, width + length
        while width > _WIDTH and len(line) > 1 and font.getlength(line.rstrip()) > _WIDTH:  # a very long word
            cut = next(end for end in range(len(line) - 1, 0, -1) if end == 1 or font.getlength(line[:end]) <= _WIDTH)
            lines.append(line[:cut])
            line, width = line[cut:], font.getlength(line[cut:])
    return [*lines, line.rstrip()] if line.strip() else lines


def _pieces(text: str) -> Iterator[str]:
    """What no line may break: a word with the space behind it, a wide character with the marks around it."""
    piece = ""
    for character in text:
        before = piece[-1:]
        is_joined = (
            not piece
            or character in _NOT_FIRST
            or before in _NOT_LAST
            or character == " "
            or (before != " " and not _is_wide(before) and not _is_wide(character))
        )
        if not is_joined:
            yield piece
            piece = ""
        piece += character
    if piece:
        yield piece


def _is_wide(character: str) -> bool:
    return unicodedata.east_asian_width(character) in "WF"


def _clean(text: str) -> str:
    """One line, without what has no shape."""
    return " ".join("".join(one if unicodedata.category(one)[0] != "C" else " " for one in text).split())


@lru_cache(maxsize=64)
def _font(face: Face, size: int) -> ImageFont.FreeTypeFont:
    # The other engine is there on some machines alone, and its pictures differ by a pixel here and there.
    return ImageFont.truetype(face.path, size, index=face.index, layout_engine=ImageFont.Layout.BASIC)
