"""The folder that holds a hub."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from generator.config import Config


@dataclass(frozen=True, slots=True)
class HubRoot:
    """The folder that holds a hub, and where in it things are."""

    folder: Path
    config: Config

    @property
    def pages(self) -> Path:
        """The pages."""
        return self.folder / "hub_pages"

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
    def search_index(self) -> Path:
        """The latest index of the search."""
        return self.folder / ".hub" / "search"

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
    def lookups(self) -> Path:
        """Where it is kept which entries the hub repositories have."""
        return self.folder / ".hub" / "entries"

    @property
    def kernel_python(self) -> Path:
        """Interpreter of the kernel environment. Not resolved: a virtual environment's is a link."""
        return self.folder / self.config.kernel.python
