"""What a kernel's process writes past Python."""

import os
import threading
from collections.abc import Callable

_TAIL = 64_000
_PATIENCE_SECONDS = 5.0


class Log:
    """The end of what the kernel's process and its children write past Python, read as it comes.

    A pipe and not a file: whoever floods it fills no disk.
    """

    def __init__(self, limit: int, on_flood: Callable[[], None]) -> None:
        self._tail = bytearray()
        self.left = limit
        """Bytes that may still come; below zero, how many came too many."""
        self._on_flood = on_flood

    def open(self) -> int:
        """The descriptor to write to; the caller closes it once the kernel has it."""
        read_end, write_end = os.pipe()
        self._reader = threading.Thread(target=self._read, args=(read_end,), daemon=True)
        self._reader.start()
        return write_end

    def tail(self) -> str:
        """What came last, at most 64 KB."""
        return bytes(self._tail).decode("utf-8", "replace")

    def whole_tail(self) -> str:
        """The same, once nobody is left who could write more, or a little later."""
        self._reader.join(_PATIENCE_SECONDS)
        return self.tail()

    def _read(self, read_end: int) -> None:
        with os.fdopen(read_end, "rb", buffering=0) as pipe:
            while chunk := pipe.read(1 << 16):
                self._tail = (self._tail + chunk)[-_TAIL:]
                self.left -= len(chunk)
                if self.left < 0:
                    self._on_flood()
