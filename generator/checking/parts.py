"""The parts of a page that rules look at, each with its line."""

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import accumulate
from typing import Literal, NamedTuple, NoReturn, TypeVar

from generator.model.diagnostic import Edit
from generator.model.hub import Hub

OBJECT = "\ufffc"
"""Stands in prose for a character that is not prose: of code, a link, a tag, a mark of Markdown."""

_REFERENCES = re.compile(r"参考|文献|引用|\b(?:references?|citations?|citing|bibliography)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Finding:
    """What a rule found. The registry adds the rule's name and severity."""

    line: int
    """Line of the page."""
    message: str
    """What is wrong and what to do, in one sentence without a final stop."""
    column: int = 1
    fix: Edit | None = None


class ProseLine(NamedTuple):
    """One line of running text: of a paragraph, list item, heading or table."""

    number: int
    """Line of the page."""
    source: str
    prose: str
    """As `source` and of the same length, with OBJECT for every character that is not prose."""


@dataclass(frozen=True)  # without slots: what is derived from its lines is kept
class Passage:
    """Lines of running text that belong together: a paragraph, a heading, a row of a table, a summary."""

    kind: Literal["paragraph", "item", "heading", "row", "summary"]
    """item: a paragraph of a list."""
    heading: str
    """The heading above it, as written; empty where there is none."""
    first: int
    """Line of the page on which it begins."""
    source: str
    prose: str
    """As `source` and of the same length, with OBJECT for every character that is not prose."""

    @cached_property
    def lines(self) -> tuple[ProseLine, ...]:
        """Each of its lines."""
        rows = zip(self.source.split("\n"), self.prose.split("\n"), strict=True)
        return tuple(ProseLine(number, source, prose) for number, (source, prose) in enumerate(rows, self.first))

    @cached_property
    def is_reference(self) -> bool:
        """Whether it stands below a heading such as References, where names and titles are quoted as they are."""
        return bool(_REFERENCES.search(self.heading))

    def place(self, offset: int) -> tuple[int, int]:
        """Line of the page and column of a place in `source`."""
        index = bisect_right(self._starts, offset) - 1
        return self.first + index, offset - self._starts[index] + 1

    @cached_property
    def _starts(self) -> list[int]:
        return list(accumulate((len(line) + 1 for line in self.source.split("\n")[:-1]), initial=0))


@dataclass(frozen=True, slots=True)
class HeadingAt:
    """A heading, with its level as written (3 for ###)."""

    line: int
    level: int
    text: str


@dataclass(frozen=True, slots=True)
class TableRow:
    """A row of a table; cells are their Markdown, trimmed."""

    line: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A table."""

    line: int
    header: TableRow
    rows: tuple[TableRow, ...]


@dataclass(frozen=True, slots=True)
class Link:
    """A link or picture."""

    line: int
    column: int
    """Of the address where it stands in the source, else of the line."""
    url: str
    text: str
    is_image: bool


@dataclass(frozen=True, slots=True)
class InlineCode:
    """A piece of code inside a paragraph, without its backticks."""

    line: int
    text: str


_Value = TypeVar("_Value")


class NotGathered(Mapping[str, _Value]):
    """Stands for what no rule that is asked needs, and is expensive to gather: a rule that looks is told so."""

    __eq__, __hash__ = object.__eq__, object.__hash__  # two of them are not compared item by item

    def _refuse(self) -> NoReturn:
        raise LookupError("a rule looks at the hub's other pages or entries: register it with needs_hub=True")

    def __getitem__(self, key: str) -> _Value:
        """Refuse."""
        self._refuse()

    def __iter__(self) -> Iterator[str]:
        """Refuse."""
        self._refuse()

    def __len__(self) -> int:
        """Refuse."""
        self._refuse()


@dataclass(frozen=True, slots=True, eq=False)
class HubFacts:
    """What a page is checked against. One object for all pages of a hub: what rules derive from it they may cache."""

    hub: Hub
    templates: frozenset[str]
    """Names that a page's front matter may pick."""
    titles: Mapping[str, str]
    """Page id to title, of every page of the hub."""
    entries: Mapping[str, frozenset[str]]
    """Hub repository in lower case (`megengine/models`) to the names that its hubconf.py exports, where the store
    holds its archive."""
    repositories: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """Hub repository in lower case to the ids of the pages whose sample loads from it, of every page of the hub."""
