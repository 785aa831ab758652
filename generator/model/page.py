"""One Markdown file of a hub and its parts, each with the line where it stands; of its format nothing is left."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from generator.model.metrics import Metric

PAGE_ID = re.compile(r"(?P<org>[a-z][a-z0-9-]*)_(?P<task>[a-z0-9-]+)_(?P<name>[a-z0-9-]+(?:_[a-z0-9-]+)*)")
"""What a page ought to be called: organisation, task and name, in lower-case ASCII."""

MODEL, GUIDE = "model", "guide"
"""Kinds of pages: of a model family, and of how to choose among models."""


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """The YAML head of a page."""

    template: str
    title: str
    summary: Mapping[str, str]
    """Language code to one line of text."""
    author: str
    tags: tuple[str, ...]
    github_link: str
    lines: Mapping[str, int]
    """Line of every top-level key, by the key as it is spelled in the file; where another format has what a key of
    hub1 says, also by that."""
    license: str = ""
    """Of the code: an SPDX expression. Empty, as are those below, where the page does not say."""
    weights_license: str = ""
    """Of the weights, likewise."""
    task: str = ""
    """What the model does; see `Page.task`."""
    datasets: tuple[str, ...] = ()
    """Those that it was trained or measured on."""
    metrics: tuple[Metric, ...] = ()
    image: str = ""
    """Address of a picture beside the page, as the page has it."""
    image_credit: str = ""
    """Who made it, and its licence."""
    kind: str = MODEL
    """MODEL or GUIDE."""
    titles: Mapping[str, str] = field(default_factory=dict)
    """Language code to the title in this language, where it is another one."""
    framework: str = ""
    """What its code is written for, by the name that hub.toml has for it."""
    organisation: str = ""
    """Whose model it is; see `Page.organisation`."""
    needs_gpu: bool = False
    """Whether none of its code runs without a GPU, as its author says."""

    def title_in(self, language: str) -> str:
        """The title in this language."""
        return self.titles.get(language) or self.title

    def summary_for(self, language: str, order: Sequence[str]) -> str:
        """The summary in this language, else in the first of `order` that has one, else in the first at all."""
        return self.summary.get(self.summary_language(language, order), "")

    def summary_language(self, language: str, order: Sequence[str]) -> str:
        """The code of the language in which `summary_for` is; the asked one where there is no summary at all."""
        return next((code for code in (language, *order, *self.summary) if self.summary.get(code)), language)


@dataclass(frozen=True, slots=True)
class Skip:
    """A snippet that is not run, for a reason."""

    reason: str
    until: str | None = None
    """ISO date up to which the reason holds; past it the skip is an error."""


@dataclass(frozen=True, slots=True)
class ExpectedFailure:
    """A snippet that must fail, and with what: a pass, or another error, is a failure."""

    error: str
    """Name of the exception: TypeError."""
    reason: str


@dataclass(frozen=True, slots=True)
class ExpectedOutput:
    """What a snippet must print: the text fence below it that an `output` directive marks."""

    text: str
    """`...` stands for any text."""
    line: int
    """Line of the first line of the text."""
    tolerance: float = 1e-3
    """Relative difference up to which two numbers are equal."""


@dataclass(frozen=True, slots=True)
class Directives:
    """What the comments above a snippet tell the verifier."""

    skip: Skip | None = None
    xfail: ExpectedFailure | None = None
    timeout: float | None = None
    """Seconds, in place of the hub's limit for a snippet."""
    device: Literal["gpu"] | None = None
    no_run: bool = False
    """Compiled, not run."""
    hide: bool = False
    """Run, not shown on the card."""
    setup: bool = False
    """Hidden, and left out of the notebook that is offered for download."""

    @property
    def is_run(self) -> bool:
        """Whether a reader who runs the page's code from top to bottom runs it."""
        return self.skip is None and not self.no_run

    @property
    def is_unseen(self) -> bool:
        """Whether the snippet and what it prints are shown to no reader."""
        return self.hide or self.setup

    def reason_to_skip(self, device: str, framework: str) -> str:
        """Why the snippet is left out on a device, cpu or a GPU's name; empty where it is not.

        Args:
            framework: what cannot use a GPU there, in words.
        """
        if self.skip:
            return self.skip.reason
        if self.device == "gpu" and device == "cpu":
            return f"needs a GPU, and this machine has none that {framework} can use"
        return ""


