"""Pygments at several times its speed: at each place of a code only those rules are tried that can match there.

A lexer of Pygments tries the rules of its state one after another, some fifty for Python, nearly all in vain. With
which characters a rule's pattern can begin is known beforehand, so that the rest need not be tried: the tokens are
the same. Where a pattern cannot be read, its rule is tried everywhere.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any

from pygments.lexer import RegexLexer
from pygments.token import Error, Whitespace, _TokenType

try:
    from re import _parser  # type: ignore[attr-defined]
except ImportError:  # a Python to come: slower, and right
    _parser = None

_Rule = tuple[Any, Any, Any]
_Table = tuple[Sequence[Sequence[_Rule]], Sequence[_Rule]]
"""The rules to try for each ASCII character, and those for any other and for the end."""

_ASCII = frozenset(map(chr, range(128)))
_CATEGORIES = {"digit": r"\d", "space": r"\s", "word": r"\w"}


def tokens_of(lexer: RegexLexer, code: str, stack: Iterable[str] = ("root",)) -> Iterator[tuple[int, _TokenType, str]]:
    """What `lexer.get_tokens_unprocessed(code, stack)` gives: place, kind and text of each token."""
    tables = _tables(type(lexer))
    states = list(stack)
    of_char, of_others = tables[states[-1]]
    position, end = 0, len(code)
    while True:
        code_point = ord(code[position]) if position < end else 128
        for match_at, action, new_state in of_char[code_point] if code_point < 128 else of_others:
            match = match_at(code, position)
            if match is None:
                continue
            if type(action) is _TokenType:
                yield position, action, match[0]
            elif action is not None:
                yield from action(lexer, match)
            position = match.end()
            if new_state is not None:
                _enter(new_state, states)
                of_char, of_others = tables[states[-1]]
            break
        else:
            if position >= end:
                return
            is_line_end = code[position] == "\n"  # nothing that is wrong on one line is so on the next
            if is_line_end:
                states[:] = ["root"]
                of_char, of_others = tables["root"]
            yield position, Whitespace if is_line_end else Error, code[position]
            position += 1


def _enter(new_state: Any, states: list[str]) -> None:
    """Change the stack of states as a rule asks: names to push, or how many to leave."""
    if isinstance(new_state, tuple):
        for name in new_state:
            if name == "#pop":
                del states[max(len(states) - 1, 1) :]
            else:
                states.append(states[-1] if name == "#push" else name)
    elif isinstance(new_state, int):
        del states[new_state if abs(new_state) < len(states) else 1 :]
    else:
        states.append(states[-1])  # "#push"


@cache
def _tables(lexer: type[RegexLexer]) -> Mapping[str, _Table]:
    return _Tables(lexer()._tokens)  # type: ignore[attr-defined]  # ready once there is one


class _Tables(dict[str, _Table]):
    """The tables of a lexer by its states; each is made where the first code enters it, and most codes enter few."""

    def __init__(self, rules: Mapping[str, Sequence[_Rule]]) -> None:
        super().__init__()
        self._rules = rules

    def __missing__(self, state: str) -> _Table:
        found = self[state] = _table(self._rules[state])
        return found


def _table(rules: Sequence[_Rule]) -> _Table:
    begins = [_beginnings(match_at.__self__) for match_at, _, _ in rules]
    of_char = [[rule for rule, first in zip(rules, begins, strict=True) if chr(code) in first] for code in range(128)]
    return of_char, rules


def _beginnings(pattern: "re.Pattern[str]") -> frozenset[str]:
    """The ASCII characters that what a pattern matches can begin with; all where it may be empty or cannot be read."""
    if _parser is None:
        return _ASCII
    try:
        first, is_empty = _first(_parser.parse(pattern.pattern, pattern.flags), pattern.flags)
    except (re.error, _UnknownPartError):
        return _ASCII
    return _ASCII if is_empty else first


class _UnknownPartError(Exception):
    """A part of a pattern that is not read here."""


def _first(parts: Any, flags: int) -> tuple[frozenset[str], bool]:
    """With what these parts, one behind the other, can begin; whether all of them together may be empty."""
    found: frozenset[str] = frozenset()
    for kind, value in parts:
        first, is_empty = _first_of(str(kind), value, flags)
        found |= first
        if not is_empty:
            return found, False
    return found, True


def _first_of(kind: str, value: Any, flags: int) -> tuple[frozenset[str], bool]:
    if kind == "LITERAL":
        return _cased(chr(value), flags), False
    if kind == "IN":
        return _set(value, flags), False
    if kind in ("ANY", "NOT_LITERAL"):
        return _ASCII, False
    if kind in ("AT", "ASSERT", "ASSERT_NOT"):  # of no width: what stands behind it decides
        return frozenset(), True
    if kind == "BRANCH":
        each = [_first(parts, flags) for parts in value[1]]
        return frozenset().union(*(first for first, _ in each)), any(is_empty for _, is_empty in each)
    if kind == "SUBPATTERN":
        return _first(value[3], flags | value[1])
    if kind in ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"):
        first, is_empty = _first(value[2], flags)
        return first, is_empty or value[0] == 0
    raise _UnknownPartError(kind)


def _set(items: Any, flags: int) -> frozenset[str]:
    found: frozenset[str] = frozenset()
    is_negated = False
    for kind, value in items:
        if str(kind) == "NEGATE":
            is_negated = True
        elif str(kind) == "LITERAL":
            found |= _cased(chr(value), flags)
        elif str(kind) == "RANGE":
            found |= frozenset().union(*(_cased(chr(code), flags) for code in range(value[0], min(value[1], 127) + 1)))
        else:
            found |= _category(str(value))
    return _ASCII - found if is_negated else found


def _category(name: str) -> frozenset[str]:
    _, *negation, what = name.lower().split("_")
    found = frozenset(filter(re.compile(_CATEGORIES[what]).match, _ASCII))
    return _ASCII - found if negation else found


def _cased(character: str, flags: int) -> frozenset[str]:
    """A character, and its other case where that is the same; those beyond ASCII that are, are tried everywhere."""
    both = {character, character.lower(), character.upper()} if flags & re.IGNORECASE else {character}
    return _ASCII & both
