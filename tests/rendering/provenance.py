"""A hub in which every run has values that no other has, and where in its site each of them stands."""

import base64
import hashlib
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from html.parser import HTMLParser
from typing import Any
from urllib.parse import parse_qs, urlsplit

from generator.model.asset import AssetRequest
from generator.model.page import Page
from generator.model.run import EntryCheck, Environment, Facts, Output, Script, ScriptRun, SnippetError, SnippetRun
from generator.scripts.planning import plan
from generator.scripts.variants import variants
from tests.pages import a_page, read
from tests.rendering.sites import VOID

LANGUAGES = {"zh": "zh_CN", "en": "en_US"}
FAILED, EXISTS, MISSING, NOTHING = "m_failed", "m_exists", "m_missing", "m_nothing"
ENTRIES = ("m_own", "m_ran", FAILED, EXISTS, MISSING, NOTHING)
"""Those that the pages with a choice offer, by what is known of them; the first is what they load."""


EVERY = "*"
"""In the place of an entry: of a card that offers a choice, what stands there whichever is chosen."""


@dataclass(frozen=True, slots=True)
class Place:
    """What a value is of, or what it stands beside."""

    page: str
    """Empty for what stands beside no page."""
    language: str = ""
    """Empty for all languages of a page with the same code, and beside what is of no language."""
    entry: str = ""
    """Empty for a page without a choice, and beside a page as a whole, which is told by the entry that it loads."""

    def may_stand(self, at: "Place") -> bool:
        """Whether a value of this may stand there."""
        if self.page != at.page or (self.language and at.language and self.language != at.language):
            return False
        return self.entry in ("", ENTRIES[0]) if not at.entry else self.entry == at.entry


@dataclass(frozen=True, slots=True)
class Marked:
    """A run with the texts by which it is known again, wherever they stand."""

    run: ScriptRun
    of: Place
    """What it is of; of the code that a page has no more, no language or entry."""
    is_shown: bool
    """Whether anything of it may be shown at all."""
    values: tuple[str, ...]


def sample(load: str = "m_own") -> str:
    """A sample that offers all entries, one of them twice with other arguments."""
    call = 'model = hub.load("o/r", "{}", pretrained=True)'
    lines = [call.format(name) if name == load else f"# {call.format(name)}" for name in ENTRIES]
    twice = f"# {call.format('m_ran').replace('True', 'False')}"
    return "\n".join(["from megengine import hub", *lines, twice, "model.eval()"])


def pages() -> list[Page]:
    """Two that offer a choice, one of them with other code in each language; and two that do not."""
    return [
        read(
            a_page("print(1)", sample=sample(), title="A", en="| m | v |\n| - | - |\n| m_ran | 1 |"), "org_vision_a.md"
        ),
        read(a_page("print(2)", sample=sample(), title="B", english_snippets=["print(3)"]), "org_vision_b.md"),
        read(a_page("print(1)", title="C"), "org_vision_c.md"),
        read(a_page("print(5)", title="D"), "org_nlp_d.md"),
    ]


def before() -> list[Page]:
    """The same pages as they once were: with other code, and one with other entries."""
    return [
        read(page.source.replace("print(", "print(9").replace('"m_ran"', '"m_gone"'), page.path) for page in pages()
    ]


def runs() -> list[Marked]:
    """Of each page, language and entry, of the code as it is and as it was."""
    found: list[Marked] = []

    def add(script: Script, is_shown: bool, *, fails: bool = False) -> None:
        entry = script.variant or (ENTRIES[0] if "hub.load" in script.snippets[0].code else "")
        language = script.languages[0] if len(script.languages) == 1 else ""
        found.append(_marked(script, len(found), Place(script.page, language, entry), is_shown, fails))

    for page in before():
        for script in plan([page]):
            add(script, False)
            for variant in variants(script)[:2]:
                add(variant, False)
    for page in pages()[:-1]:  # the last one was run before, and not since
        for script in plan([page]):
            add(script, True)
            of_entry = variants(script)
            for variant in of_entry[:2]:
                add(variant, True, fails=variant.variant == FAILED)
            for variant in of_entry[5:]:  # with other arguments than those that the card shows
                add(variant, False)
    return found


def checks() -> dict[str, list[EntryCheck]]:
    """What came of looking up, of each page that offers something."""
    found = EntryCheck("", "", "o/r", EXISTS, {}, "passed", started="2026-10-10T00:00:00+00:00")
    missing = replace(found, entry=MISSING, verdict="failed", cause="page")
    elsewhere = replace(found, repository="other/r", entry=NOTHING)
    return {
        page: [replace(check, page=page, path=f"{page}.md") for check in (found, missing, elsewhere)]
        for page in ("org_vision_a", "org_vision_b")
    }


