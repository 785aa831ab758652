"""A card as Markdown, for programs and for those who read in a terminal."""

from collections.abc import Iterator, Mapping
from textwrap import indent

from generator.model import addresses
from generator.model.hub import Hub, Language
from generator.model.page import FrontMatter, Page, Region, Section, marks_around
from generator.model.site import RenderedFile
from generator.rendering.cards import ShownPage
from generator.rendering.seen_text import seen_text
from generator.rendering.shown_text import Kind, page_links, picture_links, shown_pieces
from generator.rendering.stated import licence_text
from generator.rendering.verification import ShownRun

_MARKS = str.maketrans({mark: f"\\{mark}" for mark in "\\`*_[]<>#"})


def render_card_markdown(
    shown: ShownPage, hub: Hub, strings: Mapping[str, Mapping[str, str]]
) -> Iterator[RenderedFile]:
    """The page's Markdown in every language of the hub: beside each card, and of what that card shows."""
    for language in hub.languages:
        path = addresses.card_markdown(language, shown.id)
        yield RenderedFile(path, _card_markdown(shown, hub, language, strings[language.code], path).encode())


def _card_markdown(shown: ShownPage, hub: Hub, language: Language, words: Mapping[str, str], path: str) -> str:
    """Title, summary, sample, then the section without comments and without snippets that no reader is shown.

    Below each snippet stand the pictures that it made when it was run with the published weights.
    """
    page, head = shown.page, shown.page.front_matter
    section = page.section_for(language.code, hub.order)
    summary = head.summary_for(language.code, hub.order)
    tags = (words["list_comma"]).join(hub.tags[tag][language.code] for tag in head.tags)
    below = _pictures(shown, section, hub, words, path)
    links = {**picture_links(shown.pictures, hub, path), **page_links(section, language, hub, path)}
    return (
        f"# {head.title_in(language.code).translate(_MARKS)}\n\n{summary.translate(_MARKS)}\n\n"
        f"- {words['by_label']}{head.author.translate(_MARKS)}\n"
        f"- {words['tags_label']}{tags}\n"
        f"- {words['state']}{words['colon']}{seen_text(shown.verification(language.code), words)}\n"
        f"{_of_entries(shown, language, words)}{_stated(head, words)}"
        f"- <{head.github_link}>\n\n"
        f"{_sample(page, below)}"
        f"{_shown_text(page, section, links, below)}\n"
    )


def _sample(page: Page, below: Mapping[int, str]) -> str:
    """The sample, with what stands below it; nothing for a page without one."""
    if page.sample is None:
        return ""
    fence = marks_around(page.sample.code)
    return f"{fence}python\n{page.sample.code}{fence}\n{below.get(page.sample.fence_line, '')}\n"


def _of_entries(shown: ShownPage, language: Language, words: Mapping[str, str]) -> str:
    """The entries, and how many parameters that one has which the page loads, an item each."""
    run = shown.own_entry(language.code).run
    names = words["list_comma"].join(f"`{name}`" for name in shown.entry_names if "`" not in name)
    number = f"{run.facts.parameters:,}" if run and run.facts and run.facts.parameters else ""
    of = f" (`{shown.choice.active}`)" if len(shown.entry_names) > 1 else ""
    items = {"entry": names, "parameters": number and number + of}
    return "".join(f"- {words[name]}{words['colon']}{text}\n" for name, text in items.items() if text)


def _stated(head: FrontMatter, words: Mapping[str, str]) -> str:
    """What front matter states of licences and data sets, an item each."""
    stated = {
        "filter_license": licence_text(head.license),
        "weights_license": licence_text(head.weights_license),
        "datasets": words["list_comma"].join(head.datasets),
    }
    items = (f"- {words[name]}{words['colon']}{text.translate(_MARKS)}\n" for name, text in stated.items() if text)
    return "".join(items)


def _pictures(shown: ShownPage, section: Section, hub: Hub, words: Mapping[str, str], path: str) -> Mapping[int, str]:
    """The line of each snippet's fence to Markdown of what it drew, each picture below a blank line."""
    runs = shown.verifications.get(section.language)
    snippets = shown.page.snippets_in(section)
    pairs = zip(snippets, runs.snippets, strict=True) if runs and runs.snippets else ()
    return {snippet.fence_line: "".join(_drawn(run, hub, words, path)) for snippet, run in pairs if run.is_real}


def _drawn(run: ShownRun, hub: Hub, words: Mapping[str, str], path: str) -> Iterator[str]:
    for output in run.outputs:
        if output.picture and run.status == "passed":
            name = output.name.translate(_MARKS) or words["output_image"]
            yield f"\n![{name}]({addresses.address(hub, output.picture.file.path, path)})\n"


def _shown_text(page: Page, section: Section, links: Mapping[str, str], below: Mapping[int, str]) -> str:
    """The section's text without what the card does not show either."""
    unseen = [snippet for snippet in section.snippets if snippet.directives.is_unseen]
    left_out = {snippet.fence_line for snippet in unseen}
    left_out |= {snippet.expected.line - 1 for snippet in unseen if snippet.expected}
    pieces = shown_pieces(page, section, left_out, links)
    return "".join(f"{text}{_below(kind, text, below)}" for kind, text in pieces).strip("\n")


def _below(kind: Kind, text: str, below: Mapping[int, str]) -> str:
    """What stands below a fence, as far from the edge as that."""
    told = below.get(kind.first, "") if isinstance(kind, Region) else ""
    return indent(told, text[: len(text) - len(text.lstrip(" \t>"))])
