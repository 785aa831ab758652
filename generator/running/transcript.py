"""From what a kernel answered to what the evidence keeps."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from generator.model.run import Output, Script, ScriptSnippet, SnippetError, SnippetRun
from generator.running.executed import End, Executed
from generator.running.own_lines import with_commands, with_lines
from generator.running.places import Places, without_ansi, without_padding
from generator.running.processes import signal_name
from generator.running.watch import Limit
from generator.running.written import Written

if TYPE_CHECKING:  # the process that schedules scripts reads what came of them, and starts no kernel
    from nbformat import NotebookNode

KEPT_CHARACTERS = 100_000
"""Of one stream or result; a page with more is unreadable, and the middle is left out."""

_IMAGES: tuple[Literal["image/png", "image/jpeg"], ...] = ("image/png", "image/jpeg")
_RESULTS: Mapping[str, Literal["result", "display"]] = {"execute_result": "result", "display_data": "display"}

_LIMIT_ERRORS: Mapping[Limit, str] = {
    "memory": "MemoryLimitExceeded",
    "processes": "ProcessLimitExceeded",
    "open files": "OpenFilesLimitExceeded",
    "file size": "FileSizeLimitExceeded",
    "disk": "DiskLimitExceeded",
}


@dataclass(frozen=True, slots=True)
class RanSnippet:
    """A snippet's run with what only its verdict needs."""

    run: SnippetRun
    end: End | Literal["skipped", "compiled"]
    started: float
    """Seconds since the epoch."""
    kinds: tuple[str, ...] = ()
    """Qualified names of the exception's classes, its causes and contexts."""
    missing: str | None = None
    """The module that an import did not find."""
    written: tuple[Written, ...] = ()
    """Pictures that it wrote to its working folder, whether it drew or only downloaded them."""


def transcribe(
    executed: Executed, snippet: ScriptSnippet, script: Script, places: Places, seconds: float
) -> RanSnippet:
    """One cell's execution as a snippet's run; `seconds` is the deadline it had."""
    failure = executed.failure
    error = None if executed.end == "passed" else _error(executed, snippet, script, places, seconds)
    run = SnippetRun(
        status="passed" if error is None else "failed",
        lines=snippet.lines,
        seconds=round(executed.seconds, 3),
        outputs=tuple(_outputs(executed.outputs, places)),
        error=error,
    )
    if failure is None:
        return RanSnippet(run, executed.end, executed.started)
    return RanSnippet(run, executed.end, executed.started, failure.kinds, failure.missing)


def _outputs(nodes: "Iterable[NotebookNode]", places: Places) -> Iterable[Output]:
    for node in nodes:
        if node.output_type == "stream":
            text = _shorten(places.rename(_settle(without_ansi(node.text))))
            yield Output("stderr" if node.name == "stderr" else "stdout", "text/plain", text)
        elif kind := _RESULTS.get(node.output_type):
            image = next((mime for mime in _IMAGES if mime in node.data), None)
            if image:
                yield Output(kind, image, "".join(node.data[image]).replace("\n", ""))
            elif "text/plain" in node.data:
                yield Output(kind, "text/plain", _shorten(places.rename(without_ansi(node.data["text/plain"]))))


def _settle(text: str) -> str:
    """What a terminal would show in the end: a progress bar overwrites itself after each carriage return."""
    if "\r" not in text:
        return text
    lines = text.replace("\r\n", "\n").split("\n")
    return "\n".join(next((part for part in reversed(line.split("\r")) if part), "") for line in lines)


def _shorten(text: str) -> str:
    if len(text) <= KEPT_CHARACTERS:
        return text
    half = KEPT_CHARACTERS // 2
    return f"{text[:half]}\n… {len(text) - KEPT_CHARACTERS:,} characters left out …\n{text[-half:]}"


def _error(executed: Executed, snippet: ScriptSnippet, script: Script, places: Places, seconds: float) -> SnippetError:
    first_line = snippet.lines[script.languages[0]]
    if executed.limit is not None and executed.failure is not None:
        # The bound made the snippet raise; the exception tells where.
        error = _exception(executed, script, places, first_line)
        return replace(error, name=_LIMIT_ERRORS[executed.limit], message=executed.message)
    if executed.end == "raised":
        return _exception(executed, script, places, first_line)
    stack = with_lines(places.rename(executed.stack), script, places.page)
    line = places.innermost_line(executed.stack) or first_line
    lines = script.lines_at(line)
    if executed.end == "deadline":
        message = f"still running after {seconds:g} s"
        return SnippetError("DeadlineExceeded", message, lines, traceback=stack)
    if executed.limit is not None:
        return SnippetError(_LIMIT_ERRORS[executed.limit], executed.message, lines, traceback=stack)
    if executed.end == "flood":
        return SnippetError("OutputLimitExceeded", executed.message, lines)
    name = signal_name(executed.signal) if executed.signal else "KernelDied"
    message = f"the kernel was killed by {name}" if executed.signal else "the kernel ended by itself"
    return SnippetError(name, executed.message or message, lines, traceback=stack)


def _exception(executed: Executed, script: Script, places: Places, first_line: int) -> SnippetError:
    node = next((node for node in reversed(executed.outputs) if node.output_type == "error"), None)
    failure = executed.failure
    frames = tuple(places.frame(*frame) for frame in failure.frames) if failure else ()
    own = [frame.line for frame in frames if frame.file == places.page]
    if failure and failure.place and places.rename(failure.place[0]) == places.page:
        line = failure.place[1]
    else:
        line = own[-1] if own else first_line
    return SnippetError(
        name=node.ename if node else "UnknownError",
        message=_shorten(places.rename(without_ansi(node.evalue))) if node else "",
        lines=script.lines_at(line),
        frames=frames,
        traceback=_traceback(node, places, script, line) if node else "",
        clues=failure.clues if failure else None,
    )


def _traceback(node: "NotebookNode", places: Places, script: Script, line: int) -> str:
    """As the kernel printed it; of SystemExit, for which IPython prints none, the page's line."""
    told = without_padding(places.rename(without_ansi("\n".join(node.traceback))))
    if node.ename == "SystemExit" and (code := script.code_at(line)):
        told = f"{places.page}, line {line}\n---> {line} {code}\n\n{told}"
    return _shorten(with_commands(told, script, places.page))
