"""One kernel in its own environment, and one snippet at a time in it.

The only module that knows nbclient and jupyter_client.
"""

import asyncio
import math
import os
import signal
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError
from nbformat import NotebookNode, v4

from generator.running.failure import EXPRESSION, QUESTION, Failure, read_answer

End = Literal["passed", "raised", "died", "deadline", "flood"]

_LAST_WORDS_SECONDS = 5
_DRAIN_SECONDS = 0.2
_LOG_TAIL = 64_000


class KernelError(Exception):
    """No kernel could be had: the machine's fault, not a page's."""


@dataclass(frozen=True, slots=True)
class Executed:
    """One cell's execution."""

    end: End
    started: float
    """Seconds since the epoch."""
    seconds: float
    outputs: list[NotebookNode]
    failure: Failure | None = None
    """The kernel's account, if the cell raised."""
    signal: int | None = None
    """The signal that killed the kernel, if one did."""
    stack: str = ""
    """What the dying kernel wrote past Python: with faulthandler, its stack."""


class Kernel:
    """A running kernel. Use `start`, then `execute` cell after cell, then `stop`."""

    def __init__(self, python: Path, environ: Mapping[str, str], folder: Path, output_bytes: int) -> None:
        self.notebook: NotebookNode = v4.new_notebook()  # type: ignore[no-untyped-call]
        self._environ = dict(environ)
        self._folder = folder
        self._manager = _Manager(python, folder)
        self._client = _Client(self.notebook, self._flooded, output_bytes, km=self._manager, timeout=None)
        self._log = _Log(output_bytes, self._flooded)
        self._flood = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None

    async def start(self, seconds: float) -> None:
        """Start the process and wait until it answers. Raises KernelError when it does not within `seconds`."""
        self._loop = asyncio.get_running_loop()
        write_end = self._log.open()
        try:
            await self._manager.start_kernel(
                cwd=str(self._folder / "work"), env=self._environ, stdout=write_end, stderr=write_end
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
        try:
            done, _ = await asyncio.wait(
                {cell_task, death, flood}, timeout=seconds, return_when=asyncio.FIRST_COMPLETED
            )
            elapsed = time.monotonic() - clock
            if flood in done:
                return await self._ended("flood", cell, started, elapsed)
            if cell_task in done:
                return await self._answered(cell_task, cell, started, elapsed)
            if death in done:
                return await self._ended("died", cell, started, elapsed, death.result())
            stack = await self._last_words()
            return await self._ended("deadline", cell, started, elapsed, stack=stack)
        finally:
            for task in (cell_task, death, flood):
                task.cancel()
                with suppress(asyncio.CancelledError, Exception):
                    await task

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
        except CellExecutionError:
            failure = await self._ask_for_failure()
            return Executed("raised", started, elapsed, list(cell.outputs), failure)
        except Exception:  # nbclient's own ways to say that the kernel is gone
            exit_code = await asyncio.wait_for(self._manager.wait_for_death(), _LAST_WORDS_SECONDS)
            return await self._ended("died", cell, started, elapsed, exit_code)
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
            stack = self._log.tail()
        death_signal = -exit_code if exit_code < 0 else None
        return Executed(end, started, elapsed, list(cell.outputs), None, death_signal, stack)

    async def _ask_for_failure(self) -> Failure:
        client = self._client.kc
        assert client is not None
        request = client.execute(
            QUESTION,
            silent=True,
            store_history=False,
            user_expressions={"failure": EXPRESSION},
            allow_stdin=False,
        )
        try:
            async with asyncio.timeout(_LAST_WORDS_SECONDS):
                while True:
                    reply = await client.shell_channel.get_msg(timeout=None)
                    if reply["parent_header"].get("msg_id") == request:
                        return read_answer(reply["content"].get("user_expressions", {}).get("failure", {}))
        except TimeoutError:
            return Failure()

    async def _last_words(self) -> str:
        """Make a kernel that hangs write its stack, and end it.

        An interrupt would not do: a bare `except:` swallows it and the cell goes on.
        """
        with suppress(Exception):
            await self._manager.signal_kernel(signal.SIGABRT)
        with suppress(TimeoutError):
            await asyncio.wait_for(self._manager.wait_for_death(), _LAST_WORDS_SECONDS)
        await asyncio.sleep(_DRAIN_SECONDS)
        return self._log.tail()

    def _flooded(self) -> None:
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._flood.set)


class _Manager(AsyncKernelManager):
    """Starts ipykernel by the interpreter of a kernel environment, whatever kernels the machine has registered."""

    def __init__(self, python: Path, folder: Path) -> None:
        # A Unix socket has no race for a port. Its path holds 107 bytes at most, so the folder is short.
        super().__init__(transport="ipc", ip=str(folder / "k"), connection_file=str(folder / "kernel.json"))
        self.python = python

    @property
    def kernel_spec(self) -> KernelSpec:
        options = ["-f", "{connection_file}", "--IPKernelApp.capture_fd_output=False"]
        return KernelSpec(
            argv=[str(self.python), "-m", "ipykernel_launcher", *options],
            display_name="Python 3",
            language="python",
        )

    async def wait_for_death(self) -> int:
        """Its exit status; the negative number of the signal that killed it."""
        provisioner: Any = self.provisioner
        while (status := await provisioner.poll()) is None:
            await asyncio.sleep(0.05)
        return int(status)


class _Client(NotebookClient):
    """nbclient that stops keeping output past a limit."""

    def __init__(self, notebook: NotebookNode, on_flood: Callable[[], None], output_bytes: int, **options: Any) -> None:
        super().__init__(notebook, **options)
        self.iopub_timeout = 60
        self.raise_on_iopub_timeout = True
        self.coalesce_streams = True
        self._on_flood = on_flood
        self._left = output_bytes

    def process_message(self, msg: dict[str, Any], cell: NotebookNode, cell_index: int) -> NotebookNode | None:
        self._left -= _size(msg["content"]) if msg["msg_type"] in _SHOWN else 0
        if self._left < 0:
            self._on_flood()
            if msg["msg_type"] != "status":
                return None
        return super().process_message(msg, cell, cell_index)


_SHOWN = frozenset({"stream", "display_data", "execute_result", "update_display_data", "error"})


def _size(content: Any) -> int:
    if isinstance(content, str):
        return len(content)
    if isinstance(content, dict):
        return sum(map(_size, content.values()))
    return sum(map(_size, content)) if isinstance(content, list) else 0


class _Log:
    """The end of what the kernel's process and its children write past Python, read as it comes.

    A pipe and not a file: whoever floods it fills no disk.
    """

    def __init__(self, limit: int, on_flood: Callable[[], None]) -> None:
        self._tail = bytearray()
        self._left = limit
        self._on_flood = on_flood

    def open(self) -> int:
        """The descriptor to write to; the caller closes it once the kernel has it."""
        read_end, write_end = os.pipe()
        threading.Thread(target=self._read, args=(read_end,), daemon=True).start()
        return write_end

    def tail(self) -> str:
        """What came last, at most 64 KB."""
        return bytes(self._tail).decode("utf-8", "replace")

    def _read(self, read_end: int) -> None:
        with os.fdopen(read_end, "rb", buffering=0) as pipe:
            while chunk := pipe.read(1 << 16):
                self._tail = (self._tail + chunk)[-_LOG_TAIL:]
                self._left -= len(chunk)
                if self._left < 0:
                    self._on_flood()
