"""A page's whole way through the program, and what must hold of it whoever wrote the page.

Each function raises AssertionError, or what the program raised, where something does not.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import nbformat

from generator.checking.fixing import apply_fixes_to_bytes
from generator.checking.page import check
from generator.checking.parts import HubFacts
from generator.checking.rules import RULES
from generator.config import Config
from generator.model.diagnostic import Diagnostic
from generator.model.hub import HUB1
from generator.model.page import Page
from generator.model.run import EntryCheck, ScriptRun
from generator.model.site import RenderedFile, SearchDocument
from generator.publishing import publish
from generator.reading.hub import read_beginning, read_page
from generator.reading.source import decode
from generator.reporting.characters import terminal_line
from generator.reporting.github import github_annotations
from generator.reporting.machine import diagnostics_json
from generator.reporting.sarif import sarif
from generator.reporting.text import diagnostic_lines
from generator.scripts.planning import plan
from generator.scripts.variants import variants
from generator.searching.documents import write_document
from generator.site_files import compare
from tests.fuzzing.markup import strangers
from tests.rendering.runs import a_history, a_run
from tests.rendering.sites import site_files

NAME = "acme_vision_tiny.md"
_FACTS = HubFacts(
    Config().hub,
    frozenset({"hub1"}),
    {"acme_vision_tiny": "Tiny", "acme_vision_small": "Small"},
    {"megengine/models": frozenset({"resnet18"}), "a/b": frozenset({"c", "d"})},
)
_PASSES = 10
"""How often `check --fix` goes over a page."""
_UNSEEN = {"invisible-character", "bidi-control"}


def travel(data: bytes, config: Config, folder: Path) -> Page | None:
    """Read a file of a hub, check it, mend it, and publish its site into a folder; the page, where it could be read."""
    page, findings = read(data, config)
    _within(findings, data)
    told(findings)
    if page is None:
        assert findings or config.format != HUB1, "a page is left out, and nobody is told"
        return None
    (folder / NAME).write_bytes(data)
    beginning = read_beginning(folder / NAME, config.languages, form=config.format)
    assert beginning, "its beginning cannot be read"
    assert (beginning.front_matter, beginning.sample) == (page.front_matter, page.sample)
    found = _check(page, config)
    _within(found, data)
    told(found)
    _fix(data, config)
    for script in plan([page]):
        variants(script)
    if not any(finding.rule == "unknown-template" for finding in found):  # the one rule that rendering relies on
        show(page, config, folder / "site")
    return page


def show(
    page: Page,
    config: Config,
    folder: Path,
    runs: Sequence[ScriptRun] | None = None,
    checks: Sequence[EntryCheck] = (),
) -> Mapping[str, bytes]:
    """Publish the site of one page, by default with a run that passed; its files by path."""
    if runs is None:
        runs = [a_run(page)] if plan([page]) else []
    documents: list[RenderedFile] = []

    def index(found: Sequence[SearchDocument]) -> Sequence[RenderedFile]:
        folder.parent.mkdir(exist_ok=True)
        for document in found:
            write_document(document, folder.parent)
            text = (folder.parent / document.path).read_bytes()
            documents.append(RenderedFile(f"search/{document.path}", text))
        return ()

    files = site_files(
        page,
        evidence={page.id: runs},
        hub=config.hub,
        checks={page.id: checks},
        histories={page.id: a_history(runs[0])} if runs else {},
        index=index,
    )
    assert publish(files, folder) == len(files)
    shown = {path: (folder / path).read_bytes() for path in compare(folder, {}).strays}
    assert all(shown[file.path] == file.data for file in files)
    sound({file.path: file.data for file in files if not file.path.startswith("assets/")})
    return shown


def read(data: bytes, config: Config) -> tuple[Page | None, list[Diagnostic]]:
    """A page, or what is wrong with it: an error, unless it is no page to its format."""
    text, findings = decode(data, NAME)
    if findings:
        return None, findings
    page, findings = read_page(text, NAME, config.languages, form=config.format)
    is_kept_off = any(finding.severity == "error" for finding in findings)
    assert not (page and is_kept_off), "an error keeps no page off"
    assert page or is_kept_off or not findings, "without an error there is no page"
    return page, findings


def _check(page: Page, config: Config) -> list[Diagnostic]:
    rules = [rule for rule in RULES if config.format == HUB1 or not rule.of_hub1]
    return check([page], replace(_FACTS, hub=config.hub), rules)


def _within(findings: Sequence[Diagnostic], data: bytes) -> None:
    """Each finding stands at a place of the page, and its edit changes what is there."""
    text = data.decode("utf-8", "replace").replace("\r\n", "\n").replace("\r", "\n")
    lines = text.split("\n")
    for finding in findings:
        assert 1 <= finding.line <= len(lines), finding
        assert 1 <= finding.column <= len(lines[finding.line - 1]) + 1, (finding, lines[finding.line - 1])
        assert finding.fix is None or 0 <= finding.fix.start <= finding.fix.end <= len(text), finding


def told(findings: Sequence[Diagnostic]) -> None:
    """Every report tells of each finding, in a line where it is one of a terminal or a log."""
    lines = [*(terminal_line(line.text) for line in diagnostic_lines(findings)), *github_annotations(findings)]
    assert all("\n" not in line and "\r" not in line and "\x1b" not in line for line in lines)
    json.loads(diagnostics_json(findings).encode())
    json.loads(sarif("1", {}, findings).encode())


def _fix(data: bytes, config: Config) -> None:
    """Mended until nothing more is to be mended, a page is still one.

    But where characters were taken away that nobody sees: then it is read as what it looks like, which may be wrong.
    """
    for _ in range(_PASSES):
        page, _ = read(data, config)
        assert page, "mending made it unreadable"
        mended = [finding for finding in _check(page, config) if finding.fix]
        if not mended:
            return
        fixed = apply_fixes_to_bytes(data, page.source, [finding.fix for finding in mended if finding.fix])
        assert fixed != data, ("a fix changes nothing", mended)
        data = fixed
        page, found = read(data, config)
        if page is None and _UNSEEN & {finding.rule for finding in mended}:
            assert all(finding.rule != "empty-value" for finding in found), "mending left nothing of a value"
            return
    raise AssertionError(f"never done with mending: {mended}")


def sound(files: Mapping[str, bytes]) -> None:
    """What is HTML, XML, JSON or a notebook is that, whole, and holds nothing that only a page can have put there."""
    for path, data in files.items():
        text = data.decode("utf-8") if not path.endswith((".png", ".ico", ".webp")) else ""
        if path.endswith(".html"):
            found = strangers(text)
            assert not found, (path, found)
        elif path.endswith((".xml", ".svg")):
            ElementTree.fromstring(text)
        elif path.endswith(".json"):
            json.loads(text)
        elif path.endswith(".ipynb"):
            nbformat.validate(nbformat.reads(text, as_version=4))
