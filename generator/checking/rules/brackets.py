"""Rules about brackets."""

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from generator.checking.parts import OBJECT, Finding, Passage
from generator.checking.registry import Rule
from generator.checking.view import PageView
from generator.model.code_spans import code_spans
from generator.model.diagnostic import Edit

_OPENERS = {"(": ")", "（": ")", "[": "]", "［": "]", "【": "】", "「": "」", "『": "』", "《": "》"}
"""Opening bracket to the closing one of its kind, in half width where there are two widths."""
_CLOSERS = {")": ")", "）": ")", "]": "]", "］": "]", "】": "】", "」": "」", "』": "』", "》": "》"}
_OTHER_WIDTH = {"(": "（", ")": "）", "[": "［", "]": "］"} | {"（": "(", "）": ")", "［": "[", "］": "]"}
_PARTNER = {"(": ")", "（": "）", "[": "]", "［": "］", "【": "】", "「": "」", "『": "』", "《": "》"}
_PARTNER |= {closer: opener for opener, closer in _PARTNER.items()}

_BRACKET = re.compile(f"[{re.escape(''.join([*_OPENERS, *_CLOSERS]))}]")
_INTERVAL = re.compile(r"[(（\[［]\s*[^\s()（）\[\]［］,，]{1,12}\s*[,，]\s*[^\s()（）\[\]［］,，]{1,12}\s*[)）\]］]")
_ENUMERATOR = re.compile(
    r"(?:^|[^A-Za-z0-9.])(?:\d{1,2}|[A-Za-z]|[ivx]{1,4}|[一二三四五六七八九十]{1,2})[)）](?=[ ]?\w)", re.MULTILINE
)
_SMILEY = re.compile(r"[:;=]-?$")
_FORMULA = re.compile(r"\$[^$\n]+\$")
_QUOTES = "\"'“”‘’「」"
_HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]")
_LATIN = re.compile(r"[A-Za-z]")
_STRING = re.compile(r"\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*'")
_ADDRESS_END = re.compile(r"https?://\S*$")
_LONGEST_ADDRESS = 1000
_LONGEST_FIX = 1000
"""Characters in brackets; more are left to their author: brackets in brackets would be written out again and again."""


class _Brackets(NamedTuple):
    pairs: tuple[tuple[int, int], ...]
    """Places of an opening bracket and of its partner, whatever their widths."""
    single: tuple[int, ...]
    """Places of brackets without a partner."""


def mixed_width_brackets(view: PageView) -> Iterator[Finding]:
    """Both brackets of a pair have one width: full around Chinese, half around everything else.

    Bad:  Faster-RCNN (COCO预训练权重）
    Good: Faster-RCNN（COCO预训练权重）
    """
    for block in _blocks(view):
        prose = block.prose
        for opening, closing in _match(prose).pairs:
            pair = prose[opening] + prose[closing]
            if pair[1] == _PARTNER[pair[0]]:
                continue
            wrong = _wrong_width(prose, opening, closing, _places(_HAN, prose))
            odd = opening if wrong == opening else closing
            partner = prose[closing if odd == opening else opening]
            message = f"{prose[odd]!r} belongs to {partner!r} of another width: write {_OTHER_WIDTH[prose[odd]]!r}"
            line, column = block.place(odd)
            yield Finding(line, message, column, None if wrong is None else _other_width(view, block, wrong))


def unbalanced_brackets(view: PageView) -> Iterator[Finding]:
    """Every bracket has its partner in the same paragraph, in words and in code within them.

    Bad:  normalized using `std = [57.375, 57.120, 58.395])`
    Good: normalized using `std = [57.375, 57.120, 58.395]`
    """
    for block in _blocks(view):
        for offset in (*_match(block.prose).single, *_single_in_code(block.source, block.prose)):
            bracket = block.source[offset]
            side = "closing" if bracket in _OPENERS else "opening"
            line, column = block.place(offset)
            message = f"{bracket!r} has no partner: remove it or add the {side} {_PARTNER[bracket]!r}"
            yield Finding(line, message, column)


def half_width_brackets(view: PageView) -> Iterator[Finding]:
    """Chinese in brackets has full-width brackets, which bring their own space.

    What is in brackets counts as Chinese when it has more of it than Latin letters: (x1, y1) and (NeurIPS 2019) stay.

    Bad:  输入需要归一化 (均值见下表)。
    Good: 输入需要归一化（均值见下表）。
    """
    for block in view.passages("zh_CN"):
        if block.is_reference:
            continue
        prose, source = block.prose, block.source
        if "(" not in prose:
            continue
        han, latin = _places(_HAN, prose), _places(_LATIN, prose)
        for opening, closing in _match(prose).pairs:
            if prose[opening] + prose[closing] != "()":
                continue
            if _number_in(han, opening, closing) <= _number_in(latin, opening, closing):
                continue
            start = opening - _space_before(source, prose, opening)
            end = closing + 1 + _space_after(source, prose, closing)
            line, column = block.place(opening)
            text = f"（{source[opening + 1 : min(closing, opening + _LONGEST_FIX)]}）"
            fix = view.edit(*block.place(start), end - start, text) if closing - opening < _LONGEST_FIX else None
            yield Finding(
                line, "half-width brackets around Chinese: write （…） without a space beside them", column, fix
            )


def _blocks(view: PageView) -> Iterator[Passage]:
    yield from view.passages("zh_CN")
    yield from view.passages("en_US")


