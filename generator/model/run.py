"""What was run, and what came of it."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from generator.model.asset import AssetRequest
from generator.model.clues import Clues, Value
from generator.model.page import NO_DIRECTIVES, Directives, ExpectedOutput

Verdict = Literal["passed", "failed", "skipped", "flaky", "unstable"]
"""skipped: nothing of the script was run. flaky: passed only after a network failure. unstable: passed, and printed
something else each time. Only passed and skipped are green."""

Status = Literal["passed", "failed", "skipped", "compiled", "xfailed", "not-run"]
"""compiled: a no-run snippet that is valid Python. xfailed: failed as its page says. not-run: behind a failure."""

Cause = Literal["page", "upstream", "page-or-upstream", "environment", "asset", "limit", "crash"]
"""Whose fault a failure is.

page: the snippet is wrong. upstream: raised inside the hub repository's code. page-or-upstream: the evidence does not
decide between the two. environment: a module is missing. asset: a download is missing, changed or out of reach.
limit: time or output ran out. crash: the kernel died of a signal.
"""

Weights = Literal["published", "standin"]
"""standin: random weights of the right shapes, made from the hub repository's own code."""

SandboxKind = Literal["bwrap", "none"]
"""What a kernel is kept apart with."""

SandboxChoice = Literal["auto", "bwrap", "none"]
"""auto: bubblewrap where it works."""

DeviceChoice = Literal["auto", "cpu", "gpu"]
"""auto: a GPU if there is one that can be used."""

ExecutorName = Literal["local", "ray"]
"""What runs scripts: this machine, or a Ray cluster."""

AssetMode = Literal["live", "record", "replay"]
"""Where downloads come from. live: the network. record: the network, into store and lock. replay: the store alone."""

VariantMode = Literal["none", "entry", "run"]
"""What is done with the entries that samples offer: nothing, looked up, or run in place of the active one."""

Lines = Mapping[str, int]
"""Language code to a line of the page."""


@dataclass(frozen=True, slots=True)
class ScriptSnippet:
    """One snippet as a script runs it, with the place where each reader finds it."""

    code: str
    lines: Lines
    """Line of its first line of code, for each language."""
    directives: Directives = NO_DIRECTIVES
    expected: ExpectedOutput | None = None
    expected_lines: Lines = field(default_factory=dict)
    """Line of the first line of the expected output, for each language."""


_NO_DISPLAY = re.compile(r"could not connect to display|[Cc]annot open display|no display name and no \$DISPLAY")
"""Of Qt, GTK and Tk."""

Needs = tuple[str, tuple[str, ...]]
"""A framework, and what is installed besides the kernel environment."""


@dataclass(frozen=True, slots=True)
class Script:
    """The sample and one section's snippets: what a reader of one language runs from top to bottom.

    Languages whose code is the same share one script.
    """

    page: str
    """The page's id."""
    path: str
    """The page's file."""
    languages: tuple[str, ...]
    snippets: tuple[ScriptSnippet, ...]
    digest: str
    """SHA-256 of the code and directives, snippet by snippet: the same wherever in the page it stands."""
    variant: str | None = None
    """The entry that stands in place of the sample's own, where a variant is run."""
    packages: tuple[str, ...] = ()
    """What is installed for it besides the kernel environment: where `mend` tries what an install line would give."""
    framework: str = "megengine"
    """What its kernel environment must have, as hub.toml names it."""

    @property
    def needs(self) -> Needs:
        """What its kernel is one of, and what is installed for it besides."""
        return self.framework, self.packages

    def lines_at(self, line: int) -> Lines:
        """Where each language has what the first language has on this line; that line alone outside of snippets."""
        first = self.languages[0]
        for snippet in self.snippets:
            offset = line - snippet.lines[first]
            if 0 <= offset <= snippet.code.count("\n"):
                return {language: start + offset for language, start in snippet.lines.items()}
        return {first: line}

    def code_at(self, line: int) -> str:
        """What the first language has on this line; empty outside of snippets."""
        for snippet in self.snippets:
            lines = snippet.code.split("\n")
            if 0 <= (offset := line - snippet.lines[self.languages[0]]) < len(lines):
                return lines[offset]
        return ""

    def place_of(self, error: "SnippetError", starts: Sequence[Lines]) -> tuple[int, int] | None:
        """The snippet and the line, from 1 in its code, on which it failed; None for a line outside of snippets.

        Args:
            starts: the first line of each snippet in the run that failed, for each language.
        """
        language = self.languages[0]
        for index, (snippet, lines) in enumerate(zip(self.snippets, starts, strict=True)):
            number = error.lines.get(language, 0) - lines[language] + 1
            if 1 <= number <= snippet.code.count("\n"):
                return index, number
        return None


