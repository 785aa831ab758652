"""A card as a notebook: its text and code, and what its code showed when it was run with the published weights."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from generator.model.page import Page, Region, Section
from generator.model.run import Output, ScriptRun
from generator.model.site import RenderedFile
from generator.rendering.json_files import json_file
from generator.rendering.shown_text import shown_pieces

_COMMENT_OR_TAG = re.compile(r"<(?=[a-zA-Z/!?])")
_LEFT_ALONE = re.compile(r"<(?:/?(?:br|sub|sup|kbd|details|summary)\s*/?|(?-i:https?)://[^\s<>]+)>", re.I)


def render_notebook(
    page: Page, section: Section, path: str, run: ScriptRun | None, links: Mapping[str, str]
) -> RenderedFile:
    """The notebook of one language, in nbformat 4.5.

    Args:
        path: its place in the site.
        run: the run that the card shows. Its outputs are taken over where it passed with the published weights.
        links: see `shown_pieces`.
    """
    outputs: Sequence[Sequence[Output]] = ()
    if run is not None and run.verdict == "passed" and run.weights == "published":
        outputs = [snippet.outputs for snippet in run.snippets]
    cells = enumerate(_cells(page, section, outputs, links), start=1)
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
    page: Page, section: Section, outputs: Sequence[Sequence[Output]], links: Mapping[str, str]
) -> Iterator[dict[str, Any]]:
    head = page.front_matter
    summary = head.summary.get(section.language, "")
    yield from _text_cell(_tags_as_text(f"# {_plain(head.title)}\n\n{_plain(summary)}\n\n<{head.github_link}>"))
    yield _code_cell(page.sample.code, outputs[0] if outputs else ())
    snippets = {snippet.fence_line: index for index, snippet in enumerate(section.snippets, start=1)}
    # What it prints stands in its own cell now.
    left_out = {
        snippet.expected.line - 1
        for index, snippet in enumerate(section.snippets, start=1)
        if snippet.expected is not None and (snippet.directives.is_unseen or (outputs and outputs[index]))
    }
    text = ""
    for kind, rows in shown_pieces(page, section, left_out, links):
        index = snippets.get(kind.first, 0) if isinstance(kind, Region) else 0
        if index:
            yield from _text_cell(text)
            text = ""
            if not section.snippets[index - 1].directives.is_unseen:
                yield _code_cell(section.snippets[index - 1].code, outputs[index] if outputs else ())
        else:
            text += _tags_as_text(rows) if kind == "text" else rows
    yield from _text_cell(text)


def _text_cell(text: str) -> Iterator[dict[str, Any]]:
    source = text.strip()
    if source:
        yield {"cell_type": "markdown", "metadata": {}, "source": source.splitlines(keepends=True)}


def _code_cell(code: str, outputs: Sequence[Output]) -> dict[str, Any]:
    return {
        "cell_type": "code",
        "execution_count": None,
        "metadata": {},
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
