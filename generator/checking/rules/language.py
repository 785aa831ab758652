"""Rules about sentences in either language."""

import re
from collections.abc import Iterator
from functools import lru_cache
from operator import eq

from generator.checking.parts import OBJECT, Finding
from generator.checking.registry import Rule
from generator.checking.rules import brackets, spelling, typography
from generator.checking.view import PageView

_CLOSERS = " \t*_~”’\"'）)」』》]" + OBJECT
"""What may stand between a sentence's last character and the end of its paragraph."""
_HAN = re.compile(r"[\u4e00-\u9fff]")
_ENGLISH_WORD = re.compile(r"\b[A-Za-z][a-z'’-]*\b")
_YEAR = re.compile(r"\b(?:19|20)\d\d\s*$")
"""Ends a citation, not a sentence."""
_HARD_BREAK = re.compile(r"(?:  |\\|<br ?/?>)\n")

_WORD = re.compile(r"[a-z]+")
_DOUBLED = re.compile(
    rf"""
    (?<![\w{OBJECT}'’./-])(?P<word>[A-Za-z][a-z]*)
    (?=(?P<again>[ \t]*[ \t\n](?P<second>[a-z]+))(?![\w{OBJECT}'’-]))
    """,
    re.VERBOSE,
)
_MAY_DOUBLE = frozenset({"that", "had", "very", "so", "many", "much", "more", "really", "far", "long", "no", "log"})
_HAN_PAIRS = ("的的", "了了", "是是", "在在")
_DOUBLED_HAN = re.compile(
    r"""
      (?<![目标有怎别打])的的(?![确士])                             # 目的的, 的的确确, 的的士
    | (?<![为除不得一])了了(?![解结断却然之如事])                   # 为了了解, 不了了之, 一目了了然
    | (?<![但可还就总于只算乃或倒老若凡要正都便不])是是(?![否非])   # 于是是, 是是否, 是是非非
    | (?<![存现所实内外潜自旨好正])在在(?![线职校编岗场逃])         # 存在在, 在在线
    """,
    re.VERBOSE,
)


def sentence_end(view: PageView) -> Iterator[Finding]:
    """A paragraph ends as its last sentence does: without a stop a reader wonders whether something was lost.

    Bad:  所有预训练模型都要求输入经过正确的预处理，具体步骤见下文
    Good: 所有预训练模型都要求输入经过正确的预处理，具体步骤见下文。
    """
    for code, stop, is_sentence in (
        ("zh_CN", "。, or with ：", _is_chinese_sentence),
        ("en_US", "a full stop, or with a colon", _is_english_sentence),
    ):
        for block in view.passages(code):
            if block.kind != "paragraph" or block.is_reference:
                continue
            source, prose = block.source, block.prose
            end = _unended(source, prose)
            if end is not None and is_sentence(prose) and not _HARD_BREAK.search(source):
                line, column = block.place(end)
                message = f"this paragraph ends without a stop: close it with {stop} before what it introduces"
                yield Finding(line, message, column)


def doubled_word(view: PageView) -> Iterator[Finding]:
    """A word stands once: written twice in a row it is left over from an edit.

    Bad:  The model expects the the image in BGR.
    Good: The model expects the image in BGR.
    """
    for code in ("zh_CN", "en_US"):
        for block in view.passages(code):
            for second, start, end in _doubled(block.prose):
                line, column = block.place(second)
                fix = view.edit(*block.place(start), end - start, "")
                yield Finding(line, f"{block.prose[second:end]!r} stands twice: remove one", column, fix)


@lru_cache(maxsize=4096)
def _doubled(prose: str) -> tuple[tuple[int, int, int], ...]:
    """Where the second of two equal words stands, and the beginning and the end of what goes with it."""
    found = []
    words = _WORD.findall(prose.lower())
    if any(map(eq, words, words[1:])):
        for match in _DOUBLED.finditer(prose):
            word = match["second"]
            if match["word"].lower() == word and word not in _MAY_DOUBLE and (len(word) > 1 or word == "a"):
                found.append((match.start("second"), match.start("again"), match.end("again")))
    if any(pair in prose for pair in _HAN_PAIRS):
        found += [(match.start() + 1, match.start() + 1, match.end()) for match in _DOUBLED_HAN.finditer(prose)]
    return tuple(found)


def _is_chinese_sentence(prose: str) -> bool:
    """Whether a paragraph is more than a label or a caption."""
    return len(_HAN.findall(prose)) >= 12 and bool(re.search("[，。；、：,;:]", prose))


def _is_english_sentence(prose: str) -> bool:
    """The same of English, where a citation's year is no end either."""
    is_long = len(_ENGLISH_WORD.findall(prose)) >= 8
    return is_long and prose.lstrip(" " + OBJECT)[:1].isupper() and not _YEAR.search(prose)


def _unended(source: str, prose: str) -> int | None:
    """The place of a paragraph's last character, where it is part of a word."""
    index = len(prose) - 1
    while index >= 0 and prose[index] in _CLOSERS:
        if prose[index] == OBJECT and source[index] not in "*_~":
            return None  # code, a link, an address: nothing says that a sentence ends there
        index -= 1
    return index if index >= 0 and prose[index].isalnum() else None


RULES: tuple[Rule, ...] = (
    *spelling.RULES,
    *typography.RULES,
    *brackets.RULES,
    Rule(sentence_end),
    Rule(doubled_word, fixable=True),
)
