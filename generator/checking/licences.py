"""SPDX licence expressions (https://spdx.github.io/spdx-spec/v3.0.1/annexes/spdx-license-expressions/)."""

import difflib
import re
import tomllib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

MAX_LENGTH = 200
"""Characters of an expression that is looked at."""

_TOKEN = re.compile(r"[()]|[^\s()]+")
_OWN = re.compile(r"LicenseRef-[A-Za-z0-9.-]+")
_MARKS = ("AND", "OR", "WITH", "(", ")")
_WORDS = re.compile(r"\b(?:the|version|licen[cs]ed?|v)\b|(?<=[a-z ])v(?=\d)|[^a-z0-9.+]+")


@dataclass(frozen=True, slots=True)
class Listed:
    """What SPDX lists."""

    licenses: tuple[str, ...]
    exceptions: tuple[str, ...]
    """What may stand behind WITH."""


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with an expression."""

    message: str
    """What is wrong, and what to write."""
    instead: str = ""
    """The expression that is meant, where it can only be one."""


@cache
def listed() -> Listed:
    """The ids that SPDX lists and does not advise against, from the file beside this one."""
    found = tomllib.loads(Path(__file__).with_name("spdx.toml").read_text(encoding="utf-8"))
    return Listed(*(tuple(found[name].split()) for name in ("licenses", "exceptions")))


@lru_cache(1024)
def fault_of(expression: str) -> Fault | None:
    """What is wrong with a licence expression; None where it is one, written as SPDX writes it."""
    if len(expression) > MAX_LENGTH:
        return Fault(f"a licence is named by at most {MAX_LENGTH} characters, as on https://spdx.org/licenses/")
    tokens = _TOKEN.findall(expression)
    known = [_token(token, tokens[index - 1] if index else "") for index, token in enumerate(tokens)]
    meant = _joined([token or "?" for token in known])
    if None in known or not _is_expression(known):
        meant = _by_words().get(_squashed(expression), "")
        if not meant and None in known and not any(token in _MARKS for token in known):  # a name of several words
            return Fault(f"{expression!r} is no licence that SPDX lists: {_hint(expression)}")
        if not meant and not _is_expression(known):
            return Fault(f"{expression!r} joins no licences: write each as in MIT OR (Apache-2.0 AND BSD-3-Clause)")
        if not meant:
            place = known.index(None)
            if place and known[place - 1] == "WITH":
                return Fault(f"{tokens[place]!r} is no exception that SPDX lists: {_exception(tokens[place])}")
            return Fault(f"{tokens[place]!r} is no licence that SPDX lists: {_hint(tokens[place])}")
    return None if meant == expression else Fault(f"SPDX writes {expression!r} otherwise: write {meant}", meant)


def _token(token: str, before: str) -> str | None:
    """A part of an expression as SPDX writes it; None for what it does not know."""
    if token.upper() in _MARKS:
        return token.upper()
    if before.upper() == "WITH":
        return _by_case(listed().exceptions).get(token.lower())
    if _OWN.fullmatch(token):
        return token
    known = _by_case(listed().licenses)
    base = token.lower().removesuffix("+")
    if not token.endswith("+"):
        return known.get(base)
    return known.get(f"{base}-or-later") or (f"{known[base]}+" if base in known else None)


def _is_expression(tokens: Sequence[str | None]) -> bool:
    """Whether licences and what joins them stand where they may; an unknown one may where a licence may."""
    depth = 0
    expects_licence = True
    for index, token in enumerate(tokens):
        if token not in _MARKS:
            if not expects_licence:
                return False
            expects_licence = False
        elif token == "(":
            if not expects_licence or tokens[index - 1 : index] == ["WITH"]:
                return False
            depth += 1
        elif expects_licence or (token == ")" and not depth) or (token == "WITH" and tokens[index - 1] == ")"):
            return False
        else:
            depth -= token == ")"
            expects_licence = token != ")"
    return not expects_licence and depth == 0


def _joined(tokens: Iterable[str]) -> str:
    return " ".join(tokens).replace("( ", "(").replace(" )", ")")


def _hint(name: str) -> str:
    """What to write for a name that is no id."""
    known = _by_case(listed().licenses)
    lowered = name.lower().removesuffix("+")
    for base in (lowered, re.sub(r"-?v?(\d+)$", r"-\1.0", lowered)):
        if both := [known[each] for each in (f"{base}-only", f"{base}-or-later") if each in known]:
            return f"write {' or '.join(both)}"
    if longer := sorted((each for each in known if each.startswith(f"{lowered}-")), key=len)[:4]:
        return f"say which, such as {', '.join(known[each] for each in longer)}"
    if near := difflib.get_close_matches(lowered, known, 1, 0.75):
        return f"did you mean {known[near[0]]}?"
    own = re.sub(r"[^A-Za-z0-9.-]+", "-", name.removeprefix("LicenseRef-")).strip("-") or "NAME"
    return f"write LicenseRef-{own}, and say on the page what it allows"


def _exception(name: str) -> str:
    known = _by_case(listed().exceptions)
    near = difflib.get_close_matches(name.lower(), known, 1, 0.6)
    return f"did you mean {known[near[0]]}?" if near else "write one of https://spdx.org/licenses/exceptions-index.html"


@cache
def _by_words() -> Mapping[str, str]:
    """The ids by their letters and digits, as people write them; none that two ids share."""
    squashed = [(_squashed(name), name) for name in listed().licenses]
    times = Counter(key for key, _ in squashed)
    return {key: name for key, name in squashed if times[key] == 1}


def _squashed(text: str) -> str:
    return _WORDS.sub("", text.lower())


@cache
def _by_case(names: tuple[str, ...]) -> Mapping[str, str]:
    return {name.lower(): name for name in names}