@dataclass(frozen=True, slots=True)
class Output:
    """Something a snippet showed."""

    kind: Literal["stdout", "stderr", "result", "display"]
    mime: Literal["text/plain", "image/png", "image/jpeg"]
    data: str
    """Text, or an image in base64."""
    name: str = ""
    """Of a picture that it wrote to a file: the file's path in the working folder. It is drawn anew then."""


@dataclass(frozen=True, slots=True)
class Frame:
    """One level of a traceback."""

    file: str
    """The page's path, a path inside the hub repository after `hub:`, or a path in the kernel environment."""
    line: int
    function: str
    values: tuple[Value, ...] = ()
    """What the page's own names stood for; of other code, the arguments that were arrays or tensors."""


@dataclass(frozen=True, slots=True)
class SnippetError:
    """Why a snippet failed."""

    name: str
    """Name of the exception, of the signal (SIGKILL), or of the limit (DeadlineExceeded, OutputLimitExceeded)."""
    message: str
    lines: Lines
    """The innermost line of the page that was being executed, for each language."""
    frames: tuple[Frame, ...] = ()
    """Outermost first; the page's frames with the lines of the script's first language."""
    traceback: str = ""
    """As the kernel printed it, with the page's path and lines; or the native stack of a dead kernel."""
    clues: Clues | None = None
    """What the exception was about, where the kernel could say."""

    @property
    def lacks_display(self) -> bool:
        """Whether it came of opening a window, as the library that was to open it says in its last words."""
        return bool(_NO_DISPLAY.search(f"{self.message}\n{self.traceback}"))


@dataclass(frozen=True, slots=True)
class SnippetRun:
    """One snippet executed once, or not reached."""

    status: Status
    lines: Lines
    seconds: float
    outputs: tuple[Output, ...] = ()
    error: SnippetError | None = None
    reason: str = ""
    """Why it was skipped, or is expected to fail."""
    compared: bool = False
    """Whether it was held against what its page says that it prints, and printed that."""


@dataclass(frozen=True, slots=True)
class Extent:
    """How many snippets there were and how many of them were run: a verdict speaks of those alone."""

    snippets: int
    ran: int
    """Also those that failed, as their page says or not."""
    skipped: int
    compiled: int
    """Their syntax was checked, and no more."""
    xfailed: int
    """Of those that ran, how many failed as their page says."""
    not_reached: int

    @property
    def is_whole(self) -> bool:
        """Whether every snippet was run, and none was expected to fail."""
        return self.ran == self.snippets and not self.xfailed


@dataclass(frozen=True, slots=True)
class Facts:
    """What was measured in a kernel after its script passed."""

    parameters: int | None
    """Elements of all parameters of the framework's modules that the script had in its namespace after its first
    snippet, which loads the model; where there were none, at its end. Each is counted once."""
    peak_memory: int
    """Bytes that the kernel's process held at most."""
    peak_gpu_memory: int | None
    """Bytes of the GPU, likewise; None on a CPU."""


