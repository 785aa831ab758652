"""What every tool is asked for: a tree of the corpus, how it is built, and what is changed in it."""

import re
from abc import ABC, abstractmethod
from collections.abc import Sequence
from importlib.metadata import distributions
from pathlib import Path
from typing import ClassVar

from benchmarks.corpus import CorpusPage

ROOT = Path(__file__).parents[2]
PEERS = ROOT / ".venv-peers"
FRAME = "frame-0"
"""The word that every page of every site shows, until its template is changed."""


class MissingPeersError(Exception):
    """The other tools are not installed; the message says what does it."""


class Tool(ABC):
    """A program that makes a site of a corpus."""

    name: ClassVar[str]
    """As on the command line."""
    title: ClassVar[str]
    """As in the tables."""
    distribution: ClassVar[str] = ""
    """Its package, where that is one of the peers'."""
    out: ClassVar[str] = "site"
    """The folder of the tree that holds the site."""
    caches: ClassVar[tuple[str, ...]] = ()
    """Folders of the tree that hold what was made before; a cold build has neither them nor the site."""
    template: ClassVar[str]
    """The file of the tree that frames every page."""
    largest: ClassVar[int | None] = None
    """The most pages that it is measured with unless it is asked for by name."""

    @abstractmethod
    def plant(self, tree: Path, pages: Sequence[CorpusPage], search: bool) -> None:
        """Write all that the site is made from into an empty folder."""

    @abstractmethod
    def commands(self, tree: Path, search: bool) -> list[list[str]]:
        """What makes the site, one after another."""

    @abstractmethod
    def source(self, tree: Path, page: CorpusPage) -> Path:
        """The file that ends with a page's English text."""

    @abstractmethod
    def card(self, tree: Path, page: CorpusPage, language: str) -> Path:
        """The page in the site."""

    @abstractmethod
    def searchable(self, tree: Path) -> int:
        """How many pages the search of the site that was made knows."""

    def folder(self, tree: Path) -> Path:
        """Where the commands run."""
        return tree

    def change_page(self, tree: Path, page: CorpusPage, word: str) -> None:
        """Append a sentence with this word to a page."""
        with self.source(tree, page).open("a", encoding="utf-8") as file:
            file.write(f"\nThe word of this change is {word}.\n")

    def change_template(self, tree: Path, word: str) -> None:
        """Put this word into the frame of every page, in the place of the last such word."""
        path = tree / self.template
        path.write_text(re.sub(r"frame-\d+", word, path.read_text(encoding="utf-8")), encoding="utf-8")


def write(path: Path, text: str) -> None:
    """A file and the folders that lead to it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def peer_packages() -> Path:
    """The folder of the other tools' packages. Raises MissingPeersError."""
    for folder in PEERS.glob("lib/python*/site-packages"):
        return folder
    raise MissingPeersError("the tools to compare with are not installed: `make bench-peers` does it")


def peer_program(*names: str) -> str:
    """A program among the packages, or in `bin`. Raises MissingPeersError."""
    path = PEERS / "bin" / names[0] if len(names) == 1 else peer_packages().joinpath(*names)
    if not path.is_file():
        raise MissingPeersError(f"{names[-1]} is not installed: `make bench-peers` does it")
    return str(path)


def peer_versions() -> dict[str, str]:
    """The version of each package of the other tools."""
    return {one.name: one.version for one in distributions(path=[str(peer_packages())])}
