"""What a page tells its readers to install: the `pip install` lines of its shell blocks."""

import re
import shlex
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

from generator.model.page import Page, Region
from generator.model.run import distribution_key

_SHELLS = frozenset({"", "bash", "sh", "shell", "zsh", "console", "shell-session", "shellsession"})
_LINE = re.compile(
    r"(?P<command>[ \t>]*(?:[$!%][ \t]*)?(?:sudo[ \t]+)?(?:python[\d.]*[ \t]+-m[ \t]+)?pip[\d.]*[ \t]+install)"
    r"(?P<rest>(?:[ \t].*)?)"
)
_NAME = re.compile(r"(?P<name>[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)(?:[\[<>=!~;@ ]|$)")
_HARMLESS = frozenset({"-U", "--upgrade", "-q", "--quiet", "--user"})
"""Options that mean the same for one more package."""
_OF_SHELLS = re.compile(r"[\\&|;<>#`$(){}]")


@dataclass(frozen=True, slots=True)
class InstallLine:
    """One call of `pip install`."""

    number: int
    """Line of the page on which it begins."""
    end: int
    """The line below its last one."""
    command: str
    """What stands before the packages: `$ pip install`."""
    what: str
    """What stands behind it, on one line."""
    words: tuple[str, ...]
    """The same as a shell reads it: packages, and options."""
    takes_more: bool
    """Whether one more package can be added at its end: it has one line, and no options that are for these alone."""


def install_blocks(page: Page, language: str) -> Iterator[Sequence[InstallLine]]:
    """The calls of `pip install` in one language's section, in order, by the block that they are in."""
    section = page.section(language)
    for region in page.regions_in(section) if section else ():
        if region.kind == "fence" and region.language in _SHELLS and (found := list(_lines_of(page, region))):
            yield found


def install_lines(page: Page, language: str) -> Iterator[InstallLine]:
    """The same, one after the other."""
    return chain.from_iterable(install_blocks(page, language))


def installed(page: Page, language: str) -> frozenset[str]:
    """The packages that they name, by `distribution_key`."""
    words = (word for line in install_lines(page, language) for word in line.words)
    return frozenset(distribution_key(match["name"]) for word in words if (match := _NAME.match(word)))


def _lines_of(page: Page, region: Region) -> Iterator[InstallLine]:
    lines = page.source.split("\n")
    number = region.first + 1
    while number < region.end:
        first = number
        number += 1
        if match := _LINE.fullmatch(lines[first - 1]):
            rest = match["rest"]
            while rest.endswith("\\") and number < region.end:
                rest = rest[:-1].rstrip() + " " + lines[number - 1].lstrip("> \t")
                number += 1
            words = _words(rest)
            options = {word for word in words if word.startswith("-")}
            is_plain = number == first + 1 and not _OF_SHELLS.search(_without_quotes(rest))
            yield InstallLine(first, number, match["command"], rest.strip(), words, is_plain and options <= _HARMLESS)


def _words(text: str) -> tuple[str, ...]:
    """As a shell reads them; a quote that does not end is a letter."""
    try:
        return tuple(shlex.split(text))
    except ValueError:
        return tuple(text.split())


def _without_quotes(text: str) -> str:
    return re.sub(r"\"[^\"]*\"|'[^']*'", "", text)
