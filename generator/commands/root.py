"""The folder that holds a hub."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from generator.config import Config
from generator.frameworks import framework
from generator.model.entry import CHECKS


class NoHubError(Exception):
    """There are no pages where they were looked for; the message says where, and what to do."""


def find_root() -> Path:
    """The nearest folder from here upwards that holds hub.toml or pages, as git looks for its own; else this one."""
    here = Path.cwd()
    for steps, folder in enumerate((here, *here.parents)):
        if (folder / "hub.toml").is_file() or (folder / Config().pages.folder).is_dir():
            return Path(*[".."] * steps)
    return Path()


@dataclass(frozen=True, slots=True)
class HubRoot:
    """The folder that holds a hub, and where in it things are."""

    folder: Path
    config: Config

    @property
    def pages(self) -> Path:
        """The pages."""
        return self.folder / self.config.pages.folder

    def pages_or(self, paths: Sequence[Path]) -> Sequence[Path]:
        """What a command is about: these paths, or all pages. Raises NoHubError where there are none."""
        if not paths and not self.pages.is_dir():
            todo = "go to a hub, name one with `hubpages -C DIR`, or begin one with `hubpages init`"
            raise NoHubError(f"no hub here: there is no folder {self.pages.resolve()}: {todo}")
        return paths or [self.pages]

    @property
    def lock(self) -> Path:
        """The lock of what snippets download."""
        return self.folder / "hub.lock"

    @property
    def asset_store(self) -> Path:
        """What they download."""
        return self.folder / ".hub" / "assets"

    @property
    def standins(self) -> Path:
        """The lock of the stand-in weights."""
        return self.folder / ".hub" / "standins.lock"

    @property
    def social_images(self) -> Path:
        """The pictures of cards that were drawn before."""
        return self.folder / ".hub" / "social"

    @property
    def page_pictures(self) -> Path:
        """The pictures of pages that were drawn before."""
        return self.folder / ".hub" / "pictures"

    @property
    def search_index(self) -> Path:
        """The latest index of the search."""
        return self.folder / ".hub" / "search"

    @property
    def made(self) -> Path:
        """What a build leaves for the next one."""
        return self.folder / ".hub" / "cache"

    @property
    def alive_links(self) -> Path:
        """Which links to other sites led somewhere, and when that was last asked."""
        return self.folder / ".hub" / "links.json"

    @property
    def site(self) -> Path:
        """Where the site is written unless another folder is named."""
        return self.folder / "site"

    @property
    def own_evidence(self) -> Path:
        """Where runs made here are kept."""
        return self.folder / ".hub" / "evidence"

    @property
    def evidence(self) -> Sequence[Path]:
        """Every place where runs are found: made here, and committed with the pages."""
        return [self.own_evidence, self.folder / "evidence"]

    @property
    def packages(self) -> Path:
        """What is installed for single scripts, beside the kernel environment."""
        return self.folder / ".hub" / "packages"

    @property
    def lookups(self) -> Path:
        """Where it is kept which entries the hub repositories have."""
        return self.folder / ".hub" / "entries"

    @property
    def own_entry_checks(self) -> Path:
        """Where it is kept what came of looking up the entries that each page offers."""
        return self.lookups / "pages"

    @property
    def entry_checks(self) -> Sequence[Path]:
        """Every place where that is found: looked up here, and in the folders of evidence."""
        return [self.own_entry_checks, *(folder / CHECKS for folder in self.evidence)]

    @property
    def kernel_python(self) -> Path:
        """Interpreter of the kernel environment of the hub's own framework."""
        return self.kernel_python_of(self.config.framework)

    def kernel_python_of(self, name: str) -> Path:
        """Interpreter of a framework's kernel environment, an absolute path: kernels start in folders of their own.

        It is not resolved: a virtual environment's is a link, by whose place it knows the environment.
        """
        python = self.config.kernel_of(name).python or framework(name).environment.python
        return Path(os.path.normpath(self.folder.resolve() / python))
