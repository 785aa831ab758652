"""Rules about punctuation and spaces in Chinese."""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from generator.checking.parts import OBJECT, Finding
from generator.checking.registry import Rule
from generator.checking.view import PageView

_HAN = "\u3400-\u4dbf\u4e00-\u9fff"
_ANY_HAN = re.compile(f"[{_HAN}]")
_FULL = {",": "，", ";": "；", ":": "：", "?": "？", "!": "！"}

_MARK = re.compile(
    rf"""
    [,;:?!]
    (?: (?<=[{_HAN}）】》」』”].)(?![,;:?!=]|//|-?[()](?:[\s，。！]|$))      # after Chinese, in no smiley or operator
      | (?<=[A-Za-z0-9{OBJECT})\]%][,;:])(?=[ ]*[“「『《（]?[{_HAN}]) )   # before Chinese
    """,
    re.VERBOSE,
)
_RATIO = re.compile(r"\d[ ]*[:：][ ]*\d")
_LIST = re.compile(rf"[A-Za-z0-9)\]{OBJECT}][,;][^{_HAN}，。；：！？、,;]*[A-Za-z0-9)\]{OBJECT}]$")
"""The end of a list of terms with half-width separators."""
_LONGEST_TERM = 200
"""Characters of a term that is looked for in such a list."""

_TERM = r"[A-Za-z0-9][A-Za-z0-9.+#_/&-]*"
_LATIN = re.compile(rf"(?<![A-Za-z0-9.+#_/&-])(?=[A-Za-z])(?=\S\S){_TERM}(?: {_TERM})*(?<=[A-Za-z0-9+#])")
"""A term of two characters or more. A single letter goes with its noun: X轴."""


class _Term(NamedTuple):
    start: int
    """Of the space before it, if it has one."""
    before: str | None
    """What parts it from Chinese: a space or nothing; None where it does not stand beside Chinese."""
    word: str
    after: str | None


def half_width_punctuation(view: PageView) -> Iterator[Finding]:
    """Chinese sentences have full-width punctuation: half-width marks crowd the characters beside them.

    Bad:  输入为图片, 标签为类别。
    Good: 输入为图片，标签为类别。
    """
    for block in view.passages("zh_CN"):
        if block.is_reference:
            continue
        prose = block.prose
        around = None
        for match in _MARK.finditer(prose):
            mark, start = match[0], match.start()
            if around is None or start >= around.end:
                around = _Line(prose, start)
            if _is_meant(prose, start, around):
                continue
            line, column = block.place(start)
            length = len(mark) + _spaces_to_drop(prose, block.source, match.end())
            message = f"half-width {mark!r} in a Chinese sentence: write {_FULL[mark]!r} without a space"
            yield Finding(line, message, column, view.edit(line, column, length, _FULL[mark]))


def mixed_spacing(view: PageView) -> Iterator[Finding]:
    """A page writes Chinese and Latin words either always with a space between them or always without.

    Both are fine. Reported is the odd one among many, which looks like an oversight.

    Bad:  模型在COCO上训练，在ImageNet上预训练……最后用 Python 导出。
    Good: 模型在COCO上训练，在ImageNet上预训练……最后用Python导出。
    """
    blocks = [
        (block, prose)
        for block in view.passages("zh_CN")
        if block.kind in ("paragraph", "item") and not block.is_reference and (prose := block.prose)
    ]
    terms = [(block, term) for block, prose in blocks for term in _terms(prose)]
    sides = [side for _, term in terms for side in (term.before, term.after) if side is not None]
    spaced = sides.count(" ")
    tight = len(sides) - spaced
    if not 0 < 8 * min(spaced, tight) <= max(spaced, tight):
        return
    wanted = " " if spaced > tight else ""
    for block, (start, before, word, after) in terms:
        # After a Chinese name a space may part two names: 残差网络 ResNet。
        if {before, after} <= {None, wanted} or (not wanted and None in (before, after)):
            continue
        length = len(before or "") + len(word) + len(after or "")
        text = f"{'' if before is None else wanted}{word}{'' if after is None else wanted}"
        style, remedy = ("without", "add it") if wanted else ("with", "remove it")
        message = f"{word!r} stands {style} a space beside Chinese, unlike the rest of this page: {remedy}"
        fix = view.edit(*block.place(start), length, text)
        line, column = block.place(start + len(before or ""))
        yield Finding(line, message, column, fix)


@lru_cache(maxsize=4096)
def _terms(prose: str) -> tuple[_Term, ...]:
    """Latin terms that stand beside Chinese."""
    if not _ANY_HAN.search(prose):
        return ()
    found = []
    for match in _LATIN.finditer(prose):
        start, end = match.span()
        before = _gap(prose[max(start - 2, 0) : start])
        after = _gap(prose[end : end + 2][::-1])
        if before is not None or after is not None:
            found.append(_Term(start - len(before or ""), before, match[0], after))
    return tuple(found)


def _gap(beside: str) -> str | None:
    """What stands between Chinese and a term, of the two characters beside the term, the nearer one last."""
    if _ANY_HAN.fullmatch(beside[-1:]):
        return ""
    return " " if beside[-1:] == " " and _ANY_HAN.fullmatch(beside[:1]) else None


class _Line:
    """A line of prose, looked at once for all its marks."""

    def __init__(self, prose: str, place: int) -> None:
        self.start = prose.rfind("\n", 0, place) + 1
        self.end = (prose.find("\n", place) + 1 or len(prose) + 1) - 1
        han = _ANY_HAN.search(prose, self.start, self.end)
        self.first_han = han.start() if han else self.end
        self.has_ratio = _RATIO.search(prose, self.start, self.end) is not None


def _is_meant(prose: str, start: int, line: _Line) -> bool:
    """Whether a half-width mark beside Chinese is that of a ratio, a list of terms or a definition."""
    if prose[start] in ",;":
        return bool(_LIST.search(prose, max(line.start, start - _LONGEST_TERM), start))
    if prose[start] != ":":
        return False
    if line.first_han >= start:
        return True  # - `batch_size`: 每批的图片数
    is_between = not prose[start - 1].isascii() and prose[start + 1 : start + 2] > "\x7f"
    return is_between and line.has_ratio  # 宽:高 = 4:3


def _spaces_to_drop(prose: str, source: str, start: int) -> int:
    """How many spaces behind a mark go with it: a full-width mark brings its own."""
    end = start
    while prose[end : end + 1] == " ":
        end += 1
    return 0 if source[end : end + 1] in ("", "\n", "|") else end - start


RULES: tuple[Rule, ...] = (
    Rule(half_width_punctuation, fixable=True),
    Rule(mixed_spacing, fixable=True),
)