NO_DIRECTIVES = Directives()


@dataclass(frozen=True, slots=True)
class Snippet:
    """One fenced Python block."""

    code: str
    """Its text without the fences and without their indentation, final newline included."""
    fence_line: int
    """Line of the opening fence."""
    directives: Directives = NO_DIRECTIVES
    expected: ExpectedOutput | None = None

    @property
    def line(self) -> int:
        """Line of the first line of code."""
        return self.fence_line + 1


@dataclass(frozen=True, slots=True)
class Region:
    """Lines of a page's body that are no prose. Regions are found once, in order, and never overlap."""

    kind: Literal["fence", "code", "comment"]
    """code: by indentation. comment: comments of HTML and nothing else."""
    first: int
    """Its first line in the page; of a fence, the one that opens it."""
    end: int
    """The line below its last."""
    text: str
    """What it holds, without its own marks and those of lists and quotes around it."""
    language: str = ""
    """What a fence is marked with, in lower case."""
    marks: str = ""
    """What opens a fence: three or more backticks or tildes."""


def marks_around(text: str, marks: str = "```") -> str:
    """Marks for a fence around a text: these, or as many more as keep a line of the text from ending it."""
    runs = re.findall(rf"^[ \t]*({re.escape(marks[0])}+)", text, re.MULTILINE)
    longest = max(map(len, runs), default=0)
    return marks[0] * max(len(marks), longest + 1)


@dataclass(frozen=True, slots=True)
class Section:
    """What one language says."""

    language: str
    """Code as in its marker: zh_CN, en_US."""
    marker_line: int
    """The line above its text: that of its marker, in formats that have any."""
    text: str
    """Markdown from the line below that to the next marker or the end. Lines of the sample are blank in it."""
    snippets: tuple[Snippet, ...]

    @property
    def first_line(self) -> int:
        """Line of the first line of `text`."""
        return self.marker_line + 1


@dataclass(frozen=True, slots=True)
class Page:
    """One model family, or one guide, in all its languages."""

    id: str
    """File name without `.md`; part of the card's URL."""
    path: str
    """The file, as its reader was given it."""
    front_matter: FrontMatter
    sample: Snippet | None
    """None in a page that begins with words, as a guide may, and others in formats that ask for none."""
    sections: tuple[Section, ...]
    source: str
    """The whole file as text, with LF line ends."""
    regions: tuple[Region, ...]
    """Fences, indented code and comments above the first section and in all of them."""
    updated: str | None = None
    """Time of the last change that version control knows, ISO 8601; None where it knows none."""

    @property
    def is_guide(self) -> bool:
        """Whether it tells how to choose among models, and is none of them."""
        return self.front_matter.kind == GUIDE

    @property
    def task(self) -> str:
        """What the model does: as its front matter says, else as its id does; empty where neither names any."""
        match = None if self.is_guide else PAGE_ID.fullmatch(self.id)
        return self.front_matter.task or (match["task"] if match else "")

    @property
    def sample_code(self) -> str:
        """The sample's code; empty where there is none."""
        return self.sample.code if self.sample else ""

    @property
    def body_line(self) -> int:
        """The first line of code or of a section's marker: above it stands the front matter, and no more."""
        lines = [section.marker_line for section in self.sections]
        return min([self.sample.fence_line, *lines] if self.sample else lines)

    def snippets_in(self, section: Section) -> tuple[Snippet, ...]:
        """What a reader of one of its sections runs from top to bottom: the sample, where there is one, and its own."""
        return (self.sample, *section.snippets) if self.sample else section.snippets

    @property
    def organisation(self) -> str:
        """Whose model it is, as its front matter says, else as its id does; empty where neither names anybody."""
        match = PAGE_ID.fullmatch(self.id)
        return self.front_matter.organisation or (match["org"] if match else "")

    def regions_in(self, section: Section) -> list[Region]:
        """The regions of one of its sections."""
        end = section.first_line + section.text.count("\n")
        return [region for region in self.regions if section.first_line <= region.first <= end]

    def section(self, language: str) -> Section | None:
        """The section of this language, if the page has one."""
        return next((section for section in self.sections if section.language == language), None)

    def section_for(self, language: str, order: Sequence[str]) -> Section:
        """What a reader of this language is shown: its section, else the first of `order`, else the first at all."""
        found = (self.section(code) for code in (language, *order))
        return next((section for section in found if section), self.sections[0])
