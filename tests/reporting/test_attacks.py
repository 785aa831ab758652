"""Text that would obey nobody but its author: a stranger's page, file name or output in every report.

The reports are read back as whoever reads them would: a terminal, GitHub's runner, a browser, an XML parser, a program.
"""

import io
import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from html import unescape
from typing import Any, Literal
from urllib.parse import unquote
from xml.etree import ElementTree

import pytest
from markdown_it import MarkdownIt
from rich.console import Console

from generator.cli import console
from generator.model.diagnostic import Diagnostic
from generator.model.run import EntryCheck, ScriptRun, SnippetError
from generator.reporting.github import github_annotations, run_annotations
from generator.reporting.junit import junit_xml
from generator.reporting.live import LiveProgress
from generator.reporting.machine import diagnostics_json, runs_json
from generator.reporting.markdown import markdown_summary
from generator.reporting.sarif import sarif
from generator.reporting.screen import Screen
from generator.reporting.terminal import Line, write
from generator.reporting.text import diagnostic_lines, summary_lines
from generator.scripts.planning import plan
from tests.pages import read
from tests.reporting.runs import CALL, TEXT, a_failing_run, a_mismatch, a_skip, a_tiny_run, an_unstable_run

ATTACKS = {
    "clears the screen": "\x1b[2J\x1b[H",
    "sets the title": "\x1b]0;owned\x07",
    "makes a link": "\x1b]8;;https://evil.example\x1b\\here\x1b]8;;\x1b\\",
    "C1 control sequence": "\x9b2J\x9d0;owned\x9c",
    "carriage return": "failed\rpassed",
    "backspaces": "failed\x08\x08\x08\x08\x08\x08passed",
    "turned letters": "\u202efdp.exe\u2066\u200f",
    "line separators": "a\u2028::error::b\u2029c\x85d\x0be\x0cf",
    "workflow command": "a\n::error file=README.md,line=1::owned",
    "workflow command, indented": "a\n \t\u3000::set-output name=x::owned",
    "workflow command, first": "::stop-commands::x",
    "workflow command, old": "a ##[set-env name=PATH]/tmp ##[error]owned",
    "workflow command behind a carriage return": "a\r::add-mask::b\r\n::set-output name=x::y",
    "end of an annotation": "a%0A::error::b,title=x::c%25",
    "lone surrogates": "\udfff and \ud800x\udc80",
    "no characters": "\ufffe\uffff\x00\x7f",
    "end of a CDATA section": "]]>&<![CDATA[<failure/>",
    "Markdown": "</details>\n```\n# big\n|a|b|\n<script>alert(1)</script>",
    "rich's markup": "[red]owned[/red][link=https://evil.example]x[/link]",
    "colours in a prompt": "\x1b[31mx\x1b[0m",
}

ORDERS = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\u200e\u200f\u061c\ud800-\udfff]"
)
"""What a terminal or a reader of lines would obey."""


def file_named(text: str) -> str:
    """A file that can be called so: Python has a name's undecodable bytes as the upper half of the lone surrogates."""
    return f"{text}.md".translate({0xD800: "?", 0xDFFF: "?"})


def runs_with(text: str) -> list[ScriptRun]:
    """Runs that hold the text wherever a page or its code could have put it."""
    error = SnippetError(text, text, CALL, traceback=f"{text}.md, line {CALL['zh_CN']}\n--> {text}")
    told = [
        replace(a_failing_run(error, reason=text), variant=text),
        a_skip(text),
        an_unstable_run(text),
        a_tiny_run("skipped", "skipped", "skipped", verdict="skipped", reason=text),
    ]
    mismatch = a_mismatch()
    broken = replace(mismatch.snippets[1], error=replace(error, name="OutputMismatch", traceback=text))
    told.append(replace(mismatch, snippets=(mismatch.snippets[0], broken, mismatch.snippets[2])))
    environment = replace(told[0].environment, device=text, python=text, packages={"megengine": text})
    environment = replace(environment, driver=text, cuda=text)
    return [replace(run, page=text, path=file_named(text), environment=environment) for run in told]


