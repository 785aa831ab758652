"""What the rest of a site says of a page: made with its card, and kept while all that it is made from is as it was."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from generator.model.comparison import Column
from generator.model.metrics import Reported
from generator.model.page import GUIDE, MODEL

ROOT = "\0"
"""Stands in a record's HTML for what leads to the site's root, which differs from list to list. No page holds a NUL."""


def without_root(text: str) -> str:
    """A text in which nothing is taken for `ROOT`: YAML can write what no page holds, and code can print it."""
    return str(text).replace(ROOT, "\N{REPLACEMENT CHARACTER}")


@dataclass(frozen=True, slots=True)
class ToldNews:
    """One change from run to run, in one language."""

    id: str
    """Of its anchor, and of its entry in the feed."""
    started: str
    """When that was run, UTC, ISO 8601."""
    title: str
    """What changed, in words, as is the next."""
    summary: str
    row: str
    """HTML of its row on the page of changes, with `ROOT`."""


@dataclass(frozen=True, slots=True)
class ToldIn:
    """What lists in one language of the hub say of a page."""

    sign: str
    """What is seen at a glance of what readers of this language are shown: see `Verification.sign`."""
    urgency: int
    """See `Verification.urgency`."""
    device: str
    """That its code ran on; empty where it did not."""
    lang: str
    """BCP 47: the language of what they are shown, which is another one where the page has no such section."""
    summary: str
    """In this language, else in the first that has one."""
    summary_lang: str
    """BCP 47: the language of that."""
    results: str
    """The name of the word for what is known of its results: see `Verification.results_word`."""
    said: tuple[str, str]
    """What its rows say of its state, in words: whether the code runs, and what is known of the results."""
    seen: str
    """What was seen of its code, in words."""
    sorts: Mapping[str, int]
    """By the name of an order of lists, what it is put in it by, least first; without what is not known."""
    claims: str
    """HTML of what its rows say of its state: of a list in which all say the same it is taken out."""
    row: str
    """HTML of its row in lists of models, with `ROOT`."""
    status_row: str
    """HTML of its row on the status page, with `ROOT`."""
    related: str
    """HTML of what a related model's card says of it, with `ROOT`."""
    column: Column
    """What comparisons say of it."""
    news: tuple[ToldNews, ...] = ()
    """What changed from run to run, the latest first."""


@dataclass(frozen=True, slots=True)
class PageRecord:
    """What lists, related models, feeds, maps and files for programs say of a page."""

    id: str
    title: str
    author: str
    summary: Mapping[str, str]
    """Language code to one line of text, as the page has it."""
    tags: tuple[str, ...]
    """Those that the hub knows."""
    task: str
    """See `Page.task`."""
    organisation: str
    """See `Page.organisation`."""
    entries: tuple[str, ...]
    """Those that its sample loads or offers."""
    license: str
    """Of the code, as people are told of it; empty where the page does not say, as is the next."""
    weights_license: str
    datasets: tuple[str, ...]
    """As its front matter names them."""
    results: tuple[Reported, ...]
    """What its tables report by the metrics that its front matter names, the most telling first."""
    languages: tuple[str, ...]
    """Codes of the languages that it is written in, in the page's order."""
    updated: str | None
    """Time of its last change, ISO 8601."""
    told: Mapping[str, ToldIn]
    """By the code of each language of the hub."""
    meta: str
    """Its entry in `api/v1/models.json`: JSON as `json.dumps(…, indent=1)` writes it."""
    status: str
    """Its entry in `api/v1/status.json`, likewise."""
    kind: str = MODEL
    """See `FrontMatter.kind`."""
    titles: Mapping[str, str] = field(default_factory=dict)
    """See `FrontMatter.titles`."""

    def title_in(self, language: str) -> str:
        """The title in the language with this code."""
        return self.titles.get(language) or self.title

    @property
    def is_guide(self) -> bool:
        """See `Page.is_guide`."""
        return self.kind == GUIDE

    @property
    def order(self) -> tuple[str, str]:
        """Where it stands in lists: by title."""
        return self.title.casefold(), self.id
