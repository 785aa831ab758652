"""What the author of a page can mend."""

from dataclasses import dataclass
from typing import Literal

Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True, order=True)
class Diagnostic:
    """One finding, at its place. An error keeps the page from being published, a warning does not."""

    path: str
    """The file, as its reader was given it."""
    line: int
    """1 for the first line of the file, front matter included."""
    column: int
    """1 for the first character of the line."""
    rule: str
    """The rule's name, such as `unclosed-fence`."""
    message: str
    """What is wrong and what to do, in one sentence without a final stop."""
    severity: Severity = "error"
