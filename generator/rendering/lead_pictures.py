"""The picture that stands for a page: on its card, in lists, and where other cards name it."""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from generator.model.page import Page, Section
from generator.model.site import PagePicture, PagePictures, RenderedFile
from generator.pictures import PictureError, thumbnail
from generator.rendering.verification import Verification

ON_CARD, IN_LISTS = (280, 176), (160, 160)
"""Width and height of its place on a card, beside the title, and at most in a list: in pixels of CSS."""
_SHARP = 2
"""Pixels of the picture to one of CSS: what most screens show."""


@dataclass(frozen=True, slots=True)
class LeadPicture:
    """A picture in the two sizes in which it stands for its page."""

    on_card: PagePicture
    in_lists: PagePicture
    name: str
    """The file that the code wrote it to; empty where the code displayed it, or did not make it."""
    line: int
    """The line of the page's fence whose snippet made it, which is the place on the card; 0 for its author's own."""
    credit: str = ""
    """Of a picture that the page's author chose, whose it is; empty for what the code made."""

    @property
    def size(self) -> tuple[int, int]:
        """Width and height on the card, in pixels of CSS."""
        width, height = self.on_card.width, self.on_card.height
        scale = min(1, ON_CARD[0] / width, ON_CARD[1] / height)
        return max(1, round(width * scale)), max(1, round(height * scale))


NO_LEADS: Mapping[str, LeadPicture] = {}


def lead_pictures(
    page: Page, verifications: Mapping[str, Verification], pictures: PagePictures, cache: Path | None
) -> Mapping[str, LeadPicture]:
    """By the language of each section, the picture that stands for the page; none where there is none.

    Args:
        verifications: by the language of the section.
        pictures: what is published of those that its author put beside it.
        cache: folder of the pictures that were drawn before; without one they are drawn in any case.
    """
    found = {}
    for section in page.sections:
        lead = _lead(page, section, verifications[section.language], cache)
        if lead := lead or _of_author(page, pictures, cache):
            found[section.language] = lead
    return found


def lead_files(leads: Mapping[str, LeadPicture]) -> Iterator[RenderedFile]:
    """Their files, each once."""
    pictures = (picture for lead in leads.values() for picture in (lead.on_card, lead.in_lists))
    yield from {picture.file.path: picture.file for picture in pictures}.values()


def _lead(page: Page, section: Section, verification: Verification, cache: Path | None) -> LeadPicture | None:
    """The one place where it is chosen: the last picture that the page's own code made with the published weights.

    Nothing else may stand for a page as what its model does: no picture of random weights, of code that has changed
    since or failed, or of another entry.
    """
    for line, name, data in reversed(list(_pictures(page, section, verification))):
        with suppress(PictureError):  # a head without a picture behind it
            return LeadPicture(_small(data, ON_CARD, cache), _small(data, IN_LISTS, cache), name, line)
    return None


def _of_author(page: Page, pictures: PagePictures, cache: Path | None) -> LeadPicture | None:
    """The picture that the page's front matter names: nothing that the model did, and told as what it is."""
    head = page.front_matter
    if picture := pictures.get(head.image):
        data = picture.file.data
        return LeadPicture(_small(data, ON_CARD, cache), _small(data, IN_LISTS, cache), "", 0, head.image_credit)
    return None


def _small(data: bytes, place: tuple[int, int], cache: Path | None) -> PagePicture:
    return thumbnail(data, (place[0] * _SHARP, place[1] * _SHARP), cache)


def _pictures(page: Page, section: Section, verification: Verification) -> Iterator[tuple[int, str, bytes]]:
    """What may stand for the page, in order: the line of the fence below which the card shows it, name and file."""
    run = verification.run
    if run is None or verification.state != "passed" or run.weights != "published" or run.variant is not None:
        return
    snippets = page.snippets_in(section)
    for snippet, ran in zip(snippets, verification.snippets, strict=True):
        if ran.status == "passed" and not snippet.directives.is_unseen:
            for output in ran.outputs:
                if output.picture:
                    yield snippet.fence_line, output.name, output.picture.file.data
