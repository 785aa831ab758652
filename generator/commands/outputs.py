"""Rewrite the outputs that pages expect to what their snippets printed."""

from collections.abc import Sequence
from dataclasses import replace
from difflib import SequenceMatcher
from itertools import accumulate
from pathlib import Path

from generator.commands.rewriting import rewrite_page
from generator.model.diagnostic import Edit
from generator.model.hub import Language
from generator.model.page import Page
from generator.model.run import Script, ScriptRun
from generator.reading.hub import read_page
from generator.scripts.expectations import printed
from generator.scripts.planning import plan
from generator.scripts.updating import PrintedOutput, update_outputs


def rewrite_outputs(
    pages: Sequence[Page], scripts: Sequence[Script], runs: Sequence[ScriptRun], languages: Sequence[Language]
) -> tuple[list[Path], list[ScriptRun]]:
    """Write what was printed into the pages; return the files that changed, and the runs as runs of the new pages.

    Only passed runs speak: what failed leaves its page as it was. Raises ValueError for a page that has changed since
    it was read.
    """
    of_script = {(run.path, run.languages): run for run in runs if run.variant is None}
    changed: list[Path] = []
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
            _write(Path(page.path), page.source, text)
            changed.append(Path(page.path))
        again, _ = read_page(text, page.path, languages)
        digests |= {(script.path, script.languages): script.digest for script in plan([again] if again else [])}
    told = [
        replace(run, script=digests.get((run.path, run.languages), run.script)) if run.variant is None else run
        for run in runs
    ]
    return changed, told


def _write(path: Path, old: str, new: str) -> None:
    """The file with the lines that differ replaced, and every other byte as it was."""
    before, after = old.splitlines(keepends=True), new.splitlines(keepends=True)
    starts = [0, *accumulate(map(len, before))]
    edits = [
        Edit(starts[first], starts[end], "".join(after[new_first:new_end]))
        for what, first, end, new_first, new_end in SequenceMatcher(None, before, after, autojunk=False).get_opcodes()
        if what != "equal"
    ]
    rewrite_page(path, old, edits)
