"""All that a page is checked for once it can be read."""

from collections.abc import Collection, Iterable

from generator.checking.front_matter import bad_link, missing_summary, unknown_tag, unknown_template
from generator.model.diagnostic import Diagnostic
from generator.model.hub import Hub
from generator.model.page import Page


def check(pages: Iterable[Page], hub: Hub, templates: Collection[str]) -> list[Diagnostic]:
    """The findings on these pages, in the order of files and lines; `templates` names those that a page may pick."""
    return sorted(finding for page in pages for finding in _check_page(page, hub, templates))


def _check_page(page: Page, hub: Hub, templates: Collection[str]) -> Iterable[Diagnostic]:
    yield from unknown_template(page, templates)
    yield from unknown_tag(page, hub.tags)
    yield from bad_link(page)
    yield from missing_summary(page, hub.languages)
