"""What a sample loads from a hub repository, what it offers in its place, and code that is commented out."""

import ast
import difflib
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

CHECKS = "entries"
"""Where in a folder of evidence it lies what came of looking up entries."""

_MARK = re.compile(r"[ \t]*#[# \t]*")
_BEGINNING = re.compile(r"[ \t]*#.*\b(?:load|help)\(")
_BRACKETS = re.compile(r"[()\[\]{}]")
_MOST_LINES = 20
"""A call over more lines than this is prose that happens to parse."""

_PART = re.compile(r"[a-z]+|\d+")
_WORD = re.compile(r"(?<![a-z0-9])(?P<number>\d+)(?P<unit>[a-z]+)(?![a-z0-9])|[a-z]+|\d+")
"""A number with its unit stands alone between separators: `1x`, `800size`; `32x4d` and `res50` are names."""
_MOST_WORDS_MORE = 2
_SPELLINGS = (
    (re.compile(r"(?<=[_-])resnet(?=[_-]?\d)"), "res"),
    (re.compile(r"imagenet[_-]?1k(?![a-z0-9])"), "imagenet"),
    (re.compile(r"discrete_d?vae"), "dvae"),
    (re.compile(r"(?<![a-z0-9])(\d{3,4})x\d{3,4}(?![a-z0-9])"), r"\1size"),
    (re.compile(r"[_-]v0$"), ""),
)
"""Ways to write what is one thing: `resnet50` and `res50`, ImageNet and its usual subset, a picture's size, and a first
version. Not `v2`, which is another network, nor `imagenet22k`."""


@dataclass(frozen=True, slots=True)
class LoadCall:
    """What a page loads."""

    repository: str
    """As written: megengine/models, or megengine/models:branch."""
    entry: str
    given: str = ""
    """What else the entry is given, as JSON: a list of values, and an object of those that are named. Empty where it
    does not decide what is downloaded."""

    @property
    def arguments(self) -> tuple[list[Any], dict[str, Any]]:
        """What else the entry is given."""
        values, named = json.loads(self.given or "[[], {}]")
        return values, named


@dataclass(frozen=True, slots=True)
class EntryUse:
    """A call of `hub.load` in a sample, active or commented out."""

    repository: str
    """As written: megengine/models, or megengine/models:branch."""
    entry: str
    code: str
    """The statement as it would be run, over as many lines as it has in the sample."""
    first: int
    """Index of its first line in the sample's code."""
    end: int
    """Index of the line after its last."""
    is_active: bool
    given: str = ""
    """What else it is given, as `LoadCall` has it; what is written as no plain value is left out."""


@dataclass(frozen=True, slots=True)
class CommentedOut:
    """Lines of a snippet that would call something if they were no comment."""

    first: int
    """Index of the first line in the snippet's code."""
    marks: tuple[int, ...]
    """For each line, how many characters stand before its code."""
    code: str
    """The lines without these."""

    @property
    def end(self) -> int:
        """Index of the line after the last."""
        return self.first + len(self.marks)


@lru_cache(maxsize=128)
def commented_out(code: str) -> tuple[CommentedOut, ...]:
    """Calls of `load` and `help` in comments, in order. What cannot be read as Python is prose, and left alone."""
    return tuple(_commented_out(code.split("\n")))


@lru_cache(maxsize=64)  # a comment's code by whoever looks for calls in it, and a sample's by reading and rendering
def parsed(code: str) -> ast.Module | None:
    """Code as syntax; None for what is no Python, or nested more deeply than this Python reads."""
    try:
        return ast.parse(code)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _commented_out(lines: Sequence[str]) -> Iterator[CommentedOut]:
    end = 0
    for index, line in enumerate(lines):
        if index >= end and _BEGINNING.match(line):
            found = _statement_at(lines, index)
            if found is not None:
                end = found.end
                yield found


def _statement_at(lines: Sequence[str], first: int) -> CommentedOut | None:
    """The comment lines from here to the end of the call, where they are Python once they are no comment."""
    marks: list[int] = []
    code: list[str] = []
    opened = 0
    for line in lines[first : first + _MOST_LINES]:
        mark = _MARK.match(line)
        if mark is None:
            return None
        # What goes on further to the right does so without the mark too.
        marks.append(min(mark.end(), marks[0]) if marks else mark.end())
        code.append(line[marks[-1] :])
        opened += sum((mark in "([{") - (mark in ")]}") for mark in _BRACKETS.findall(code[-1]))
        if opened <= 0:  # a call ends where its brackets do
            text = "\n".join(code)
            return CommentedOut(first, tuple(marks), text) if parsed(text) else None
    return None


