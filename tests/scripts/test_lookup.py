"""What is believed of the answers that come from a kernel in which a stranger's code ran."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from generator.model.run import Output, Script, ScriptRun
from generator.scripts.lookup import look_up, offers, read_answers
from generator.scripts.planning import plan
from tests.pages import a_page, read
from tests.rendering.runs import a_run

SAMPLE = 'from megengine import hub\nhub.load("o/r", "one")\n# hub.load("o/r", "two")\n# hub.load("o/r", "three")'
OFFERED = offers(plan([read(a_page(sample=SAMPLE))]))
GOOD = 'hubpages-entries:{"two": {}, "three": {"reason": "it is no entry", "cause": "page"}}\n'


@pytest.mark.parametrize(
    "printed",
    [
        GOOD,
        "hubpages-entries:{}\n" + GOOD,
        'hubpages-entries:{"two": {"reason": "x", "cause": "page"}}\nhubpages-entries:nothing\n' + GOOD + "and on",
        GOOD + "hubpages-entries:" + "[" * 100_000,
        GOOD + 'hubpages-entries:{"two": {"cause": "nobody"}}\nhubpages-entries:{"three": 3}\n',
    ],
    ids=["alone", "before", "around", "nested", "others"],
)
def test_last_line_that_is_an_answer_is_believed(printed: str) -> None:
    """Whatever else the repository's code prints, in whatever pieces it comes."""
    half = len(printed) // 2
    checks = read_answers(OFFERED, {"o/r": _run(printed[:half], printed[half:])})
    assert [(check.entry, check.verdict, check.cause) for check in checks] == [
        ("two", "passed", None),
        ("three", "failed", "page"),
    ]


@pytest.mark.parametrize("printed", ["", "hubpages-entries:", "hubpages-entries:{}", "hubpages-entries:[1]"])
def test_no_answer_is_no_pass(printed: str) -> None:
    """What is not said of an entry is not taken for good news."""
    checks = read_answers(OFFERED, {"o/r": _run(printed)})
    assert {(check.verdict, check.cause) for check in checks} == {("failed", "upstream")}
    assert "hides this entry" in checks[0].reason


def test_failed_run_answers_nothing() -> None:
    """Whatever it printed before."""
    run = replace(_run(GOOD), verdict="failed", cause="asset", reason="refused: an archive")
    failed = tuple(replace(snippet, status="failed") for snippet in run.snippets)
    checks = read_answers(OFFERED, {"o/r": replace(run, snippets=failed)})
    assert {(check.verdict, check.cause, check.reason) for check in checks} == {
        ("failed", "asset", "o/r could not be loaded: refused: an archive")
    }


def test_weights_that_were_refused_hide_no_answer() -> None:
    """The script asked for them, was told, and says so of their entry alone."""
    run = replace(_run(GOOD), verdict="failed", cause="asset", reason="the snippets passed, but without weights")
    assert read_answers(OFFERED, {"o/r": run}) == read_answers(OFFERED, {"o/r": _run(GOOD)})


def test_error_stream_and_values_are_no_answers() -> None:
    """Only what is printed."""
    run = _run(GOOD)
    (snippet,) = run.snippets
    outputs = (replace(snippet.outputs[0], kind="stderr"), replace(snippet.outputs[0], kind="result"))
    checks = read_answers(OFFERED, {"o/r": replace(run, snippets=(replace(snippet, outputs=outputs),))})
    assert {check.verdict for check in checks} == {"failed"}


def _run(*printed: str) -> ScriptRun:
    """A passed run of the script that looks up, with this on standard output."""
    (script,) = _scripts()
    run = a_run(read(a_page(sample=SAMPLE)))
    snippet = replace(run.snippets[0], outputs=tuple(Output("stdout", "text/plain", text) for text in printed))
    return replace(run, page=script.page, snippets=(snippet,))


def _scripts() -> Sequence[Script]:
    return look_up(OFFERED, check_weights=False)
