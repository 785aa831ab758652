"""Pages to scripts: one for each distinct code that some reader would run."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import replace

import msgspec

from generator.frameworks import DEFAULT
from generator.model.page import Directives, Page, Section, Snippet
from generator.model.run import Script, ScriptSnippet


def plan(pages: Iterable[Page], framework: str = DEFAULT) -> list[Script]:
    """The scripts of these pages, in the pages' order.

    Languages whose snippets have the same code, directives and expected outputs share a script; the reasons in
    directives may be translated.

    Args:
        framework: of the pages that name none.
    """
    return [script for page in pages for script in _plan_page(page, page.front_matter.framework or framework)]


def digest_of(snippets: Iterable[ScriptSnippet]) -> str:
    """SHA-256 of what a run of these snippets depends on and is judged by.

    That is their code, their directives without the reasons, and their expected outputs with the tolerances; not the
    lines where any of it stands.
    """
    digest = hashlib.sha256()
    for snippet in snippets:
        digest.update(f"{len(snippet.code.encode())}\n".encode())
        digest.update(snippet.code.encode())
        expected = snippet.expected and (snippet.expected.text, snippet.expected.tolerance)
        told = (_without_reasons(snippet.directives), expected)
        # Nothing for the usual snippet, so that a directive that is yet to be thought of makes no evidence stale.
        if told != (Directives(), None):
            digest.update(msgspec.json.encode(told, order="sorted") + b"\n")
    return digest.hexdigest()


def _plan_page(page: Page, framework: str) -> Iterable[Script]:
    groups: dict[str, list[Section]] = {}
    for section in page.sections:
        groups.setdefault(digest_of(_script_snippets(page, [section])), []).append(section)
    for digest, sections in groups.items():
        if not page.snippets_in(sections[0]):  # a guide may be words alone
            continue
        languages = tuple(section.language for section in sections)
        yield Script(page.id, page.path, languages, _script_snippets(page, sections), digest, framework=framework)


def _script_snippets(page: Page, sections: Sequence[Section]) -> tuple[ScriptSnippet, ...]:
    """The snippets of sections that say the same, with the first one's reasons."""
    rows = zip(*(page.snippets_in(section) for section in sections), strict=True)
    return tuple(_script_snippet(dict(zip((each.language for each in sections), row, strict=True))) for row in rows)


def _script_snippet(readers: dict[str, Snippet]) -> ScriptSnippet:
    first = next(iter(readers.values()))
    return ScriptSnippet(
        code=first.code,
        lines={language: snippet.line for language, snippet in readers.items()},
        directives=first.directives,
        expected=first.expected,
        expected_lines={language: each.expected.line for language, each in readers.items() if each.expected},
    )


def _without_reasons(directives: Directives) -> Directives:
    skip = directives.skip and replace(directives.skip, reason="")
    xfail = directives.xfail and replace(directives.xfail, reason="")
    return replace(directives, skip=skip, xfail=xfail)
