"""Rules about the spelling of English."""

import json
import re
import shutil
import subprocess
import sysconfig
from collections.abc import Iterable, Iterator, Set
from functools import cache, lru_cache

from generator.checking.machine import MissingToolError
from generator.checking.parts import OBJECT, Finding, HubFacts, Passage
from generator.checking.registry import Rule
from generator.checking.view import PageView
from generator.model.page import Page

_WORD = re.compile(r"[A-Za-z]+")
_WORTH_JUDGING = re.compile(r"[a-z]{3,}")
_CHUNK = re.compile(rf"[^\s{OBJECT}]+")
_EDGES = ".,;:!?()[]{}<>\"'“”‘’…—–-*"
_NOT_WORDS = re.compile(r"[^A-Za-z'’/()-]|[a-z][A-Z]|[A-Z]{2}")
"""What only names, numbers, files and formulas have inside."""
_SENTENCE_START = re.compile(r"(?:^|[.!?:])[\s\"“(]*$")
_FAR = 100
"""Characters beside a word that tell whether a sentence begins with it."""
_SHORT_TYPOS = frozenset({"adn", "hte", "nto", "ofr", "teh", "tge", "tje", "yuo"})
"""Other words of three letters that typos knows are as often abbreviations: thr, ser, ist."""

_JARGON = frozenset(
    {"arange", "certifi", "convnet", "convnets", "dout", "leafs", "parm", "parms", "strat", "writeable"}
)
"""Words of the field that typos would correct."""
_CONTRACTIONS = frozenset({"theyre", "wheres", "whos", "womens", "youre"})
"""Wrong without their apostrophe, but typos would make other words of them."""


def misspelling(view: PageView) -> Iterator[Finding]:
    """English words are spelled as a dictionary has them, American or British; names and code are left alone.

    Bad:  The images are reszied first.
    Good: The images are resized first.
    """
    blocks = [(block, block.prose) for block in view.passages("en_US") if not block.is_reference]
    words = {word for _, prose in blocks for word in _words(prose)}
    corrections = _judge(words)
    wrong = {word for word in words if corrections[word]} - _JARGON - _CONTRACTIONS
    if not wrong:
        return
    own, of_hub = _own_names(view, wrong), _hub_names(view.facts)
    for block, prose in blocks:
        if wrong.isdisjoint(_words(prose)):
            continue
        for match in _candidates(block, prose):
            word = match[0]
            if word.lower() not in wrong or word.lower() in own or word.lower() in of_hub:
                continue
            better = [_in_case_of(word, correction) for correction in corrections[word.lower()]]
            line, column = block.place(match.start())
            fix = view.edit(line, column, len(word), better[0]) if len(better) == 1 else None
            yield Finding(line, f"{word!r} is misspelled: write {' or '.join(better)}", column, fix)


def judged(page: Page) -> Iterator[str]:
    """All texts of a page whose words are judged."""
    yield page.front_matter.summary.get("en_US", "")
    yield from (section.text for section in page.sections if section.language == "en_US")


def learn(texts: Iterable[str]) -> None:
    """Judges the words of many pages at once, so that checking these pages starts one process and not one each."""
    _judge({word for text in texts for word in _words(text)})


@lru_cache(maxsize=4096)
def _words(text: str) -> Set[str]:
    """What is worth judging, in lower case."""
    words = frozenset(_WORTH_JUDGING.findall(text.lower()))
    return frozenset(word for word in words if len(word) > 3 or word in _SHORT_TYPOS)


def _candidates(block: Passage, prose: str) -> Iterator[re.Match[str]]:
    """The words of a block that are neither names nor parts of something that is not a word."""
    for chunk in _CHUNK.finditer(prose):
        inside = chunk[0].strip(_EDGES)
        if _NOT_WORDS.search(inside):
            continue
        start = chunk.start() + chunk[0].index(inside)
        for word in _WORD.finditer(prose, start, start + len(inside)):
            if word[0].islower():
                # In Tsung-yi and isn't the rest belongs to a name or to the next word.
                if inside[0].islower() and "'" not in inside and "’" not in inside:
                    yield word
            elif len(word[0]) > 4 and word[0] == inside and _is_no_name(block, prose, chunk):
                yield word


def _is_no_name(block: Passage, prose: str, chunk: re.Match[str]) -> bool:
    """Whether a capital is only that of a sentence's or heading's beginning."""
    if block.kind == "heading":
        return True
    start, end = chunk.span()
    before = prose[:start] if start < _FAR else f"x{prose[start - _FAR : start]}"
    if block.kind not in ("paragraph", "item") or not _SENTENCE_START.search(before.strip(OBJECT)):
        return False
    following = prose[end : end + _FAR].lstrip()[:1]
    return chunk[0].isalpha() and not following.isupper()


def _own_names(view: PageView, words: Set[str]) -> Set[str]:
    """Those of some words that the page's own code uses as names."""
    texts = [view.page.front_matter.title, view.page.front_matter.author]
    texts += [snippet.code for snippet in view.snippets]
    texts += [code.text for section in view.sections for code in section.inline_code]
    lowered = "\n".join(texts).lower()
    inside = {word for word in words if word in lowered}
    return inside.intersection(_WORD.findall(lowered)) if inside else inside


@lru_cache(maxsize=4)  # once a hub: on each page it would be work that grows with the hub
def _hub_names(facts: HubFacts) -> Set[str]:
    texts = [*facts.titles.values(), *(name for names in facts.entries.values() for name in names)]
    return frozenset(word for text in texts for word in _WORD.findall(text.lower()))


def _in_case_of(word: str, correction: str) -> str:
    return correction.capitalize() if word[0].isupper() else correction


_judged: dict[str, tuple[str, ...]] = {}
"""Every word judged so far in this process, with its corrections; none for a word that is right."""


def _judge(words: Set[str]) -> dict[str, tuple[str, ...]]:
    """Corrections of words in lower case, by all that were ever judged.

    Raises:
        MissingToolError: typos cannot be run.
    """
    new = sorted(words - _judged.keys())
    if new:
        found = _ask("\n".join(new))
        _judged.update((word, found.get(word, ())) for word in new)
    return _judged


def _ask(text: str) -> dict[str, tuple[str, ...]]:
    command = [_program(), "--isolated", "--format", "json", "-"]
    try:
        done = subprocess.run(command, input=text.encode(), capture_output=True, check=False)
    except OSError as error:
        raise MissingToolError(
            f"typos does not run ({error}): reinstall it with `pip install --force-reinstall typos`"
        ) from error
    if done.returncode not in (0, 2):  # 2: there are typos
        problem = done.stderr.decode(errors="replace").strip()
        raise MissingToolError(f"typos ended with status {done.returncode}: {problem or 'reinstall it'}")
    answers = map(json.loads, done.stdout.splitlines())
    return {answer["typo"]: tuple(answer["corrections"]) for answer in answers if answer["type"] == "typo"}


@cache
def _program() -> str:
    """The program that the package typos brings, of this environment before any other."""
    own = sysconfig.get_path("scripts")
    program = shutil.which("typos", path=own) or shutil.which("typos")
    if program is None:
        raise MissingToolError("misspelling needs the program typos: install it with `pip install typos`")
    return program


RULES: tuple[Rule, ...] = (Rule(misspelling, fixable=True, needs_hub=True),)
