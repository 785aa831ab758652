"""What a kernel is asked for comes to: known to all, also to who starts none and loads nothing that does."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from generator.running.failure import Failure
from generator.running.watch import Limit

if TYPE_CHECKING:  # slow to load, and its checker of schemas with it
    from nbformat import NotebookNode

End = Literal["passed", "raised", "died", "deadline", "flood", "limit"]


class KernelError(Exception):
    """No kernel could be had: the machine's fault, not a page's."""


@dataclass(frozen=True, slots=True)
class Executed:
    """One cell's execution."""

    end: End
    started: float
    """Seconds since the epoch."""
    seconds: float
    outputs: list["NotebookNode"]
    failure: Failure | None = None
    """The kernel's account, if the cell raised."""
    signal: int | None = None
    """The signal that killed the kernel, if one did."""
    stack: str = ""
    """What the dying kernel wrote past Python: with faulthandler, its stack."""
    limit: Limit | None = None
    """The bound that it reached, if the end is `limit`."""
    message: str = ""
    """What it did then."""
