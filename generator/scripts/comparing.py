"""Printed text against what was expected of it, where numbers need only be close."""

import math
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

ELLIPSIS = "..."
"""In an expected text: any text, over several lines too."""

# Possessive throughout: no text makes these go back and try again. A number is no part of a name (resnet50, 7f3a), of a
# version (1.13.0) or of a longer number; a unit may follow it (12.5ms).
_NUMBER_PATTERN = r"""
    (?<![A-Za-z0-9_.]) [-+]?+
    (?: (?: [0-9]++ (?:\.(?!\.)[0-9]*+)?+ | \.[0-9]++ ) (?:[eE][-+]?+[0-9]++)?+ (?! \.[0-9] | [A-Za-z_]*+[0-9] )
      | (?:nan|inf) (?![A-Za-z0-9_])
    )
"""
_NUMBER = re.compile(_NUMBER_PATTERN, re.VERBOSE | re.IGNORECASE)
_SPACED_NUMBER = re.compile(
    rf"(?P<before>(?<![ \t])[ \t]++)?+(?P<number>{_NUMBER_PATTERN})(?P<after>[ \t]*+)", re.VERBOSE | re.IGNORECASE
)
_NUMBER_CHARACTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.+-"

_MOST_STEPS = 500_000
"""Comparisons before a search is given up: the same line a million times could be searched for itself for ever."""


@dataclass(frozen=True, slots=True)
class Difference:
    """Where a printed text first leaves the expected one."""

    line: int
    """Index of the expected line that does not match; of the last one where there is text behind all of it."""
    column: int
    """Index of the character in that line at which the two part."""
    printed_line: int
    """Index of the printed line in its place."""
    printed_column: int
    """Index of the character in the printed line at which the two part."""


@dataclass(frozen=True, slots=True)
class _Piece:
    """A number, the end of a line, or a part of a line without either."""

    offset: int
    """Where it stands in the expected text."""
    text: str
    value: float | None = None


_Segment = Sequence[_Piece]
"""What stands between two ellipses."""


@dataclass(frozen=True, slots=True)
class _Match:
    """How far a segment can be followed in the printed text."""

    pieces: int
    """How many of its pieces are there."""
    end: int
    """Where in the printed text the last of these ends."""