def distribution_key(name: str) -> str:
    """A distribution's name in the one way in which PyPI compares names (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()


@dataclass(frozen=True, slots=True)
class Environment:
    """The kernel environment and the device that a script ran on."""

    python: str
    packages: Mapping[str, str]
    """Every installed distribution with its version, by `distribution_key`."""
    device: str
    """cpu, or the GPU's name."""
    platform: str = ""
    """Operating system and processor: Linux x86_64."""
    framework: str = "megengine"
    """What it is an environment of, as hub.toml has it."""
    driver: str = ""
    """Version of the GPU's driver: 580.65.06. As the next, empty on a CPU and where older evidence does not say."""
    cuda: str = ""
    """The newest version of CUDA that the driver is for: 13.0."""

    @property
    def under_device(self) -> tuple[tuple[str, str], ...]:
        """What the device is driven by, with its versions; nothing where that is not known."""
        return tuple((name, version) for name, version in (("driver", self.driver), ("CUDA", self.cuda)) if version)

    @property
    def device_in_words(self) -> str:
        """The device with these: `NVIDIA H100 80GB HBM3, driver 580.65.06, CUDA 13.0`."""
        return ", ".join([self.device, *(f"{name} {version}" for name, version in self.under_device)])


@dataclass(frozen=True, slots=True)
class ScriptRun:
    """One script executed once, in a fresh kernel."""

    page: str
    path: str
    languages: tuple[str, ...]
    script: str
    """The script's digest."""
    verdict: Verdict
    cause: Cause | None
    started: str
    """UTC, ISO 8601."""
    seconds: float
    """From the start of the kernel to its end."""
    environment: Environment
    assets: tuple[AssetRequest, ...]
    """What it asked the replay proxy for; empty in live mode, where nobody watches."""
    snippets: tuple[SnippetRun, ...]
    reason: str = ""
    """For a failed run, in one sentence, what went wrong."""
    weights: Weights = "published"
    """What the models computed with: with stand-ins the code is proven, and the numbers mean nothing."""
    variant: str | None = None
    """The entry that stood in place of the sample's own."""
    repositories: Mapping[str, str] = field(default_factory=dict)
    """URL of each hub repository's archive to the commit that its zip names."""
    facts: Facts | None = None
    downloaded: int | None = None
    """Bytes that the script downloaded; None in live mode, where nobody watches."""
    repeats: int = 1
    """How often it was run for this verdict."""
    difference: str = ""
    """For an unstable run, what differed between two repeats, as a unified diff."""
    sandbox: SandboxKind = "none"
    version: str = ""
    """Of hubpages, when it was run."""
    node: str = ""
    """The machine of a fleet that it was run on; empty for the one where hubpages was called."""
    repair: str = ""
    """What `mend` would try first, where it knows something for this failure; told in reports, never kept."""
    advice: str = ""
    """What the author is told to do about this failure, where something is known; likewise."""

    @property
    def is_green(self) -> bool:
        """Whether nothing is to be mended."""
        return self.verdict in ("passed", "skipped")

    @property
    def may_load_weights(self) -> bool:
        """Whether its code loads any, as far as is known: of what was watched and downloaded nothing, it is known."""
        return self.downloaded != 0

    @property
    def extent(self) -> Extent:
        """How much of the script the verdict speaks of."""
        number = Counter(snippet.status for snippet in self.snippets)
        ran = number["passed"] + number["failed"] + number["xfailed"]
        is_skipped = self.verdict == "skipped"  # what is not reached then is not reached on purpose
        skipped = number["skipped"] + (number["not-run"] if is_skipped else 0)
        rest = len(self.snippets) - ran - skipped - number["compiled"]
        return Extent(len(self.snippets), ran, skipped, number["compiled"], number["xfailed"], rest)

    @property
    def failed_snippet(self) -> SnippetRun | None:
        """The snippet that ended the run, if one did."""
        return next((snippet for snippet in self.snippets if snippet.status == "failed"), None)

    @property
    def lacks_display(self) -> bool:
        """Whether it failed because it opens a window."""
        failed = self.failed_snippet
        return failed is not None and failed.error is not None and failed.error.lacks_display


@dataclass(frozen=True, slots=True)
class EntryCheck:
    """Whether a variant could be run: its entry exists, can be called, and its weights are where they should be."""

    page: str
    path: str
    repository: str
    entry: str
    lines: Lines
    """Line of the sample on which it is offered, for each language."""
    verdict: Literal["passed", "failed"]
    cause: Cause | None = None
    reason: str = ""
    started: str = ""
    """When its repository was asked: UTC, ISO 8601; empty where it gave no answer."""
