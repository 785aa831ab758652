"""Every repair there is. A repair is a function: its name is the repair's, its docstring is its documentation.

It looks at a failure and proposes what might mend it, as many candidates as it has; none need be right. Whether one is
right is seen by running it, and what no repair may do is held by `guard`.
"""

import inspect
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from generator.mending.broken import Broken
from generator.model.mending import Candidate

Propose = Callable[[Broken], Iterator[Candidate]]

MOST_CANDIDATES = 12
"""For one failure: each takes a kernel."""


@dataclass(frozen=True, slots=True)
class Repair:
    """One kind of mistake, and how it is mended."""

    propose: Propose

    @property
    def name(self) -> str:
        """`missing_import` is `missing-import`."""
        return self.propose.__name__.replace("_", "-")

    @property
    def documentation(self) -> str:
        """The docstring without its indentation."""
        return inspect.getdoc(self.propose) or ""


def candidates(failure: Broken, repairs: Iterable[Repair]) -> Sequence[Candidate]:
    """What these repairs propose for a failure, the likeliest first and of these the smallest change.

    Equals stay in the order of the repairs.
    """
    found: dict[tuple[object, ...], Candidate] = {}
    for repair in repairs:
        for candidate in repair.propose(failure):
            found.setdefault(
                (candidate.edits, candidate.move, candidate.install), replace(candidate, repair=repair.name)
            )
    return sorted(found.values(), key=lambda candidate: (candidate.rank, candidate.cost))[:MOST_CANDIDATES]
