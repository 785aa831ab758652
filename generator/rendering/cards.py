"""Pages to cards: one page in one language each."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from generator.model.anchors import shared_anchors
from generator.model.hub import Hub, Language
from generator.model.page import Page, Section
from generator.model.site import RenderedFile
from generator.rendering.environment import Templates
from generator.rendering.markdown import Fence, RenderedText, code_block, headings_of, render_markdown
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

    @property
    def id(self) -> str:
        """The page's id."""
        return self.page.id

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


def show(page: Page, verifications: Mapping[str, Verification]) -> ShownPage:
    """A page's text as HTML."""
    headings = [headings_of(section.text) for section in page.sections]
    anchors = shared_anchors([[(heading.level, heading.text) for heading in found] for found in headings]) or ()
    texts = {section.language: render_markdown(section.text, section.first_line, anchors) for section in page.sections}
    return ShownPage(page, verifications, texts)


def render_cards(shown: ShownPage, hub: Hub, templates: Templates) -> Iterator[RenderedFile]:
    """The page's card in every language of the hub."""
    for language in hub.languages:
        path = f"{language.path}/models/{shown.id}/index.html"
        template = f"{shown.page.front_matter.template}/card.html"
        yield templates.render(template, path, language, **_context(shown, language, hub))


def _context(shown: ShownPage, language: Language, hub: Hub) -> dict[str, Any]:
    page = shown.page
    section = shown.section_for(language.code)
    verification = shown.verification(language.code)
    runs: dict[int, ShownRun] = {}
    fences = [page.sample.fence_line, *(snippet.fence_line for snippet in section.snippets)]
    if verification.snippets:
        runs = dict(zip(fences, verification.snippets, strict=True))
    text = shown.texts[section.language]
    return {
        "hub": hub,
        "page": page,
        "summary": shown.summary(language.code),
        "section_language": hub.language(section.language),
        "headings": text.headings,
        "verification": verification,
        "sample": ShownSnippet(
            code_block(page.sample.code, "python"), page.sample.fence_line, runs.get(page.sample.fence_line)
        ),
        "parts": [
            ShownSnippet(part.html, part.line, runs.get(part.line)) if isinstance(part, Fence) else part
            for part in text.parts
        ],
        "here": f"models/{page.id}/",
    }
