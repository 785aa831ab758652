"""A script on another machine goes on only once it is known here how its last snippet ended."""

from collections.abc import Iterator
from pathlib import Path
from typing import cast

from generator.evidence.judging import Judged
from generator.model.limits import Limits
from generator.running.attempt import read_snippets
from generator.scheduling.host import Host
from generator.scheduling.node import Begun, Question, host_on, speak, survey
from generator.scripts.planning import plan
from tests.kernels import KERNEL_PYTHON
from tests.pages import a_page, read


def _says(host: Host, *snippets: str) -> Iterator[object]:
    (script,) = plan([read(a_page(*snippets, en=None))])
    return speak(lambda: host, script, "", {}, "1", "one")


def test_no_snippet_begins_before_the_end_of_the_last_was_heard(tmp_path: Path) -> None:
    """However long that takes: here another script is run from its beginning to its end meanwhile."""
    mark = tmp_path / "begun"
    question = Question({"megengine": KERNEL_PYTHON}, {}, "none", "cpu", Limits(), repeats=1)
    host = host_on(question, survey(question), None)
    try:
        says = _says(host, f"open({str(mark)!r}, 'w').close()")
        assert next(says) == Begun("one", "")
        (loaded,) = read_snippets(cast(bytes, next(says)))
        *_, another = _says(host, "print('another')")
        assert not mark.exists()
        *_, judged = says
    finally:
        host.workers.end()
    assert loaded.end == "passed"
    assert mark.exists()
    assert [cast(Judged, one).run.verdict for one in (another, judged)] == ["passed", "passed"]
