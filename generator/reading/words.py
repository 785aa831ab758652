"""The words of a directive: which there are, what each may say, and which go together."""

import difflib
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from generator.model.diagnostic import Diagnostic

_FLAGS = ("skip", "xfail", "no-run", "hide", "setup", "output")
_OPTIONS: Mapping[str, tuple[str, ...]] = {
    "reason": ("skip", "xfail"),
    "until": ("skip",),
    "error": ("xfail",),
    "tolerance": ("output",),
}
"""Words that only mean something beside one of these others."""
_REQUIRED: Mapping[str, tuple[str, ...]] = {"skip": ("reason",), "xfail": ("error", "reason")}
_CONTRADICTIONS = (
    ("skip", "xfail"),
    ("skip", "no-run"),
    ("xfail", "no-run"),
    ("no-run", "timeout"),  # what is only compiled needs neither time nor a device
    ("no-run", "device"),
)
"""Words that no snippet can have both of."""

_SECONDS = re.compile(r"[0-9]{1,7}(?:\.[0-9]+)?")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def _is_seconds(value: str) -> bool:
    return _SECONDS.fullmatch(value) is not None and float(value) > 0


def _is_date(value: str) -> bool:
    try:
        return _DATE.fullmatch(value) is not None and bool(date.fromisoformat(value))
    except ValueError:
        return False


def _is_tolerance(value: str) -> bool:
    try:
        return value.isascii() and 0 <= float(value) < 1
    except ValueError:
        return False


_VALUES: Mapping[str, tuple[Callable[[str], bool], str]] = {
    "timeout": (_is_seconds, "a number of seconds above 0: timeout=120"),
    "device": ("gpu".__eq__, "gpu, the only device that a snippet may ask for: device=gpu"),
    "reason": (lambda value: bool(value.strip()), 'a sentence in straight double quotes: reason="needs two GPUs"'),
    "until": (_is_date, "a day of the calendar: until=2027-03-01"),
    "error": (str.isidentifier, 'the bare name of an exception: error="TypeError"'),
    "tolerance": (_is_tolerance, "a relative difference below 1: tolerance=1e-2"),
}
"""How the value of a word is recognised, and what to write for it."""

DIRECTIVES = (*_FLAGS, "timeout", "device")
"""The words that say something by themselves."""

NAMES = (*_FLAGS, *_VALUES)
"""All words."""


@dataclass(frozen=True, slots=True)
class Word:
    """One word of a directive: `hide`, `timeout=120`, `reason="needs two GPUs"`."""

    name: str
    value: str | None
    """What stands behind its `=`, without quotes; None without one."""
    line: int
    column: int


def check_word(word: Word, path: str) -> list[Diagnostic]:
    """What is wrong with a word by itself: its name, or its value."""
    if word.name not in NAMES:
        near = difflib.get_close_matches(word.name.lower(), NAMES, 1, 0.6)
        hint = f"did you mean `{near[0]}`?" if near else f"use one of {', '.join(DIRECTIVES)}"
        return [finding_at(word, f"`{word.name}` is no directive: {hint}", path)]
    if word.name in _FLAGS:
        message = f"`{word.name}` takes no value: write the word alone"
        return [] if word.value is None else [finding_at(word, message, path)]
    is_good, wanted = _VALUES[word.name]
    return [] if word.value and is_good(word.value) else [finding_at(word, f"`{word.name}` needs {wanted}", path)]


def combine(words: Sequence[Word], path: str) -> tuple[Mapping[str, Word], list[Diagnostic]]:
    """Sound words by their names; findings where two are one too many, one is missing, or means nothing alone."""
    given: dict[str, Word] = {}
    findings = []
    for word in words:
        if word.name in given:
            message = f"`{word.name}` is already said on line {given[word.name].line}: remove one of the two"
            findings.append(finding_at(word, message, path))
        given.setdefault(word.name, word)
    for name, word in given.items():
        owners = _OPTIONS.get(name, ())
        if owners and not given.keys() & set(owners):
            message = f"`{name}` says nothing without {' or '.join(f'`{owner}`' for owner in owners)}: add it"
            findings.append(finding_at(word, message, path))
        for missing in _REQUIRED.get(name, ()):
            if missing not in given:
                message = f"`{name}` needs `{missing}`, {_VALUES[missing][1]}"
                findings.append(finding_at(word, message, path))
    for first, second in _CONTRADICTIONS:
        if first in given and second in given:
            message = f"`{first}` and `{second}` contradict each other: keep one of them"
            later = max(given[first], given[second], key=lambda word: (word.line, word.column))
            findings.append(finding_at(later, message, path))
    return given, findings


def finding_at(word: Word, message: str, path: str, rule: str = "bad-directive") -> Diagnostic:
    """A finding on a word."""
    return Diagnostic(path, word.line, word.column, rule, message)
