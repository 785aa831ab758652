"""Rules about secrets: what is published can be used by anybody."""

import base64
import itertools
import json
import re
from collections.abc import Iterator
from typing import NamedTuple

from generator.checking.parts import Finding
from generator.checking.registry import Rule
from generator.checking.view import PageView


class _Form(NamedTuple):
    """How a kind of secret is written."""

    hint: str
    """Stands in every one of them, so that most pages need no search."""
    name: str
    pattern: re.Pattern[str]


# Each pattern begins with a few fixed letters, which are found quickly; that no word goes on before them is seen later.
_FORMS = tuple(
    _Form(hint, name, re.compile(pattern, re.ASCII))
    for hint, name, pattern in (
        ("AKIA", "an AWS access key", r"AKIA(?P<value>[0-9A-Z]{16})\b"),
        ("ASIA", "an AWS access key", r"ASIA(?P<value>[0-9A-Z]{16})\b"),
        ("AIza", "a Google API key", r"AIza(?P<value>[\w-]{35})(?![\w-])"),
        ("LTAI", "an Alibaba Cloud access key", r"LTAI(?P<value>[0-9A-Za-z]{12,26})\b"),
        ("AKID", "a Tencent Cloud access key", r"AKID(?P<value>[0-9A-Za-z]{32})\b"),
        ("gh", "a GitHub token", r"gh[pousr]_(?P<value>[0-9A-Za-z]{36,})\b"),
        ("github_pat_", "a GitHub token", r"github_pat_(?P<value>\w{22,})\b"),
        ("glpat-", "a GitLab token", r"glpat-(?P<value>[\w-]{20,})"),
        ("hf_", "a Hugging Face token", r"hf_(?P<value>[0-9A-Za-z]{30,})\b"),
        ("sk-", "an API key", r"sk-(?:(?:proj|ant|svcacct|admin|or)-[\w-]{0,20}?)?(?P<value>[0-9A-Za-z]{20,})"),
        ("xox", "a Slack token", r"xox[abeprs]-(?P<value>[0-9A-Za-z-]{20,})"),
        ("pypi-AgEI", "a PyPI token", r"pypi-AgEI(?P<value>[\w-]{40,})"),
        ("npm_", "an npm token", r"npm_(?P<value>[0-9A-Za-z]{36})\b"),
        ("dckr_pat_", "a Docker token", r"dckr_pat_(?P<value>[\w-]{20,})"),
    )
)
_TOKEN_OF_LETTERS = re.compile(r"(?=.{30})(?=.*[a-z])(?=.*[A-Z])[A-Za-z]+")
"""Chance draws no digit in one token of a few hundred; words are not mixed of both cases for so long."""
_WEB_TOKEN = re.compile(r"(?<![\w.-])(?P<head>eyJ[\w-]{8,})\.(?P<value>eyJ[\w-]{8,})\.[\w-]{16,}(?![\w-])", re.ASCII)
_WORD_BEFORE = re.compile(r"[\w-]\Z", re.ASCII)
_PRIVATE_KEY = re.compile(r"-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----")
_ADDRESS = re.compile(r"https?://[^\s/:@]+:(?P<value>[^\s/:@]+)@")
_GIVEN = re.compile(r"[=:][ \t]*(?P<quote>[\"'])(?P<value>[!-~]{6,200}?)(?P=quote)")
_SECRET_NAME = re.compile(
    r"(?P<name>passw(?:or)?d|api_?key|secret_?key|access_?key|auth_?token|access_?token)"
    r"[\"']?\]?[ \t]*(?::[ \t]*str[ \t]*)?\Z",
    re.IGNORECASE,
)
_NAMES = ("passw", "key", "token")
"""One of them is in every such name."""
NAME_WIDTH = 40
"""How much before a value its name is looked for."""
# Whoever writes these shows where a secret goes.
_PLACEHOLDER = re.compile(
    r"your|example|sample|dummy|fake|change|replace|placeholder|redacted|secret|passw|token|\bkey|test|1234|abcd"
    r"|xxx|\*\*\*|\.\.\.|[<>{}$\[\]]",
    re.IGNORECASE,
)
MIN_DISTINCT = 8
"""Different characters that a token has at least; `xxxxxxxx` is not one."""


def secret_in_snippet(view: PageView) -> Iterator[Finding]:
    """A token, key or password on a page is anybody's once it is published: revoke it, read it from the environment.

    Bad:  password = "hunter2-and-more"
    Good: password = os.environ["HUB_PASSWORD"]
    """
    text = view.page.source
    for start, kind, shown in _secrets(text):
        line, column = view.place(start)
        message = f"this looks like {kind}{shown}: revoke it and read it from the environment instead"
        yield Finding(line, message, column)


def _secrets(text: str) -> Iterator[tuple[int, str, str]]:
    """Start and kind of each secret, and the little of it that may be shown."""
    for form in _FORMS:
        for match in form.pattern.finditer(text) if form.hint in text else ():
            value, before = match["value"], text[max(match.start() - 1, 0) : match.start()]
            is_drawn = _is_random(value) or _is_mixed(value)
            if is_drawn and not _WORD_BEFORE.search(before) and not _PLACEHOLDER.search(value):
                shown = text[match.start() : min(match.start("value"), match.start() + 4)]
                yield match.start(), form.name, f" ({shown}…)"
    for match in _WEB_TOKEN.finditer(text) if "eyJ" in text else ():
        if "alg" in _decoded(match["head"]) and not _PLACEHOLDER.search(
            " ".join(map(str, _decoded(match["value"]).values()))
        ):
            yield match.start(), "a JSON Web Token", " (eyJ…)"
    for match in _PRIVATE_KEY.finditer(text) if "PRIVATE KEY" in text else ():
        yield match.start(), "a private key", ""
    for match in _ADDRESS.finditer(text) if "@" in text else ():
        if not _PLACEHOLDER.search(match["value"]):
            yield match.start("value"), "a password in an address", ""
    lowered = text.casefold()
    for match in _GIVEN.finditer(text) if any(word in lowered for word in _NAMES) else ():
        name = _SECRET_NAME.search(text[max(match.start() - NAME_WIDTH, 0) : match.start()])
        if name and _is_given_away(name["name"], match["value"]):
            yield match.start("value"), f"a value for {name['name']}", ""


def _is_given_away(name: str, value: str) -> bool:
    is_secret = len(set(value)) > 2 if name.lower().startswith("passw") else len(value) >= 16 and _is_random(value)
    return is_secret and not _PLACEHOLDER.search(value)


def _is_random(value: str) -> bool:
    """Whether it looks drawn by chance: with letters, digits and little repetition."""
    return len(set(value)) >= MIN_DISTINCT and bool(re.search(r"\d", value)) and bool(re.search("[A-Za-z]", value))


def _is_mixed(value: str) -> bool:
    """Whether letters alone look drawn by chance: capitals and small letters, changing again and again."""
    changes = sum(a.isupper() and b.isupper() for a, b in itertools.pairwise(value))
    return bool(_TOKEN_OF_LETTERS.fullmatch(value)) and changes >= 3 and len(set(value)) >= 2 * MIN_DISTINCT


def _decoded(part: str) -> dict[str, object]:
    """What a part of a JSON Web Token says; nothing where it is none."""
    try:
        found = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


RULES: tuple[Rule, ...] = (Rule(secret_in_snippet, "error"),)
