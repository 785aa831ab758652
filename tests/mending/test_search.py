"""The search for repairs, driven without kernels: code is run right here."""

import contextlib
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import pytest

from generator.config import Config
from generator.mending.broken import Broken
from generator.mending.registry import Propose, Repair
from generator.mending.search import MOST_STEPS, search
from generator.model.mending import Candidate, CodeEdit, Mended
from generator.model.run import Cause, Output, Script, ScriptRun, SnippetError, SnippetRun
from generator.scripts.planning import plan
from tests.pages import a_page, read
from tests.rendering.runs import ENVIRONMENT


def run_of(script: Script, cause: Cause = "page") -> ScriptRun:
    """A script run in this process; what it raises is this cause's."""
    names: dict[str, object] = {}
    snippets: list[SnippetRun] = []
    error: SnippetError | None = None
    for snippet in script.snippets:
        if error:
            snippets.append(SnippetRun("not-run", snippet.lines, 0.0))
            continue
        told = io.StringIO()
        try:
            with contextlib.redirect_stdout(told):
                exec(compile(snippet.code, "page", "exec"), names)
        except Exception as raised:
            error = SnippetError(type(raised).__name__, str(raised), snippet.lines)
        outputs = (Output("stdout", "text/plain", told.getvalue()),) if told.getvalue() else ()
        snippets.append(SnippetRun("failed" if error else "passed", snippet.lines, 0.0, outputs, error))
    return ScriptRun(
        page=script.page,
        path=script.path,
        languages=script.languages,
        script=script.digest,
        verdict="failed" if error else "passed",
        cause=cause if error else None,
        started="2026-11-26T08:00:00+00:00",
        seconds=0.0,
        environment=ENVIRONMENT,
        assets=(),
        snippets=tuple(snippets),
        reason=f"{error.name}: {error.message}" if error else "",
    )


@dataclass(frozen=True)
class Searched:
    """What a search came to."""

    mended: Mended
    asked: Sequence[Script]
    """What it wanted run, in order."""

    @property
    def steps(self) -> list[str]:
        """What was done."""
        return [step.candidate.what for step in self.mended.steps]

    @property
    def tried(self) -> list[tuple[str, str]]:
        """What was not proven for the first script that fails still, and why."""
        return [(each.candidate.what, each.reason) for each in self.mended.unmended[0].tried]


def searched(text: str, *repairs: Propose, cause: Cause = "page") -> Searched:
    """The search for repairs of a page, after every script of it was run once."""
    page = read(text)
    asked: list[Script] = []
    going = search(
        Mended(page, text), [run_of(script, cause) for script in plan([page])], list(map(Repair, repairs)), Config().hub
    )
    try:
        script = next(going)
        while True:
            asked.append(script)
            script = going.send(run_of(script, cause))
    except StopIteration as done:
        mended: Mended = done.value
        return Searched(mended, asked)


def missing_name(failure: Broken) -> Iterator[Candidate]:
    """Imports something by the name that is not defined."""
    if failure.error.name == "NameError":
        name = failure.error.message.split("'")[1]
        yield Candidate((CodeEdit(failure.failed, 0, 0, f"import math as {name}\n"),), f"import {name}")


def replacing(old: str, *new: str) -> Propose:
    """Puts each of these texts in the place of another, wherever it stands first."""

    def in_its_place(failure: Broken) -> Iterator[Candidate]:
        """Puts one text in the place of another."""
        for index, snippet in enumerate(failure.script.snippets):
            if (at := snippet.code.find(old)) >= 0:
                for text in new:
                    yield Candidate((CodeEdit(index, at, at + len(old), text),), text)
                return

    return in_its_place


LOAD = "def load(repository, entry):\n    return {'new': 1, 'newer': 2}[entry]\n\n\n"
OLD = f"{LOAD}x = load('a/b', 'old')"


def test_one_failure_after_the_other_is_mended() -> None:
    """Each repair stands on those before it, and tells what it mended."""
    found = searched(a_page("print(a.pi)", "print(b.pi)"), missing_name)
    assert found.mended.text == a_page("import math as a\nprint(a.pi)", "import math as b\nprint(b.pi)")
    assert found.steps == ["import a", "import b"]
    assert [step.error.message for step in found.mended.steps] == [f"name '{name}' is not defined" for name in "ab"]
    assert [step.candidate.repair for step in found.mended.steps] == ["missing-name"] * 2
    assert [(step.run.verdict, step.before != step.after) for step in found.mended.steps] == [
        ("failed", True),  # of the script, whose second snippet fails still
        ("passed", True),
    ]
    assert not found.mended.unmended
    assert [run.verdict for run in found.mended.runs] == ["passed"]
    assert len(found.asked) == 2  # the last proof is the run of the whole page


@pytest.mark.parametrize("failures", [MOST_STEPS, MOST_STEPS + 1])
def test_eight_repairs_of_a_script_at_most(failures: int) -> None:
    """What fails anew after that is told, with what was mended."""
    found = searched(a_page(*(f"print(name{number}.pi)" for number in range(failures))), missing_name)
    assert len(found.steps) == MOST_STEPS
    reasons = [left.reason for left in found.mended.unmended]
    assert reasons == ([] if failures == MOST_STEPS else ["it failed anew after 8 repairs"])


