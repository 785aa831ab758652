"""Builders of runs that show only what matters to a test."""

from collections.abc import Sequence
from dataclasses import replace

from generator.evidence.history import past_run
from generator.evidence.turns import differs_in, turns
from generator.model.history import History
from generator.model.page import Page
from generator.model.run import Environment, Output, ScriptRun, SnippetError, SnippetRun
from generator.scripts.planning import plan

ENVIRONMENT = Environment("3.10.13", {"megengine": "1.13.0"}, "cpu", "Linux x86_64")


def a_run(page: Page, *outputs: Sequence[Output], error: SnippetError | None = None, started: str = "") -> ScriptRun:
    """A run of the page's first script; the last snippet fails with the error, if there is one."""
    script = plan([page])[0]
    snippets = [
        SnippetRun("passed", snippet.lines, 0.1, tuple(outputs[index]) if index < len(outputs) else ())
        for index, snippet in enumerate(script.snippets)
    ]
    if error:
        snippets[-1] = replace(snippets[-1], status="failed", error=error)
    return ScriptRun(
        page=page.id,
        path=page.path,
        languages=script.languages,
        script=script.digest,
        verdict="failed" if error else "passed",
        cause="page" if error else None,
        started=started or "2026-11-21T08:00:00+00:00",
        seconds=3.5,
        environment=ENVIRONMENT,
        assets=(),
        snippets=tuple(snippets),
        reason=f"{error.name}: {error.message}" if error else "",
    )


def a_history(run: ScriptRun) -> History:
    """Nights before this run: of other code first, then a commit that broke it, one that mended it, and a slow one."""
    archive = "https://github.com/tiny/models/archive/master.zip"
    old, new = {archive: "a" * 40}, {archive: "b" * 40}
    past = past_run(run)
    usual = replace(past, commits=old, memory=300 << 20)
    failed = replace(past, commits=new, verdict="failed", cause="upstream", memory=None)
    nights = [
        *[replace(usual, script="0" * 12)] * 2,
        *[usual] * 25,
        *[failed] * 2,
        replace(usual, packages="moved"),
        replace(usual, packages="moved", seconds=99.0),
    ]
    dated = [replace(one, started=f"2026-10-{day:02}T02:00:00+00:00") for day, one in enumerate(nights, 1)]
    runs = (*dated, replace(past, commits=old, packages="moved"))
    return History(runs, {code: turns(runs, code, differs_in([run])) for code in run.languages})
