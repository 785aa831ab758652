"""Whether the work that a page makes grows with its length, or faster."""

from collections.abc import Callable, Container, Mapping

from tests.growth.stages import stages
from tests.growth.steps import count_steps
from tests.pages import a_page

SIZES = (300, 600, 1200)
MOST = 2.3
"""What twice the length may take: twice as many steps, and a little more. Where each is compared with each, it is four
times as many."""
MOST_ADDED = 2.7
"""The same of what is added, from the second size to the third and from the first to the second: it does not see what
every page costs."""
SLACK = 1500
"""Steps that are no sign of anything: the first findings of a kind bring hints, and the first fence its colours."""

_OF_THE_SAME: dict[tuple[str, bytes], int] = {}
"""The steps of what does the same for many shapes."""


def least_steps() -> Mapping[str, int]:
    """The steps of every stage with a page that says next to nothing.

    What is made once, such as compiled templates, is made here: it is no shape's work.
    """
    for stage in stages(a_page()):
        stage.run()
    return _steps(a_page(title="A", zh="a", en="a"))


def grown(page: Callable[[int], str], least: Mapping[str, int], factor: int = 1) -> Mapping[str, tuple[int, int, int]]:
    """The stages and rules whose work grows faster than a page, with their steps at n, 2n and 4n characters.

    Counting is slow: what few steps can tell is not counted again.

    Args:
        page: makes one of about so many characters.
        least: what `least_steps` gives.
        factor: how much longer than usual the pages are.
    """
    small, middle, large = (page(size * factor) for size in SIZES)
    fourfold = _steps(large)
    many = {name for name in fourfold if fourfold[name] > MOST * least.get(name, 0) + SLACK / 3}
    twice = _steps(middle, many)
    suspected = {name for name in twice if fourfold.get(name, 0) > MOST * twice[name] + SLACK / 3}
    once = _steps(small, suspected) if suspected else {}  # most shapes need it not
    return {
        name: (once[name], twice[name], fourfold[name])
        for name in once
        if fourfold[name] - twice[name] > MOST_ADDED * max(twice[name] - once[name], 0) + SLACK
    }


def grown_without_end(page: Callable[[int], str], least: Mapping[str, int]) -> Mapping[str, tuple[int, int, int]]:
    """The same, where it is no bound that grows: what is compared with all before it up to some number of them.

    Longer pages are looked at only where short ones grow.
    """
    if suspected := grown(page, least):
        return {name: steps for name, steps in grown(page, least, 16).items() if name in suspected}
    return {}


def _steps(page: str, counted: Container[str] | None = None) -> dict[str, int]:
    """The steps of each stage, or of those that are named; the others are run all the same."""
    steps: dict[str, int] = {}
    for stage in stages(page):
        if counted is not None and stage.name not in counted:
            stage.run()
        elif not stage.of:
            steps[stage.name] = count_steps(stage.run)
        else:
            same = stage.name, stage.of
            if same not in _OF_THE_SAME:
                _OF_THE_SAME[same] = count_steps(stage.run)
            steps[stage.name] = _OF_THE_SAME[same]
    return steps
