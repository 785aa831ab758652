"""A section's Markdown as readers get it in a file: without comments, and without code that its author hides."""

import re
from collections.abc import Collection, Iterator, Mapping
from typing import Literal

from markdown_it.common.normalize_url import normalizeLink
from markdown_it.helpers import parseLinkDestination

from generator.model.addresses import address, linked_card, place_in
from generator.model.code_spans import code_ends
from generator.model.hub import Hub, Language
from generator.model.page import Page, Region, Section
from generator.model.site import PagePictures

_BETWEEN_PARAGRAPHS = re.compile(r"(\n[ \t>]*\n)")
_MARK = re.compile(r"\\[\\`<]|(?P<ticks>`+)|<!--")
_BEFORE_ADDRESS = re.compile(r"\]\(\s*|^[ \t>]*\[[^\[\]\n]+\]:[ \t]*", re.MULTILINE)

_PAGE_FILE = re.compile(r"(?<![\w./-])(?:\./)?\w[\w.-]*\.md(?:#[^\s)>]*)?")

Kind = Region | Literal["text", "code"]
"""A fence or an indented block, or within a paragraph: text, code."""


def shown_pieces(
    page: Page, section: Section, left_out: Collection[int], links: Mapping[str, str]
) -> Iterator[tuple[Kind, str]]:
    """A section in pieces, in order, each with its kind.

    Left out are comments, the fences that open on the lines `left_out`, the sample, and the blank line that then is one
    too many.

    Args:
        links: what is written in the place of these addresses.
    """
    left_out = {*left_out, page.sample.fence_line if page.sample else 0}
    rows = [f"{line}\n" for line in section.text.split("\n")]
    done, is_blank = 0, False
    for region in page.regions_in(section):
        first, end = region.first - section.first_line, region.end - section.first_line
        yield from inline_pieces("".join(rows[done:first]), links)
        is_blank = not rows[first - 1].strip() if first > done else is_blank
        if region.kind != "comment" and region.first not in left_out:
            yield region, "".join(rows[first:end])
            is_blank = False
        done = end + (is_blank and end < len(rows) and not rows[end].strip())
    yield from inline_pieces("".join(rows[done:]), links)


def inline_pieces(text: str, links: Mapping[str, str]) -> Iterator[tuple[Literal["text", "code"], str]]:
    """Text and the code within its paragraphs, in order; what stands on both sides of a comment is one text."""
    if "`" not in text and "<!--" not in text:
        yield "text", _relinked(text, links)
        return
    shown: list[str] = []
    for paragraph in _BETWEEN_PARAGRAPHS.split(text):
        done = 0
        for kind, first, end in _code_and_comments(paragraph):
            shown.append(paragraph[done:first])
            if kind == "code":
                yield "text", _relinked("".join(shown), links)
                yield kind, paragraph[first:end]
                shown = []
            done = end
        shown.append(paragraph[done:])
    yield "text", _relinked("".join(shown), links)


def picture_links(pictures: PagePictures, hub: Hub, path: str) -> Mapping[str, str]:
    """The addresses of a page's pictures to those that a file at `path` of the site finds them by."""
    return {url: address(hub, picture.file.path, path) for url, picture in pictures.items()}


def page_links(section: Section, language: Language, hub: Hub, path: str) -> Mapping[str, str]:
    """The addresses of other pages' files in a section to those that a file at `path` finds their cards by."""
    found = {}
    for match in _PAGE_FILE.finditer(section.text):
        place, anchor = linked_card(match[0])
        if place:
            found[normalizeLink(match[0])] = address(hub, place_in(language, place), path) + anchor
    return found


def _code_and_comments(text: str) -> Iterator[tuple[Literal["code", "comment"], int, int]]:
    """The kind of each, its first character and the one behind its last. In time that grows with the text alone."""
    if "`" not in text and "<!--" not in text:  # which most paragraphs are told by sooner than by the patterns
        return
    ends = code_ends(text)
    done, last_comment = 0, text.rfind("-->")
    for mark in _MARK.finditer(text):
        if mark.start() < done:
            continue
        if mark["ticks"]:
            if mark.start() in ends:
                done = ends[mark.start()]
                yield "code", mark.start(), done
        elif mark[0] == "<!--" and mark.end() <= last_comment:
            done = text.index("-->", mark.end()) + len("-->")
            yield "comment", mark.start(), done


def _relinked(text: str, links: Mapping[str, str]) -> str:
    """The text with other addresses in its links, pictures and their definitions."""
    pieces, done = [], 0
    for before in _BEFORE_ADDRESS.finditer(text) if links else ():
        found = parseLinkDestination(text, before.end(), len(text))
        if found.ok and before.end() >= done and (target := links.get(normalizeLink(found.str))):
            pieces += [text[done : before.end()], target]
            done = found.pos
    return "".join([*pieces, text[done:]])
