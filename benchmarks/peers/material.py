"""MkDocs Material and Zensical, which read the same tree: one file a language, in a folder of its own."""

import json
from collections.abc import Sequence
from pathlib import Path

from benchmarks.corpus import CorpusPage
from benchmarks.peers.tool import FRAME, Tool, peer_program, write

_OTHER = {"zh": "en", "en": "zh"}
_NAMES = {"zh": "中文", "en": "English"}

# The navigation names the index alone: a list of all pages beside every page, which these tools make of a folder unless
# told otherwise, is nothing that a card of the other tools has, and costs more than all else together.
_CONFIG = """\
site_name: Hub
theme:
  name: material
  custom_dir: overrides
markdown_extensions:
  - tables
  - toc
  - pymdownx.highlight
  - pymdownx.superfences
plugins:
  - tags
  - search:
      enabled: {search}
nav:
  - Hub: index.md
validation:
  nav:
    omitted_files: ignore
"""

_FRAME = """\
{% extends "base.html" %}
{% block content %}
{% if page.meta.other %}<p><a href="{{ page.meta.other }}">{{ page.meta.other_name }}</a></p>{% endif %}
{{ super() }}
<p>FRAME</p>
{% endblock %}
""".replace("FRAME", FRAME)


class _Material(Tool):
    """What both have in common."""

    template = "overrides/main.html"
    largest = 1000

    def plant(self, tree: Path, pages: Sequence[CorpusPage], search: bool) -> None:
        """An index a language that lists its pages, and a page of tags."""
        write(tree / "mkdocs.yml", _CONFIG.format(search="true" if search else "false"))
        write(tree / self.template, _FRAME)
        docs = tree / "docs"
        write(docs / "index.md", "# Hub\n\n- [中文](zh/index.md)\n- [English](en/index.md)\n")
        write(docs / "tags.md", "# Tags\n\n<!-- material/tags -->\n")
        for language, other in _OTHER.items():
            rows = [f"- [{page.title}]({page.id}.md) {page.summaries[language]}\n" for page in pages]
            write(docs / language / "index.md", f"# Hub\n\n{''.join(rows)}")
            for page in pages:
                head = (
                    f'title: {page.title}\ndescription: "{page.summaries[language]}"\ntags: [{", ".join(page.tags)}]\n'
                    f"other: ../../{other}/{page.id}/\nother_name: {_NAMES[other]}\n"
                )
                write(docs / language / f"{page.id}.md", f"---\n{head}---\n\n{page.bodies[language]}")

    def source(self, tree: Path, page: CorpusPage) -> Path:
        """The English one."""
        return tree / "docs" / "en" / f"{page.id}.md"

    def card(self, tree: Path, page: CorpusPage, language: str) -> Path:
        """In its language's folder."""
        return tree / self.out / language / page.id / "index.html"

    def _indexed(self, path: Path, rows: str) -> int:
        """Pages in an index: a row of it is a page, or a heading of one."""
        if not path.is_file():
            return 0
        index = json.loads(path.read_text(encoding="utf-8"))
        return len({row["location"].partition("#")[0] for row in index[rows]})


class MkDocs(_Material):
    """MkDocs with the theme Material; it keeps nothing between two builds."""

    name = "mkdocs"
    title = "MkDocs Material"
    distribution = "mkdocs-material"

    def commands(self, tree: Path, search: bool) -> list[list[str]]:
        """The search is a part of it."""
        return [[peer_program("mkdocs"), "build", "--quiet"]]

    def searchable(self, tree: Path) -> int:
        """From its index."""
        return self._indexed(tree / self.out / "search" / "search_index.json", "docs")


class Zensical(_Material):
    """The successor of MkDocs Material, which keeps what it made in .cache."""

    name = "zensical"
    title = "Zensical"
    distribution = "zensical"
    caches = (".cache",)

    def commands(self, tree: Path, search: bool) -> list[list[str]]:
        """The search is a part of it."""
        return [[peer_program("zensical"), "build"]]

    def searchable(self, tree: Path) -> int:
        """From its index."""
        return self._indexed(tree / self.out / "search.json", "items")
