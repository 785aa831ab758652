"""Pages to cards: one page in one language each."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from markupsafe import Markup

from generator.markdown_blocks import NOT_PARSED, ParsedPage
from generator.model.addresses import card_file, card_place, notebook
from generator.model.anchors import shared_anchors
from generator.model.entry import EntryUse
from generator.model.hub import Hub, Language
from generator.model.metrics import Results
from generator.model.page import Page, Region, Section, Snippet
from generator.model.run import ScriptRun
from generator.model.site import PagePictures, RenderedFile, SiteContext
from generator.rendering.choices import Choice, choice_of
from generator.rendering.citations import Citation
from generator.rendering.environment import Templates
from generator.rendering.facts import facts_of
from generator.rendering.markdown import (
    NO_PICTURES,
    RenderedText,
    code_block,
    is_web_address,
    parse_markdown,
    render_parsed,
)
from generator.rendering.notebooks import render_notebook
from generator.rendering.shown_text import picture_links
from generator.rendering.stated import licence_parts, licence_text, page_results
from generator.rendering.tables import Table
from generator.rendering.verification import NEVER, ShownRun, Verification


@dataclass(frozen=True, slots=True)
class ShownSnippet:
    """A fence of a card, with its run below it where it is a snippet that was run."""

    html: Markup
    line: int
    run: ShownRun | None


@dataclass(frozen=True, slots=True)
class ShownPage:
    """A page with what the evidence says of it and its text as HTML, made once for all its languages."""

    page: Page
    verifications: Mapping[str, Verification]
    texts: Mapping[str, RenderedText]
    """By the language of the section."""
    choice: Choice
    pictures: PagePictures = field(default_factory=dict)

    @property
    def id(self) -> str:
        """The page's id."""
        return self.page.id

    @property
    def task(self) -> str:
        """What the model does: see `Page.task`."""
        return self.page.task

    @property
    def license(self) -> str:
        """Licence of the code as people are told of it; empty where its front matter does not say."""
        return licence_text(self.page.front_matter.license)

    @property
    def weights_license(self) -> str:
        """Likewise of the weights."""
        return licence_text(self.page.front_matter.weights_license)

    def results(self, language: str = "") -> tuple[Results, ...]:
        """What its tables report by the metrics that it names, in this language's words where it has the table."""
        own = [text for code, text in self.texts.items() if code == language]
        others = [text for code, text in self.texts.items() if code != language]
        return page_results(self.page.front_matter.metrics, [*own, *others])

    def section_for(self, language: str) -> Section:
        """The section that a reader of this language is shown: their own, else the first."""
        return self.page.section(language) or self.page.sections[0]

    def verification(self, language: str) -> Verification:
        """The state of what that reader is shown."""
        return self.verifications.get(self.section_for(language).language, NEVER)

    def summary(self, language: str) -> str:
        """The summary in this language, else in the first that has one."""
        summary = self.page.front_matter.summary
        return summary.get(language) or next(iter(summary.values()), "")


def show(
    page: Page,
    verifications: Mapping[str, Verification],
    uses: Sequence[EntryUse] = (),
    pictures: PagePictures = NO_PICTURES,
    parsed: ParsedPage = NOT_PARSED,
) -> ShownPage:
    """A page's text as HTML; `uses` is what its sample loads and offers, `parsed` what reading parsed of it."""
    sections = {
        section.language: parse_markdown(section.text, parsed.get(section.language)) for section in page.sections
    }
    outlines = [[(heading.level, heading.text) for heading in each.headings] for each in sections.values()]
    anchors = shared_anchors(outlines) or ()
    texts = {
        section.language: render_parsed(sections[section.language], section.first_line, anchors, pictures)
        for section in page.sections
    }
    return ShownPage(page, verifications, texts, choice_of(page.sample.code, uses), pictures)


