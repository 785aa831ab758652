"""Rules about whose language a section speaks."""

import re
from collections.abc import Iterator

from generator.checking.parts import Finding, Passage
from generator.checking.registry import Rule
from generator.checking.view import PageView, SectionView

_HAN = r"\u3400-\u4dbf\u4e00-\u9fff"
_ANY_HAN = re.compile(f"[{_HAN}]")
_QUOTED = re.compile(
    r"[(（][^()（）\n]*[)）]|[\"“][^\"“”\n]*[\"”]|‘[^‘’\n]*’|(?<![A-Za-z])'[^'\n]*'(?![A-Za-z])|「[^「」\n]*」|『[^『』\n]*』|《[^《》\n]*》|\[[^\[\]\n]*\]"
)
_CLAUSE = re.compile(rf"[{_HAN}][{_HAN}，、；：。！？0-9A-Za-z ]*[{_HAN}，。；！？]")
_LATIN = re.compile("[A-Za-z]")
_LEAST_HAN = 6
"""Characters of a clause; what is shorter may be a name."""
_WORD = re.compile(r"[A-Za-z][a-z]+")
_LEAST_WORDS = 8
"""Words of an English paragraph, where a label or a list of names is none."""
_LEAST_PARAGRAPHS = 2


def missing_marker(view: PageView) -> Iterator[Finding]:
    """Each language has its own section: where the Chinese one goes on in English headings and paragraphs, the marker
    between them is missing.

    Bad:
        ### 用途
        识别图片的类别。
        ### Purpose
        It tells the class of a picture, one of a thousand. It does so for every picture that it is given.
    Good: the same with `<!-- section: en_US -->` above `### Purpose`
    """
    chinese = view.section("zh_CN")
    if chinese is None or view.section("en_US") is not None or "en_US" not in _codes(view):
        return
    start = _english_from(chinese)
    if start is not None:
        message = "from here on the text is English: put the marker of section en_US above this"
        yield Finding(start.lines[0].number, message)


def chinese_in_english(view: PageView) -> Iterator[Finding]:
    """An English section says in English what its reader is to understand.

    A Chinese name in quotes or brackets, a reference and a title are left alone.

    Bad:  The input is a picture. 输出是每个类别的概率。
    Good: The input is a picture of a Siamese cat (暹罗猫). The output is a probability for each class.
    """
    for passage in view.passages("en_US"):
        prose = passage.prose
        if passage.is_reference or not _ANY_HAN.search(prose):
            continue
        bare = _QUOTED.sub(lambda match: " " * len(match[0]), prose)
        is_whole = passage.kind in ("heading", "summary") and not re.search(r"[A-Za-z]", bare)
        least = 1 if is_whole else _LEAST_HAN
        for match in _CLAUSE.finditer(bare) if not is_whole else _ANY_HAN.finditer(bare):
            if len(_ANY_HAN.findall(match[0])) >= max(least, len(_LATIN.findall(match[0]))):
                line, column = passage.place(match.start())
                yield Finding(line, "this is Chinese in the English text: translate it", column)
                break


def _codes(view: PageView) -> list[str]:
    return [language.code for language in view.facts.hub.languages]


def _english_from(section: SectionView) -> Passage | None:
    """The heading, or the paragraph without one, from which on a Chinese section holds English text to its end.

    References alone are no English section, nor is a quotation: there are paragraphs, and as many headings as before.
    """
    passages = section.passages
    rest = len(passages)
    while rest and not _ANY_HAN.search(passages[rest - 1].prose):
        rest -= 1
    chinese = [passage for passage in passages[:rest] if _ANY_HAN.search(passage.prose)]
    headings = [index for index in range(rest, len(passages)) if passages[index].kind == "heading"]
    start = headings[0] if headings else rest
    sentences = sum(
        passage.kind in ("paragraph", "item") and not passage.is_reference and _is_english(passage.prose)
        for passage in passages[start:]
    )
    before = sum(passage.kind == "heading" for passage in passages[:rest])
    is_whole = len(headings) * 2 >= before and (len(headings) > 1 or before == 0)
    return passages[start] if chinese and is_whole and sentences >= _LEAST_PARAGRAPHS else None


def _is_english(prose: str) -> bool:
    return len(_WORD.findall(prose)) >= _LEAST_WORDS and prose.rstrip(" \ufffc")[-1:] in (".", ":", "?", "!", ")")


RULES: tuple[Rule, ...] = (Rule(missing_marker, "error", stands_alone=True, of_hub1=True), Rule(chinese_in_english))