def test_the_smallest_change_is_tried_first_and_the_first_proof_ends_it() -> None:
    """Of equals, the one of the earlier repair; nothing else is run then."""
    found = searched(a_page(OLD), replacing("'old'", "'longest'", "'newer'", "'no'"), replacing("'old'", "'new'"))
    assert [script.snippets[1].code.split(", ")[-1] for script in found.asked] == ["'no')\n", "'new')\n"]
    assert found.steps == ["'new'"]


def test_the_same_edit_of_two_repairs_is_run_once() -> None:
    """It is the first one's."""
    found = searched(a_page(OLD), replacing("'old'", "'no'"), replacing("'old'", "'no'"))
    assert len(found.asked) == 1


def test_no_failure_gets_more_kernels_than_a_dozen() -> None:
    """However many candidates there are."""
    found = searched(a_page(OLD), replacing("'old'", *(f"'no{number}'" for number in range(20))))
    assert len(found.asked) == 12


def test_what_was_tried_is_told_with_the_reason() -> None:
    """What may not be is never run; what fails says how."""
    hostile = "x = None  # "
    found = searched(a_page(OLD), replacing("x = load(", hostile), replacing("'old'", "'old'", "'no'"))
    assert found.tried == [
        ("'no'", "KeyError: 'no'"),
        ("'old'", "it leaves no page that can be read"),
        (hostile, "it changes comments"),
    ]
    assert len(found.asked) == 1
    assert found.mended.text == found.mended.page.source


def test_a_repair_that_changes_what_was_printed_before_is_refused() -> None:
    """In an earlier snippet, and in the one that failed, above the failure."""
    sample = f"{LOAD}x = load('a/b', 'new')"
    for snippets in (["print('x is', x)", "print(1 // (x - 1))"], ["print('x is', x)\nprint(1 // (x - 1))"]):
        found = searched(a_page(*snippets, sample=sample), replacing("'new')", "'newer')"))
        assert not found.steps
        assert "prints something else than" in found.tried[0][1]
    found = searched(a_page("print('x')\nprint(1 // (x - 1))", sample=sample), replacing("'new')", "'newer')"))
    assert found.steps == ["'newer')"]


def test_what_the_page_says_may_vary_does_not_speak_against_a_repair() -> None:
    """The time that an earlier snippet took, say."""
    sample = f"{LOAD}x = load('a/b', 'new')"
    text = a_page("print('took', x)", "print(1 // (x - 1))", sample=sample, en=None)
    expected = "print('took', x)\n```\n\n<!-- verify: output -->\n\n```text\ntook ...\n"
    found = searched(text.replace("print('took', x)\n", expected), replacing("'new')", "'newer')"))
    assert found.steps == ["'newer')"]


def test_a_repair_that_breaks_what_passed_is_refused() -> None:
    """An earlier snippet no longer ends as it did."""
    found = searched(
        a_page("print({1: 2}[x])", "print(1 // (x - 1))", sample=f"{LOAD}x = load('a/b', 'new')"),
        replacing("'new')", "'newer')"),
    )
    assert "no longer ends as it did: failed now, passed before" in found.tried[0][1]


def test_the_other_languages_script_is_run_at_the_end() -> None:
    """Its comments differ, so it is another script: it stands in the page and has to speak for itself."""
    found = searched(a_page("print(a.pi)  # 甲", english_snippets=["print(a.pi)  # A"]), missing_name)
    assert found.mended.text.count("import math as a\n") == 2
    assert [(run.languages, run.verdict) for run in found.mended.runs] == [
        (("zh_CN",), "passed"),
        (("en_US",), "passed"),
    ]
    assert [script.languages for script in found.asked] == [("zh_CN",), ("en_US",)]
    assert found.steps == ["import a"]


def test_a_repair_that_harms_readers_of_another_language_is_refused() -> None:
    """They share the snippet, and theirs passed as it was."""
    shared = "print(1 // (load('a/b', 'new') - y))"
    text = a_page("y = 1", shared, sample=LOAD, english_snippets=["y = 2", shared])
    found = searched(text, replacing("'new')", "'newer')"))
    assert found.mended.text == text
    assert found.tried[0][1].startswith("in en_US the snippet at line")
    assert [left.run.languages for left in found.mended.unmended] == [("zh_CN",)]


def test_each_language_is_mended_where_its_code_is_its_own() -> None:
    """The same mistake in other code."""
    found = searched(a_page("print(a.pi)", english_snippets=["print(b.pi)"]), missing_name)
    assert found.steps == ["import a", "import b"]
    assert {run.verdict for run in found.mended.runs} == {"passed"}


@pytest.mark.parametrize("cause", ["upstream", "asset", "limit", "crash"])
def test_what_no_edit_of_the_page_mends_is_not_tried(cause: Cause) -> None:
    """Nothing is run for it."""
    found = searched(a_page("print(a.pi)"), missing_name, cause=cause)
    assert (found.asked, found.steps, found.tried) == ([], [], [])
    assert found.mended.unmended[0].run.cause == cause


def test_a_page_that_passes_asks_for_nothing() -> None:
    """Nor does one without a repair."""
    assert not searched(a_page("print(1)"), missing_name).asked
    found = searched(a_page("print(1 // 0)"), missing_name)
    assert (found.asked, found.tried) == ([], [])


def test_an_unstable_repair_is_no_repair() -> None:
    """What then prints something else each time is not seen to pass."""
    page = read(a_page("print(a.pi)"))
    going = search(Mended(page, page.source), [run_of(plan([page])[0])], [Repair(missing_name)], Config().hub)
    with pytest.raises(StopIteration) as done:
        going.send(replace(run_of(next(going)), verdict="unstable"))
    assert not done.value.value.steps
