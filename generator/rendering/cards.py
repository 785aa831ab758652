"""Pages to cards: one page in one language each."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from markupsafe import Markup

from generator.markdown_blocks import NOT_PARSED, ParsedPage
from generator.model.addresses import CARD_ROOT, card_file, card_place, notebook
from generator.model.anchors import shared_anchors
from generator.model.entry import EntryUse
from generator.model.history import NO_HISTORY, History
from generator.model.hub import Hub, Language
from generator.model.metrics import Reported
from generator.model.page import Page, Section
from generator.model.site import PagePictures, RenderedFile, SiteContext
from generator.rendering.card_snippets import Failure, ShownSnippet, failure_of, parts_of, shown_sample
from generator.rendering.choices import Choice, choice_of
from generator.rendering.entries import (
    NO_EVIDENCE,
    Evidence,
    Offered,
    attributes,
    offered,
    own_of,
)
from generator.rendering.environment import Templates
from generator.rendering.facts import NO_FACTS, ShownFacts, facts_of
from generator.rendering.histories import Strip, strips_of
from generator.rendering.lead_pictures import NO_LEADS, LeadPicture
from generator.rendering.markdown import (
    NO_PICTURES,
    RenderedText,
    is_web_address,
    parse_markdown,
    render_parsed,
)
from generator.rendering.notebooks import render_notebook
from generator.rendering.reports import report_of
from generator.rendering.shown_text import page_links, picture_links
from generator.rendering.stated import licence_parts, licence_text, page_reported
from generator.rendering.verification import NEVER, ShownRun, Verification, stale_note

_GUIDE = "hub1/guide.html"
"""What lays a guide out where its page's own template does not."""


@dataclass(frozen=True, slots=True)
class EntryView:
    """All that the card says of one of its entries, above and beside its code."""

    entry: Offered
    attributes: Markup
    facts: ShownFacts
    notebook: str
    """Path of its notebook; empty where it has none of its own."""
    colab: str
    notebook_of: Markup
    """For which entries the notebook is offered: that of the page also for those that have none."""
    failure: Failure | None
    """Where its run failed, where the card shows that."""
    report: Mapping[str, str]
    """What a report of a problem begins with: `title` and `body`."""
    strips: tuple[Strip, ...]
    """The last runs of the page's code with it."""

    @property
    def has_earlier(self) -> bool:
        """Whether there are other runs of it than the one that the card shows."""
        return sum(len(strip.cells) for strip in self.strips) > bool(self.entry.run)


@dataclass(frozen=True, slots=True)
class ShownPage:
    """A page with what the evidence says of it and its text as HTML, made once for all its languages."""

    page: Page
    verifications: Mapping[str, Verification]
    texts: Mapping[str, RenderedText]
    """By the language of the section."""
    choice: Choice
    entries: Mapping[str, Sequence[Offered]]
    """The entries that the choice is between, by the language of the section."""
    pictures: PagePictures = field(default_factory=dict)
    order: Sequence[str] = ()
    """Codes of the hub's languages: what lacks one is shown in the first of these that there is."""
    leads: Mapping[str, LeadPicture] = field(default_factory=dict)
    """By the language of the section: what stands for the page, where anything does."""
    history: History = NO_HISTORY
    root: str = CARD_ROOT
    """What leads from its cards to the site's root, in the HTML of its texts."""
    _results: dict[str, tuple[Reported, ...]] = field(default_factory=dict, init=False, repr=False, compare=False)
    """What was asked for before, by language: cards, lists and comparisons ask, and tables may be long."""

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

    def results(self, language: str = "") -> tuple[Reported, ...]:
        """What its tables report by the metrics that it names, in this language's words where it has the table."""
        if language not in self._results:
            own = [text for code, text in self.texts.items() if code == language]
            others = [text for code, text in self.texts.items() if code != language]
            self._results[language] = page_reported(self.page.front_matter.metrics, [*own, *others])
        return self._results[language]

    def section_for(self, language: str) -> Section:
        """The section that a reader of this language is shown: their own, else the first in the hub's order."""
        return self.page.section_for(language, self.order)

    def verification(self, language: str) -> Verification:
        """The state of what that reader is shown."""
        return self.verifications.get(self.section_for(language).language, NEVER)

    def entries_for(self, language: str) -> Sequence[Offered]:
        """The entries that a reader of this language can choose from."""
        return self.entries[self.section_for(language).language]

    def own_entry(self, language: str) -> Offered:
        """The one that the page itself loads, with what is known of the code that this reader is shown."""
        return own_of(self.entries_for(language))

    @property
    def entry_names(self) -> tuple[str, ...]:
        """The entries that its sample loads or offers."""
        return tuple(self.choice.entries) or tuple(filter(None, [self.choice.active]))

    def lead(self, language: str) -> LeadPicture | None:
        """The picture that stands for the page where it is named to that reader."""
        return self.leads.get(self.section_for(language).language)

    def summary(self, language: str) -> str:
        """The summary in this language, else in the first in the hub's order that has one."""
        return self.page.front_matter.summary_for(language, self.order)

    def summary_lang(self, language: str, hub: Hub) -> str:
        """The language of that summary, in BCP 47; that of the reader where the hub does not have it."""
        code = self.page.front_matter.summary_language(language, self.order)
        return next((each.lang for each in hub.languages if each.code == code), hub.language(language).lang)


