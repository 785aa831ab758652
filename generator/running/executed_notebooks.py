"""A run as notebooks: what each reader would have made who ran the snippets by hand."""

import copy
from collections.abc import Mapping, Sequence

import nbformat
from nbformat import NotebookNode, v4

from generator.model.run import Script
from generator.running.places import Places, without_padding

_METADATA = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}


def executed_notebooks(script: Script, cells: Sequence[NotebookNode | None], places: Places) -> Mapping[str, str]:
    """One notebook for each language, as nbformat writes it: no padding, no hidden snippet, no path of this machine.

    Each cell's metadata has the line of the page where that language has it.

    Args:
        cells: for each snippet the cell that was executed; None, or nothing at the end, for those that were not.
    """
    return {language: _notebook(script, cells, places, language) for language in script.languages}


def _notebook(script: Script, cells: Sequence[NotebookNode | None], places: Places, language: str) -> str:
    notebook = v4.new_notebook(metadata=nbformat.from_dict(_METADATA))  # type: ignore[no-untyped-call]
    notebook.metadata["hubpages"] = {"page": script.page, "language": language}
    for index, snippet in enumerate(script.snippets):
        if snippet.directives.is_unseen:
            continue
        cell = v4.new_code_cell(snippet.code.rstrip("\n"))  # type: ignore[no-untyped-call]
        # nbformat's own are random, and two runs of the same code would differ by them.
        cell["id"] = f"snippet-{index}"
        cell.metadata["hubpages"] = {"line": snippet.lines[language]}
        executed = cells[index] if index < len(cells) else None
        if executed is not None:
            cell.execution_count = executed.execution_count
            cell.outputs = [_output(output, places) for output in executed.outputs]
        notebook.cells.append(cell)
    return nbformat.writes(notebook)  # type: ignore[no-untyped-call,no-any-return]


def _output(output: NotebookNode, places: Places) -> NotebookNode:
    shown: NotebookNode = copy.deepcopy(output)
    if shown.output_type == "stream":
        shown.text = places.rename(shown.text)
    elif shown.output_type == "error":
        shown.traceback = [without_padding(places.rename(line)) for line in shown.traceback]
    return shown
