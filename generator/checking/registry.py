"""Every rule there is. A rule is a function: its name is the rule's, its docstring is its documentation.

The docstring says in a sentence what is asked and why, then shows it:

    Bad: a line or an indented block that has the finding
    Good: the same, mended
"""

import inspect
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from generator.checking.parts import Finding
from generator.checking.view import PageView
from generator.model.diagnostic import RuleText, Severity

Check = Callable[[PageView], Iterator[Finding]]


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule and how grave a breach of it is."""

    check: Check
    severity: Severity = "warning"
    """error: the page is not published until it is mended. warning: it is, and should be mended all the same."""
    fixable: bool = False
    """Whether `--fix` mends at least some of its findings."""
    needs_hub: bool = False
    """Whether it looks at titles or entries of the hub, which are only gathered where such a rule is asked."""

    asked_by_build: bool = False
    """Whether `build` asks for it although it is a warning: `build --strict` then fails on what it finds."""

    stands_alone: bool = False
    """Whether a page with this finding is told of nothing else: all else may follow from it."""

    of_hub1: bool = False
    """Whether it is about what only pages of hub1 agree on: hubs of another format are not asked."""

    @property
    def name(self) -> str:
        """`unbalanced_brackets` is `unbalanced-brackets`."""
        return self.check.__name__.replace("_", "-")

    @property
    def text(self) -> RuleText:
        """The docstring without its indentation, with the name and the severity."""
        return RuleText(self.name, self.severity, self.fixable, inspect.getdoc(self.check) or "")
