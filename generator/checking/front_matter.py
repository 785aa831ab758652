"""Front matter against the hub it belongs to: its templates, its tags, its links."""

import difflib
from collections.abc import Collection, Iterator
from urllib.parse import urlsplit

from generator.model.diagnostic import Diagnostic
from generator.model.hub import Language, Tags
from generator.model.page import Page


def unknown_template(page: Page, templates: Collection[str]) -> Iterator[Diagnostic]:
    """The template must be a folder of templates/."""
    name = page.front_matter.template
    if name not in templates:
        hint = _suggest(name, templates)
        message = f"there is no template {name!r}: {hint}"
        yield Diagnostic(page.path, page.front_matter.lines["template"], 1, "unknown-template", message)


def unknown_tag(page: Page, tags: Tags) -> Iterator[Diagnostic]:
    """A tag must have a name in every language, so it must be in the hub's list."""
    for tag in page.front_matter.tags:
        if tag not in tags:
            message = f"unknown tag {tag!r}: {_suggest(tag, tags)}, or add it to [tags] in hub.toml"
            yield Diagnostic(page.path, page.front_matter.lines["tags"], 1, "unknown-tag", message)


def bad_link(page: Page) -> Iterator[Diagnostic]:
    """A link of the front matter must lead to a web page."""
    url = page.front_matter.github_link
    try:
        parts = urlsplit(url)
        sound = parts.scheme in ("http", "https") and bool(parts.hostname) and not any(map(str.isspace, url))
    except ValueError:
        sound = False
    if not sound:
        message = f"github-link must be an https address, not {url!r}"
        yield Diagnostic(page.path, page.front_matter.lines["github-link"], 1, "bad-link", message)


def missing_summary(page: Page, languages: Collection[Language]) -> Iterator[Diagnostic]:
    """Every language in which the page has a section needs its summary."""
    written = {section.language for section in page.sections}
    line = page.front_matter.lines["summary"]
    for language in languages:
        if language.code in written and language.code not in page.front_matter.summary:
            message = (
                f"summary has no {language.code}: the page has a section in it, so say in a line what the model is"
            )
            yield Diagnostic(page.path, line, 1, "missing-summary", message)
    known = [language.code for language in languages]
    for code in page.front_matter.summary:
        if code not in known:
            message = f"summary names an unknown language {code!r}: {_suggest(code, known)}"
            yield Diagnostic(page.path, line, 1, "unknown-language", message)


def _suggest(name: str, known: Collection[str]) -> str:
    near = difflib.get_close_matches(name, known, 1, 0.6)
    return f"did you mean {near[0]}?" if near else f"use one of {', '.join(sorted(known))}"
