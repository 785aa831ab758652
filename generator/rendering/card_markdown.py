"""A card as Markdown, for programs and for those who read in a terminal."""

from collections.abc import Iterator, Mapping

from generator.model import addresses
from generator.model.hub import Hub, Language
from generator.model.page import FrontMatter, Page, Section, marks_around
from generator.model.site import PagePictures, RenderedFile
from generator.rendering.shown_text import picture_links, shown_pieces
from generator.rendering.stated import licence_text

_MARKS = str.maketrans({mark: f"\\{mark}" for mark in "\\`*_[]<>#"})


def render_card_markdown(
    page: Page, hub: Hub, strings: Mapping[str, Mapping[str, str]], pictures: PagePictures
) -> Iterator[RenderedFile]:
    """The page's Markdown in every language of the hub: beside each card, and of what that card shows."""
    for language in hub.languages:
        path = addresses.card_markdown(language, page.id)
        text = card_markdown(page, hub, language, strings[language.code], picture_links(pictures, hub, path))
        yield RenderedFile(path, text.encode())


def card_markdown(page: Page, hub: Hub, language: Language, words: Mapping[str, str], links: Mapping[str, str]) -> str:
    """Title, summary, sample, then the section without comments and without snippets that no reader is shown.

    Args:
        links: see `shown_pieces`.
    """
    head = page.front_matter
    section = page.section_for(language.code, hub.order)
    summary = head.summary_for(language.code, hub.order)
    tags = (words["list_comma"]).join(hub.tags[tag][language.code] for tag in head.tags)
    fence = marks_around(page.sample.code)
    return (
        f"# {head.title.translate(_MARKS)}\n\n{summary.translate(_MARKS)}\n\n"
        f"- {words['by_label']}{head.author.translate(_MARKS)}\n"
        f"- {words['tags_label']}{tags}\n"
        f"{_stated(head, words)}"
        f"- <{head.github_link}>\n\n"
        f"{fence}python\n{page.sample.code}{fence}\n\n"
        f"{_shown_text(page, section, links)}\n"
    )


def _stated(head: FrontMatter, words: Mapping[str, str]) -> str:
    """What front matter states of licences and data sets, an item each."""
    stated = {
        "filter_license": licence_text(head.license),
        "weights_license": licence_text(head.weights_license),
        "datasets": words["list_comma"].join(head.datasets),
    }
    items = (f"- {words[name]}{words['colon']}{text.translate(_MARKS)}\n" for name, text in stated.items() if text)
    return "".join(items)


def _shown_text(page: Page, section: Section, links: Mapping[str, str]) -> str:
    """The section's text without what the card does not show either."""
    unseen = [snippet for snippet in section.snippets if snippet.directives.is_unseen]
    left_out = {snippet.fence_line for snippet in unseen}
    left_out |= {snippet.expected.line - 1 for snippet in unseen if snippet.expected}
    return "".join(text for _, text in shown_pieces(page, section, left_out, links)).strip("\n")
