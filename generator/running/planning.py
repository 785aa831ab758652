"""Pages to scripts: one for each distinct code that some reader would run."""

import hashlib
from collections.abc import Iterable

from generator.model.page import Page, Section, Snippet
from generator.model.run import Script, ScriptSnippet


def plan(pages: Iterable[Page]) -> list[Script]:
    """The scripts of these pages, in the pages' order. Languages with the same code share a script."""
    return [script for page in pages for script in _plan_page(page)]


def _plan_page(page: Page) -> Iterable[Script]:
    groups: dict[tuple[str, ...], list[Section]] = {}
    for section in page.sections:
        code = tuple(snippet.code for snippet in _snippets(page, section))
        groups.setdefault(code, []).append(section)
    for code, sections in groups.items():
        rows = zip(*(_snippets(page, section) for section in sections), strict=True)
        yield Script(
            page=page.id,
            path=page.path,
            languages=tuple(section.language for section in sections),
            snippets=tuple(
                ScriptSnippet(
                    row[0].code,
                    {section.language: snippet.line for section, snippet in zip(sections, row, strict=True)},
                )
                for row in rows
            ),
            digest=_digest(code),
        )


def _snippets(page: Page, section: Section) -> tuple[Snippet, ...]:
    return (page.sample, *section.snippets)


def _digest(code: Iterable[str]) -> str:
    digest = hashlib.sha256()
    for snippet in code:
        digest.update(f"{len(snippet.encode())}\n".encode())
        digest.update(snippet.encode())
    return digest.hexdigest()
