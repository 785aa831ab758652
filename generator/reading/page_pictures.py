"""The pictures of pages, read from the files beside them."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path

from markdown_it import MarkdownIt

from generator.model.page import Page
from generator.model.site import PagePicture, PagePictures
from generator.pictures import PictureError, is_local, publish_picture

_PARSER = MarkdownIt("commonmark").enable("table")


def read_pictures(pages: Iterable[Page], cache: Path) -> Mapping[str, PagePictures]:
    """Page id to what is published of its pictures, by their addresses as links have them in HTML.

    What cannot be published is left out: `check` tells of it.

    Args:
        cache: folder of the pictures that were drawn before.
    """
    found: dict[str, dict[str, PagePicture]] = {}
    for page in pages:
        for address in _addresses(page):
            with suppress(PictureError):
                picture = publish_picture(Path(page.path).parent, address, cache)
                found.setdefault(page.id, {})[address] = picture
    return found


def _addresses(page: Page) -> Iterator[str]:
    if (image := page.front_matter.image) and is_local(image):
        yield image
    for section in page.sections:
        if "![" in section.text:  # parsing inline text is the slow part of Markdown
            for token in _PARSER.parse(section.text):
                for child in token.children or ():
                    address = str(child.attrGet("src") or "")
                    if child.type == "image" and is_local(address):
                        yield address
