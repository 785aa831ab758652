"""One run of a fleet on one machine, in which several processes take part: it ends for all of them, in order.

What manages a fleet ends processes by SIGKILL, and with them what they started: nobody tidies up then. So whoever runs
scripts hears before that it is over.
"""

import os
import threading
from collections.abc import Callable
from pathlib import Path

from generator.files import claim_file, wait_until_left

SESSION_FOLDER = "hubpages-session-"
"""How the names of sessions' folders begin, in the system's folder for temporary files."""

_PART = "part-"


class Session:
    """Held by the process that serves the others; over when that says so, or is gone, however it ended."""

    def __init__(self, folder: Path) -> None:
        """Args: folder: an empty one of its own."""
        self._folder = folder
        self._descriptor: int | None
        self._descriptor, self.file = claim_file("session-", folder)
        """By the file others find it."""

    def end(self) -> None:
        """Let it be over; return once all who take part have ended what they started, or are gone."""
        descriptor, self._descriptor = self._descriptor, None
        if descriptor is not None:
            os.close(descriptor)
        for part in self._folder.glob(f"{_PART}*"):
            wait_until_left(part)


def take_part(session: Path, end: Callable[[], None]) -> None:
    """Call `end`, in another thread, once a session is over. It waits for that, or for the end of this process.

    Args: session: its file. Raises OSError where it is over already.
    """
    descriptor, _ = claim_file(_PART, session.parent)

    def wait() -> None:
        try:
            wait_until_left(session)
            end()
        finally:
            os.close(descriptor)

    threading.Thread(target=wait, name="session", daemon=True).start()
