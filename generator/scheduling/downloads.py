"""What scripts are served when they download."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from generator.assets.lock import read_lock
from generator.assets.store import Store
from generator.assets.supply import ask_for
from generator.model.asset import Asset, ProxyMode
from generator.model.run import Script
from generator.scripts.loading import load_calls
from generator.standins.making import placed_for


@dataclass(frozen=True, slots=True)
class Downloads:
    """How the proxy answers what scripts ask for."""

    lock: Path
    store: Store
    mode: ProxyMode
    overlay: Path | None = None
    """A lock that wins over the other for its URLs: the stand-ins'."""
    update: bool = False
    """Whether recording locks an upstream file anew that has changed."""
    supply: int | None = None
    """The port of who brings files that the store lacks: see `supplying`."""

    def placed_for(self, script: Script) -> Mapping[str, str]:
        """Stand-ins that have to be below the framework's home folder before a script runs: files by their paths."""
        if self.overlay is None:
            return {}
        found = placed_for(load_calls([script]), self.overlay, self.store)
        for path in found.values():
            if self.supply and not path.is_file():
                ask_for(path.name, self.supply)
        return {place: str(path) for place, path in found.items()}

    def locked(self) -> Mapping[str, Asset]:
        """What would be served, by URL. Raises LockError."""
        return {**read_lock(self.lock), **(read_lock(self.overlay) if self.overlay else {})}
