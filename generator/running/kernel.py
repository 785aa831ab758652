"""One kernel in its own environment, and one snippet at a time in it: the only module that knows nbclient."""

import asyncio
import errno
import math
import os
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError
from nbformat import NotebookNode, v4

from generator.frameworks import DEFAULT
from generator.running.executed import End, Executed, KernelError
from generator.running.failure import Failure, question, read_answer
from generator.running.kernel_process import KernelProcess
from generator.running.log import Log
from generator.running.sandbox import Enclosure
from generator.running.watch import Excess, Limit, Watch

_LAST_WORDS_SECONDS = 5
_ANSWER_SECONDS = 30
"""What a kernel that lives may take to answer: a busy machine changes no verdict."""
_DRAIN_SECONDS = 0.2
# How the operating system refuses what a bound forbids.
_REFUSALS: Mapping[str, Limit] = {f"[Errno {errno.EMFILE}]": "open files", f"[Errno {errno.EFBIG}]": "file size"}


class Kernel:
    """A running kernel. Use `start`, then `execute` cell after cell, then `stop`."""

    def __init__(
        self, python: Path, enclosure: Enclosure, output_bytes: int, watch: Watch, framework: str = DEFAULT
    ) -> None:
        self.notebook: NotebookNode = v4.new_notebook()  # type: ignore[no-untyped-call]
        self._enclosure = enclosure
        self._framework = framework
        self._watch = watch
        self._manager = KernelProcess(python, enclosure)
        self._client = _Client(self.notebook, self._flooded, output_bytes, km=self._manager, timeout=None)
        self._log = Log(output_bytes, self._flooded)
        self._output_bytes = output_bytes
        self._flood = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None

    async def start(self, seconds: float) -> None:
        """Start the process and wait until it answers. Raises KernelError when it does not within `seconds`."""
        self._loop = asyncio.get_running_loop()
        if (more := self._manager.bytes_too_long) > 0:
            place = self._enclosure.folder.parent
            todo = f"let TMPDIR name a folder whose path has {more} bytes less"
            raise KernelError(f"a kernel's socket has no room in {place}: {todo}")
        write_end = self._log.open()
        try:
            await self._manager.start_kernel(
                cwd=str(self._enclosure.folder / "work"),
                env=dict(self._enclosure.environ),
                stdout=write_end,
                stderr=write_end,
                pass_fds=self._enclosure.descriptors,
            )
        except OSError as error:
            raise KernelError(f"the kernel {self._manager.python} does not start: {error}") from error
        finally:
            os.close(write_end)
        self._client.startup_timeout = math.ceil(seconds)
        try:
            await self._client.async_start_new_kernel_client()
        except RuntimeError as error:
            await self.stop()
            message = f"the kernel {self._manager.python} does not answer: {error}\n{self._log.tail()}"
            raise KernelError(message.rstrip()) from error

    async def execute(self, code: str, seconds: float) -> Executed:
        """Run one cell for at most `seconds`. After any end but `passed` the kernel is of no more use."""
        cell = v4.new_code_cell(code)  # type: ignore[no-untyped-call]
        self.notebook.cells.append(cell)
        started, clock = time.time(), time.monotonic()
        cell_task = asyncio.create_task(
            self._client.async_execute_cell(cell, len(self.notebook.cells) - 1, store_history=True)
        )
        death = asyncio.create_task(self._manager.wait_for_death())
        flood = asyncio.create_task(self._flood.wait())
        limit = asyncio.create_task(self._watch.wait())
        try:
            done, _ = await asyncio.wait(
                {cell_task, death, flood, limit}, timeout=seconds, return_when=asyncio.FIRST_COMPLETED
            )
            elapsed = time.monotonic() - clock
            if flood in done:
                return replace(await self._ended("flood", cell, started, elapsed), message=self._excess_of_output())
            if cell_task in done:
                return self._judged(await self._answered(cell_task, cell, started, elapsed))
            if death in done:
                return self._judged(await self._ended("died", cell, started, elapsed, death.result()))
            excess = limit.result() if limit in done else None
            stack = await self._last_words(alone=excess is not None and excess.limit == "processes")
            ended = await self._ended("deadline", cell, started, elapsed, stack=stack)
            return _limited(ended, excess) if excess else ended
        finally:
            await _let_go(cell_task, death, flood, limit)

    async def stop(self) -> None:
        """End the process and its channels, whatever state they are in."""
        with suppress(Exception):
            if self._client.kc is not None:
                self._client.kc.stop_channels()
        with suppress(Exception):
            await self._manager.shutdown_kernel(now=True)
        self._manager.cleanup_connection_file()

    async def _answered(
        self, task: asyncio.Task[NotebookNode], cell: NotebookNode, started: float, elapsed: float
    ) -> Executed:
        try:
            task.result()
        except CellExecutionError as error:
            failure = await self._ask_for_failure()
            return Executed("raised", started, elapsed, [*cell.outputs, *_untold(cell, error)], failure)
        except Exception as error:  # nbclient's own ways to say that the kernel is gone, or speaks nonsense
            try:
                exit_code = await asyncio.wait_for(self._manager.wait_for_death(), _LAST_WORDS_SECONDS)
            except TimeoutError:
                message = f"the kernel answered what no kernel answers ({type(error).__name__}: {error})"
                return Executed("died", started, elapsed, list(cell.outputs), message=message)
            return await self._ended("died", cell, started, elapsed, exit_code)
        if any(output.output_type == "error" for output in cell.outputs):  # %%time shows it, and lets the cell pass
            return Executed("raised", started, elapsed, list(cell.outputs), await self._ask_for_failure())
        return Executed("passed", started, elapsed, list(cell.outputs))

    async def _ended(
        self,
        end: End,
        cell: NotebookNode,
        started: float,
        elapsed: float,
        exit_code: int = 0,
        stack: str = "",
    ) -> Executed:
        if end == "died":
            await asyncio.sleep(_DRAIN_SECONDS)  # what it had printed is still on its way
            stack = await asyncio.to_thread(self._log.whole_tail)
        death_signal = -exit_code if exit_code < 0 else None
        return Executed(end, started, elapsed, list(cell.outputs), None, death_signal, stack)

    def _judged(self, executed: Executed) -> Executed:
        """What came of a cell, seen with the bounds that it may have reached since the last look, or by its error."""
        excess = self._watch.look()
        if excess is None and executed.failure and "builtins.OSError" in executed.failure.kinds:
            message = str(next((node.evalue for node in executed.outputs if node.output_type == "error"), ""))
            refused = next((limit for start, limit in _REFUSALS.items() if message.startswith(start)), None)
            excess = self._watch.excess(refused) if refused else None
        return _limited(executed, excess) if excess else executed

    async def ask(self, expression: str) -> dict[str, Any]:
        """The value of an expression, in the form of a reply's `user_expressions`, asked silently between snippets.

        Empty where the kernel does not answer.
        """
        client = self._client.kc
        assert client is not None
        request = client.execute(
            "", silent=True, store_history=False, user_expressions={"answer": expression}, allow_stdin=False
        )
        reply = asyncio.create_task(self._reply_to(request))
        death = asyncio.create_task(self._manager.wait_for_death())
        try:
            await asyncio.wait({reply, death}, timeout=_ANSWER_SECONDS, return_when=asyncio.FIRST_COMPLETED)
            answer: dict[str, Any] = reply.result().get("answer", {}) if reply.done() else {}
            return answer
        finally:
            await _let_go(reply, death)

    async def _reply_to(self, request: str) -> dict[str, Any]:
        client = self._client.kc
        assert client is not None
        while True:
            reply = await client.shell_channel.get_msg(timeout=None)
            if reply["parent_header"].get("msg_id") == request:
                found: dict[str, Any] = reply["content"].get("user_expressions", {})
                return found

    async def _ask_for_failure(self) -> Failure:
        return read_answer(await self.ask(question(self._framework)))

    async def _last_words(self, alone: bool) -> str:
        """Make a kernel that hangs write its stack, and end it; `alone`, after everything that it started.

        An interrupt would not do: a bare `except:` swallows it and the cell goes on.
        """
        if alone and (kernel := self._manager.kernel) is not None:
            self._watch.leave_only(kernel)
        with suppress(Exception):
            await self._manager.abort()
        with suppress(TimeoutError):
            await asyncio.wait_for(self._manager.wait_for_death(), _LAST_WORDS_SECONDS)
        return await asyncio.to_thread(self._log.whole_tail)

    def _excess_of_output(self) -> str:
        came = self._output_bytes - min(self._client.left, self._log.left)
        allowed = f"{self._output_bytes:,} bytes of output (output_bytes in [limits] of hub.toml)"
        return f"it wrote more than {allowed}: {came:,} had come when it was stopped"

    def _flooded(self) -> None:
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._flood.set)