def findings_with(text: str) -> list[Diagnostic]:
    """What could be said of a page of that name with that text in it."""
    levels: tuple[Literal["error"], Literal["warning"]] = ("error", "warning")
    return [
        Diagnostic(file_named(text), 1, 1, "unknown-key", f"{text} is not a key: {text}", level) for level in levels
    ]


def entries_with(text: str) -> list[EntryCheck]:
    """An entry of that name that is not there."""
    return [EntryCheck(text, file_named(text), text, text, {"zh_CN": 1}, "failed", "page", text)]


def commands_in(printed: str) -> list[str]:
    """What GitHub's runner obeys of what a job printed: see ActionCommand.cs of actions/runner."""
    lines = re.split(r"\r\n|\r|\n", printed)
    return [line for line in lines if line.lstrip().startswith("::") or "##[" in line]


def text_of_checks(text: str) -> str:
    """What `check` prints."""
    stream = io.StringIO()
    write(diagnostic_lines(findings_with(text)), stream)
    return stream.getvalue()


def text_of_runs(text: str) -> str:
    """What `verify` prints at its end."""
    stream = io.StringIO()
    lines = summary_lines(
        runs_with(text), lambda run: f"verify {run.path}", entries_with(text), findings_with(text), width=80
    )
    write(lines, stream)
    return stream.getvalue()


def progress(text: str) -> str:
    """What `verify` prints while it runs, where there is no terminal."""
    stream = io.StringIO()
    (run, *_) = runs_with(text)
    (script, *_) = plan([read(TEXT)])
    script = replace(script, page=text, path=file_named(text), variant=text)
    with LiveProgress(stream) as live:
        live.planned(run.environment, [script])
        live.started(script, text)
        live.finished(run)
    return stream.getvalue()


def said(text: str) -> str:
    """What any command says."""
    stream = io.StringIO()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(console.sys, "stderr", stream)
        console.fail(2, f"{text}: no such file")
        console.say_all([text])
    return stream.getvalue()


PEOPLE: Mapping[str, Callable[[str], str]] = {
    "check": text_of_checks,
    "verify": text_of_runs,
    "progress": progress,
    "messages": said,
}


@pytest.mark.parametrize("name", ATTACKS)
@pytest.mark.parametrize("report", PEOPLE)
def test_nothing_that_people_read_orders_anybody(report: str, name: str) -> None:
    """Neither a terminal nor the runner that prints the log of a job."""
    printed = PEOPLE[report](ATTACKS[name])
    assert ORDERS.findall(printed) == []
    assert commands_in(printed) == []


@pytest.mark.parametrize("name", ATTACKS)
def test_board_of_a_terminal_shows_text_alone(name: str) -> None:
    """rich's own orders are those of the same board with harmless text."""

    def drawn(text: str) -> str:
        stream = io.StringIO()
        board = Screen(stream)
        (script, *_) = plan([read(TEXT)])
        board.started(replace(script, page=text, path=text), text)
        plain = Console(file=stream, force_terminal=True, width=400, color_system=None)
        plain.print(board)
        board.finished(runs_with(text)[0])
        return stream.getvalue()

    own = set(re.findall(r"\x1b\[[0-9;?]*[A-Za-z]", drawn("harmless")))
    left = drawn(ATTACKS[name])
    for order in own:
        left = left.replace(order, "")
    assert ORDERS.findall(left) == []
    assert commands_in(left) == []


@pytest.mark.parametrize("name", ATTACKS)
def test_every_annotation_is_one_command(name: str) -> None:
    """With the text inside of it, whole."""
    text = ATTACKS[name]
    lines = [
        *github_annotations(findings_with(text)),
        *run_annotations(runs_with(text), entries_with(text)),
    ]
    printed = "".join(f"{line}\n" for line in lines)
    assert ORDERS.findall(printed) == []
    # The newer form is looked for first, so what it holds is not taken for the older one.
    assert all(re.match(r"::(error|warning) file=[^:,]*,line=\d+[^:]*::", line) for line in commands_in(printed))
    assert commands_in(printed) == lines


