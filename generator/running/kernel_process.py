"""A kernel's process: how it is started, found and ended."""

import asyncio
import json
import os
import signal
import sys
from pathlib import Path
from typing import Any

from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager

from generator.running.processes import sandboxed_process
from generator.running.sandbox import Enclosure

_SOCKET_BYTES = 107 if sys.platform == "linux" else 103
"""What the path of a Unix socket may have: unix(7)."""


class KernelProcess(AsyncKernelManager):
    """Starts ipykernel by the interpreter of a kernel environment, whatever kernels the machine has registered."""

    def __init__(self, python: Path, enclosure: Enclosure) -> None:
        # A Unix socket has no race for a port. Its path holds 107 bytes at most, so the folder is short.
        folder = enclosure.folder
        super().__init__(transport="ipc", ip=str(folder / "k"), connection_file=str(folder / "kernel.json"))
        self.python = python
        self._enclosure = enclosure

    @property
    def bytes_too_long(self) -> int:
        """By how much the paths of its sockets are longer than the system takes; not above 0 where they are not."""
        return len(os.fsencode(f"{self.ip}-5")) - _SOCKET_BYTES

    @property
    def kernel_spec(self) -> KernelSpec:
        """What is started, in its sandbox."""
        options = ["-f", str(self._enclosure.inside / "kernel.json"), "--IPKernelApp.capture_fd_output=False"]
        command = [*self._enclosure.prefix, str(self.python), "-m", "ipykernel_launcher", *options]
        return KernelSpec(argv=command, display_name="Python 3", language="python")

    def write_connection_file(self, **options: Any) -> None:
        """As the kernel needs it, which may see its folder by another name."""
        super().write_connection_file(**options)
        path = Path(self.connection_file)
        connection = json.loads(path.read_text(encoding="utf-8"))
        connection["ip"] = str(self._enclosure.inside / "k")
        path.write_text(json.dumps(connection), encoding="utf-8")

    @property
    def kernel(self) -> int | None:
        """The id of the kernel's process, as this process sees it; None where it is gone."""
        provisioner: Any = self.provisioner
        started = int(provisioner.process.pid)
        return started if self._enclosure.kind == "none" else sandboxed_process(started)

    async def abort(self) -> None:
        """Make the kernel, and nothing around it, write its stack and die."""
        if self._enclosure.kind == "none":
            await self.signal_kernel(signal.SIGABRT)
        elif (kernel := self.kernel) is not None:
            os.kill(kernel, signal.SIGABRT)

    async def wait_for_death(self) -> int:
        """Its exit status; the negative number of the signal that killed it."""
        provisioner: Any = self.provisioner
        while (status := await provisioner.poll()) is None:
            await asyncio.sleep(0.05)
        # Bubblewrap reports a signal as shells do.
        if self._enclosure.kind == "bwrap" and int(status) - 128 in signal.valid_signals():
            return 128 - int(status)
        return int(status)
