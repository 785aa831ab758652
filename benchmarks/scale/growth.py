"""From the figures of one script, and of hubs of two sizes, to those of any size: plain arithmetic."""

from collections.abc import Mapping
from dataclasses import dataclass

from benchmarks.scale.inputs import MEASURED, Input, sized

SIZES = (1_000, 10_000, 1_000_000)
"""Pages."""
SLOTS = (1, 8, 64, 512)
CHANGED = 0.01
"""The part of a hub that is run where only what has changed is."""
NIGHTS = 30
CROWD = 300_000
"""Files of the folder in which it was measured how straight the line of keeping a run is."""
HOUR = 3600
_PAGES_OF_THIRTY_NIGHTS = 1_000
"""How many pages the hub has of which `benchmarks.evidence_time` keeps thirty nights."""


@dataclass(frozen=True, slots=True)
class Growth:
    """All that follows from these figures."""

    inputs: Mapping[str, Input]

    def of(self, name: str) -> float:
        """A figure as it was measured. Raises KeyError for one that was not."""
        return self.inputs[name].value

    def line(self, name: str, pages: int) -> float:
        """What was measured at a size, else what the straight line through the two measured sizes says there.

        One that falls is of something that does not grow: there it stays what it was at the larger size.
        """
        small, large = MEASURED
        low, high = (self.of(sized(name, size)) for size in MEASURED)
        if pages > large:
            return high + max(0.0, high - low) / (large - small) * (pages - large)
        return low + (high - low) / (large - small) * (pages - small)

    def script_seconds(self, kind: str = "mean") -> float:
        """One script by the clock with all that `verify` does for it.

        Args:
            kind: mean or median, of the committed runs.
        """
        return self.of(f"seconds-{kind}") + self.of("overhead-seconds")

    def night_hours(self, pages: float, slots: int, kind: str = "mean", entries: bool = False) -> float:
        """All scripts of so many pages on so many slots, none of which ever waits; never less than one script.

        Args:
            kind: what a script is taken to be, see `script_seconds`.
            entries: whether every other entry that a page offers is run as well.
        """
        scripts = pages * (self.of("scripts-a-page") + (self.of("variants-a-page") if entries else 0))
        return max(scripts / slots, 1) * self.script_seconds(kind) / HOUR

    def slots_for(self, pages: int, hours: float) -> float:
        """How many slots run all, with every entry, in so many hours."""
        return self.night_hours(pages, 1, entries=True) / hours

    def night_bytes(self, pages: int) -> float:
        """What a night writes: each run and its notebooks."""
        return pages * self.of("scripts-a-page") * (self.of("run-bytes") + self.of("notebook-bytes"))

    def night_bytes_without_pictures(self, pages: int) -> float:
        """The same, were the pictures files by their digest that are there already."""
        return self.night_bytes(pages) - pages * self.of("scripts-a-page") * self.of("picture-bytes")

    def whole_runs(self, pages: int) -> float:
        """Runs that are whole after thirty nights, pruned after each: as many of each page as were measured."""
        return pages * self.of("scripts-a-page") * self.of("whole-runs") / _PAGES_OF_THIRTY_NIGHTS

    def whole_bytes(self, pages: int) -> float:
        """Bytes of these and their notebooks."""
        return self.whole_runs(pages) * (self.of("run-bytes") + self.of("notebook-bytes"))

    def whole_files(self, pages: int) -> float:
        """Files of these in the one folder of evidence: a run, and a notebook a language."""
        return self.whole_runs(pages) * 3

    def history_bytes(self, pages: int) -> float:
        """Bytes of the histories of thirty nights."""
        return pages * self.of("scripts-a-page") * NIGHTS * self.of("history-bytes-a-run")

    def standin_bytes(self, pages: int) -> float:
        """Stand-in weights where each page has models of its own."""
        return pages * self.of("standin-bytes")

    def downloaded_bytes(self, pages: int) -> float:
        """What all scripts of a night ask for, and nodes that have none of it yet fetch."""
        return pages * self.of("scripts-a-page") * self.of("downloaded-bytes")

    def ended_a_second(self, slots: int) -> float:
        """How many scripts so many busy slots end in a second."""
        return slots / self.script_seconds()

    def fetched_a_second(self, slots: int) -> float:
        """Bytes a second that leave the caller's store for so many busy slots that have nothing yet."""
        return self.ended_a_second(slots) * self.of("downloaded-bytes")

    def kept_seconds(self, pages: int) -> float:
        """The caller's processor for one run beside those of so many pages: hears of it, remembers and keeps it."""
        return (self.line("hear-ms", pages) + self.line("remember-ms", pages) + self.line("keep-ms", pages)) / 1000

    def most_slots(self, pages: int) -> float:
        """How many slots keep one caller busy."""
        return self.script_seconds() / self.kept_seconds(pages)

    def caller_seconds(self, pages: int) -> float:
        """The caller's processor for a night of so many pages, in a folder that holds a run of each already."""
        return pages * self.of("scripts-a-page") * self.kept_seconds(pages)

    def merge_seconds(self, pages: int) -> float:
        """The processor for a night merged into twenty-nine others: as much for each page as was measured."""
        return pages / _PAGES_OF_THIRTY_NIGHTS * self.of("merge-seconds")
