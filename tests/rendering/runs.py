"""Builders of runs that show only what matters to a test."""

from collections.abc import Sequence
from dataclasses import replace

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
