"""What front matter states of a model, as it is shown: its licences, and the results of its tables."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from generator.model.metrics import Metric, Reported, TableText, reported_of
from generator.rendering.markdown import RenderedText
from generator.rendering.tables import Table

_EXPRESSION = re.compile(r"[A-Za-z0-9.+() -]+")
_OWN = "LicenseRef-"
_ID = re.compile(r"(?P<id>[A-Za-z0-9.-]+)\+?")


@dataclass(frozen=True, slots=True)
class LicencePart:
    """A piece of a licence expression."""

    text: str
    url: str = ""
    """Where SPDX has the licence's text; empty for what joins licences, and for one that it does not list."""


def licence_parts(expression: str) -> tuple[LicencePart, ...]:
    """The pieces of a licence expression, to be set one behind the other; none for what is no expression.

    Only an owner who has the rule unknown-license off publishes such.
    """
    if not _EXPRESSION.fullmatch(expression):
        return ()
    return tuple(_parts(expression))


def licence_text(expression: str) -> str:
    """A licence expression as people are told of it; empty for what is none."""
    return "".join(part.text for part in licence_parts(expression))


def licence_url(expression: str) -> str:
    """Where SPDX has the text of a licence; empty for several, and for one that it does not list."""
    parts = licence_parts(expression)
    return parts[0].url if len(parts) == 1 else ""


def page_reported(metrics: Sequence[Metric], texts: Iterable[RenderedText]) -> tuple[Reported, ...]:
    """What the tables of these texts report by each metric, by the first that has its column; without what none has."""
    if not metrics:
        return ()
    tables = [_plain(part) for text in texts for part in text.parts if isinstance(part, Table)]
    return tuple(found for metric in metrics if (found := reported_of(metric, tables)))


def _parts(expression: str) -> Iterator[LicencePart]:
    after_with = False
    for piece in re.findall(r"[()]|\s+|[^\s()]+", expression):
        match = _ID.fullmatch(piece)
        if match is None or piece in ("AND", "OR", "WITH") or after_with or piece.startswith(_OWN):
            yield LicencePart(piece.removeprefix(_OWN))
        else:
            yield LicencePart(piece, f"https://spdx.org/licenses/{match['id']}.html")
        after_with = piece == "WITH" or (after_with and piece.isspace())


def _plain(table: Table) -> TableText:
    rows = [[cell.text for cell in row] for row in table.rows]
    return TableText([cell.text for cell in table.head], rows)
