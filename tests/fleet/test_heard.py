"""A script on another machine goes on only once it is known here how its last snippet ended."""

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import cast

from generator.evidence.judging import Judged
from generator.model.limits import Limits
from generator.running.attempt import read_snippets
from generator.scheduling.host import Host
from generator.scheduling.node import Begun, Question, host_on, speak, survey
from generator.scheduling.workers import converse
from generator.scripts.planning import plan
from tests.kernels import KERNEL_PYTHON
from tests.pages import a_page, read


@contextmanager
def _a_host(limits: Limits) -> Iterator[Host]:
    question = Question({"megengine": KERNEL_PYTHON}, {}, "none", "cpu", limits, repeats=1)
    host = host_on(question, survey(question), None)
    try:
        yield host
    finally:
        host.workers.end()


def _says(host: Host, *snippets: str) -> Iterator[object]:
    (script,) = plan([read(a_page(*snippets, en=None))])
    return speak(lambda: host, script, "", {}, "1", "one")


def test_no_snippet_begins_before_the_end_of_the_last_was_heard(tmp_path: Path) -> None:
    """However long that takes: here another script is run from its beginning to its end meanwhile."""
    mark = tmp_path / "begun"
    with _a_host(Limits()) as host:
        says = _says(host, f"open({str(mark)!r}, 'w').close()")
        assert next(says) == Begun("one", "")
        (loaded,) = read_snippets(cast(bytes, next(says)))
        *_, another = _says(host, "print('another')")
        assert not mark.exists()
        *_, judged = says
    assert loaded.end == "passed"
    assert mark.exists()
    assert [cast(Judged, one).run.verdict for one in (another, judged)] == ["passed", "passed"]


def test_time_that_nobody_listens_is_not_the_pages() -> None:
    """However slowly its caller hears of a snippet, the next one has the time that it would have had."""
    limits = Limits(page_seconds=40)
    with _a_host(limits) as host:
        says = _says(host, "print('late')")
        begun, _ = next(says), next(says)
        since = time.monotonic()
        while time.monotonic() - since < limits.page_seconds:
            *_, another = _says(host, "print('another')")
        *_, judged = says
    assert begun == Begun("one", "")
    assert [cast(Judged, one).run.verdict for one in (another, judged)] == ["passed", "passed"]


def test_worker_is_not_killed_for_what_it_takes_to_be_heard(tmp_path: Path) -> None:
    """But once its own time is up."""
    seconds, heard_at_last = 10.0, tmp_path / "heard"  # a Python has to start within them
    waits = f"import os\nprint('said', flush=True)\nwhile not os.path.exists({str(heard_at_last)!r}):\n    pass"

    def heard(line: bytes) -> None:
        since = time.monotonic()
        while time.monotonic() - since < 1.2 * seconds:
            pass
        heard_at_last.touch()

    def ends(code: str, seconds: float) -> int:
        pipe = subprocess.PIPE
        with subprocess.Popen([sys.executable, "-c", code], stdin=pipe, stdout=pipe, stderr=pipe) as process:
            converse(process, b"", seconds, heard)
            return process.returncode

    assert ends(waits, seconds) == 0
    assert ends("import time\ntime.sleep(600)", 2.0) == -signal.SIGKILL
