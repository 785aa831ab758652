"""What a call is given that it cannot use."""

from collections.abc import Iterator, Mapping

from generator.checking.nearest import nearest
from generator.checking.statements import name_called
from generator.mending.broken import Broken
from generator.mending.expressions import READS_ARGUMENTS
from generator.mending.registry import Repair
from generator.model.mending import Candidate, CodeEdit

_ALIKE = 0.75
"""Nearer than what an author is only asked about: `keepdim` for `keepdims`, not `size` for `stride`."""

_ELSEWHERE: Mapping[str, str] = {"dim": "axis", "axis": "dim"}
"""What one framework calls what another one, NumPy among them, calls otherwise."""


def unknown_keyword(failure: Broken) -> Iterator[Candidate]:
    """A keyword that nothing takes which the page calls: the one that is taken and is spelt almost like it.

    `dim` may also become `axis`, and `axis` become `dim`: frameworks differ in that. What the keyword says stays. Never
    proposed is a keyword that the call has already, nor to leave one out.
    """
    keyword = failure.clues.keyword
    calls = [call for call in failure.calls() if keyword and keyword in (one.arg for one in call.keywords)]
    if len(calls) != 1:
        return
    given = {one.arg for one in calls[0].keywords}
    taken = [name for name in failure.clues.accepted if name not in given]
    other = _ELSEWHERE.get(keyword)
    name = other if other in taken else nearest(keyword, taken, _ALIKE)
    if name:
        (one,) = (one for one in calls[0].keywords if one.arg == keyword)
        start, _ = failure.span(one)
        edit = CodeEdit(failure.place[0], start, start + len(keyword), name)
        yield Candidate((edit,), f"call it `{name}=`")


def arguments_of_command(failure: Broken) -> Iterator[Candidate]:
    """`parse_args()` that reads the arguments of the kernel's own command: `parse_args([])`, which takes the defaults.

    Also `parse_known_args()`. Never proposed where it is given arguments.
    """
    if not failure.reads_arguments:
        return
    for call in failure.calls():
        if name_called(call) in READS_ARGUMENTS and not call.args and not call.keywords:
            _, end = failure.span(call)
            edit = CodeEdit(failure.place[0], end - 1, end - 1, "[]")
            yield Candidate((edit,), f"take the defaults, by `{name_called(call)}([])`")


REPAIRS: tuple[Repair, ...] = (Repair(unknown_keyword), Repair(arguments_of_command))
