"""hubpages itself: as it is in this checkout."""

import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

from benchmarks.corpus import LANGUAGES, CorpusPage
from benchmarks.peers.pagefind import pages_of_index
from benchmarks.peers.tool import FRAME, ROOT, Tool, write
from generator.model.addresses import card_file
from generator.model.hub import Language

MADE = (".hub", "site")
"""What `hubpages` keeps and writes in a hub."""


def hubpages(hub: Path, *words: str) -> list[str]:
    """The command line of this checkout, about a hub."""
    return [sys.executable, "-m", "generator", "-C", str(hub), *words]


def plant_hub(hub: Path, pages: Sequence[CorpusPage], search: bool) -> None:
    """A hub of these pages, and nothing that only a known address has: sitemap, feeds, pictures."""
    write(hub / "hub.toml", f'title = "Hub"\nsearch = {"true" if search else "false"}\n')
    for page in pages:
        write(hub / "hub_pages" / f"{page.id}.md", page.text)


class Hubpages(Tool):
    """This project."""

    name = "hubpages"
    title = "hubpages"
    caches = (".hub",)
    template = "templates/base.html"

    def plant(self, tree: Path, pages: Sequence[CorpusPage], search: bool) -> None:
        """A hub whose frame is its own: that of hubpages and one word."""
        plant_hub(tree, pages, search)
        frame = (ROOT / self.template).read_text(encoding="utf-8")
        write(tree / self.template, frame.replace("</body>", f"<p>{FRAME}</p>\n</body>"))

    def commands(self, tree: Path, search: bool) -> list[list[str]]:
        """The search is a part of `build`."""
        return [hubpages(tree, "build")]

    def folder(self, tree: Path) -> Path:
        """The checkout, whose modules are those that run."""
        return ROOT

    def source(self, tree: Path, page: CorpusPage) -> Path:
        """Both languages are in it, English last."""
        return tree / "hub_pages" / f"{page.id}.md"

    def card(self, tree: Path, page: CorpusPage, language: str) -> Path:
        """As hubpages itself says."""
        code = next(code for code, short in LANGUAGES.items() if short == language)
        return tree / self.out / card_file(Language(code, language, language, language), page.id)

    def searchable(self, tree: Path) -> int:
        """As Pagefind counts them."""
        return pages_of_index(tree / self.out)


def copy_own_hub(hub: Path) -> int:
    """A copy of this project's own hub, with its runs; how many pages it has."""
    for name in ("hub_pages", "evidence"):
        shutil.copytree(ROOT / name, hub / name)
    if (ROOT / "hub.toml").is_file():
        shutil.copy(ROOT / "hub.toml", hub)
    return len(list((hub / "hub_pages").glob("*.md")))
