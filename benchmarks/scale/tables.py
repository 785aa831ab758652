"""Growth as the tables of docs/scale.md: one function a table, each figure with its unit."""

from collections.abc import Callable, Mapping, Sequence

from benchmarks.scale.growth import CHANGED, CROWD, SIZES, SLOTS, Growth
from benchmarks.scale.inputs import MEASURED, Input, sized

_POWERS = (("PB", 1e15), ("TB", 1e12), ("GB", 1e9), ("MB", 1e6), ("KB", 1e3))
_TIMES = (("years", 365 * 86400.0), ("days", 86400.0), ("hours", 3600.0), ("minutes", 60.0))
_SIZES = [f"{pages:,} pages" for pages in SIZES]
_COMMANDS = {
    "check-cold": "`check`, the first time",
    "check-again": "`check`, nothing changed",
    "build-cold": "`build`, the first time, with evidence and search",
    "build-again": "`build`, nothing changed",
    "build-page": "`build`, one page changed",
    "verify-nothing": "`verify`, nothing to run",
    "plan": "of it: pages read and planned",
    "evidence-read": "of it: evidence read",
}


def inputs_table(growth: Growth) -> str:
    """What was measured once, and by what."""
    rows = [
        [f"`{name}`", one.what, _figure(one), one.how]
        for name, one in growth.inputs.items()
        if not name.endswith(tuple(map(str, MEASURED)))
    ]
    return _table(["name", "what", "figure", "measured by"], rows, words=2, last_words=1)


def sized_inputs_table(growth: Growth) -> str:
    """What was measured of hubs of several sizes."""
    small, *_ = MEASURED
    names = [name.removesuffix(f"-{small}") for name in growth.inputs if name.endswith(f"-{small}")]
    rows = [
        [
            f"`{name}`",
            growth.inputs[sized(name, small)].what,
            *(_figure(growth.inputs[sized(name, n)]) for n in MEASURED),
        ]
        for name in names
    ]
    return _table(["name", "what", *(f"{pages:,} pages" for pages in MEASURED)], rows, words=2)


def night_table(growth: Growth) -> str:
    """Hours by slots."""
    kinds: Sequence[tuple[str, float, str, bool]] = (
        ("all", 1, "mean", False),
        ("all", 1, "median", False),
        ("all, with every entry", 1, "mean", True),
        (f"{CHANGED:.0%} that changed", CHANGED, "mean", False),
    )
    rows = [
        [f"{pages:,}", what, kind, *(number(growth.night_hours(pages * part, slots, kind, entries)) for slots in SLOTS)]
        for pages in SIZES
        for what, part, kind, entries in kinds
    ]
    head = ["pages", "what is run", "a script takes the", *map(_slots, SLOTS)]
    return _table(head, rows, words=3)


def slots_table(growth: Growth) -> str:
    """What so many busy slots come to at a time."""
    rows: Mapping[str, Callable[[int], str]] = {
        "scripts that end in a second": lambda slots: number(growth.ended_a_second(slots)),
        "memory of their kernels, at the mean": lambda slots: size(slots * growth.of("memory-mean-bytes")),
        "memory, were all the largest": lambda slots: size(slots * growth.of("memory-most-bytes")),
        "what they download in a second": lambda slots: size(growth.fetched_a_second(slots)),
    }
    cells = [[what, *(of(slots) for slots in SLOTS)] for what, of in rows.items()]
    return _table(["", *map(_slots, SLOTS)], cells)


def bytes_table(growth: Growth) -> str:
    """Evidence and assets."""
    rows: Mapping[str, Callable[[int], str]] = {
        "runs and notebooks that a night writes": lambda pages: size(growth.night_bytes(pages)),
        "the same after 30 nights, pruned after each": lambda pages: size(growth.whole_bytes(pages)),
        "files of these, in one folder": lambda pages: number(growth.whole_files(pages)),
        "histories of 30 nights": lambda pages: size(growth.history_bytes(pages)),
        "stand-in weights, where each page has models of its own": lambda pages: size(growth.standin_bytes(pages)),
        "what all scripts of a night download": lambda pages: size(growth.downloaded_bytes(pages)),
        "site": lambda pages: size(growth.line("site-bytes", pages)),
        "its files": lambda pages: number(growth.line("site-files", pages)),
        "of it: the index of the search": lambda pages: size(growth.line("search-bytes", pages)),
        "`.hub/cache` and what else a build keeps": lambda pages: size(growth.line("cache-bytes", pages)),
    }
    return _by_size({what: [of(pages) for pages in SIZES] for what, of in rows.items()})


