"""Which repairs are kept, with runs that are made up."""

from collections.abc import Callable, Iterator

from generator.config import Config
from generator.mending.broken import Broken
from generator.mending.registry import Repair
from generator.mending.search import MOST_TRIED, search
from generator.model.mending import Candidate, CodeEdit, Mended
from generator.model.run import Script, ScriptRun
from generator.scripts.planning import plan
from tests.mending.runs import a_run, script_of
from tests.pages import a_page, read

PAGE = a_page("one = first()\ntwo = second()")


def for_(wrong: str, right: str) -> Repair:
    """A repair that puts one word for another."""

    def swap(failure: Broken) -> Iterator[Candidate]:
        at = failure.code.find(wrong)
        if at >= 0:
            yield Candidate((CodeEdit(failure.place[0], at, at + len(wrong), right),), f"write {right}")

    return Repair(swap)


def mended(text: str, run: Callable[[Script], ScriptRun], *repairs: Repair) -> Mended:
    """What the search finds where runs come out like this."""
    page = read(text)
    asked = search(Mended(page, page.source), [run(script_of(page))], repairs, Config().hub)
    try:
        script = next(asked)
        while True:
            script = asked.send(run(script))
    except StopIteration as done:
        found: Mended = done.value
        return found


def both_wrong(script: Script) -> ScriptRun:
    """`first` and `second` are not there any more."""
    code = script.snippets[1].code
    wrong = next((word for word in ("first", "second") if word in code), "")
    return a_run(script, wrong, "NameError", f"name '{wrong}' is not defined")


def test_two_mistakes_in_one_snippet_are_mended_together() -> None:
    """Neither makes it pass alone: the second is looked at because the snippet gets further with the first."""
    found = mended(PAGE, both_wrong, for_("first", "f"), for_("second", "s"))
    assert [step.candidate.what for step in found.steps] == ["write f", "write s"]
    assert "one = f()\ntwo = s()" in found.text
    assert all(step.run.is_green for step in found.steps)
    assert found.steps[0].after == found.steps[1].before
    assert not found.unmended


def test_what_gets_further_and_never_passes_is_not_shown() -> None:
    """A page with the second mistake keeps its first one too."""
    found = mended(PAGE, both_wrong, for_("first", "f"))
    assert found.text == PAGE
    assert not found.steps
    assert [one.candidate.what for one in found.unmended[0].tried] == ["write f"]


def test_another_failure_at_the_same_place_is_no_way_further() -> None:
    """A candidate that fails otherwise and no deeper is not built upon."""

    def run(script: Script) -> ScriptRun:
        code = script.snippets[1].code
        message = "one" if "first" in code else "other"
        return a_run(script, "" if "f()" in code and "s()" in code else "one =", "TypeError", message)

    assert not mended(PAGE, run, for_("first", "f"), for_("second", "s")).steps


def test_search_ends_where_every_candidate_gets_further() -> None:
    """However many there are, and whatever may follow each."""
    asked = []

    def run(script: Script) -> ScriptRun:
        asked.append(script)
        code = script.snippets[1].code
        name = code.partition("(")[0].removeprefix("one = ")
        message = f"name '{name}' is not defined"
        return a_run(script, "one =", "NameError", message, below=len(code) - len("one = first()\ntwo = second()\n"))

    repairs = [for_("first", f"first{number}") for number in range(12)]
    found = mended(PAGE, run, *repairs)
    assert not found.steps
    assert len(asked) <= MOST_TRIED + 1
    assert len(found.unmended[0].tried) == MOST_TRIED


def test_language_whose_snippet_moved_on_the_page_is_mended_at_its_own_line() -> None:
    """The run of the second language is older than the line that was put above it."""
    text = a_page("# 甲\nx = first()", english_snippets=["# one\nx = first()\nprint(x)"])

    def line_above(failure: Broken) -> Iterator[Candidate]:
        if failure.statement is not None and "first" in failure.code and "import f" not in failure.code:
            yield Candidate((failure.import_first("import f"),), "import f")

    def run(script: Script) -> ScriptRun:
        return a_run(script, "" if "import f" in script.snippets[1].code else "first", "NameError", "first")

    page = read(text)
    asked = search(
        Mended(page, page.source), [run(script) for script in plan([page])], [Repair(line_above)], Config().hub
    )
    script = next(asked, None)
    try:
        while script:
            script = asked.send(run(script))
    except StopIteration as done:
        assert done.value.text.count("import f\n") == 2
        assert not done.value.unmended