def _untold(cell: NotebookNode, error: CellExecutionError) -> list[NotebookNode]:
    """An error that is none of the cell's outputs: where a magic is called wrongly IPython writes to a stream alone."""
    if any(output.output_type == "error" for output in cell.outputs):
        return []
    return [v4.new_output("error", ename=error.ename, evalue=error.evalue, traceback=[])]  # type: ignore[no-untyped-call]


async def _let_go(*tasks: "asyncio.Task[Any]") -> None:
    """Nobody waits for them any more."""
    for task in tasks:
        task.cancel()
        with suppress(asyncio.CancelledError, Exception):
            await task


def _limited(executed: Executed, excess: Excess) -> Executed:
    return replace(executed, end="limit", limit=excess.limit, message=excess.message)


class _Client(NotebookClient):
    """nbclient that stops keeping output past a limit."""

    def __init__(self, notebook: NotebookNode, on_flood: Callable[[], None], output_bytes: int, **options: Any) -> None:
        super().__init__(notebook, **options)
        self.iopub_timeout = 60
        self.raise_on_iopub_timeout = True
        self.coalesce_streams = True
        self._on_flood = on_flood
        self.left = output_bytes

    def process_message(self, msg: dict[str, Any], cell: NotebookNode, cell_index: int) -> NotebookNode | None:
        if msg["msg_type"] not in _OWN:  # what a snippet sends for widgets is kept in memory as well
            self.left -= _size(msg["content"]) + sum(map(len, msg.get("buffers", ())))
        if self.left < 0:
            self._on_flood()
            if msg["msg_type"] != "status":
                return None
        return super().process_message(msg, cell, cell_index)


_OWN = frozenset({"status", "execute_input"})
"""What a kernel says by itself."""


def _size(content: Any) -> int:
    if isinstance(content, str):
        return len(content)
    if isinstance(content, dict):
        return sum(map(_size, content.values()))
    return sum(map(_size, content)) if isinstance(content, list) else 0
