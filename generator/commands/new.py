"""Write a new page, and the schema of its head."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from generator import scaffolding
from generator.checking.schema import front_matter_schema
from generator.commands.root import HubRoot
from generator.rendering.environment import template_folders, template_names

_SCHEMA = "hub1.schema.json"
_MODELINE = f"# yaml-language-server: $schema={_SCHEMA}"
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


def new_page(root: HubRoot, wanted: NewPage) -> tuple[Path, Sequence[tuple[int, str]]]:
    """Write a new page and the schema that its head names; return its path, and line and question of what is open.

    Raises ValueError for an id that does not fit the hub, FileExistsError where there is a page of that id, however its
    case: no page is ever overwritten.
    """
    text = scaffolding.new_page(
        wanted.id, wanted.title, wanted.tags, wanted.author, wanted.link, root.config.hub, entry=wanted.entry
    )
    text = text.replace("---\n", f"---\n{_MODELINE}\n", 1)
    root.pages.mkdir(exist_ok=True)
    taken = [page for page in root.pages.glob("*.md") if page.stem.casefold() == wanted.id.casefold()]
    if taken:
        raise FileExistsError(f"{taken[0]} exists: choose another id, or edit that page")
    path = root.pages / f"{wanted.id}.md"
    with path.open("x", encoding="utf-8") as file:
        file.write(text)
    (root.pages / _SCHEMA).write_text(schema(root), encoding="utf-8")
    return path, scaffolding.placeholders(text)


def schema(root: HubRoot) -> str:
    """JSON Schema of front matter in this hub, for editors."""
    templates = template_names(template_folders(root.folder))
    return json.dumps(front_matter_schema(root.config.hub, templates), ensure_ascii=False, indent=1) + "\n"