def nearest_entry(name: str, entries: Iterable[str]) -> str | None:
    """The entry that an author may have meant: `resnet18` for `resnet_18` and `ResNet-18`; None where none is alike.

    Compared are letters and figures, part by part; case and what separates the parts mean nothing.
    """
    parts = _parts(name)
    of_entry = {entry: _parts(entry) for entry in sorted(entries, key=lambda entry: (entry != entry.lower(), entry))}
    firsts = sorted({each[0] for each in of_entry.values() if each})
    families = difflib.get_close_matches(parts[0], firsts, 3, 0.6) if parts else []
    by_fold: dict[str, str] = {}
    for entry, each in of_entry.items():
        if each and each[0] in families:
            by_fold.setdefault("".join(each), entry)
    if (folded := "".join(parts)) in by_fold:
        return by_fold[folded]

    def likeness(entry: str) -> tuple[int, int]:
        # Names go from the family to the details: of two that differ in one part the later difference is the smaller.
        same = [part == wanted for part, wanted in zip(parts, of_entry[entry], strict=False)]
        return len(set(parts) & set(of_entry[entry])), [*same, False].index(False)

    near = [by_fold[fold] for fold in difflib.get_close_matches(folded, by_fold, 8, 0.6)]
    return max(near, key=likeness, default=None)


def renamed_entries(name: str, entries: Iterable[str]) -> list[str]:
    """The entries that may have come in the place of one that is gone, the likeliest first.

    It is the same model: what may differ is how a name is spelled (separators, case, a doubled or swapped letter,
    `res` for `resnet`), a number that has a unit (`1x` and `3x`, `600size` and `800size`; the nearest number first, of
    two the larger), words that were put in between (`coco`), and a picture's size or `v0` at the end. `resnet18` is no
    `resnet34`, and a class is nothing that a function was.
    """
    wanted = _words(name)
    alike = (entry for entry in entries if name[:1].isupper() or not entry[:1].isupper())
    ranked = [(_distance(wanted, _words(entry)), entry) for entry in alike]
    return [entry for distance, entry in sorted((distance, entry) for distance, entry in ranked if distance)]


_Word = tuple[str, int | None]
"""In lower case, without its number where it is the unit of one."""


def _words(name: str) -> list[_Word]:
    name = name.lower()
    for pattern, usual in _SPELLINGS:
        name = pattern.sub(usual, name)
    found = _WORD.finditer(name)
    return [(word["unit"], int(word["number"])) if word["unit"] else (word[0], None) for word in found]


def _distance(wanted: Sequence[_Word], entry: Sequence[_Word]) -> tuple[float, ...]:
    """How far an entry is from the name that was asked for, to be compared; empty where it is another model."""
    if not wanted or not entry or _spelling(wanted[0][0]) != _spelling(entry[0][0]):
        return (0,) if wanted and _fold(wanted) == _fold(entry) else ()
    rest, different, misspelt, added = list(wanted[1:]), [], _fold(wanted) != _fold(entry), 0
    for word, number in entry[1:]:
        if rest and _spelling(rest[0][0]) == _spelling(word) and (rest[0][1] is None) == (number is None):
            asked = rest.pop(0)[1]
            if number is not None and asked is not None and number != asked:
                different += [abs(number - asked), -number]
        elif number is not None or (rest and word.isalpha()):  # a word behind the last is another kind of model
            added += 1
        else:
            return ()
    added += len(rest)
    if any(word != "size" for word, _ in rest) or added > _MOST_WORDS_MORE:
        return ()
    return (1 + added, len(different), *different, misspelt)


def _spelling(word: str) -> str:
    """The same for a word with a letter doubled or two of them swapped."""
    return word if word.isdigit() else word[:1] + "".join(sorted(re.sub(r"(.)\1+", r"\1", word)))


def _fold(words: Iterable[_Word]) -> str:
    return "".join(f"{'' if number is None else number}{word}" for word, number in words)


def _parts(name: str) -> list[str]:
    return _PART.findall(name.lower())
