"""The figures of a model that stand beside its card: measured by its run, or read from a table of the page."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from generator.model.changes import Commits
from generator.model.link_address import path_of
from generator.model.run import ScriptRun
from generator.rendering.markdown import RenderedText
from generator.rendering.tables import Table

_WEIGHTS = (".pkl", ".mge", ".pth", ".pt", ".npz", ".npy", ".onnx", ".safetensors", ".ckpt", ".params", ".bin")
_SHAPE = re.compile(r"形状|形狀|維度|维度|shape", re.I)
_INPUT = re.compile(r"输入|入力|input", re.I)
_COMMIT = re.compile(r"[0-9a-f]{40}")
_GITHUB = re.compile(r"https?://(?:codeload\.)?github\.com/(?P<repository>[\w.-]+/[\w.-]+)")


@dataclass(frozen=True, slots=True)
class Weights:
    """A file of weights that the run downloaded."""

    name: str
    url: str
    size: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Repository:
    """A hub repository that the run loaded code from."""

    name: str
    """owner/name, or the address without its scheme."""
    commit: str
    url: str
    """Of the commit; empty where it is not known how its host spells it."""


@dataclass(frozen=True, slots=True)
class CommitRange:
    """What a hub repository moved by between two runs."""

    name: str
    """As of `Repository`."""
    old: str
    new: str
    url: str
    """Of the commits between; empty where it is not known how its host spells it."""


@dataclass(frozen=True, slots=True)
class Input:
    """What the model takes: the first row of the page's table of inputs."""

    name: Markup
    shape: Markup
    anchor: str


@dataclass(frozen=True, slots=True)
class ShownFacts:
    """What the panel beside a card shows; empty texts for what is not known."""

    parameters: str
    exact_parameters: str
    peak_memory: str
    peak_gpu_memory: str
    downloaded: str
    weights: tuple[Weights, ...]
    repositories: tuple[Repository, ...]
    input: Input | None

    @property
    def is_measured(self) -> bool:
        """Whether there is anything to show that a run measured."""
        return any((self.parameters, self.peak_memory, self.peak_gpu_memory, self.downloaded, self.weights))


NO_FACTS = ShownFacts("", "", "", "", "", (), (), None)


def facts_of(run: ScriptRun | None, text: RenderedText) -> ShownFacts:
    """The figures of a card.

    Args:
        run: the run that the card shows, if it shows one.
        text: the section.
    """
    measured = run.facts if run else None
    return ShownFacts(
        parameters=count_text(measured.parameters) if measured and measured.parameters else "",
        exact_parameters=f"{measured.parameters:,}" if measured and measured.parameters else "",
        peak_memory=bytes_text(measured.peak_memory) if measured else "",
        peak_gpu_memory=bytes_text(measured.peak_gpu_memory) if measured and measured.peak_gpu_memory else "",
        downloaded=bytes_text(run.downloaded) if run and run.downloaded else "",
        weights=tuple(_weights(run)) if run else (),
        repositories=tuple(_repository(url, commit) for url, commit in run.repositories.items()) if run else (),
        input=_input([part for part in text.parts if isinstance(part, Table)]),
    )


def bytes_text(number: int) -> str:
    """A size as people say it: 1.2 GiB."""
    size = float(number)
    for unit in ("B", "KiB", "MiB"):
        if size < 1000:
            return f"{size:.0f} {unit}" if unit == "B" or size >= 100 else f"{size:.1f} {unit}"
        size /= 1024
    return f"{size:.2f} GiB"


def count_text(number: int) -> str:
    """A count as the field writes it: 41.75 M."""
    for unit, factor in (("B", 10**9), ("M", 10**6), ("K", 10**3)):
        if number >= factor:
            return f"{number / factor:.2f} {unit}"
    return str(number)


def _weights(run: ScriptRun) -> Iterator[Weights]:
    seen: set[str] = set()
    for asset in run.assets:
        path = path_of(asset.url)
        if asset.sha256 is None or asset.standin or asset.status in ("refused", "gone") or asset.sha256 in seen:
            continue
        if path.lower().endswith(_WEIGHTS) and asset.url.startswith(("https://", "http://")):
            seen.add(asset.sha256)
            size = bytes_text(asset.size) if asset.size is not None else ""
            yield Weights(path.rpartition("/")[2], asset.url, size, asset.sha256)


def _repository(url: str, commit: str) -> Repository:
    match = _GITHUB.match(url)
    if match is None:
        return Repository(url.partition("://")[2] or url, commit, "")
    name = match["repository"].removesuffix(".git")
    return Repository(name, commit, f"https://github.com/{name}/commit/{commit}")


def commit_range(moved: Commits) -> CommitRange:
    """The commits between two runs, as they are told: they come from a stranger's archive."""
    of = _repository(moved.repository, moved.new)
    is_known = of.url and _COMMIT.fullmatch(moved.old) and _COMMIT.fullmatch(moved.new)
    url = f"https://github.com/{of.name}/compare/{moved.old}...{moved.new}" if is_known else ""
    return CommitRange(of.name, moved.old, moved.new, url)


def _input(tables: Sequence[Table]) -> Input | None:
    for table in tables:
        shapes = [index for index, cell in enumerate(table.head) if _SHAPE.search(cell.text)]
        if shapes and shapes[0] and table.rows and _INPUT.search(table.heading):
            row = table.rows[0]
            return Input(row[0].html, row[shapes[0]].html, table.anchor)
    return None
