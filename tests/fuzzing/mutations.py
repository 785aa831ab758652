"""Pages made of pages: each mutation takes bytes and a source of chance, and returns other bytes."""

from collections.abc import Callable, Sequence
from functools import cache
from random import Random
from typing import Literal

from generator.reading.hub import read_page
from tests.end_to_end import test_one_language
from tests.fuzzing.material import (
    BLOCKS,
    BYTE_ORDER_MARK,
    CHARACTERS,
    DIRECTIVES,
    HEADS,
    INLINES,
    NO_UTF8,
    SAMPLES,
    TITLES,
    WORDS,
    Kind,
    seeds,
)
from tests.pages import LANGUAGES, a_page
from tests.reading.formats import test_pytorch_hub as pytorch_pages

Mutation = Callable[[bytes, bytes, Random], bytes]
"""A page and another one, from which a mutation may take something."""


def a_hostile_page(chance: Random, kind: Kind) -> bytes:
    """A page that there is, changed in a few ways; or one whose parts are odd, in a form that can be read."""
    of = seeds(kind)
    if chance.random() < 0.6:
        page = a_made_page(chance, kind)
        changes = chance.choice((0, 0, 0, 0, 1))
    else:
        page = chance.choice(of)
        changes = chance.choice((1, 1, 1, 2, 2, 3, 5))
    for _ in range(changes):
        page = chance.choice(MUTATIONS)(page, chance.choice(of), chance)
    return page


def a_made_page(chance: Random, kind: Kind) -> bytes:
    """Blocks, texts and comments one below the other, under a head that is sound."""
    sample = chance.choice(_readable(SAMPLES, "sample"))
    if kind == "pytorch-hub":
        return pytorch_pages.a_page(f"```python\n{sample}\n```\n\n{_body(chance)}\n").encode()
    if kind == "one-language":
        return test_one_language.a_page("en_US", "Tiny", _body(chance)).encode()
    title = chance.choice(("Tiny", "Tiny", chance.choice(_readable(TITLES, "title"))))
    return a_page("print(x)", sample=sample, title=title, zh=_body(chance), en=_body(chance)).encode()


@cache
def _readable(pieces: tuple[str, ...], place: Literal["sample", "title", "zh"]) -> tuple[str, ...]:
    """Those with which a page is read that has nothing else: broken ones hide what stands beside them."""
    return tuple(piece for piece in pieces if read_page(a_page(**{place: piece}), "tiny.md", LANGUAGES)[0])


def _body(chance: Random) -> str:
    return chance.choice(("\n\n", "\n\n", "\n")).join(_block(chance) for _ in range(chance.randint(1, 5)))


def _block(chance: Random) -> str:
    """A block, a text or a comment; sometimes in a quotation or an item, with some character in it."""
    of = chance.choice((INLINES, INLINES, BLOCKS, BLOCKS, DIRECTIVES))
    if of is not INLINES and chance.random() < 0.95:
        of = _readable(of, "zh")
    block = _text(chance) if of is INLINES else chance.choice(of)
    if chance.random() < 0.25:
        mark = chance.choice(("> ", "- ", "1. ", ">", "*\t", "    ", "  - "))
        rest = ">" + mark[1:] if mark.startswith(">") else " " * len(mark)
        first, *others = block.split("\n")
        block = "\n".join([mark + first, *(rest + line for line in others)])
    if chance.random() < 0.2:
        at = chance.randint(0, len(block))
        block = block[:at] + chance.choice(CHARACTERS[1:]) + block[at:]
    return block


