"""Results -> the tables of the README."""

import itertools
import statistics
from collections.abc import Iterable, Mapping, Sequence

from benchmarks.peers.rounds import SCENARIOS, Result

BASE = "hugo"
"""The tool that the others are compared with."""

_WORDS = {
    "cold": "cold",
    "again": "nothing changed",
    "page": "one page changed",
    "template": "template changed",
}
_NONE = "–"


def tables(results: Sequence[Result], titles: Mapping[str, str], left_out: Mapping[int, Sequence[str]]) -> str:
    """A table a size, one of the slope between sizes, and one of what hubpages does alone.

    Args:
        titles: the name of each tool to what it is called.
        left_out: the tools that were not run at a size.
    """
    compared = [result for result in results if result.tool in titles]
    alone = [result for result in results if result.tool not in titles]
    sizes = sorted({result.size for result in compared} | set(left_out))
    parts = [_of_size([one for one in compared if one.size == size], size, titles, left_out) for size in sizes]
    parts += [_slope(compared, small, large, titles) for small, large in itertools.pairwise(sizes)]
    parts += [_alone(alone)] if alone else []
    return "\n".join(part for part in parts if part)


def _of_size(
    results: Sequence[Result], size: int, titles: Mapping[str, str], left_out: Mapping[int, Sequence[str]]
) -> str:
    scenarios = [scenario for scenario in SCENARIOS if any(one.scenario == scenario for one in results)]
    costs = [f"{what}, {_WORDS[scenarios[0]]}" for what in ("processors", "memory")] if scenarios else []
    head = ["tool", "search", *(_WORDS[one] for one in scenarios), *costs]
    rows, failures = [], []
    for search in (False, True):
        for tool, title in titles.items():
            own = _of(results, tool=tool, search=search)
            if not own:
                continue
            failures += [f"{title}, search {_on(search)}, {one.scenario}: {one.failure}" for one in own if one.failure]
            times = [_time(results, own, scenario) for scenario in scenarios]
            rows.append([title, _on(search), *times, *_costs(own, scenarios)])
    absent = [titles[tool] for tool in left_out.get(size, ())]
    notes = [f"Not run at this size, because it would take very long: {', '.join(absent)}."] if absent else []
    notes += [f"Failed and not counted: {failure}" for failure in failures]
    return f"### {size:,} pages\n\n{_table(head, rows)}" + "".join(f"\n{note}\n" for note in notes)


def _time(results: Sequence[Result], own: Sequence[Result], scenario: str) -> str:
    """The median, and the median of the ratios to the base within the same round."""
    good = _good(own, scenario)
    if not good:
        return "failed" if any(one.failure for one in own) else _NONE
    shown = f"{_seconds(one.measured.seconds for one in good)} s"
    base = {one.round: one for one in _good(_of(results, tool=BASE, search=own[0].search), scenario)}
    ratios = [one.measured.seconds / base[one.round].measured.seconds for one in good if one.round in base]
    return f"{shown} ({statistics.median(ratios):.2f})" if ratios else shown


def _costs(own: Sequence[Result], scenarios: Sequence[str]) -> list[str]:
    """Processor time and memory of the first scenario, which is the cold one unless that was left out."""
    good = _good(own, scenarios[0])
    if not good:
        return [_NONE, _NONE]
    memory = statistics.median(one.measured.memory for one in good)
    return [f"{_seconds(one.measured.processor for one in good)} s", f"{memory / 2**20:.0f} MiB"]


def _slope(results: Sequence[Result], small: int, large: int, titles: Mapping[str, str]) -> str:
    """How many times as long the larger size takes."""
    scenarios = [scenario for scenario in SCENARIOS if any(one.scenario == scenario for one in results)]
    rows = []
    for search in (False, True):
        for tool, title in titles.items():
            own = _of(results, tool=tool, search=search)
            slopes = [_growth(_good(own, scenario), small, large) for scenario in scenarios]
            if any(slope != _NONE for slope in slopes):
                rows.append([title, _on(search), *slopes])
    if not rows:
        return ""
    words = f"Seconds at {large:,} pages over seconds at {small:,}: {large / small:g} is a straight line."
    return f"### From {small:,} to {large:,} pages\n\n{words}\n\n" + _table(
        ["tool", "search", *(_WORDS[one] for one in scenarios)], rows
    )


def _growth(good: Sequence[Result], small: int, large: int) -> str:
    at = {size: [one.measured.seconds for one in good if one.size == size] for size in (small, large)}
    if not at[small] or not at[large]:
        return _NONE
    return f"{statistics.median(at[large]) / statistics.median(at[small]):.1f}"


def _alone(results: Sequence[Result]) -> str:
    rows = []
    for tool, size in dict.fromkeys((one.tool, one.size) for one in results):
        own = [one for one in results if (one.tool, one.size) == (tool, size)]
        times = [_time([], own, scenario) for scenario in ("cold", "again")]
        rows.append([tool, f"{size:,}", *times, *_costs(own, ("cold",))])
        rows += [[f"failed and not counted: {one.failure}", *[""] * 5] for one in own if one.failure]
    head = ["what", "pages", _WORDS["cold"], _WORDS["again"], "processors, cold", "memory, cold"]
    return f"### hubpages alone\n\n{_table(head, rows, words=1)}"


def _of(results: Iterable[Result], tool: str, search: bool) -> list[Result]:
    return [one for one in results if one.tool == tool and one.search == search]


def _good(results: Iterable[Result], scenario: str) -> list[Result]:
    return [one for one in results if one.scenario == scenario and not one.failure]


def _seconds(values: Iterable[float]) -> str:
    median = statistics.median(values)
    return f"{median:.2f}" if median < 10 else f"{median:.1f}"


def _on(search: bool) -> str:
    return "on" if search else "off"


def _table(head: Sequence[str], rows: Sequence[Sequence[str]], words: int = 2) -> str:
    """Markdown; the first columns hold words, the others figures."""
    rule = [*["---"] * words, *["---:"] * (len(head) - words)]
    return "".join(f"| {' | '.join(row)} |\n" for row in (head, rule, *rows))
