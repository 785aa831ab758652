"""Builders of pages that show only what matters to a test."""

from collections.abc import Sequence
from pathlib import Path

from generator.config import Config
from generator.model.page import Page
from generator.reading.hub import read_page

LANGUAGES = Config().languages


def a_page(
    *snippets: str,
    sample: str = "x = 1",
    title: str = "Tiny",
    template: str = "hub1",
    tags: Sequence[str] = ("vision",),
    link: str = "https://github.com/megengine/models",
    stated: str = "",
    zh: str = "正文",
    en: str | None = "Text",
    english_snippets: Sequence[str] | None = None,
) -> str:
    """The text of a page; each section is its words and then the snippets, the same in both languages unless given.

    Args:
        stated: more lines of front matter.
    """
    parts = [
        f"""---
template: {template}
title: {title}
summary:
    zh_CN: 小模型
    en_US: A tiny model
author: Somebody
tags: [{", ".join(tags)}]
github-link: {link}
{stated and stated.strip() + chr(10)}---

```python
{sample}
```
<!-- section: zh_CN -->

{zh}
"""
    ]
    parts += [f"\n```python\n{snippet}\n```\n" for snippet in snippets]
    if en is not None:
        parts.append(f"\n<!-- section: en_US -->\n\n{en}\n")
        own = snippets if english_snippets is None else english_snippets
        parts += [f"\n```python\n{snippet}\n```\n" for snippet in own]
    return "".join(parts)


def read(text: str, path: str = "tiny.md") -> Page:
    """A page that must be sound."""
    page, findings = read_page(text, path, LANGUAGES)
    assert page is not None, findings
    return page


def line_of(text: str, part: str, occurrence: int = 1) -> int:
    """The line of a text, from 1, that holds a part of it for the nth time."""
    lines = [number for number, line in enumerate(text.splitlines(), start=1) if part in line]
    return lines[occurrence - 1]


def write(folder: Path, **pages: str) -> Path:
    """A folder `hub_pages` in this one with these pages."""
    target = folder / "hub_pages"
    target.mkdir(exist_ok=True)
    for name, text in pages.items():
        beside = folder / f".{name}.new"  # whoever watches the folder sees no half of it
        beside.write_text(text, encoding="utf-8")
        beside.replace(target / f"{name}.md")
    return target