def repeated_pieces(chance: Random) -> Callable[[int], str]:
    """A few pieces one behind the other, again and again: what makes a page of about so many characters of them."""
    short = tuple(piece for piece in (*BLOCKS, *DIRECTIVES) if len(piece) < 200)
    of = chance.choice((INLINES, INLINES + CHARACTERS[1:], _readable(short, "zh")))
    by = chance.choice(("", " ", "\n", "\n\n"))
    unit = by.join(chance.choice(of) for _ in range(chance.randint(1, 3))) + by
    return lambda size: a_page(title="ShuffleNet", zh=unit * (size // len(unit) + 1), en="Text")


def _text(chance: Random) -> str:
    pieces = [chance.choice((*INLINES, *CHARACTERS[1:], *WORDS)) for _ in range(chance.randint(1, 6))]
    return chance.choice((" ", "", "\n", "。")).join(pieces)


def _lines(page: bytes) -> list[bytes]:
    return page.split(b"\n")


def _place(rows: Sequence[object], chance: Random) -> int:
    return chance.randint(0, max(0, len(rows) - 1))


def _bytes_dropped(page: bytes, other: bytes, chance: Random) -> bytes:
    at = _place(page, chance)
    return page[:at] + page[at + chance.choice((1, 1, 2, 7, 60)) :]


def _bytes_doubled(page: bytes, other: bytes, chance: Random) -> bytes:
    at = _place(page, chance)
    piece = page[at : at + chance.choice((1, 3, 20, 200))]
    return page[:at] + piece * chance.choice((2, 2, 3, 50)) + page[at:]


def _bytes_swapped(page: bytes, other: bytes, chance: Random) -> bytes:
    at, there = _place(page, chance), _place(other, chance)
    size = chance.choice((1, 5, 40, 400))
    return page[:at] + other[there : there + size] + page[at + size :]


def _byte_flipped(page: bytes, other: bytes, chance: Random) -> bytes:
    at = _place(page, chance)
    return page[:at] + bytes([chance.randint(0, 255)]) + page[at + 1 :]


def _cut(page: bytes, other: bytes, chance: Random) -> bytes:
    return page[: _place(page, chance)]


def _spliced(page: bytes, other: bytes, chance: Random) -> bytes:
    """The beginning of one page and the end of another."""
    mine, theirs = _lines(page), _lines(other)
    return b"\n".join([*mine[: _place(mine, chance)], *theirs[_place(theirs, chance) :]])


def _lines_dropped(page: bytes, other: bytes, chance: Random) -> bytes:
    rows = _lines(page)
    at = _place(rows, chance)
    return b"\n".join([*rows[:at], *rows[at + chance.choice((1, 1, 2, 9)) :]])


def _lines_doubled(page: bytes, other: bytes, chance: Random) -> bytes:
    rows = _lines(page)
    at = _place(rows, chance)
    piece = rows[at : at + chance.choice((1, 2, 9))]
    return b"\n".join([*rows[:at], *piece * chance.choice((2, 3, 20)), *rows[at:]])


def _lines_moved(page: bytes, other: bytes, chance: Random) -> bytes:
    rows = _lines(page)
    at = _place(rows, chance)
    piece, rest = rows[at : at + 3], [*rows[:at], *rows[at + 3 :]]
    to = _place(rest, chance)
    return b"\n".join([*rest[:to], *piece, *rest[to:]])


def _lines_of_another(page: bytes, other: bytes, chance: Random) -> bytes:
    rows, theirs = _lines(page), _lines(other)
    at, there = _place(rows, chance), _place(theirs, chance)
    return b"\n".join([*rows[:at], *theirs[there : there + chance.choice((1, 3, 12))], *rows[at:]])


def _indented(page: bytes, other: bytes, chance: Random) -> bytes:
    """Some lines in a quotation, in an item of a list or deeper."""
    rows = _lines(page)
    at, mark = _place(rows, chance), chance.choice((b"> ", b"- ", b"    ", b"\t", b"  ", b">", b"1. ", b"| "))
    size = chance.choice((1, 2, 12))
    return b"\n".join([*rows[:at], *(mark + row for row in rows[at : at + size]), *rows[at + size :]])


def _line_ends(page: bytes, other: bytes, chance: Random) -> bytes:
    ends = chance.choice((b"\r\n", b"\r", b"\n\n", b"  \n", b"\n\r", b"\xe2\x80\xa8", b"\x0b\n", b"\xc2\x85"))
    rows = _lines(page)
    if chance.random() < 0.5:
        return ends.join(rows)
    at = _place(rows, chance)
    return b"\n".join(rows[:at]) + ends + b"\n".join(rows[at:])


def _put_within(piece: bytes, page: bytes, chance: Random) -> bytes:
    at = _place(page, chance)
    return page[:at] + piece + page[at:]


def _put_between(piece: str, page: bytes, chance: Random) -> bytes:
    rows = _lines(page)
    at = _place(rows, chance)
    around = chance.choice(([], [b""]))
    return b"\n".join([*rows[:at], *around, piece.encode(), *around, *rows[at:]])


def _character_put(page: bytes, other: bytes, chance: Random) -> bytes:
    return _put_within(chance.choice(CHARACTERS[1:]).encode(), page, chance)


def _character_put_often(page: bytes, other: bytes, chance: Random) -> bytes:
    """Behind every such character that there is."""
    old, new = chance.choice((b" ", b".", b"a", b"\n", b"`", b"|", "，".encode())), chance.choice(CHARACTERS[1:])
    return page.replace(old, old + new.encode(), chance.choice((3, 50)))


def _no_utf8_put(page: bytes, other: bytes, chance: Random) -> bytes:
    return _put_within(chance.choice(NO_UTF8), page, chance) if chance.random() < 0.2 else page


def _mark_of_byte_order(page: bytes, other: bytes, chance: Random) -> bytes:
    return BYTE_ORDER_MARK + page


def _inline_put(page: bytes, other: bytes, chance: Random) -> bytes:
    rows = _lines(page)
    at = _place(rows, chance)
    text = rows[at].decode("utf-8", "replace")
    place = _place(text, chance)
    rows[at] = (text[:place] + chance.choice(INLINES) + text[place:]).encode("utf-8", "replace")
    return b"\n".join(rows)


def _directive_put(page: bytes, other: bytes, chance: Random) -> bytes:
    return _put_between(chance.choice(DIRECTIVES), page, chance)


def _directive_above_fence(page: bytes, other: bytes, chance: Random) -> bytes:
    rows = _lines(page)
    fences = [number for number, row in enumerate(rows) if row.lstrip().startswith((b"```", b"~~~"))]
    at = chance.choice(fences) if fences else 0
    return b"\n".join([*rows[:at], chance.choice(DIRECTIVES).encode(), *rows[at:]])


def _block_put(page: bytes, other: bytes, chance: Random) -> bytes:
    return _put_between(chance.choice(BLOCKS), page, chance)


def _head_put(page: bytes, other: bytes, chance: Random) -> bytes:
    """A line of front matter, in place of one with the same key."""
    line = chance.choice(HEADS).encode()
    rows = _lines(page)
    key = line.partition(b":")[0] + b":"
    same = [number for number, row in enumerate(rows) if row.startswith(key)]
    if same and chance.random() < 0.8:
        rows[same[0]] = line
        return b"\n".join(rows)
    at = chance.randint(1, min(10, len(rows)))
    return b"\n".join([*rows[:at], line, *rows[at:]])


def _value_replaced(page: bytes, other: bytes, chance: Random) -> bytes:
    """The value of a key of front matter by a text that is none of YAML's, HTML's or a terminal's."""
    rows = _lines(page)
    keys = [number for number, row in enumerate(rows[:20]) if b": " in row]
    if not keys:
        return page
    at = chance.choice(keys)
    text = chance.choice((*INLINES, *CHARACTERS[1:])).replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    rows[at] = rows[at].partition(b": ")[0] + f': "{text}"'.encode("utf-8", "replace")
    return b"\n".join(rows)


MUTATIONS: tuple[Mutation, ...] = (
    *(_bytes_dropped, _bytes_doubled, _bytes_swapped, _byte_flipped, _cut, _spliced),
    *(_lines_dropped, _lines_doubled, _lines_moved, _lines_of_another, _indented, _line_ends),
    *(_character_put, _character_put, _character_put_often, _no_utf8_put, _mark_of_byte_order),
    *([_inline_put] * 3 + [_block_put] * 3 + [_directive_put, _directive_above_fence, _head_put, _value_replaced]),
)