def _wrong_width(prose: str, opening: int, closing: int, han: Sequence[int]) -> int | None:
    """The bracket of a mixed pair that should have the other width; None where both would do."""
    half, full = (opening, closing) if prose[opening].isascii() else (closing, opening)
    if _number_in(han, opening, closing):
        return half
    return None if han else full


@lru_cache(maxsize=16)
def _places(kind: re.Pattern[str], text: str) -> Sequence[int]:
    """Where characters of a kind stand, so that they are counted between any two places without looking again."""
    return tuple(match.start() for match in kind.finditer(text))


def _number_in(places: Sequence[int], start: int, end: int) -> int:
    return bisect_left(places, end) - bisect_left(places, start)


def _other_width(view: PageView, block: Passage, place: int) -> Edit:
    """The change of one bracket to its other width; a full-width one brings its own space."""
    source, prose = block.source, block.prose
    start = place - _space_before(source, prose, place) if source[place] in "([" else place
    end = place + 1 + (_space_after(source, prose, place) if source[place] in ")]" else 0)
    return view.edit(*block.place(start), end - start, _OTHER_WIDTH[source[place]])


def _space_before(source: str, prose: str, place: int) -> int:
    """1 where a single space stands before a bracket and goes with its half width, else 0."""
    if place < 2 or prose[place - 1] != " " or source[place - 2] in " \n|":
        return 0
    return 0 if _ADDRESS_END.search(source, max(0, place - _LONGEST_ADDRESS), place - 1) else 1


def _space_after(source: str, prose: str, place: int) -> int:
    """The same behind a bracket; the space before a table's next cell stays, and so does one at the end of a line."""
    return int(prose[place + 1 : place + 2] == " " and source[place + 2 : place + 3] not in ("", " ", "\n", "|"))


@lru_cache(maxsize=4096)
def _match(text: str) -> _Brackets:
    """What belongs together in a text, and what is left that is no interval, smiley, list mark or quoted bracket."""
    brackets = [(match.start(), match[0]) for match in _BRACKET.finditer(text)]
    pairs, single = _pair(brackets)
    if single:
        meant = {match.end() - 1 for match in _ENUMERATOR.finditer(text)}
        skipped = {place for match in _FORMULA.finditer(text) for place in range(*match.span())}
        for match in _INTERVAL.finditer(text):
            if _OPENERS[match[0][0]] != _CLOSERS[match[0][-1]]:
                skipped |= {match.start(), match.end() - 1}
        pairs, single = _pair([(place, bracket) for place, bracket in brackets if place not in skipped])
        single = [place for place in single if place not in meant and not _is_literal(text, place)]
    return _Brackets(tuple(sorted(pairs)), tuple(sorted(single)))


def _pair(brackets: Sequence[tuple[int, str]]) -> tuple[list[tuple[int, int]], list[int]]:
    """Pairs and single ones, by their places. A bracket left open inside a pair is single."""
    pairs, single = [], []
    waiting: list[tuple[int, str]] = []
    awaited: Counter[str] = Counter()
    for place, bracket in brackets:
        if bracket in _OPENERS:
            waiting.append((place, _OPENERS[bracket]))
            awaited[_OPENERS[bracket]] += 1
        elif awaited[_CLOSERS[bracket]]:
            while waiting[-1][1] != _CLOSERS[bracket]:
                left_open, closer = waiting.pop()
                single.append(left_open)
                awaited[closer] -= 1
            awaited[_CLOSERS[bracket]] -= 1
            pairs.append((waiting.pop()[0], place))
        else:
            single.append(place)
    return pairs, single + [place for place, _ in waiting]


def _is_literal(text: str, place: int) -> bool:
    """Whether a bracket is part of a smiley, or quoted."""
    is_quoted = text[max(place - 1, 0)] in _QUOTES and text[place + 1 : place + 2] in tuple(_QUOTES)
    return is_quoted or bool(_SMILEY.search(text, max(place - 2, 0), place))


@lru_cache(maxsize=4096)
def _single_in_code(source: str, prose: str) -> tuple[int, ...]:
    """Places of brackets without a partner in any code of a paragraph; a mere piece such as `print(` needs none."""
    if "`" not in source:
        return ()
    spans = [(code.inside, code.inside_end) for code in code_spans(source) if prose[code.start] == OBJECT]
    if not _pair([(match.start(), match[0]) for span in spans for match in _BRACKET.finditer(source, *span)])[1]:
        return ()
    code = list(" " * len(source))
    for start, end in spans:
        code[start:end] = _STRING.sub(lambda match: " " * len(match[0]), source[start:end])
    single = _match("".join(code)).single
    return tuple(
        place
        for start, end in spans
        for place in _whole(source, start, end, single[bisect_left(single, start) : bisect_left(single, end)])
    )


def _whole(source: str, start: int, end: int, places: Sequence[int]) -> Iterator[int]:
    """Which of these brackets are all that keeps a piece of code from being complete."""
    code = source[start:end].rstrip()
    word = re.search(r"\w", code)
    if not places or "\\" in code:
        return
    for place in places:
        is_last = place == start + len(code) - 1
        if source[place] in _OPENERS:
            if not is_last and not code.endswith(("...", "…", ":")):
                yield place
        elif word and start + word.start() < place:
            yield place


RULES: tuple[Rule, ...] = (
    Rule(mixed_width_brackets, fixable=True),
    Rule(unbalanced_brackets),
    Rule(half_width_brackets, fixable=True),
)
