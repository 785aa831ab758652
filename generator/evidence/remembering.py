"""A run is remembered as it is kept, so that what lies under its circumstances may be written over."""

from pathlib import Path

from generator.evidence.clocks import all_earlier
from generator.evidence.history import history_file, in_order, past_run, read_history, remembered, written
from generator.evidence.merging import remembered_in
from generator.evidence.pruning import Bounds
from generator.files import alone_in, write_whole
from generator.model.run import ScriptRun


def remember(run: ScriptRun, folder: Path) -> None:
    """Add a run to the history of its page in a folder of evidence; the first time, those that lie there as well.

    A history that cannot be read stays as it is: whoever reads it tells of it. Several processes may remember at a time:
    none forgets what another one does. Raises OSError.
    """
    path = history_file(folder, run.page)
    path.parent.mkdir(parents=True, exist_ok=True)
    with alone_in(path.parent):
        try:
            before = read_history(path) if path.exists() else remembered_in(folder, {run.page}).get(run.page, [])
        except ValueError:
            return
        past = [*all_earlier(before, run.started), past_run(run)]
        write_whole(path, written(remembered(in_order(past), Bounds().history)))