@pytest.mark.parametrize("name", ATTACKS)
def test_json_loses_nothing_and_orders_nobody(name: str) -> None:
    """Also where it is printed to a terminal or to the log of a job."""
    text = ATTACKS[name]
    printed = [
        diagnostics_json(findings_with(text)),
        runs_json(runs_with(text), findings_with(text), entries_with(text)),
    ]
    for one in printed:
        assert ORDERS.findall(one) == []
        assert commands_in(one) == []
        one.encode()
    assert json.loads(printed[0])[0]["message"] == f"{text} is not a key: {text}"
    assert json.loads(printed[1])["runs"][0]["page"] == text
    assert json.loads(printed[1])["entries"][0]["entry"] == text


@pytest.mark.parametrize("name", ATTACKS)
def test_sarif_shows_what_can_be_seen(name: str) -> None:
    """Its viewers show the text of messages as it is, and ask for files by their addresses."""
    text = ATTACKS[name]
    printed = sarif("1", {}, findings_with(text), runs_with(text), entries_with(text))
    assert ORDERS.findall(printed) == []
    assert commands_in(printed) == []
    for key, value in _texts(json.loads(printed)):
        if key == "uri":
            assert re.fullmatch(r"(?:[A-Za-z0-9._~/-]|%[0-9A-F]{2})+", value)
            assert unquote(value, errors="surrogateescape") or text
        elif key == "text":
            assert ORDERS.findall(value) == []


@pytest.mark.parametrize("name", ATTACKS)
def test_junit_is_xml_and_shows_what_can_be_seen(name: str) -> None:
    """With as many cases as there are, whatever they are called."""
    text = ATTACKS[name]
    root = ElementTree.fromstring(junit_xml(runs_with(text), entries_with(text), findings_with(text)).encode("utf-8"))
    harmless = ElementTree.fromstring(junit_xml(runs_with("x"), entries_with("x"), findings_with("x")).encode())
    assert [element.tag for element in root.iter()] == [element.tag for element in harmless.iter()]
    for element in root.iter():
        for value in (*element.attrib.values(), element.text or ""):
            assert ORDERS.findall(value) == []


@pytest.mark.parametrize("name", ATTACKS)
def test_summary_of_a_job_shows_text_as_text(name: str) -> None:
    """No element but those of the summary itself."""

    def rendered(text: str) -> str:
        told = markdown_summary(
            runs_with(text), lambda run: f"verify {run.path}", entries_with(text), findings_with(text)
        )
        told.encode()
        return MarkdownIt("commonmark").enable(["table", "strikethrough"]).render(told)

    html = rendered(ATTACKS[name])
    assert ORDERS.findall(unescape(html)) == []
    assert "<script>" not in html and "evil.example</a>" not in html
    tags = [re.findall(r"</?[a-z0-9]+", each) for each in (html, rendered("x"))]
    assert tags[0] == tags[1]


def test_line_of_a_report_stays_one_line() -> None:
    """What follows a line break would pass for a line of the report."""
    stream = io.StringIO()
    write([Line("a.md:1:1: error: x\nb.md:1:1: error: y (z)")], stream)
    assert stream.getvalue() == "a.md:1:1: error: x\\nb.md:1:1: error: y (z)\n"


def _texts(value: Any, key: str = "") -> Iterator[tuple[str, str]]:
    """Every string of a JSON document with the key that it stands under."""
    if isinstance(value, dict):
        for name, each in value.items():
            yield from _texts(each, name)
    elif isinstance(value, list):
        for each in value:
            yield from _texts(each, key)
    elif isinstance(value, str):
        yield key, value
