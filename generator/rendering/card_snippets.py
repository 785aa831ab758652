"""The fences of a card, each with what came of it, and with the line that failed."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from markupsafe import Markup

from generator.model.page import Region, Snippet
from generator.rendering.choices import Choice
from generator.rendering.citations import Citation
from generator.rendering.entries import Offered, attributes, own_of, with_name_marked
from generator.rendering.markdown import RenderedText, code_block
from generator.rendering.tables import Table
from generator.rendering.verification import ShownError, ShownRun

_EXPECTED = ' data-expected=""'
"""Of code whose marked line failed as its page says."""

_MARKED = '<span class="hll">'
_LONGEST = 160
"""Characters of an error that stand at its line; all of it stands below the code."""


@dataclass(frozen=True, slots=True)
class _Mark:
    """A line of code that failed, from 1; 0 for none."""

    line: int
    is_expected: bool = False
    anchor: str = ""
    said: str = ""

    @property
    def attributes(self) -> Markup:
        """Of the code that it is in."""
        return Markup(_EXPECTED if self.is_expected else "")


_NO_MARK = _Mark(0)


@dataclass(frozen=True, slots=True)
class Failure:
    """Where a run failed."""

    number: int
    """Of the snippet, the sample being the first."""
    line: int
    """Of the page."""
    anchor: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a snippet with some entry of the card."""

    attributes: Markup
    """Of its element: which entry it is of."""
    run: ShownRun
    anchor: str = ""
    """What a link to its error leads to, where no line of the code is that."""


@dataclass(frozen=True, slots=True)
class ShownSnippet:
    """A fence of a card, with what came of it below where it is a snippet that was run."""

    codes: tuple[Markup, ...]
    """Once for each line that is marked in it: entries may fail at different ones."""
    line: int
    outcomes: tuple[Outcome, ...] = ()
    """One for each entry that it was run with."""
    is_run: bool = False
    """Whether it is part of what a reader runs from top to bottom."""
    follows: bool = False
    """Whether it goes on with the code above."""


def shown_sample(
    sample: Snippet, choice: Choice, entries: Sequence[Offered], runs: Sequence[Mapping[int, ShownRun]]
) -> ShownSnippet:
    """The sample, with one entry in it that others can take the place of.

    Args:
        runs: for each entry, what came of the snippet that begins on a line.
    """
    of_sample = _shown_snippet(choice.code, "python", sample.fence_line, entries, runs, choice)
    return replace(of_sample, codes=tuple(with_name_marked(code, choice) for code in of_sample.codes), is_run=True)


def _shown_snippet(
    code: str,
    language: str,
    line: int,
    entries: Sequence[Offered],
    runs: Sequence[Mapping[int, ShownRun]],
    choice: Choice | None = None,
) -> ShownSnippet:
    """A fence with its outcomes, each marked as that of its entry.

    Args:
        runs: for each entry, what came of the snippet that begins on a line.
        choice: for the sample, of which the code does not hold every line.
    """
    marked: dict[_Mark, list[Offered]] = {}
    outcomes = []
    for entry, of_line in zip(entries, runs, strict=True):
        run = of_line.get(line)
        mark = _mark(run, entry, choice) if run else _NO_MARK
        marked.setdefault(mark, []).append(entry)
        if run:
            outcomes.append(Outcome(attributes([entry], entries), run, mark.anchor))
    codes = [
        _with_error(code_block(code, language, mark.line, mark.attributes + attributes(of, entries)), mark)
        for mark, of in marked.items()
    ]
    # Of code that is too long to have its lines marked the error below it is what a link leads to.
    is_in_code = {mark.anchor for (_, is_marked), mark in zip(codes, marked, strict=True) if is_marked}
    outcomes = [replace(one, anchor="") if one.anchor in is_in_code else one for one in outcomes]
    return ShownSnippet(tuple(code for code, _ in codes), line, tuple(outcomes))


def _mark(run: ShownRun, entry: Offered, choice: Choice | None) -> "_Mark":
    error = run.error
    if error is None:
        return _NO_MARK
    line = choice.line_of(error.code_line) if choice else error.code_line
    if run.status == "xfailed":
        return _Mark(line, is_expected=True)
    told = error.headline
    return _Mark(line, False, error_anchor(error, entry), told if len(told) <= _LONGEST else f"{told[:_LONGEST]}…")


def _with_error(html: Markup, mark: "_Mark") -> tuple[Markup, bool]:
    """Code with the error at its line, and whether there is one: not as text, so that nobody copies it."""
    before, found, after = html.partition(_MARKED) if mark.anchor else (html, "", "")
    if not found:
        return html, False
    opened = Markup('<span class="hll" id="{}" data-error="{}">').format(mark.anchor, mark.said)
    return Markup(before) + opened + Markup(after), True


def error_anchor(error: ShownError, entry: Offered) -> str:
    """What a link to the line of an error leads to."""
    return f"Line-{error.line}" + (f"-{entry.number}" if entry.number else "")


def failure_of(entry: Offered, snippets: Sequence[Snippet]) -> Failure | None:
    """Where the run of an entry failed; None where it did not, or in code that its author hides."""
    for number, (run, snippet) in enumerate(zip(entry.verification.snippets, snippets, strict=False), 1):
        if run.status == "failed" and run.error:
            hidden = snippet.directives.is_unseen
            return None if hidden else Failure(number, run.error.line, error_anchor(run.error, entry))
    return None


def parts_of(
    text: RenderedText,
    snippets: Mapping[int, Snippet],
    entries: Sequence[Offered],
    runs: Sequence[Mapping[int, ShownRun]],
    *,
    has_sample: bool,
) -> Iterator[tuple[str, object]]:
    """The section in pieces, each with its kind; without what its author hides, or the run shows anyway.

    Args:
        has_sample: whether its code goes on with a sample's.
    """
    own = own_of(entries)
    follows = has_sample
    left_out: set[int] = set()
    of_own: set[int] = set()
    for line, snippet in snippets.items():
        run = runs[own.number].get(line)
        if snippet.directives.is_unseen:
            left_out.add(line)
        if snippet.expected is not None:
            is_left_out = snippet.directives.is_unseen or (run and run.shows_output)
            (left_out if is_left_out else of_own).add(snippet.expected.line - 1)
    for part in text.parts:
        if isinstance(part, Region):
            if part.first in of_own:  # what the page says is printed is of the entry that it loads
                only = code_block(part.text, part.language, 0, attributes([own], entries))
                yield "snippet", ShownSnippet((only,), part.first)
            elif part.first not in left_out:
                shown = _shown_snippet(part.text, part.language, part.first, entries, runs)
                is_run = part.first in snippets and snippets[part.first].directives.is_run
                yield "snippet", replace(shown, is_run=is_run, follows=is_run and follows)
                follows = follows or is_run
        elif isinstance(part, Table):
            yield "table", part
        else:
            yield "citation" if isinstance(part, Citation) else "text", part