def show(
    page: Page,
    verifications: Mapping[str, Verification],
    uses: Sequence[EntryUse] = (),
    pictures: PagePictures = NO_PICTURES,
    parsed: ParsedPage = NOT_PARSED,
    choice: Choice | None = None,
    others: Evidence = NO_EVIDENCE,
    order: Sequence[str] = (),
    leads: Mapping[str, LeadPicture] = NO_LEADS,
    history: History = NO_HISTORY,
    root: str = CARD_ROOT,
) -> ShownPage:
    """A page's text as HTML.

    Args:
        uses: what its sample loads and offers.
        parsed: what reading parsed of it.
        choice: the choice that its sample offers, if that is known already, and
        others: what is known of the entries that it is between.
        order, root: see `ShownPage`.
    """
    sections = {
        section.language: parse_markdown(section.text, parsed.get(section.language)) for section in page.sections
    }
    outlines = [[(heading.level, heading.text) for heading in each.headings] for each in sections.values()]
    anchors = shared_anchors(outlines) or ()
    texts = {
        section.language: render_parsed(sections[section.language], section.first_line, anchors, pictures, root)
        for section in page.sections
    }
    choice = choice or choice_of(page.sample_code, uses)
    entries = {
        section.language: offered(choice, uses, section.language, verifications.get(section.language, NEVER), others)
        for section in page.sections
    }
    return ShownPage(page, verifications, texts, choice, entries, pictures, order, leads, history, root)


def render_card(
    shown: ShownPage, language: Language, hub: Hub, templates: Templates, known: SiteContext, mark: str
) -> RenderedFile:
    """The page's card in a language of the hub. Raises TemplatesError.

    Args:
        mark: stands where what is said of related models comes: see `related.with_related`.
    """
    template = f"{shown.page.front_matter.template}/card.html"
    if shown.page.is_guide:
        own = f"{shown.page.front_matter.template}/guide.html"
        template = own if templates.has(own) else _GUIDE
    context = {**_context(shown, language, hub), **known.around(shown.id), "related": Markup(mark)}
    return templates.render(template, card_file(language, shown.id), language, **context)


def render_notebooks(shown: ShownPage, hub: Hub) -> Iterator[RenderedFile]:
    """The page's notebook in every language of its own, and one for each other entry that was run."""
    for section in shown.page.sections:
        for entry in shown.entries[section.language]:
            if path := _notebook(shown, entry, section, hub):
                language = hub.language(section.language)
                links = {**picture_links(shown.pictures, hub, path), **page_links(section, language, hub, path)}
                yield render_notebook(shown.page, section, path, entry.run, links, entry.sample)


