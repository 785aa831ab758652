"""Rules about what still waits for the page's author."""

import re
from collections.abc import Collection, Iterator

from generator.checking.parts import OBJECT, Finding
from generator.checking.registry import Rule
from generator.checking.view import PageView

_ANYWHERE = re.compile(
    r"""
      \b(?:TODO|FIXME)(?=[ \t]*[:：])                     # as `hubpages new` writes it
    | \blorem[ ]ipsum\b
    | (?<![有亟需尚等])待(?:补充|完善|添加|填写|编写|翻译)      # 有待完善 says something of the model
    | 此处(?:填写|待填|补充) | 在此(?:填写|输入|补充)
    | (?<![\w./\\@:-])x{3,}(?![\w./\\@:-])
    """,
    re.VERBOSE | re.IGNORECASE | re.ASCII,
)
_WHOLE = re.compile(
    r"(?:TODO|TBD|TBA|T\.B\.D|FIXME|to be (?:determined|decided|announced|added|written|filled in|translated)"
    r"|coming soon|placeholder|待定|待补|待写|待译|暂缺|占位符?|敬请期待)",
    re.IGNORECASE,
)
"""What waits where nothing else stands in its cell, its sentence or its brackets."""
_PIECE = re.compile(rf"(?:[^|:：。；;，,()（）\[\]【】.{OBJECT}]|\.(?![ \t]|$))+")
_HINTS = (
    *("todo", "fixme", "tbd", "tba", "t.b.d", "lorem ipsum", "xxx", "to be ", "coming soon", "placeholder"),
    *(f"待{rest}" for rest in "补完添填编写翻定译"),
    *("此处", "在此", "暂缺", "占位", "敬请"),
)
"""One of them is in whatever waits, and hardly in anything else: most pages are done with at once."""
_EXAMPLE = re.compile(r"https?://(?:[\w-]+\.)*example\.(?:com|net|org)(?=[/:?#]|$)", re.IGNORECASE)
_KEYS = ("title", "author", "github-link", "license", "weights-license", "image-credit")


def placeholder(view: PageView) -> Iterator[Finding]:
    """What only stands in for a text is replaced before the page is published: TODO, TBD, 待补充, lorem ipsum, an
    address at example.com.

    Bad:  | resnet18 | TODO: give the figure |
    Good: | resnet18 | 70.3 |
    """
    head = view.page.front_matter
    texts = (head.title, head.author, head.github_link, head.license, head.weights_license, head.image_credit)
    for key, value in zip(_KEYS, texts, strict=True):
        found = _waiting(value, _HINTS) or _EXAMPLE.match(value)
        if found:
            number = head.lines[key]
            yield _finding(number, max(view.lines[number - 1].find(found[0]), 0) + 1, found[0])
    for value in head.titles.values():
        if found := _waiting(value, _HINTS):
            first = head.lines["titles"]
            below = enumerate(view.lines[first - 1 :], first)
            number = next((number for number, line in below if value in line), first)
            yield _finding(number, max(view.lines[number - 1].find(found[0]), 0) + 1, found[0])
    lowered = view.page.source.lower()
    hints = [hint for hint in _HINTS if hint in lowered]
    for language in view.facts.hub.languages if hints else ():
        passages = view.passages(language.code)
        for passage in passages:
            for line in passage.lines:
                if found := _waiting(line.prose, hints):
                    yield _finding(line.number, found.start() + 1, found[0])
    for section in view.sections if "example." in lowered else ():
        for link in section.links:
            if found := _EXAMPLE.match(link.url):
                yield _finding(link.line, link.column, found[0])


def _waiting(text: str, hints: Collection[str]) -> re.Match[str] | None:
    """The first of what waits in a line, in which one of these hints is then."""
    lowered = text.lower()
    if not any(hint in lowered for hint in hints):
        return None
    # TBD (tracking by detection) is an abbreviation.
    pieces = (piece.span() for piece in _PIECE.finditer(text) if text[piece.end() : piece.end() + 1] not in ("(", "（"))
    whole = (_WHOLE.fullmatch(text, *_trimmed(text, *piece)) for piece in pieces)
    return _ANYWHERE.search(text) or next(filter(None, whole), None)


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start] in _AROUND:
        start += 1
    while start < end and text[end - 1] in _AROUND:
        end -= 1
    return start, end


_AROUND = " \t.!！…*_\"'“”<>{}-–—"


def _finding(line: int, column: int, what: str) -> Finding:
    return Finding(line, f"{what} only stands in for what belongs here: write it, or remove it", column)


RULES: tuple[Rule, ...] = (Rule(placeholder, asked_by_build=True),)
