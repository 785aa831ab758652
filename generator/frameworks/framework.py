"""What hubpages has to know of a framework: data, and functions whose source is sent to a kernel."""

import inspect
import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from types import ModuleType
from typing import Any

from generator.frameworks.kernel_environment import KernelEnvironment

_REPOSITORY = re.compile(r"(?P<owner>[\w.-]+)/(?P<name>[\w.-]+)(:(?P<ref>[^:]+))?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Loader:
    """How a page loads a model through the framework's hub: `hub.load("owner/repo", "entry", …)`."""

    module: str
    """The module that has the functions: megengine.hub."""
    repository: str
    """What the functions call the parameter of the repository: repo_info."""
    entry: str
    """Likewise of the entry."""
    of_entries: frozenset[str] = frozenset({"load", "help"})
    """Functions that take a repository and an entry of it."""
    of_repositories: frozenset[str] = frozenset({"list"})
    """Functions that take a repository alone."""
    modules: frozenset[str] = frozenset()
    """Those of them that return the repository's own module."""
    source: str = ""
    """The parameter that says that a repository is one, by `github`; with any other value it is a folder. Empty where
    it always is."""
    usual: Mapping[str, str | None] = field(default_factory=dict)
    """Parameters by which a call may leave the repository's main branch on GitHub, with the value with which it does
    not; None where every value does."""
    options: frozenset[str] = frozenset()
    """Parameters of `load` that an entry never sees."""
    returns_networks: bool = False
    """Whether what entries return takes tensors alone."""
    arguments_matter: bool = False
    """Whether what else an entry is given decides what is downloaded."""

    @property
    def load(self) -> str:
        """The function that loads a model, by its full name."""
        return f"{self.module}.load"

    @property
    def calls(self) -> frozenset[str]:
        """Functions that take a repository and an entry, by their full names."""
        return frozenset(f"{self.module}.{name}" for name in self.of_entries)

    @property
    def repository_calls(self) -> frozenset[str]:
        """All functions that take a repository, likewise."""
        return self.calls | {f"{self.module}.{name}" for name in self.of_repositories | self.modules}


@dataclass(frozen=True, slots=True)
class Archives:
    """Where the framework gets a repository from."""

    url: str
    """With {owner}, {name} and {ref} in it."""
    refs: tuple[str, ...]
    """Those that are asked for where a page names none, the first that there is."""
    pattern: re.Pattern[str]
    """Of such addresses and those that they lead on to; its group `repository` is owner/name."""

    def urls_of(self, repository: str) -> Sequence[str]:
        """Where the archive of `owner/name` or `owner/name:ref` may be, in the order in which it is looked for.

        Raises ValueError for what names no repository.
        """
        match = _REPOSITORY.fullmatch(repository)
        if match is None:
            raise ValueError(f"{repository!r} names no repository: write owner/name or owner/name:branch")
        refs = [match["ref"]] if match["ref"] else self.refs
        return [self.url.format(owner=match["owner"], name=match["name"], ref=ref) for ref in refs]


@dataclass(frozen=True, slots=True)
class Scaffold:
    """What a new page of the framework begins with."""

    repository: str
    """The framework's own model repository, owner/name."""
    author: str
    """Who makes that available."""
    license: str
    """Of its code: an SPDX expression."""
    entry: str
    """An entry that it has."""
    sample: str
    """A fence with {repository} and {entry} in it."""
    snippet: str
    """A fence that uses what the sample loads."""
    installation: str
    """A fence: what the code needs with any repository."""
    own_installation: str = ""
    """Likewise with the framework's own, where that needs more."""


@dataclass(frozen=True, eq=False)
class Framework:
    """One framework.

    The functions run in its kernel environment, in a process that knows nothing of hubpages: only their source gets
    there. Each imports what it uses, calls no other but those in `helpers`, and is Python as the environment has it.
    """

    name: str
    """As hub.toml and front matter have it: megengine. Also the name of its file here."""
    title: str
    """As sentences have it: MegEngine."""
    package: str
    """The package that is imported."""
    distribution: str
    """What it is installed as, by `distribution_key`."""
    environment: KernelEnvironment
    """What runs its pages."""
    home_variable: str
    """The variable that names the folder in which it keeps what it downloads."""
    home: str
    """What this folder is called in that of a run."""
    loader: Loader
    archives: Archives
    scaffold: Scaffold

    measured: Callable[[list[Any]], tuple[int | None, int | None]]
    """Of these values: elements of all parameters of the models among them, None where none is one; and bytes of the
    first GPU that were held at most, None on a CPU."""
    has_gpu: Callable[[], bool]
    """Whether it can compute on a GPU; an exception says why not."""
    hub_module: Callable[[str], Any]
    """The module that lists the entries of a repository, `owner/name` or `owner/name:ref`."""
    import_hubconf: Callable[[Path], ModuleType]
    """The same of an unpacked archive, imported as the framework does."""
    weights_of: Callable[[Any], list[str]]
    """Where an entry's weights are published, as far as the entry says without being called."""
    take_note: Callable[[Path], Mapping[str, str]]
    """Make loading weights keep the random ones, as files in this folder; their names by URL, as they come. No weights
    are downloaded from then on. What it returns may have an attribute `placed`: URL to the path below the home folder
    where a file has to be before it is asked for, as the loader compares what it downloads with a digest."""
    build: Callable[[Any, Sequence[Any], Mapping[str, Any], int, Path, Mapping[str, str]], str]
    """Call an entry with these arguments and a seed, without its published weights where it can do without; return why
    not, or nothing. What `take_note` returned comes last. The random weights are then in the folder: the entry's own
    as weights.pkl where `weights_of` names their URL, others as noted."""
    tensors: frozenset[str] = frozenset()
    """The packages whose values have a dtype and a shape that may be asked for."""
    tensor: str = ""
    """The function that makes an array a tensor, by its full name; empty where models take arrays."""
    imports: Mapping[str, str] = field(default_factory=dict)
    """What names usually stand for on pages, and the statement that makes them do so; of several names for one thing
    the usual one first."""
    devices: Sequence[tuple[str, str, str]] = ()
    """What may be asked for in place of a GPU where there is none, the likeliest first: for one that has a number, for
    one that has none, and what that is, in the imperative."""
    transforms: str = ""
    """How the full names of the functions begin that turn a picture into what a model takes; empty where none do."""
    helpers: tuple[Callable[..., Any] | type, ...] = ()
    """What else of the file these functions call."""
    unpublished: str = ""
    """What to say of an {entry} whose weights `weights_of` does not name; empty where calling it tells."""
    trusted: str = ""
    """A file below the home folder in which it is noted whose code a reader trusts, a line `owner_name` each."""
    asked_before: Callable[[Collection[str]], Mapping[str, bytes]] = lambda locked: {}
    """What the loader asks for before it gets an archive, of all that are locked: true answers by URL. It runs here,
    as does the next."""
    absent: Callable[[Collection[str]], Sequence[str]] = lambda locked: ()
    """URLs that the loader asks for to learn that nothing is there, of repositories whose archives are locked."""
    download_errors: frozenset[str] = frozenset()
    """Exceptions of its own that mean that a download failed, by their full names."""

    @property
    def python(self) -> tuple[int, int]:
        """The Python that its kernels have: by its grammar snippets are judged."""
        major, _, minor = self.environment.pythons[0].partition(".")
        return int(major), int(minor)

    def version(self, packages: Mapping[str, str]) -> str | None:
        """Its version among installed distributions, by `distribution_key`; None where it is not installed."""
        return packages.get(self.distribution)

    @cached_property
    def source(self) -> str:
        """The functions' source, each under the name that it has here."""
        functions = {name: getattr(self, name) for name in _SENT}
        parts = [inspect.getsource(one) for one in (*self.helpers, *functions.values())]
        named = [f"{name} = {one.__name__}\n" for name, one in functions.items() if one.__name__ != name]
        return "\n\n".join([_BEFORE.format(package=self.package), *parts, *named])


_SENT = ("measured", "has_gpu", "hub_module", "import_hubconf", "weights_of", "take_note", "build")
_BEFORE = """\
from __future__ import annotations

from typing import Any

PACKAGE = {package!r}
"""
"""What annotations name is never imported."""
