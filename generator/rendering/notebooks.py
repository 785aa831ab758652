"""A card as a notebook: its text and code, and what its code showed when it was run with the published weights."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from generator.model.code_spans import code_spans
from generator.model.page import Page, Section, Snippet
from generator.model.run import Output, ScriptRun
from generator.model.site import RenderedFile

_DIRECTIVE = re.compile(r"^[ \t]*<!--\s*verify\s*:.*?-->[ \t]*\n?", re.M | re.S)
_COMMENT_OR_TAG = re.compile(r"<(?=[a-zA-Z/!?])")
_LEFT_ALONE = re.compile(r"<(?:/?(?:br|sub|sup|kbd|details|summary)\s*/?|(?-i:https?)://[^\s<>]+)>", re.I)


def render_notebook(page: Page, section: Section, path: str, run: ScriptRun | None) -> RenderedFile:
    """The notebook of one language, in nbformat 4.5.

    Args:
        path: its place in the site.
        run: the run that the card shows. Its outputs are taken over where it passed with the published weights.
    """
    outputs: Sequence[Sequence[Output]] = ()
    if run is not None and run.verdict == "passed" and run.weights == "published":
        outputs = [snippet.outputs for snippet in run.snippets]
    cells = [{"id": f"cell-{number}", **cell} for number, cell in enumerate(_cells(page, section, outputs), start=1)]
    notebook = {
        "cells": cells,
        "metadata": {
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
        },
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    return RenderedFile(path, (json.dumps(notebook, ensure_ascii=False, indent=1) + "\n").encode())


def _cells(page: Page, section: Section, outputs: Sequence[Sequence[Output]]) -> Iterator[dict[str, Any]]:
    head = page.front_matter
    summary = head.summary.get(section.language, "")
    yield from _text_cell(f"# {_plain(head.title)}\n\n{_plain(summary)}\n\n<{head.github_link}>")
    yield _code_cell(page.sample.code, outputs[0] if outputs else ())
    lines = section.text.split("\n")
    at = 0
    for index, snippet in enumerate(section.snippets, start=1):
        opened = snippet.fence_line - section.first_line
        yield from _text_cell("\n".join(lines[at:opened]))
        at = _after_fence(lines, opened)
        if not _is_hidden(snippet):
            yield _code_cell(snippet.code, outputs[index] if outputs else ())
        if snippet.expected is not None and (_is_hidden(snippet) or (outputs and outputs[index])):
            # What it prints stands in its own cell now.
            opened = snippet.expected.line - 1 - section.first_line
            yield from _text_cell("\n".join(lines[at:opened]))
            at = _after_fence(lines, opened)
    yield from _text_cell("\n".join(lines[at:]))


def _is_hidden(snippet: Snippet) -> bool:
    return snippet.directives.setup or snippet.directives.hide


def _after_fence(lines: Sequence[str], first: int) -> int:
    """Index of the line below the fence that opens on this one."""
    mark = lines[first].strip()
    fence = mark[: len(mark) - len(mark.lstrip("`~"))]
    for index in range(first + 1, len(lines)):
        closing = lines[index].strip()
        if closing.startswith(fence) and not closing.strip(fence[0]):
            return index + 1
    return len(lines)


def _text_cell(text: str) -> Iterator[dict[str, Any]]:
    last = text.rfind("-->")  # below this line no comment ends, and none is looked for
    cut = text.find("\n", last) + 1 or len(text)
    source = _without_html(_DIRECTIVE.sub("", text[:cut]) + text[cut:] if last >= 0 else text).strip()
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
    data = {output.mime: output.data.splitlines(keepends=True) if output.mime == "text/plain" else output.data}
    if output.kind == "result":
        return {"data": data, "execution_count": None, "metadata": {}, "output_type": "execute_result"}
    return {"data": data, "metadata": {}, "output_type": "display_data"}


def _plain(text: str) -> str:
    return re.sub(r"([\\`*_\[\]<>])", r"\\\1", text)


def _without_html(text: str) -> str:
    """A notebook's viewer may show raw HTML as such: only what a card allows stays, code as it is."""
    pieces, end = [], 0
    for code in code_spans(text):
        pieces += [_tags_as_text(text[end : code.start]), text[code.start : code.end]]
        end = code.end
    return "".join([*pieces, _tags_as_text(text[end:])])


def _tags_as_text(text: str) -> str:
    def replaced(match: re.Match[str]) -> str:
        return "<" if _LEFT_ALONE.match(text, match.start()) else "&lt;"

    return _COMMENT_OR_TAG.sub(replaced, text)
