"""Builders of scripts and of runs that failed, for what looks at them without a kernel."""

from collections.abc import Mapping

from generator.mending.broken import Broken, broken
from generator.model.clues import Clues, Value
from generator.model.page import Page
from generator.model.run import Environment, Frame, Script, ScriptRun, SnippetError, SnippetRun
from generator.scripts.planning import plan

HERE = Environment("3.10", {"megengine": "1.13.0"}, "cpu")


def script_of(page: Page) -> Script:
    """The script of a page whose languages say the same."""
    (script,) = plan([page])
    return script


def a_failure(
    page: Page,
    failing: str,
    error: str,
    message: str = "",
    values: Mapping[str, Value] | None = None,
    clues: Clues | None = None,
    below: int = 0,
) -> Broken:
    """A page's failure at the first line that holds a text, with so many calls below it."""
    script = script_of(page)
    run = a_run(script, failing, error, message, values, clues, below)
    failure = broken(page, script, run)
    assert failure is not None
    return failure


def a_run(
    script: Script,
    failing: str = "",
    error: str = "TypeError",
    message: str = "",
    values: Mapping[str, Value] | None = None,
    clues: Clues | None = None,
    below: int = 0,
) -> ScriptRun:
    """A script's run that passes, or fails at the first line that holds a text."""
    snippets: list[SnippetRun] = []
    language = script.languages[0]
    for snippet in script.snippets:
        lines = snippet.code.split("\n")
        index = next((index for index, line in enumerate(lines) if failing and failing in line), None)
        if any(one.status == "failed" for one in snippets):
            snippets.append(SnippetRun("not-run", snippet.lines, 0))
        elif index is None:
            snippets.append(SnippetRun("passed", snippet.lines, 1))
        else:
            places = {each: first + index for each, first in snippet.lines.items()}
            frames = [Frame(script.path, places[language], "<module>", tuple((values or {}).values()))]
            frames += [Frame("megengine/module.py", 1, "forward")] * below
            raised = SnippetError(error, message, places, tuple(frames), clues=clues)
            snippets.append(SnippetRun("failed", snippet.lines, 1, error=raised))
    failed = snippets[-1].status != "passed" or any(one.status == "failed" for one in snippets)
    return ScriptRun(
        page=script.page,
        path=script.path,
        languages=script.languages,
        script=script.digest,
        verdict="failed" if failed else "passed",
        cause="page" if failed else None,
        started="2026-01-01T00:00:00+00:00",
        seconds=1,
        environment=HERE,
        assets=(),
        snippets=tuple(snippets),
    )
