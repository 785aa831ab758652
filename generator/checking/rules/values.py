"""Rules about values: code in the text and figures say the same in every language."""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from generator.checking.alignment import apart, languages, without_comments
from generator.checking.nearest import MOST, nearest
from generator.checking.numerals import canonical, numbers
from generator.checking.parts import Finding, Passage
from generator.checking.registry import Rule
from generator.checking.rules.figure_pairs import Figure, differing, unmatched
from generator.checking.view import PageView, SectionView

_MOST = 3
"""More findings of one kind than this are told of together."""

_SMALL = 12
"""Above it summaries-differ compares the figures of summaries."""

_NAME = re.compile(r"[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*(?P<call>\()?", re.ASCII)
_FILE_END = re.compile(r"\.(?:jpe?g|png|py|pkl|pth|mge|npy|json|ya?ml|txt|md|zip|gz)$")
_WORD = re.compile(r"[A-Za-z_]\w*", re.ASCII)
_CODE_NUMBER = re.compile(r"(?<![\w.])(?:\d+\.\d+|\d{3,})(?![\w.]|-\d)(?!\.\d)", re.ASCII)

_FIGURE = re.compile(
    r"(?<![\w./:-])\d+\.\d+(?![\w/]|\.\d|\s?[百千万亿]|\s?(?:million|billion|thousand|[KMGB]\b))", re.ASCII
)
_VERSIONED = re.compile(
    r"(?:python|cuda|cudnn|megengine|pytorch|tensorflow|numpy|opencv|ubuntu|apache|cc by\S*|licen[cs]e|version|版本"
    r"|许可证|第|section|sec\.|fig\.|figure|table|节|图|表|doi)[\s:：-]*$",
    re.IGNORECASE,
)
_IN_WORDS = frozenset({"0.5", "1.5", "2.5"})
"""Figures that a sentence may write as half."""
_PAPER = re.compile(r"\d{4}\.\d{4,5}")

_NORMALISATION = re.compile(r"mean\b|\bstd\b|standard deviation|均值|标准差", re.IGNORECASE)
_TRIPLE = re.compile(r"[\[(（]\s*-?\d+(?:\.\d+)?(?:\s*[,，、]\s*-?\d+(?:\.\d+)?){2}\s*[\])）]")


@dataclass(frozen=True, slots=True)
class _Mention:
    """What one line says and the other language does not."""

    line: int
    column: int
    texts: tuple[str, ...]

    @property
    def verb(self) -> str:
        """Is or are."""
        return "is" if len(set(self.texts)) == 1 else "are"

    def shown(self, form: str = "{}") -> str:
        """Its texts, each in this form."""
        texts = list(dict.fromkeys(self.texts))
        more = f" and {len(texts) - _MOST} more" if len(texts) > _MOST + 1 else ""
        return ", ".join(map(form.format, texts[:_MOST] if more else texts)) + more


def inline_code_differs(view: PageView) -> Iterator[Finding]:
    """What the text of one language names in code, the other names too: functions, parameters, files and numbers.

    Words that are set in code for their look may differ, and so may where a name stands.

    Bad:  缩放到`(224, 224)` in Chinese and resized to `(256, 256)` in English
    Good: 缩放到`(224, 224)` in Chinese and resized to `(224, 224)` in English
    """
    for first, other in languages(view):
        yield from _report(first, other, _unsaid_code(first, other), _unsaid_code(other, first), "`{}`")


def numbers_differ(view: PageView) -> Iterator[Finding]:
    """A figure that the text of one language gives stands in the other too.

    Versions and figures written as words, such as half, may differ. A whole number is compared with the one in the same
    paragraph.

    Bad:  mAP达到38.8 in Chinese and reaches an mAP of 38.3 in English
    Good: mAP达到38.8 in Chinese and reaches an mAP of 38.8 in English
    """
    for first, other in languages(view):
        told: set[int] = set()
        for ours, theirs in _wrong_pairs(view, first, other):
            told |= {ours.line, theirs.line}
            message = (
                f"{theirs.shown()} here is {ours.shown()} on line {ours.line} in {first.language}: make them agree"
            )
            yield Finding(theirs.line, message, theirs.column)
        ours_unsaid, theirs_unsaid = (
            [mention for mention in found if mention.line not in told]
            for found in (_unsaid_figures(first, other), _unsaid_figures(other, first))
        )
        yield from _report(first, other, ours_unsaid, theirs_unsaid, "{}")


