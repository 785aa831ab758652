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
from generator.model.page import PAGE_ID, Page, Region, Section, Snippet
from generator.model.run import ScriptRun
from generator.model.site import PagePictures, RenderedFile, SiteContext
from generator.rendering.choices import Choice, choice_of
from generator.rendering.citations import Citation
from generator.rendering.environment import Templates
from generator.rendering.facts import facts_of
from generator.rendering.lead_pictures import NO_LEADS, LeadPicture
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
    leads: Mapping[str, LeadPicture] = field(default_factory=dict)
    """By the language of the section: what stands for the page, where anything does."""

    @property
    def id(self) -> str:
        """The page's id."""
        return self.page.id

    @property
    def task(self) -> str:
        """The task that its id names; empty where the id is not made of organisation, task and name."""
        match = PAGE_ID.fullmatch(self.page.id)
        return match["task"] if match else ""

    def section_for(self, language: str) -> Section:
        """The section that a reader of this language is shown: their own, else the first."""
        return self.page.section(language) or self.page.sections[0]

    def verification(self, language: str) -> Verification:
        """The state of what that reader is shown."""
        return self.verifications.get(self.section_for(language).language, NEVER)

    def lead(self, language: str) -> LeadPicture | None:
        """The picture that stands for the page where it is named to that reader."""
        return self.leads.get(self.section_for(language).language)

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
    leads: Mapping[str, LeadPicture] = NO_LEADS,
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
    return ShownPage(page, verifications, texts, choice_of(page.sample.code, uses), pictures, leads)


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
        "lead": shown.lead(language.code),
        "choice": shown.choice,
        "sample": _shown_sample(shown, runs.get(page.sample.fence_line)),
        "parts": list(_parts(text, {snippet.fence_line: snippet for snippet in snippets}, runs)),
        "facts": facts_of(_current_run(verification), text, section.text),
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
