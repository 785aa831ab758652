"""Each case of each repair: proposed from the recorded error alone, and seen to run on real kernels."""

from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from generator.decoding import converted
from generator.mending.applying import applied
from generator.mending.broken import broken
from generator.mending.registry import candidates
from generator.mending.repairs import REPAIRS
from generator.model.mending import Candidate
from generator.model.run import ScriptRun
from generator.scripts.planning import plan
from tests.mending.conftest import CASE_NAMES, Case
from tests.pages import read

TRIED_IN_VAIN = frozenset(
    {
        "array-for-tensor/wrong-shape",
        "array-kind/channels-last",
        "missing-package/not-to-be-had",
        "missing-package/package-without-the-name",
        "symbolic-trace/fails-untraced",
    }
)
"""Pages that are left alone because a run says so."""
IN_SEVERAL_STEPS = frozenset({"import-before-load/module-that-went-elsewhere", "python-2-name/xrange"})
"""Pages that fail anew once the first mistake is mended."""


def proposed(name: str) -> Sequence[Candidate]:
    """What the repair of a case proposes for the run that is recorded."""
    case = Case(name)
    page = read(case.before, f"{case.page}.md")
    run = converted(case.run, ScriptRun)
    script = next(script for script in plan([page]) if script.digest == run.script)
    failure = broken(page, script, run)
    assert failure is not None
    return candidates(failure, [repair for repair in REPAIRS if repair.name == name.partition("/")[0]])


def test_every_repair_has_a_page_to_mend_and_one_to_leave_alone() -> None:
    """At least two pages, one of which looks alike."""
    cases = [Case(name) for name in CASE_NAMES]
    for repair in REPAIRS:
        own = [case for case in cases if case.name.partition("/")[0] == repair.name]
        assert {case.is_mended for case in own} == {True, False}, repair.name


@pytest.mark.parametrize("name", CASE_NAMES)
def test_case_is_mended_or_left_alone(outcomes: Mapping[str, Any], name: str) -> None:
    """On real kernels, by its own repair first; the page is then what it should be, byte for byte."""
    case = Case(name)
    page = outcomes[case.page]
    assert page["text"] == case.after, page
    assert bool(page["unmended"]) == (not case.is_mended)
    if case.is_mended:
        assert page["steps"][0]["repair"] == name.partition("/")[0]


@pytest.mark.parametrize("name", [name for name in CASE_NAMES if Case(name).is_mended])
def test_repair_is_proposed_from_the_error_alone(name: str) -> None:
    """Without a kernel: from the page and the run that is recorded."""
    case = Case(name)
    page = read(case.before, f"{case.page}.md")
    (script,) = (script for script in plan([page]) if script.digest == case.run["script"])
    texts = [applied(page, script, candidate).text for candidate in proposed(name)]
    assert case.before not in texts
    assert (case.after in texts) == (name not in IN_SEVERAL_STEPS)


@pytest.mark.parametrize("name", [name for name in CASE_NAMES if not Case(name).is_mended])
def test_page_that_looks_alike_is_not_even_tried(name: str) -> None:
    """By its own repair, unless only a run can tell."""
    assert bool(proposed(name)) == (name in TRIED_IN_VAIN)


@pytest.mark.parametrize("name", CASE_NAMES)
def test_recorded_error_is_what_the_kernel_says(outcomes: Mapping[str, Any], name: str) -> None:
    """The record is not out of date: the same error, for what is mended first."""
    case = Case(name)
    page = outcomes[case.page]
    errors = [step["error"] for step in page["steps"]] + [left["error"] for left in page["unmended"]]
    recorded = next(snippet["error"] for snippet in case.run["snippets"] if snippet["error"])
    first = f"{recorded['name']}: {recorded['message']}".rstrip(": \n").splitlines()[0]
    assert errors[0].splitlines()[0].rstrip(": ") == first
