"""Write a new page, and the schema of its head."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from generator import scaffolding
from generator.checking.schema import front_matter_schema
from generator.commands.check import check_unwritten
from generator.commands.root import HubRoot
from generator.model.hub import HUB1
from generator.model.page import MODEL
from generator.reading.hub import read_page
from generator.rendering.template_folders import template_folders, template_names

SCHEMA = "hub1.schema.json"
"""The file beside the pages that holds it."""
MODELINE = f"# yaml-language-server: $schema={SCHEMA}"
"""Editors that know it complete keys and tags."""


@dataclass(frozen=True, slots=True)
class NewPage:
    """What is known of a page that is to be written."""

    id: str
    title: str
    tags: Sequence[str]
    author: str
    link: str
    entry: str
    license: str = ""
    """Of the code; empty where it is not known."""
    kind: str = MODEL
    """MODEL or GUIDE."""
    framework: str = ""
    """What its code is written for; empty for what the hub's pages are."""


def new_page(root: HubRoot, wanted: NewPage) -> tuple[Path, Sequence[tuple[int, str]]]:
    """Write a new page and the schema that its head names; return its path, and line and question of what is open.

    Raises ValueError for an id that does not fit the hub or is taken, however its case, and where the page would not
    pass every check: nothing is written then, and no page is ever overwritten.
    """
    text = scaffolding.new_page(
        wanted.id,
        wanted.title,
        wanted.tags,
        wanted.author,
        wanted.link,
        root.config.hub,
        entry=wanted.entry,
        license=wanted.license,
        kind=wanted.kind,
        framework=wanted.framework,
    )
    text = text.replace("---\n", f"---\n{MODELINE}\n", 1)
    taken = [page for page in root.pages.glob("*.md") if page.stem.casefold() == wanted.id.casefold()]
    if taken:
        raise ValueError(f"{taken[0]} exists: choose another id, or edit that page")
    path = root.pages / f"{wanted.id}.md"
    page, findings = read_page(scaffolding.without_marks(text), str(path), root.config.languages)
    findings += check_unwritten(root, page) if page else []
    if findings:
        todo = "take another ID, or give --title, --tags, --author, --link, --license or --entry"
        problem = f"{findings[0].message} ({findings[0].rule})"
        raise ValueError(f"no page is written, for it would not pass: {problem}; {todo}")
    root.pages.mkdir(parents=True, exist_ok=True)
    with path.open("x", encoding="utf-8") as file:
        file.write(text)
    (root.pages / SCHEMA).write_text(schema(root), encoding="utf-8")
    return path, scaffolding.placeholders(text)


def schema(root: HubRoot) -> str:
    """JSON Schema of front matter in this hub, for editors. Raises ValueError in a hub of another format than hub1."""
    only_of_hub1(root, "a schema of front matter")
    templates = template_names(template_folders(root.folder))
    return json.dumps(front_matter_schema(root.config.hub, templates), ensure_ascii=False, indent=1) + "\n"


def only_of_hub1(root: HubRoot, what: str) -> None:
    """Raise ValueError in a hub of another format: what its pages look like is told by those that are there."""
    if root.config.format != HUB1:
        reason = f"the pages of this hub are of the format {root.config.format} (in hub.toml)"
        raise ValueError(f"{what} is made for pages of {HUB1} alone, and {reason}: begin with a copy of one of them")
