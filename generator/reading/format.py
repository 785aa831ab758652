"""What a format of pages is."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from generator.markdown_blocks import ParsedPage
from generator.model.diagnostic import Diagnostic
from generator.model.hub import Language
from generator.model.page import FrontMatter, Region, Section, Snippet


@dataclass(frozen=True, slots=True)
class BodyText:
    """What stands below the front matter of a page, and what is known of it."""

    text: str
    first_line: int
    """Of the text, in the page."""
    path: str
    head: FrontMatter | None
    """None where it has a mistake: what is wrong with the body is told all the same."""
    head_text: str
    """The YAML, for what can be seen in it even so."""
    languages: Sequence[Language]
    """Of the hub."""
    today: date
    """The day by which skips expire."""


@dataclass(frozen=True, slots=True)
class Body:
    """What was read of it."""

    sample: Snippet | None
    sections: tuple[Section, ...]
    regions: tuple[Region, ...]
    parsed: ParsedPage
    findings: list[Diagnostic]


@dataclass(frozen=True, slots=True)
class Format:
    """How pages are written: all that is known of it.

    What a page's author can mend is a finding at its line, and no exception. An error among the findings keeps the page
    out of all that follows; the others are read all the same.
    """

    name: str
    """As hub.toml calls it."""
    required: tuple[str, ...]
    """The keys that a head must have, for the finding of a page without any."""
    is_page: Callable[[str], bool]
    """Whether a text in the pages' folder is meant as a page. What is not is left out without a word."""
    read_head: Callable[[str, str, Sequence[Language]], tuple[FrontMatter | None, list[Diagnostic]]]
    """YAML that begins on the page's second line, the page's file and the hub's languages to what it says and findings.

    None in place of the former where one of these is an error."""
    read_body: Callable[[BodyText], Body]
    """The rest to its sample, its sections and their regions."""
    beginning: Callable[[str, Sequence[Language]], str]
    """A page's text without what is not needed to read its head and its sample: a page as well, and sooner read."""
