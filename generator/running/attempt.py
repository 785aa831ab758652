"""What a worker is asked and what it answers: a line of JSON for each snippet as it ends, and one more at the end."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import msgspec

from generator.decoding import from_json
from generator.model.limits import Limits
from generator.model.run import Facts, SandboxKind, Script, SnippetError, SnippetRun
from generator.running.transcript import RanSnippet

EXIT_NO_KERNEL = 3
"""The exit status of a worker that can start no kernel."""

CLAIM = b"c"
"""What comes with a descriptor that a worker is to hold until it ends."""

HEARD = b"h"
"""What comes once a line of a worker's answer is safe; see `Job.waits`."""

RUN_FOLDER = "hubpages-run-"
"""How the names of runs' folders begin, in the system's folder for temporary files."""

_END = b"end "
"""How the last line begins."""


@dataclass(frozen=True, slots=True)
class Job:
    """What a worker needs to know."""

    script: Script
    python: str
    """Interpreter of the kernel environment, an absolute path."""
    limits: Limits
    environ: Mapping[str, str]
    """Variables for the kernel besides the few that every kernel gets: the proxy's, the device's."""
    sandbox: SandboxKind = "none"
    network: bool = True
    """Whether a sandboxed kernel shares the machine's network; if not, it reaches the proxy alone."""
    proxy: str | None = None
    """Where the replay proxy listens, as host:port, for a sandboxed kernel without the network."""
    certificate: str | None = None
    """The file with the proxy's certificate, as `environ` names it."""
    packages: str | None = None
    """The folder of what is installed for this script alone."""
    placed: Mapping[str, str] = field(default_factory=dict)
    """Files that are copied below the framework's home folder, by their paths there."""
    device: str = "cpu"
    """cpu, or the GPU's name; a sandboxed kernel sees no GPU on a CPU."""
    waits: bool = False
    """Whether no snippet is begun before it is known elsewhere how the last one ended: should the machine be lost,
    it is certain then under which one."""


@dataclass(frozen=True, slots=True)
class Ending:
    """What a worker knows when it is done."""

    started: float
    """Seconds since the epoch."""
    seconds: float
    notebooks: Mapping[str, str] = field(default_factory=dict)
    """The executed notebook of each language, as nbformat writes it."""
    facts: Facts | None = None
    """What was measured, where all went well."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """What was seen of a script in one kernel."""

    snippets: tuple[RanSnippet, ...]
    """Those that were reached, in order."""
    ending: Ending


def write_line(message: RanSnippet | Ending) -> bytes:
    """One line of an answer."""
    return (_END if isinstance(message, Ending) else b"") + msgspec.json.encode(message) + b"\n"


def is_at_end(answer: bytes) -> bool:
    """Whether the last line of an answer is there."""
    return answer.rpartition(b"\n")[0].rpartition(b"\n")[2].startswith(_END)


def read_snippets(answer: bytes) -> tuple[RanSnippet, ...]:
    """The snippets that ended before the worker did."""
    whole = answer.split(b"\n")[:-1]
    return tuple(from_json(line, RanSnippet) for line in whole if not line.startswith(_END))


def read_attempt(answer: bytes) -> Attempt:
    """The answer of a worker that came to its end. Raises ValueError for one that did not."""
    *_, last = answer.rstrip(b"\n").split(b"\n")
    if not last.startswith(_END):
        raise ValueError("the answer has no end")
    return Attempt(read_snippets(answer), from_json(last.removeprefix(_END), Ending))


def broken_off(script: Script, answer: bytes, error: SnippetError, ending: Ending) -> Attempt:
    """What is known of a script that nobody watched to its end: it came to it in the snippet that had not ended yet.

    Args:
        answer: what its worker said until then.
        error: what became of it, without a line.
    """
    try:
        ended = read_snippets(answer)[: len(script.snippets)]
    except msgspec.MsgspecError:
        ended = ()
    done = ended[: len(script.snippets) - 1]
    snippet = script.snippets[len(done)]
    failed = SnippetRun("failed", snippet.lines, 0.0, error=replace(error, lines=snippet.lines))
    return Attempt((*done, RanSnippet(failed, "died", 0.0)), ending)