def _wrong_pairs(view: PageView, first: SectionView, other: SectionView) -> Iterator[tuple[_Mention, _Mention]]:
    """Figures in the same place of two sections of which one was meant to be the other."""
    units = list(_units(view, first, other))
    left = [unmatched(*(_comparable(passage) for passage in pair)) for pair in units]
    # What one language says in another paragraph is said.
    said = [{figure.value for pair in left for figure in pair[side]} for side in (1, 0)]
    for pair, sides in zip(units, left, strict=True):
        found = differing(*(_without(*side) for side in zip(sides, said, strict=True)))
        if found and not (pair[0].kind == "summary" and max(figure.value for figure in found) > _SMALL):
            here, there = (
                _Mention(*passage.place(figure.start), (figure.text,))
                for passage, figure in zip(pair, found, strict=True)
            )
            yield here, there


def _without(found: Sequence[Figure], values: Collection[Decimal]) -> list[Figure]:
    return [figure for figure in found if figure.value not in values]


def _units(view: PageView, first: SectionView, other: SectionView) -> Iterator[tuple[Passage, Passage]]:
    """The passages that answer to each other: below each heading, where both languages have them of the same kinds."""
    parts = [_below_headings(view.passages(section.language)) for section in (first, other)]
    if len(parts[0]) != len(parts[1]):
        return
    for ours, theirs in zip(*parts, strict=True):
        if [passage.kind for passage in ours] == [passage.kind for passage in theirs]:
            yield from zip(ours, theirs, strict=True)


def _below_headings(passages: Sequence[Passage]) -> list[list[Passage]]:
    parts: list[list[Passage]] = [[]]
    for passage in passages:
        if passage.kind == "heading":
            parts.append([])
        if passage.kind != "row" and not passage.is_reference:
            parts[-1].append(passage)
    return parts


def _comparable(passage: Passage) -> str:
    """The text of a passage without the triples that mean-std-differ compares."""
    prose = passage.prose
    triples = _TRIPLE.search(prose) and _NORMALISATION.search(prose)
    return _TRIPLE.sub(lambda match: " " * len(match[0]), prose) if triples else prose


def _unsaid_code(section: SectionView, other: SectionView) -> list[_Mention]:
    """Code in the text of a section of which the other says a name or number nowhere."""
    text = without_comments(other.section.text)
    coded = frozenset(text.split("`")[1:-1])
    rows = _table_lines(section)
    told: set[str] = set()
    found: dict[int, list[str]] = {}
    for code in section.inline_code:
        if code.text in coded or code.text in told or code.line in rows or _is_said(code.text, text):
            continue
        told.add(code.text)
        source = section.lines[code.line - section.section.first_line]
        if not (_TRIPLE.search(code.text) and _is_on_normalisation(source)):  # mean-std-differ compares those
            found.setdefault(code.line, []).append(code.text)
    lines = {line: section.lines[line - section.section.first_line] for line in found}
    return [_Mention(line, max(lines[line].find(texts[0]), 0) + 1, tuple(texts)) for line, texts in found.items()]


@lru_cache(64)
def _is_on_normalisation(line: str) -> bool:
    return _NORMALISATION.search(line) is not None


def _table_lines(section: SectionView) -> frozenset[int]:
    """Cells are compared by their place."""
    return frozenset(row.line for table in section.tables for row in (table.header, *table.rows))


def _is_said(code: str, text: str) -> bool:
    names, figures = _code_atoms(code)
    return (not names or _words(text).issuperset(names)) and all(_is_given(figure, text) for figure in figures)


