"""What the author of a page can mend."""

from dataclasses import dataclass, field
from typing import Literal

Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class Edit:
    """A change that mends a finding and nothing else."""

    start: int
    """Offset in the page's text (LF line ends, no byte-order mark) of the first character that goes."""
    end: int
    """Offset of the first that stays; the same as `start` to put text in between."""
    text: str
    """What comes in their place."""

    def __reduce__(self) -> tuple[object, ...]:
        """As of a Diagnostic."""
        return Edit, (self.start, self.end, self.text)


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
    fix: Edit | None = field(default=None, compare=False)
    """What mends it, where a machine can do it safely."""

    def __reduce__(self) -> tuple[object, ...]:
        """How it travels between processes: thousands do, and by the way of dataclasses that takes twice as long."""
        return Diagnostic, (self.path, self.line, self.column, self.rule, self.message, self.severity, self.fix)


@dataclass(frozen=True, slots=True)
class RuleText:
    """What is said of a rule to those who must keep it."""

    name: str
    severity: Severity
    fixable: bool
    """Whether `--fix` mends at least some of its findings."""
    documentation: str
    """What it asks and why, then bad and good examples."""

    @property
    def summary(self) -> str:
        """The first paragraph, in one line."""
        return self.documentation.partition("\n\n")[0].replace("\n", " ")
