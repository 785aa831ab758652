"""Rewrite the outputs that pages expect to what their snippets printed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from generator.commands.rewriting import PageChangedError, rewrite_text
from generator.model.hub import FormatName, Language
from generator.model.page import Page
from generator.model.run import Script, ScriptRun
from generator.reading.hub import read_page
from generator.scripts.expectations import printed
from generator.scripts.planning import plan
from generator.scripts.updating import PrintedOutput, update_outputs


@dataclass(frozen=True, slots=True)
class Rewritten:
    """What came of rewriting pages."""

    changed: Sequence[Path]
    """The files that are now others."""
    refused: Mapping[str, str]
    """File that was left as it is, to the reason."""
    runs: Sequence[ScriptRun]
    """The runs, as runs of the pages as they now are."""


def rewrite_outputs(
    pages: Sequence[Page],
    scripts: Sequence[Script],
    runs: Sequence[ScriptRun],
    languages: Sequence[Language],
    form: FormatName,
) -> Rewritten:
    """Write what was printed into the pages.

    Only passed runs speak: what failed leaves its page as it was, and so does an author who has gone on writing.
    """
    of_script = {(run.path, run.languages): run for run in runs if run.variant is None}
    changed: list[Path] = []
    refused: dict[str, str] = {}
    digests: dict[tuple[str, tuple[str, ...]], str] = {}
    for page in pages:
        outputs = []
        for script in scripts:
            run = of_script.get((script.path, script.languages)) if script.path == page.path else None
            if run is not None and run.verdict == "passed":
                outputs += [
                    PrintedOutput(snippet.expected, list(snippet.expected_lines.values()), printed(ran))
                    for snippet, ran in zip(script.snippets, run.snippets, strict=True)
                    if snippet.expected
                ]
        text = update_outputs(page, outputs)
        if text != page.source:
            try:
                rewrite_text(Path(page.path), page.source, text)
            except PageChangedError as error:
                refused[page.path] = str(error)
                text = page.source
            else:
                changed.append(Path(page.path))
        again, _ = read_page(text, page.path, languages, form=form)
        digests |= {(script.path, script.languages): script.digest for script in plan([again] if again else [])}
    told = [
        replace(run, script=digests.get((run.path, run.languages), run.script)) if run.variant is None else run
        for run in runs
    ]
    return Rewritten(changed, refused, told)
