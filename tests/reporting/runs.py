"""Runs with every verdict, their errors in the words of real kernels."""

from collections.abc import Sequence
from dataclasses import replace

from generator.model.diagnostic import Diagnostic
from generator.model.run import Frame, ScriptRun, SnippetError, SnippetRun, Status
from tests.pages import a_page, line_of, read
from tests.rendering.runs import a_run

TEXT = a_page("predictions = model(3)", "print(predictions)", en="More words.\n\nAnd more.")
"""A page with its sample on line 12 and two snippets, on other lines in English."""

SAMPLE = line_of(TEXT, "x = 1")
CALL = {"zh_CN": line_of(TEXT, "model(3)"), "en_US": line_of(TEXT, "model(3)", 2)}
PRINT = {"zh_CN": line_of(TEXT, "print("), "en_US": line_of(TEXT, "print(", 2)}

RULE = "-" * 75
UPSTREAM = f"""{RULE}
AttributeError                            Traceback (most recent call last)
tiny.md, line {CALL["zh_CN"]}
---> {CALL["zh_CN"]} predictions = model(3)

File megengine/module/module.py:149, in Module.__call__(self, *inputs, **kwargs)
    147         inputs = modified_inputs
--> 149 outputs = self.forward(*inputs, **kwargs)

File hub:/models/zoo/net.py:12, in Net.forward(self, x)
     11 def forward(self, x):
---> 12     return self.scale(x)

File hub:/models/zoo/net.py:15, in Net.scale(self, x)
     14 def scale(self, x):
---> 15     return x / x.shape[0]

File numpy/core/shape.py:3, in shape(x)
----> 3 raise AttributeError

AttributeError: 'int' object has no attribute 'shape'"""

STACK = f"""Fatal Python error: Segmentation fault

Thread 0x00007fd4fcff96c0 (most recent call first):
  File "ipykernel/parentpoller.py", line 62 in run
  File "tiny.md", line {SAMPLE} in watch
  File "threading.py", line 973 in _bootstrap

Current thread 0x00007fd509048b80 (most recent call first):
  File "ctypes/__init__.py", line 517 in string_at
  File "hub:/models/zoo/native.py", line 7 in poke
  File "hub:/models/zoo/native.py", line 9 in forward
  File "tiny.md", line {CALL["zh_CN"]} in <module>
  File "IPython/core/interactiveshell.py", line 3579 in run_code

Extension modules: zmq.backend.cython._zmq (total: 1)
"""


UNREAD = [Diagnostic("broken.md", 3, 1, "missing-key", "title is missing: add `title: ResNet`")]
"""Why a page could not be read."""

WARNED = Diagnostic("tiny.md", 4, 1, "unknown-key", "x is not a key", "warning")
"""What does not keep a page from being run."""


def a_tiny_run(*statuses: Status, path: str = "tiny.md", **changes: object) -> ScriptRun:
    """A run of the page above whose snippets, the sample first, came to this; passed unless given."""
    run = a_run(read(TEXT, path))
    told = [*statuses, *["passed"] * (3 - len(statuses))]
    snippets = tuple(replace(snippet, status=status) for snippet, status in zip(run.snippets, told, strict=True))
    return replace(run, snippets=snippets, **changes)  # type: ignore[arg-type]


def a_failing_run(error: SnippetError, cause: str = "page", **changes: object) -> ScriptRun:
    """A run whose second snippet fails."""
    run = a_tiny_run("passed", "failed", "not-run", verdict="failed", cause=cause)
    sample, failed, last = run.snippets
    return replace(run, snippets=(sample, replace(failed, error=error), last), **changes)  # type: ignore[arg-type]


def an_upstream_failure() -> ScriptRun:
    """Raised in the hub repository, on a call of the page."""
    frames = (
        Frame("tiny.md", CALL["zh_CN"], "<module>"),
        Frame("megengine/module/module.py", 149, "__call__"),
        Frame("hub:/models/zoo/net.py", 12, "forward"),
        Frame("hub:/models/zoo/net.py", 15, "scale"),
        Frame("numpy/core/shape.py", 3, "shape"),
    )
    error = SnippetError("AttributeError", "'int' object has no attribute 'shape'", CALL, frames, UPSTREAM)
    return a_failing_run(error, "page-or-upstream", reason="AttributeError: 'int' object has no attribute 'shape'")


def a_crash() -> ScriptRun:
    """Killed by a signal."""
    error = SnippetError("SIGSEGV", "the kernel was killed by SIGSEGV", CALL, traceback=STACK)
    return a_failing_run(error, "crash", reason="the kernel was killed by SIGSEGV")


def a_skip(reason: str = "needs a camera", **changes: object) -> ScriptRun:
    """Passed, but for a snippet that was skipped."""
    run = a_tiny_run("passed", "passed", "skipped", **changes)
    return replace(run, snippets=(*run.snippets[:2], replace(run.snippets[2], reason=reason)))


def a_flaky_run() -> ScriptRun:
    """Passed at the second try."""
    return a_tiny_run(verdict="flaky", cause="asset", reason="ConnectionError: reset by peer", repeats=2)


def a_mismatch() -> ScriptRun:
    """Printed something else than its page says."""
    diff = "--- expected\n+++ printed\n@@ -1 +1 @@\n-3\n+2\n"
    error = SnippetError("OutputMismatch", "it printed something else than the page says", CALL, traceback=diff)
    return a_failing_run(error)


def an_unstable_run(difference: str = "--- first\n+++ second\n-0.51\n+0.52") -> ScriptRun:
    """Printed two things."""
    return a_tiny_run(verdict="unstable", difference=difference, repeats=2)


def one_of_each() -> Sequence[ScriptRun]:
    """A run of every verdict, each of a page of its own."""
    skipped = a_tiny_run("skipped", "skipped", "skipped", verdict="skipped", reason="needs a GPU")
    runs = {
        "a": a_tiny_run(),
        "b": an_upstream_failure(),
        "c": a_crash(),
        "中文页": a_skip(),
        "e": a_flaky_run(),
        "f": an_unstable_run(),
        "g": skipped,
    }
    return [moved(run, page) for page, run in runs.items()]


def moved(run: ScriptRun, page: str) -> ScriptRun:
    """The same run of a page with another name."""

    def told(snippet: SnippetRun) -> SnippetRun:
        if snippet.error is None:
            return snippet
        frames = tuple(
            replace(frame, file=frame.file.replace("tiny.md", f"{page}.md")) for frame in snippet.error.frames
        )
        traceback = snippet.error.traceback.replace("tiny.md", f"{page}.md")
        return replace(snippet, error=replace(snippet.error, frames=frames, traceback=traceback))

    return replace(run, page=page, path=f"{page}.md", snippets=tuple(map(told, run.snippets)))