def tidy(text: str) -> str:
    """Text without white space at the ends of lines and blank lines at both ends, with LF line ends, as valid UTF-8."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")
    lines = text.encode("utf-8", "replace").decode().split("\n")
    return "\n".join(line.rstrip() for line in lines).strip("\n")


def first_difference(expected: str, printed: str, tolerance: float, *, with_ellipsis: bool) -> Difference | None:
    """Where the printed text leaves the expected one; None where it does not. Both are `tidy`.

    Two numbers are equal if they differ by no more than `tolerance` times the larger one, or than `tolerance` itself if
    one of them is 0; nan equals nan. How many spaces stand beside a number says nothing: numbers of another length are
    aligned by others. All other text must be the same.

    Args:
        with_ellipsis: whether `...` in the expected text stands for any text; alone on its line, for any lines or
            none. What it touches is compared as text: `0.12...` is 0.1234.
    """
    if expected == printed:
        return None
    # Every line begins behind a line end and ends before one, the first and the last too.
    wanted, got = (_with_single_spaces(f"\n{text}\n") for text in (expected, printed))
    segments = _segments(wanted, with_ellipsis)
    segment, match = segments[0], _match_at(segments[0], got, 0, tolerance)
    for number, following in enumerate(segments[1:], start=2):
        if match.pieces < len(segment):
            return _difference(wanted, got, segment, match)
        # An ellipsis alone on its line may stand for no line at all: then one line end serves both its neighbours.
        low = match.end - (_begins_line(following) and got.startswith("\n", match.end - 1))
        segment, match = following, _search(following, got, low, tolerance, to_end=number == len(segments))
    if match.pieces == len(segment) and match.end == len(got):
        return None
    return _difference(wanted, got, segment, match)


def _with_single_spaces(text: str) -> str:
    """One space where there are several beside a number."""
    return _SPACED_NUMBER.sub(
        lambda match: " " * bool(match["before"]) + match["number"] + " " * bool(match["after"]), text
    )


def _segments(text: str, with_ellipsis: bool) -> list[_Segment]:
    numbers = [match.span() for match in _NUMBER.finditer(text)]
    parts = text.split(ELLIPSIS) if with_ellipsis else [text]
    segments: list[_Segment] = []
    start, seen = 0, 0
    for index, part in enumerate(parts):
        end = start + len(part)
        # What an ellipsis ends may be the beginning of a number, and is text; right behind its dots none begins anyway.
        high = start + len(part.rstrip(_NUMBER_CHARACTERS)) if index < len(parts) - 1 else end
        own = []
        while seen < len(numbers) and numbers[seen][0] < end:
            if numbers[seen][1] <= high:
                own.append(numbers[seen])
            seen += 1
        segments.append(tuple(_pieces(text, start, end, own)))
        start = end + len(ELLIPSIS)
    return segments


def _pieces(text: str, start: int, end: int, numbers: Iterable[tuple[int, int]]) -> Iterator[_Piece]:
    """The pieces of a part of the text, in which these are the numbers, without the spaces beside numbers."""
    at = start
    for low, high in [*numbers, (end, end)]:
        if at > start and text.startswith(" ", at, low):
            at += 1
        stop = low - (low < end and text.endswith(" ", at, low))
        for line_number, line in enumerate(text[at:stop].split("\n")):
            if line_number:
                yield _Piece(at, "\n")
                at += 1
            if line:
                yield _Piece(at, line)
                at += len(line)
        if low < end:
            yield _Piece(low, text[low:high], float(text[low:high]))
        at = high


def _begins_line(segment: _Segment) -> bool:
    return bool(segment) and segment[0].text == "\n"


def _search(segment: _Segment, got: str, low: int, tolerance: float, *, to_end: bool) -> _Match:
    """The first place from `low` on where the whole segment is; else where most of it is.

    Args:
        to_end: whether it must also reach the end of the text. Where it is somewhere but not there, that is told.
    """
    if not segment:
        return _Match(0, low)
    if to_end:
        # The last segment ends with a line end, so one that begins with as many lines left reaches the end.
        last_lines = max(low, _line_start_from_end(got, sum(piece.text == "\n" for piece in segment)))
        match = _first_match(segment, got, last_lines, tolerance)
        if match.pieces == len(segment):
            return match
    return _first_match(segment, got, low, tolerance)


def _first_match(segment: _Segment, got: str, low: int, tolerance: float) -> _Match:
    best, steps = _Match(0, low), 0
    for start in _starts(segment[0], got, low):
        match = _match_at(segment, got, start, tolerance)
        steps += match.pieces + 1
        if match.pieces == len(segment):
            return match
        if match.pieces > best.pieces:
            best = match
        if steps > _MOST_STEPS:
            break
    return best


def _line_start_from_end(text: str, line_ends: int) -> int:
    """The first place from which the text holds only so many line ends."""
    at = len(text)
    for _ in range(line_ends + 1):
        at = text.rfind("\n", 0, at)
        if at < 0:
            return 0
    return at + 1


def _starts(piece: _Piece, got: str, low: int) -> Iterator[int]:
    """Where a segment that begins with this piece may begin."""
    if piece.value is not None:
        yield from (match.start() for match in _NUMBER.finditer(got, low))
        return
    start = got.find(piece.text, low)
    while start >= 0:
        yield start
        start = got.find(piece.text, start + 1)


def _match_at(segment: _Segment, got: str, start: int, tolerance: float) -> _Match:
    at = start
    for index, piece in enumerate(segment):
        if piece.value is None:
            if not got.startswith(piece.text, at):
                return _Match(index, at)
            at += len(piece.text)
            continue
        number = _NUMBER.match(got, at + got.startswith(" ", at))
        if number is None or not _is_close(piece.value, piece.text, number[0], tolerance):
            return _Match(index, at)
        at = number.end()
        if index < len(segment) - 1:
            at += got.startswith(" ", at)
    return _Match(len(segment), at)


def _is_close(wanted: float, wanted_text: str, got_text: str, tolerance: float) -> bool:
    if wanted_text == got_text:
        return True
    got = float(got_text)
    if not (math.isfinite(wanted) and math.isfinite(got)):
        # Digits that are too many for a float are no infinity.
        are_words = "n" in wanted_text.lower() and "n" in got_text.lower()
        return are_words and (wanted == got or (math.isnan(wanted) and math.isnan(got)))
    scale = max(abs(wanted), abs(got)) if wanted and got else 1.0
    return abs(wanted - got) <= tolerance * scale


def _difference(wanted: str, got: str, segment: _Segment, match: _Match) -> Difference:
    if match.pieces < len(segment):
        piece = segment[match.pieces]
        # How much of a number's text is the same says nothing about its value.
        same = (
            0 if piece.value is not None else _same_characters(piece.text, got[match.end : match.end + len(piece.text)])
        )
        offset, end = piece.offset + same, match.end + same
    else:
        offset, end = len(wanted) - 1, match.end
    line, column = _place(wanted, offset)
    printed_line, printed_column = _place(got, min(end, len(got) - 1))
    return Difference(line, column, printed_line, printed_column)


def _same_characters(first: str, second: str) -> int:
    pairs = zip(first, second, strict=False)
    return next((index for index, (one, other) in enumerate(pairs) if one != other), min(len(first), len(second)))


def _place(text: str, offset: int) -> tuple[int, int]:
    """Line and column of a character, without the line end that the text begins with."""
    return max(0, text.count("\n", 0, offset) - 1), offset - max(0, text.rfind("\n", 0, offset) + 1)
