"""What pages are checked against of each other."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from generator.commands.checked import KnownPage
from generator.model.hub import FormatName, Language
from generator.model.page import Page
from generator.reading.hub import read_beginning
from generator.scripts.entries import entry_uses


def known_page(page: Page) -> KnownPage:
    """What others are checked against of a page."""
    names = {use.repository.partition(":")[0].lower() for use in entry_uses(page.sample_code)}
    title = "" if page.is_guide else page.front_matter.title  # what it is called names no model
    return KnownPage(page.id, title, tuple(sorted(names)))


def glance_at(path: str, languages: Sequence[Language], today: date, form: FormatName) -> KnownPage | None:
    """The same, from the beginning of its file: wrong where its sections keep the page from being read."""
    page = read_beginning(Path(path), languages, today, form)
    return known_page(page) if page else None