def _notebook(shown: ShownPage, entry: Offered, section: Section, hub: Hub) -> str:
    """Where the notebook of an entry is; empty where it has none."""
    if not entry.is_default and not (entry.run and entry.sample):
        return ""
    return notebook(hub.language(section.language), shown.id, "" if entry.is_default else entry.name)


def _context(shown: ShownPage, language: Language, hub: Hub) -> dict[str, Any]:
    page = shown.page
    section = shown.section_for(language.code)
    snippets = page.snippets_in(section)
    entries = shown.entries[section.language]
    runs: list[Mapping[int, ShownRun]] = [
        dict(zip((snippet.fence_line for snippet in snippets), entry.verification.snippets, strict=True))
        if entry.verification.snippets
        else {}
        for entry in entries
    ]
    text = shown.texts[section.language]
    views = _views(shown, section, hub)
    of_line = {snippet.fence_line: snippet for snippet in snippets}
    parts = list(parts_of(text, of_line, entries, runs, has_sample=page.sample is not None))
    own = next(view for view in views if view.entry.is_default)
    return {
        "hub": hub,
        "page": page,
        "summary": shown.summary(language.code),
        "source_link": page.front_matter.github_link if is_web_address(page.front_matter.github_link) else "",
        "section_language": hub.language(section.language),
        "headings": text.headings,
        "verification": own.entry.verification,
        "lead": shown.lead(language.code),
        "choice": shown.choice,
        "views": views,
        "own": own,
        "sample": shown_sample(page.sample, shown.choice, entries, runs) if page.sample else None,
        "parts": parts,
        "has_more": any(isinstance(part, ShownSnippet) and part.follows for _, part in parts),
        "license": licence_parts(page.front_matter.license),
        "weights_license": licence_parts(page.front_matter.weights_license),
        "reported": shown.results(section.language),
        "facts": own.facts,
        "notebook": own.notebook,
        "colab": own.colab,
        "source": f"{hub.repository}/blob/{hub.branch}/{hub.page_file(page.id)}" if hub.repository else "",
        "edit": f"{hub.repository}/edit/{hub.branch}/{hub.page_file(page.id)}" if hub.repository else "",
        "here": card_place(page.id),
        "stale_note": stale_note,
    }


def _views(shown: ShownPage, section: Section, hub: Hub) -> list[EntryView]:
    entries = shown.entries[section.language]
    paths = [_notebook(shown, entry, section, hub) for entry in entries]
    without = [entry for entry, path in zip(entries, paths, strict=True) if not path]
    return [
        _view(shown, section, hub, entry, path, without if entry.is_default else ())
        for entry, path in zip(entries, paths, strict=True)
    ]


def _view(
    shown: ShownPage, section: Section, hub: Hub, entry: Offered, path: str, without: Sequence[Offered]
) -> EntryView:
    """What is said of an entry; its notebook is at this path, and offered for those without one, too."""
    entries = shown.entries[section.language]
    failure = failure_of(entry, shown.page.snippets_in(section))
    return EntryView(
        entry,
        attributes([entry], entries),
        _facts(shown, entry, section),
        path,
        _colab(hub, path) if path else "",
        attributes([entry, *without], entries),
        failure,
        report_of(shown.page, "" if hub.has_one_language else section.language, entry, failure)
        if hub.repository
        else {},
        strips_of(shown.history, entry, section.language),
    )


def _facts(shown: ShownPage, entry: Offered, section: Section) -> ShownFacts:
    if entry.run is None and not entry.is_default:
        return NO_FACTS
    return facts_of(entry.run, shown.texts[section.language])


def _colab(hub: Hub, place: str) -> str:
    """Colab opens what GitHub shows, and nothing from any other site."""
    shown_at = hub.notebooks.removeprefix("https://github.com/")
    return f"https://colab.research.google.com/github/{shown_at}{place}" if shown_at else ""
