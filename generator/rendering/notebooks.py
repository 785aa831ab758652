"""A card as a notebook: its text and code, and what its code showed when it was run with the published weights."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from generator.model.install_lines import install_blocks
from generator.model.page import NO_DIRECTIVES, Directives, Page, Region, Section
from generator.model.run import Output, ScriptRun
from generator.model.site import RenderedFile
from generator.rendering.json_files import json_file
from generator.rendering.shown_text import shown_pieces

_COMMENT_OR_TAG = re.compile(r"<(?=[a-zA-Z/!?])")
_LEFT_ALONE = re.compile(r"<(?:/?(?:br|sub|sup|kbd|details|summary)\s*/?|(?-i:https?)://[^\s<>]+)>", re.I)


def render_notebook(
    page: Page, section: Section, path: str, run: ScriptRun | None, links: Mapping[str, str], sample: str = ""
) -> RenderedFile:
    """The notebook of one language, in nbformat 4.5.

    Args:
        path: its place in the site.
        run: the run that the card shows. Its outputs are taken over where it passed with the published weights.
        links: see `shown_pieces`.
        sample: the sample with another entry than the page loads, which the run is of then.
    """
    outputs: Sequence[Sequence[Output]] = ()
    if run is not None and run.verdict == "passed" and run.weights == "published":
        outputs = [snippet.outputs for snippet in run.snippets]
    cells = enumerate(_cells(page, section, outputs, links, sample), start=1)
    notebook = {
        "cells": [{"id": f"cell-{number}", **cell} for number, cell in cells],
        "metadata": {
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
        },
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    return json_file(path, notebook)


def _cells(
    page: Page, section: Section, outputs: Sequence[Sequence[Output]], links: Mapping[str, str], sample: str
) -> Iterator[dict[str, Any]]:
    head = page.front_matter
    summary = head.summary.get(section.language, "")
    yield from _text_cell(
        _tags_as_text(f"# {_plain(head.title_in(section.language))}\n\n{_plain(summary)}\n\n<{head.github_link}>")
    )
    if install := _install_code(page, section):
        yield _code_cell(install, ())
    if page.sample:
        yield _code_cell(sample or page.sample.code, outputs[0] if outputs else (), page.sample.directives)
    first = 1 if page.sample else 0
    snippets = {snippet.fence_line: index for index, snippet in enumerate(section.snippets, start=first)}
    # What it prints stands in its own cell now; what the page says that it prints is of the entry that it loads.
    left_out = {
        snippet.expected.line - 1
        for index, snippet in enumerate(section.snippets, start=first)
        if snippet.expected is not None and (sample or snippet.directives.is_unseen or (outputs and outputs[index]))
    }
    text = ""
    for kind, rows in shown_pieces(page, section, left_out, links):
        index = snippets.get(kind.first, -1) if isinstance(kind, Region) else -1
        snippet = section.snippets[index - first] if index >= 0 else None
        if snippet and (snippet.directives.is_run or snippet.directives.is_unseen):  # all others are there to be read
            yield from _text_cell(text)
            text = ""
            if not snippet.directives.setup:
                shown = outputs[index] if outputs and not snippet.directives.hide else ()
                yield _code_cell(snippet.code, shown, snippet.directives)
        else:
            text += _tags_as_text(rows) if kind == "text" else rows
    yield from _text_cell(text)


def _text_cell(text: str) -> Iterator[dict[str, Any]]:
    source = text.strip()
    if source:
        yield {"cell_type": "markdown", "metadata": {}, "source": source.splitlines(keepends=True)}


def _install_code(page: Page, section: Section) -> str:
    """What the page's first block of pip commands installs, as a cell does it; empty where it has no such block."""
    lines = next(install_blocks(page, section.language), ())
    return "\n".join(f"%pip install {line.what}" for line in lines if line.what)


def _code_cell(code: str, outputs: Sequence[Output], directives: Directives = NO_DIRECTIVES) -> dict[str, Any]:
    metadata: dict[str, Any] = {}
    if directives.xfail:  # and the cells below it are run all the same
        metadata["tags"] = ["raises-exception"]
    if directives.hide:
        metadata["jupyter"] = {"source_hidden": True}
    return {
        "cell_type": "code",
        "execution_count": None,
        "metadata": metadata,
        "outputs": [_output(output) for output in outputs],
        "source": code.rstrip("\n").splitlines(keepends=True),
    }


def _output(output: Output) -> Mapping[str, Any]:
    if output.kind in ("stdout", "stderr"):
        return {"name": output.kind, "output_type": "stream", "text": output.data.splitlines(keepends=True)}
    data: dict[str, Any] = {
        output.mime: output.data.splitlines(keepends=True) if output.mime == "text/plain" else output.data
    }
    if output.name:
        data["text/plain"] = [output.name]
    if output.kind == "result":
        return {"data": data, "execution_count": None, "metadata": {}, "output_type": "execute_result"}
    return {"data": data, "metadata": {}, "output_type": "display_data"}


def _plain(text: str) -> str:
    return re.sub(r"([\\`*_\[\]<>])", r"\\\1", text)


def _tags_as_text(text: str) -> str:
    """A notebook's viewer may show raw HTML as such: only what a card allows stays."""

    def replaced(match: re.Match[str]) -> str:
        return "<" if _LEFT_ALONE.match(text, match.start()) else "&lt;"

    return _COMMENT_OR_TAG.sub(replaced, text)
