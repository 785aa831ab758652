"""Rules about names that are near a known one: of models and libraries, and of exceptions."""

import builtins
import difflib
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import lru_cache

from generator.checking.parts import Finding, HubFacts, Passage
from generator.checking.programs import codes
from generator.checking.registry import Rule
from generator.checking.view import PageView

_NAME = re.compile(r"(?<![A-Za-z0-9_/.@\\=:~-])[A-Z][A-Za-z]+(?![A-Za-z_/\\=@(]|\.[A-Za-z])")
_CAPITAL_INSIDE = re.compile(r"[A-Za-z]*[a-z][A-Z][A-Za-z]*")
_SHORTEST = 5

_MOST_OTHER = 2
"""Letters by which a slip differs; CalledProcessError and ChildProcessError are two names."""
_EXCEPTIONS = sorted(
    name for name, value in vars(builtins).items() if isinstance(value, type) and issubclass(value, BaseException)
)


def name_spelling(view: PageView) -> Iterator[Finding]:
    """A name with capitals inside keeps them: as a page of the hub is titled, or as this page mostly writes it.

    Bad:  Resnet reaches 70.3, where a page of the hub is titled ResNet
    Good: ResNet reaches 70.3
    """
    titled = _titled(view.facts)
    written = Counter(
        match[0] for passage in _passages(view) for match in _NAME.finditer(passage.prose) if len(match[0]) >= _SHORTEST
    )
    usual = {name.casefold(): name for name, _ in reversed(written.most_common()) if _CAPITAL_INSIDE.fullmatch(name)}
    wrong = {
        name: known
        for name in written
        if (known := titled.get(name.casefold()) or usual.get(name.casefold()))
        and name != known
        and not name.isupper()
        and (known.casefold() in titled or (written[known] > written[name] and not _CAPITAL_INSIDE.fullmatch(name)))
    }
    for passage in _passages(view) if wrong else ():
        for match in _NAME.finditer(passage.prose):
            if known := wrong.get(match[0]):
                line, column = passage.place(match.start())
                where = "in a title of this hub" if known.casefold() in titled else "elsewhere on this page"
                yield Finding(line, f"{match[0]} is spelled {known} {where}: write {known}", column)


def unknown_exception(view: PageView) -> Iterator[Finding]:
    """What a snippet must fail with is spelled as the exception is: else it can never be what is raised.

    Bad:  <!-- verify: xfail error="TypErorr" reason="…" -->
    Good: <!-- verify: xfail error="TypeError" reason="…" -->
    """
    bound = frozenset().union(*(code.binds for _, code in codes(view)))
    for snippet in view.snippets:
        failure = snippet.directives.xfail
        if failure is None or failure.error in _EXCEPTIONS or failure.error in bound:
            continue
        near = difflib.get_close_matches(failure.error, _EXCEPTIONS, 1, 0.8)
        if near and _other_letters(failure.error, near[0]) <= _MOST_OTHER:
            line, column = _directive(view, snippet.fence_line, failure.error)
            yield Finding(line, f"there is no exception {failure.error}: did you mean {near[0]}?", column)


@lru_cache(8)
def _titled(facts: HubFacts) -> Mapping[str, str]:
    """The names in the titles of the hub's pages, by their letters in lower case; none that two titles spell apart."""
    names = {word for title in facts.titles.values() for word in re.findall(r"[A-Za-z]+", title)}
    inside = [name for name in names if len(name) >= _SHORTEST and _CAPITAL_INSIDE.fullmatch(name)]
    counts = Counter(map(str.casefold, inside))
    return {name.casefold(): name for name in inside if counts[name.casefold()] == 1}


def _other_letters(first: str, second: str) -> int:
    """How many letters only one of two names has."""
    ours, theirs = Counter(first), Counter(second)
    return (ours - theirs).total() + (theirs - ours).total()


def _passages(view: PageView) -> Iterator[Passage]:
    for language in view.facts.hub.languages:
        yield from (passage for passage in view.passages(language.code) if not passage.is_reference)


def _directive(view: PageView, fence_line: int, error: str) -> tuple[int, int]:
    """Line and column of the word in the comments above a fence."""
    for line in range(fence_line - 1, 0, -1):
        source = view.lines[line - 1]
        if error in source and "error" in source:
            return line, source.index(error) + 1
        if source.startswith(("```", "~~~")):
            break
    return fence_line, 1


RULES: tuple[Rule, ...] = (Rule(name_spelling, needs_hub=True), Rule(unknown_exception))