def commands_table(growth: Growth) -> str:
    """Processor and memory of commands."""
    rows = {
        what: [seconds(growth.line(f"{name}-seconds", pages)) for pages in SIZES] for name, what in _COMMANDS.items()
    }
    for command in ("build", "check", "verify"):
        rows[f"memory of `{command}`"] = [size(growth.line(f"{command}-memory", pages)) for pages in SIZES]
    return _by_size(rows)


def caller_table(growth: Growth) -> str:
    """What one caller does for each run."""
    parts = {
        "to hear of a run that has ended": "hear-ms",
        "to remember it": "remember-ms",
        "to keep it": "keep-ms",
    }
    rows = {what: [seconds(growth.line(name, pages) / 1000) for pages in SIZES] for what, name in parts.items()}
    rows["all runs of a night"] = [seconds(growth.caller_seconds(pages)) for pages in SIZES]
    rows["runs a second, at most"] = [number(1 / growth.kept_seconds(pages)) for pages in SIZES]
    rows["slots that keep it busy"] = [number(growth.most_slots(pages)) for pages in SIZES]
    crowd = (
        f"Beside {CROWD:,} files, as {CROWD // 3:,} pages have them, to keep a run took "
        f"{seconds(growth.of('keep-crowded-ms') / 1000)}; by the straight line it is "
        f"{seconds(growth.line('keep-ms', CROWD // 3) / 1000)}.\n"
    )
    return f"{_by_size(rows)}\n{crowd}"


def _slots(slots: int) -> str:
    return f"{slots:,} slot{'s' * (slots > 1)}"


def _by_size(rows: Mapping[str, Sequence[str]]) -> str:
    return _table(["", *_SIZES], [[what, *cells] for what, cells in rows.items()])


def bends_table(growth: Growth) -> str:
    """The figures that show where it bends first, in the order of docs/scale.md."""
    job = growth.of("job-minutes") / 60
    rows: Sequence[tuple[str, str, Callable[[int], str]]] = (
        (
            "1",
            f"slots, to run all with every entry within the {number(job)} hours of the nightly job",
            lambda pages: number(growth.slots_for(pages, job)),
        ),
        ("2", "a night's commit, before git packs it", lambda pages: size(growth.night_bytes(pages))),
        ("2", "of it, all but pictures", lambda pages: size(growth.night_bytes_without_pictures(pages))),
        ("3", "a node's cache, once it has met all scripts", lambda pages: size(growth.standin_bytes(pages))),
        ("4", "slots that keep one caller busy", lambda pages: number(growth.most_slots(pages))),
        (
            "4",
            "to remember a run of a page without a history",
            lambda pages: seconds(growth.line("remember-new-ms", pages) / 1000),
        ),
        ("4", "instead, a night merged from callers' own folders", lambda pages: seconds(growth.merge_seconds(pages))),
        ("5", "memory of `verify` with nothing to run", lambda pages: size(growth.line("verify-memory", pages))),
        ("5", "memory of `build`", lambda pages: size(growth.line("build-memory", pages))),
        ("6", "`build`, one page changed", lambda pages: seconds(growth.line("build-page-seconds", pages))),
        ("6", "`api/v1/models.json`", lambda pages: size(growth.line("models-json-bytes", pages))),
        ("6", "`api/v1/status.json`", lambda pages: size(growth.line("status-json-bytes", pages))),
    )
    cells = [[place, what, *(of(pages) for pages in SIZES)] for place, what, of in rows]
    return _table(["", "what shows it", *_SIZES], cells, words=2)


def _figure(one: Input) -> str:
    match one.unit:
        case "bytes":
            return size(one.value)
        case "":
            return number(one.value)
        case _:
            return f"{number(one.value)} {one.unit}"


def size(of: float) -> str:
    """Bytes in the largest unit that leaves one or more: 1.6 TB."""
    for unit, power in _POWERS:
        if of >= power:
            return f"{number(of / power)} {unit}"
    return f"{number(of)} bytes"


def seconds(of: float) -> str:
    """Seconds in the largest unit that leaves two or more: 36 hours."""
    for unit, length in _TIMES:
        if of >= 2 * length:
            return f"{number(of / length)} {unit}"
    return f"{number(of)} s" if of >= 1 else f"{number(of * 1000)} ms"


def number(of: float) -> str:
    """With two digits that count, and all before the point: 0.027, 5.0, 16, 2,021."""
    if of == 0 or of >= 10:
        return f"{of:,.0f}"
    return f"{of:.2g}" if of < 1 else f"{of:.1f}"


def _table(head: Sequence[str], rows: Sequence[Sequence[str]], words: int = 1, last_words: int = 0) -> str:
    """Markdown; the first and the last columns hold words, those between figures."""
    rule = ["---"] * words + ["---:"] * (len(head) - words - last_words) + ["---"] * last_words
    return "".join(f"| {' | '.join(row)} |\n" for row in (head, rule, *rows))