def _marked(script: Script, number: int, of: Place, is_shown: bool, fails: bool) -> Marked:
    """A run whose figures, day, outputs and places are its own."""
    tag = f"run{number:02}x"
    digest = hashlib.sha256(tag.encode()).hexdigest()
    png = base64.b64encode(b"\x89PNG\r\n\x1a\n" + tag.encode()).decode()
    snippets = [
        SnippetRun(
            "passed",
            snippet.lines,
            6000 + 10.0 * number + index,
            (Output("stdout", "text/plain", f"{tag} said {index}\n"), Output("display", "image/png", png)),
        )
        for index, snippet in enumerate(script.snippets)
    ]
    error = SnippetError("ValueError", f"{tag} failed", snippets[-1].lines, traceback=f"{tag} traceback")
    if fails:
        snippets[-1] = replace(snippets[-1], status="failed", error=error)
    url = f"https://example.org/w/{tag}.pkl"
    run = ScriptRun(
        page=script.page,
        path=script.path,
        languages=script.languages,
        script=script.digest,
        variant=script.variant,
        verdict="failed" if fails else "passed",
        cause="page" if fails else None,
        started=f"20{40 + number}-11-21T08:00:00+00:00",
        seconds=5000.5 + number,
        environment=Environment("3.10.13", {"megengine": "1.13.0", f"{tag}-package": "1.0"}, "cpu", f"{tag} platform"),
        assets=(AssetRequest(url, "served", digest, (400 + number) * 2**20, None, 1.0),),
        snippets=tuple(snippets),
        reason=f"{tag} reason" if fails else "",
        facts=None if fails else Facts((100 + number) * 10**6, (200 + number) * 2**20, None),
        downloaded=(300 + number) * 2**20,
        repositories={"https://github.com/o/r/zipball/master": digest[:40]},
        version=f"{tag}-version",
    )
    asset = f"output.{hashlib.sha256(base64.b64decode(png)).hexdigest()[:12]}"
    values = [tag, asset, run.started[:10], f"{run.seconds:.1f}", digest[:40], script.digest]
    values += [f"{snippet.seconds:.1f}" for snippet in snippets]
    values += [f"{100 + number}.00 M", f"{100 + number},000,000", f"{(100 + number) * 10**6}"]
    values += [f"{base + number} MiB" for base in (200, 300, 400)]
    values += [str((base + number) * 2**20) for base in (200, 300, 400)]
    return Marked(run, of, is_shown, tuple(values))


@dataclass(frozen=True, slots=True)
class Piece:
    """A text of the site, and what it stands beside."""

    text: str
    at: Place


_CARD = re.compile(r"(?:^|[/(])(zh|en)/models/([^/]+)/")


def pieces(path: str, text: str) -> Iterator[Piece]:
    """The texts of a file, each with what it stands beside."""
    card = _CARD.match(path)
    language = LANGUAGES.get(path.split("/")[0], "")
    has_choice = card is not None and card[2] in checks()
    at = Place(card[2] if card else "", language, EVERY if has_choice else "")
    if badge := re.fullmatch(r"badges/(.+)\.(?:svg|json)", path):
        yield Piece(text, Place(badge[1], "", ENTRIES[0] if badge[1] in checks() else ""))
    elif path == "llms.txt":
        for line in text.splitlines():
            named = _CARD.search(line)
            of = Place(named[2], LANGUAGES[named[1]], ENTRIES[0] if named[2] in checks() else "") if named else at
            yield Piece(line, of)
    elif path.endswith(".html"):
        yield from _Html(text, at).pieces
    elif path.endswith(".md"):  # of the entry that the page loads
        yield Piece(text, replace(at, entry=ENTRIES[0] if has_choice else ""))
    elif path.endswith(".ipynb"):
        entry = path.rsplit("/", 1)[-1].removesuffix(".ipynb").removeprefix(at.page).removeprefix(".")
        yield Piece(text, replace(at, entry=entry or (ENTRIES[0] if has_choice else "")))
    elif path.endswith(".json") and not path.startswith("assets/"):
        single = re.fullmatch(r"api/v1/models/([^/]+)\.json", path)
        yield from _json_pieces(json.loads(text), Place(single[1]) if single else at)
    else:
        yield Piece(text, at)


def _json_pieces(value: Any, at: Place) -> Iterator[Piece]:
    if isinstance(value, dict):
        named = {key: value[key] for key in ("id", "entry") if isinstance(value.get(key), str)}
        at = replace(at, page=named.get("id", at.page), entry=named.get("entry", at.entry))
        for key, of in value.items():
            yield from _json_pieces(of, replace(at, language=key) if key in LANGUAGES.values() else at)
    elif isinstance(value, list):
        for of in value:
            yield from _json_pieces(of, at)
    else:
        yield Piece(f"{value:.1f}" if isinstance(value, float) else str(value), at)


class _Html(HTMLParser):
    """Texts and attributes with the page, language and entry that they stand beside."""

    def __init__(self, html: str, of_file: Place) -> None:
        super().__init__()
        self._of_file = of_file
        self._scopes: list[tuple[str, Place]] = []
        self.pieces: list[Piece] = []
        self.feed(html)
        self.close()

    @property
    def _at(self) -> Place:
        return self._scopes[-1][1] if self._scopes else self._of_file

    def handle_starttag(self, tag: str, attrs: Sequence[tuple[str, str | None]]) -> None:
        """Go into an element, which may be of entries, and may name one or another page."""
        given, at = dict(attrs), self._at
        if numbers := given.get("data-entry"):
            at = replace(at, entry=" ".join(ENTRIES[int(number)] for number in numbers.split()))
        if of := given.get("data-of"):  # a column of a comparison
            at = Place(of, at.language)
        if tag not in VOID:
            self._scopes.append((tag, at))
        href = given.get("href") or ""
        named = _CARD.search(href)
        if named and named[2] != self._of_file.page:
            self._name(Place(named[2], self._of_file.language))
        if chosen := parse_qs(urlsplit(href).query).get("entry"):
            self._name(replace(self._of_file, entry=chosen[0]))
        for name, value in given.items():
            if value and name not in ("class", "id"):
                self.pieces.append(Piece(value, at))

    def _name(self, place: Place) -> None:
        """All that follows in the same row is of what it names."""
        for index in range(len(self._scopes) - 1, -1, -1):
            if self._scopes[index][0] in ("li", "tr"):
                self._scopes[index:] = [(tag, place) for tag, _ in self._scopes[index:]]
                return

    def handle_endtag(self, tag: str) -> None:
        """Leave an element."""
        while self._scopes:
            if self._scopes.pop()[0] == tag:
                return

    def handle_data(self, data: str) -> None:
        """A text, where it stands."""
        self.pieces.append(Piece(data, self._at))