@lru_cache(8192)
def _code_atoms(code: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The names of a piece of code, without what they belong to, and its numbers.

    A bare word is none of them: it may be set in code for its look.
    """
    names = tuple(
        _FILE_END.sub("", match[0].casefold().removesuffix("(")).rpartition(".")[2]
        for match in _NAME.finditer(code)
        if match["call"] or "." in match[0] or "_" in match[0].strip("_")
    )
    figures = tuple(
        canonical(match[0])
        for match in _CODE_NUMBER.finditer(code)
        if "." in match[0] or not match[0].endswith("000")  # the other may write 80000 as 8万
    )
    return tuple(name for name in names if len(name) > 1), figures


@lru_cache(256)
def _words(text: str) -> frozenset[str]:
    """Every word of a section, wherever it stands."""
    return frozenset(_WORD.findall(text.casefold()))


@lru_cache(256)
def _all_numbers(text: str) -> frozenset[str]:
    """Every number of a section, wherever it stands."""
    return frozenset(numbers(text))


def _is_given(figure: str, text: str) -> bool:
    """Whether a section gives a number, be it as a share or percentage, or in another unit."""
    given = _all_numbers(text)
    if figure in given or figure.count(".") > 1:
        return figure in given
    value = Decimal(figure)
    return any(canonical(f"{value.scaleb(power):f}") in given for power in (2, -2, 3, -3))


def _unsaid_figures(section: SectionView, other: SectionView) -> list[_Mention]:
    """Figures with decimals in the sentences of a section that stand nowhere in the other."""
    text = without_comments(other.section.text)
    rows = _table_lines(section)
    found = []
    for line in section.prose:
        if "." not in line.prose or line.number in rows:
            continue
        unsaid = [(start, figure) for start, figure in _figures(line.prose) if not _is_given(canonical(figure), text)]
        if unsaid:
            found.append(_Mention(line.number, unsaid[0][0] + 1, tuple(figure for _, figure in unsaid)))
    return found


@lru_cache(8192)
def _figures(prose: str) -> tuple[tuple[int, str], ...]:
    """Column from 0 and text of the figures of a line that every language must write in digits."""
    found = [
        (match.start(), match[0])
        for match in _FIGURE.finditer(prose)
        if match[0] not in _IN_WORDS
        and not _PAPER.fullmatch(match[0])
        and not _VERSIONED.search(prose[max(0, match.start() - 30) : match.start()])
    ]
    if found and _NORMALISATION.search(prose):  # mean-std-differ compares these by what they are
        inside = {place for match in _TRIPLE.finditer(prose) for place in range(*match.span())}
        found = [(start, figure) for start, figure in found if start not in inside]
    return tuple(found)


def _report(
    first: SectionView, other: SectionView, ours: list[_Mention], theirs: list[_Mention], form: str
) -> Iterator[Finding]:
    """One finding for each pair of places that were meant to say the same, and for each that has no partner."""
    alone = apart(first, other)
    ours = [mention for mention in ours if not alone.holds_first(mention.line)]
    theirs = [mention for mention in theirs if not alone.holds_other(mention.line)]
    here = []
    for mention in theirs:
        partner = _partner(mention, ours) if len(theirs) <= MOST else None
        if partner is None:
            here.append(mention)
            continue
        ours.remove(partner)
        message = (
            f"{mention.shown(form)} here is {partner.shown(form)} on line {partner.line} in"
            f" {first.language}: make them agree"
        )
        yield Finding(mention.line, message, mention.column)
    for mention, more in _few(here):
        message = (
            f"{mention.shown(form)} {mention.verb} nowhere in {first.language}{more}: say the same in every language"
        )
        yield Finding(mention.line, message, mention.column)
    for mention, more in _few(ours):
        message = (
            f"{mention.shown(form)} on line {mention.line} in {first.language} {mention.verb} nowhere in"
            f" {other.language}{more}: say the same in every language"
        )
        yield Finding(other.section.marker_line, message)


def _few(mentions: Sequence[_Mention]) -> list[tuple[_Mention, str]]:
    """Each of them, or where the languages have little in common the first with a word about the rest."""
    if len(mentions) > _MOST:
        return [(mentions[0], f", nor is what {len(mentions) - 1} more lines say")]
    return [(mention, "") for mention in mentions]


def _partner(mention: _Mention, others: Sequence[_Mention]) -> _Mention | None:
    """The one that was meant to say the same, if any."""
    shown = {other.shown(): other for other in reversed(others[:MOST])}
    near = nearest(mention.shown(), reversed(shown), 0.6)
    return shown[near] if near else None


RULES: tuple[Rule, ...] = (
    Rule(inline_code_differs),
    Rule(numbers_differ),
)
