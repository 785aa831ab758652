"""A card as Markdown, for programs and for those who read in a terminal."""

from collections.abc import Iterator, Mapping

from generator.model.hub import Hub, Language
from generator.model.page import Page, Section, Snippet
from generator.model.site import RenderedFile
from generator.rendering.markdown import comment_lines, fence_lines

_MARKS = str.maketrans({mark: f"\\{mark}" for mark in "\\`*_[]<>#"})


def render_card_markdown(page: Page, hub: Hub, strings: Mapping[str, Mapping[str, str]]) -> Iterator[RenderedFile]:
    """The page's Markdown in every language of the hub: beside each card, and of what that card shows."""
    for language in hub.languages:
        text = card_markdown(page, hub, language, strings[language.code])
        yield RenderedFile(f"{language.path}/models/{page.id}/index.md", text.encode())


def card_markdown(page: Page, hub: Hub, language: Language, words: Mapping[str, str]) -> str:
    """Title, summary, sample, then the section without comments and without snippets that no reader is shown."""
    head = page.front_matter
    section = page.section(language.code) or page.sections[0]
    summary = head.summary.get(language.code) or next(iter(head.summary.values()), "")
    tags = (words["list_comma"]).join(hub.tags[tag][language.code] for tag in head.tags)
    fence = _fence_around(page.sample.code)
    return (
        f"# {head.title.translate(_MARKS)}\n\n{summary.translate(_MARKS)}\n\n"
        f"- {words['by_label']}{head.author.translate(_MARKS)}\n"
        f"- {words['tags_label']}{tags}\n"
        f"- <{head.github_link}>\n\n"
        f"{fence}python\n{page.sample.code}{fence}\n\n"
        f"{_shown_text(section)}\n"
    )


def _shown_text(section: Section) -> str:
    """The section's text without what the card does not show either."""
    hidden: set[int] = set()
    if "<!--" in section.text:
        hidden |= comment_lines(section.text)
    unseen = {snippet.fence_line - section.first_line for snippet in section.snippets if _is_unseen(snippet)}
    if unseen:
        for lines in fence_lines(section.text):
            hidden.update(lines if lines.start in unseen else ())
    if not hidden:
        return section.text.strip("\n")
    kept: list[str] = []
    for index, line in enumerate(section.text.split("\n")):
        is_gap = index - 1 in hidden and not line.strip() and not (kept and kept[-1].strip())
        if index not in hidden and not is_gap:
            kept.append(line)
    return "\n".join(kept).strip("\n")


def _is_unseen(snippet: Snippet) -> bool:
    return snippet.directives.hide or snippet.directives.setup


def _fence_around(code: str) -> str:
    """Marks that do not end within the code."""
    fence = "```"
    while any(line.lstrip().startswith(fence) for line in code.splitlines()):
        fence += "`"
    return fence