def render_card(
    shown: ShownPage, language: Language, hub: Hub, templates: Templates, known: SiteContext, mark: str
) -> RenderedFile:
    """The page's card in a language of the hub. Raises TemplatesError.

    Args:
        mark: stands where what is said of related models comes: see `related.with_related`.
    """
    template = f"{shown.page.front_matter.template}/card.html"
    context = {**_context(shown, language, hub), **known.around(shown.id), "related": Markup(mark)}
    return templates.render(template, card_file(language, shown.id), language, **context)


def render_notebooks(shown: ShownPage, hub: Hub) -> Iterator[RenderedFile]:
    """The page's notebook in every language of its own."""
    for section in shown.page.sections:
        path = notebook(hub.language(section.language), shown.id)
        run = _current_run(shown.verification(section.language))
        yield render_notebook(shown.page, section, path, run, picture_links(shown.pictures, hub, path))


def _context(shown: ShownPage, language: Language, hub: Hub) -> dict[str, Any]:
    page = shown.page
    section = shown.section_for(language.code)
    verification = shown.verification(language.code)
    snippets = (page.sample, *section.snippets)
    runs: Mapping[int, ShownRun] = {}
    if verification.snippets:
        fences = (snippet.fence_line for snippet in snippets)
        runs = dict(zip(fences, verification.snippets, strict=True))
    text = shown.texts[section.language]
    place = notebook(hub.language(section.language), page.id)
    return {
        "hub": hub,
        "page": page,
        "summary": shown.summary(language.code),
        "source_link": page.front_matter.github_link if is_web_address(page.front_matter.github_link) else "",
        "section_language": hub.language(section.language),
        "headings": text.headings,
        "verification": verification,
        "choice": shown.choice,
        "sample": _shown_sample(shown, runs.get(page.sample.fence_line)),
        "parts": list(_parts(text, {snippet.fence_line: snippet for snippet in snippets}, runs)),
        "license": licence_parts(page.front_matter.license),
        "weights_license": licence_parts(page.front_matter.weights_license),
        "results": shown.results(section.language),
        "facts": facts_of(_current_run(verification), text),
        "notebook": place,
        "colab": _colab(hub, place),
        "source": f"{hub.repository}/blob/{hub.branch}/{hub.pages}/{page.id}.md" if hub.repository else "",
        "edit": f"{hub.repository}/edit/{hub.branch}/{hub.pages}/{page.id}.md" if hub.repository else "",
        "here": card_place(page.id),
    }


def _shown_sample(shown: ShownPage, run: ShownRun | None) -> ShownSnippet:
    sample = shown.page.sample
    if run and run.error:  # its line is one of the whole sample
        return ShownSnippet(code_block(sample.code, "python", run.error.code_line), sample.fence_line, run)
    return ShownSnippet(code_block(shown.choice.code, "python"), sample.fence_line, run)


def _parts(
    text: RenderedText, snippets: Mapping[int, Snippet], runs: Mapping[int, ShownRun]
) -> Iterator[tuple[str, object]]:
    """The section in pieces, each with its kind; without what its author hides, or the run shows anyway."""
    left_out: set[int] = set()
    for line, snippet in snippets.items():
        run = runs.get(line)
        if snippet.directives.is_unseen:
            left_out.add(line)
        if snippet.expected is not None and (snippet.directives.is_unseen or (run and run.shows_output)):
            left_out.add(snippet.expected.line - 1)
    for part in text.parts:
        if isinstance(part, Region):
            if part.first in left_out:
                continue
            run = runs.get(part.first)
            marked = run.error.code_line if run and run.error else 0
            yield "snippet", ShownSnippet(code_block(part.text, part.language, marked), part.first, run)
        elif isinstance(part, Table):
            yield "table", part
        else:
            yield "citation" if isinstance(part, Citation) else "text", part


def _current_run(verification: Verification) -> ScriptRun | None:
    """The run whose code is the page's."""
    return verification.run if verification.snippets else None


def _colab(hub: Hub, place: str) -> str:
    """Colab opens what GitHub shows, and nothing from any other site."""
    shown_at = hub.notebooks.removeprefix("https://github.com/")
    return f"https://colab.research.google.com/github/{shown_at}{place}" if shown_at else ""
