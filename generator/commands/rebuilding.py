"""Builds the site of a hub again and again, in memory, and makes anew only what a change touches."""

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeVar

from generator.commands.build import known_of
from generator.commands.check import error_rules, read_and_check
from generator.commands.root import HubRoot, NoHubError
from generator.config import Config, ConfigError, read_config
from generator.evidence.keeping import read_evidence
from generator.model.diagnostic import Diagnostic
from generator.model.page import Page
from generator.model.run import ScriptRun
from generator.rendering.environment import Templates, TemplatesError, load_templates, template_folders
from generator.rendering.memory import Memory
from generator.rendering.whole_site import render_site
from generator.scripts.planning import plan

_In = TypeVar("_In")
_Out = TypeVar("_Out")

Signature = tuple[tuple[str, int, int], ...]
"""Name, time and size of each file of some folders: another one means that something there changed."""


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """What came of one build."""

    files: Mapping[str, bytes] | None
    """The site, with the last good state of every page that is now wrong; None where nothing could be rendered."""
    errors: Sequence[Diagnostic]
    """What is wrong with pages."""
    fault: str = ""
    """Why nothing could be rendered."""

    @property
    def problems(self) -> list[str]:
        """All that is wrong, a line each."""
        lines = [f"{one.path}:{one.line}:{one.column}: {one.message} ({one.rule})" for one in self.errors]
        return [self.fault, *lines] if self.fault else lines


class Rebuilder:
    """Keeps what it read and rendered for the next time."""

    def __init__(self, folder: Path, evidence: Sequence[Path] = ()) -> None:
        self._folder = folder
        self._more_evidence = evidence
        self._config: Config | None = None
        self._beside: list[tuple[str, int, int]] = []
        self._read = _Remembering()
        self._plans = Memory()
        self._good: dict[str, Page] = {}
        self._templates: tuple[Signature, Templates] | None = None
        self._runs: tuple[Signature, Mapping[str, Sequence[ScriptRun]]] | None = None

    @property
    def evidence(self) -> list[Path]:
        """Where runs are found."""
        return [*self._more_evidence, *HubRoot(self._folder, Config()).evidence]

    @property
    def pages(self) -> Path:
        """Where pages are, as hub.toml last said."""
        return HubRoot(self._folder, self._config or Config()).pages

    def build(self) -> Rebuilt:
        """The site as the files now are."""
        try:
            root = self._root()
            pages, findings = read_and_check(root, [], error_rules(root), self._read)
            templates = self._load_templates()
        except (ConfigError, TemplatesError, NoHubError) as error:
            return Rebuilt(None, (), str(error))
        errors = [finding for finding in findings if finding.severity == "error"]
        shown = self._last_good(pages, {finding.path for finding in errors})
        try:
            files = render_site(
                shown, plan(shown), self._read_runs(), root.config.hub, templates, known_of(root, shown, findings)
            )
            return Rebuilt({file.path: file.data for file in files}, errors)
        except TemplatesError as error:
            return Rebuilt(None, errors, str(error))

    def _root(self) -> HubRoot:
        """The hub with its settings as they now are; served here, it has no other address."""
        config = replace(read_config(self._folder / "hub.toml"), base_url="")
        root = HubRoot(self._folder, config)
        # A rule that looks at other pages or at pictures says something else of the same page when those change.
        beside = [one for one in _signature([root.pages], recursive=True) if not one[0].endswith(".md")]
        if (config, beside) != (self._config, self._beside) or any(rule.needs_hub for rule in error_rules(root)):
            self._read = _Remembering()
        self._config, self._beside = config, beside
        return root

    def _last_good(self, pages: Sequence[Page], broken: set[str]) -> list[Page]:
        sound = {page.path: page for page in pages if page.path not in broken}
        kept = {path: self._good[path] for path in broken if path in self._good}
        self._good = {**sound, **kept}
        return [page for _, page in sorted(self._good.items())]

    def _load_templates(self) -> Templates:
        folders = template_folders(self._folder)
        signature = _signature(folders, recursive=True)
        if self._templates is None or self._templates[0] != signature:
            self._templates = signature, load_templates(folders, Memory())
        return self._templates[1]

    def _read_runs(self) -> Mapping[str, Sequence[ScriptRun]]:
        signature = _signature(self.evidence)
        if self._runs is None or self._runs[0] != signature:
            self._runs = signature, read_evidence(self.evidence)[0]
        return self._runs[1]


class _Remembering:
    """Like `map`; for a file or a batch of pages that is as it was last time, it has the answer already."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, object], tuple[object, Any]] = {}

    def __call__(self, function: Callable[[_In], _Out], items: Iterable[_In], /) -> Iterable[_Out]:
        """The function's value for each item, in their order."""
        name = getattr(function, "func", function).__name__
        for number, item in enumerate(items):
            key = (name, str(item) if isinstance(item, Path) else number)
            state = _state(item) if isinstance(item, Path) else item
            known = self._known.get(key)
            if known is None or known[0] != state:
                known = self._known[key] = (state, function(item))
            value: _Out = known[1]
            yield value


def _state(path: Path) -> tuple[int, ...] | None:
    try:
        status = os.stat(path)  # noqa: PTH116 - of every page, at every change
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size, status.st_ino


def _signature(folders: Iterable[Path], *, recursive: bool = False) -> Signature:
    found: list[tuple[str, int, int]] = []
    for folder in folders:
        if not folder.is_dir():
            continue
        with os.scandir(folder) as entries:
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    found += _signature([Path(entry.path)], recursive=True) if recursive else ()
                    continue
                with suppress(OSError):  # a link that leads nowhere, such as an editor leaves
                    status = entry.stat()
                    found.append((entry.path, status.st_mtime_ns, status.st_size))
    return tuple(sorted(found))
