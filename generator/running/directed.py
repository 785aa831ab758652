"""One snippet, run as its directives say."""

import time

from generator.frameworks import framework
from generator.model.run import Script, ScriptSnippet, SnippetError, SnippetRun
from generator.running import compiling
from generator.running.kernel import Kernel
from generator.running.places import Places, pad
from generator.running.transcript import RanSnippet, transcribe


async def run_directed(
    kernel: Kernel, snippet: ScriptSnippet, script: Script, places: Places, device: str, seconds: float
) -> RanSnippet:
    """Run a snippet, compile it alone, or leave it out.

    Args:
        device: cpu, or a GPU's name.
        seconds: the deadline, where the snippet sets none of its own.
    """
    directives = snippet.directives
    if reason := directives.reason_to_skip(device, framework(script.framework).title):
        return RanSnippet(SnippetRun("skipped", snippet.lines, 0.0, reason=reason), "skipped", time.time())
    code = pad(snippet.code, snippet.lines[script.languages[0]])
    if directives.no_run:
        return await _compile(kernel, snippet, script, code)
    return transcribe(await kernel.execute(code, seconds), snippet, script, places, seconds)


async def _compile(kernel: Kernel, snippet: ScriptSnippet, script: Script, code: str) -> RanSnippet:
    started = time.time()
    problem = compiling.read_answer(await kernel.ask(compiling.question(code)))
    seconds = round(time.time() - started, 3)
    if problem is None:
        return RanSnippet(SnippetRun("compiled", snippet.lines, seconds), "compiled", started)
    lines = script.lines_at(problem.line) if problem.line else snippet.lines
    error = SnippetError(problem.name, problem.message, lines)
    return RanSnippet(SnippetRun("failed", snippet.lines, seconds, error=error), "raised", started)
