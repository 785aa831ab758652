"""Twenty rounds of faults, the same ones each time."""

import random
import re
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path

from tests.kernels import ROOT
from tests.soak.faults import FAULTS
from tests.soak.hub import a_hub
from tests.soak.invariants import left_over, not_finished, not_whole, unreadable
from tests.soak.program import Ended
from tests.soak.scene import Disturbed, Scene, Undisturbed

_LEFT_OUT = "left out: full disks: "


def soak(*words: str) -> subprocess.CompletedProcess[str]:
    """The program, as `make soak` starts it."""
    command = [sys.executable, "-m", "tests.soak", *words]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, encoding="utf-8", check=False)


def test_nothing_is_lost_or_left_over_in_twenty_rounds() -> None:
    """Each kind of fault comes, and hits; one that cannot be had here is named, with the reason."""
    done = soak("--rounds", "20", "--seed", "1")
    assert done.returncode == 0, done.stdout + done.stderr
    rows = re.findall(r"^(\S.*?) +(\d+) +(\d+) +(\d+) +(\d+)$", done.stdout, re.M)
    hits = {name: int(hits) for name, _, hits, _, _ in rows}
    wanted = {fault.name for fault in FAULTS if not (fault.needs_mount and _LEFT_OUT in done.stdout)}
    assert {name for name, number in hits.items() if number} == wanted | {"all"}, done.stdout
    assert rows[-1][0] == "all"
    assert (rows[-1][1], rows[-1][3], rows[-1][4]) == ("20", "0", "0")


def test_what_is_wrong_is_seen(tmp_path: Path) -> None:
    """Evidence and a lock that cannot be read, a page run again, another site, and each kind of what may be left."""
    usual, hub = a_hub(tmp_path / "0"), a_hub(tmp_path / "1")
    for one in (usual, hub):
        one.evidence.mkdir(parents=True)
        (one.folder / "hub.lock").write_text("", encoding="utf-8")
    verified = Ended(1, (), '{"runs": [{"page": "prints", "verdict": "passed", "cause": null}]}')
    with ExitStack() as stack:
        stack.callback(subprocess.Popen(["sleep", "600"]).kill)
        scene = Scene(hub, Undisturbed(usual, verified, 1, 1), random.Random(1), ["prints"], stack, {})
        assert not list(unreadable(scene))
        assert not list(not_whole(scene, Disturbed("")))
        assert [one for one in left_over(scene) if "sleep 600" in one] == ["process: sleep 600"]
        (hub.evidence / "a-1.json").write_text("{", encoding="utf-8")
        (hub.evidence / "history").mkdir()
        (hub.evidence / "history" / "a.json").write_text("{", encoding="utf-8")
        (hub.folder / "hub.lock").write_text("{", encoding="utf-8")
        hub.site.mkdir()
        (hub.site / "index.html").write_text("half", encoding="utf-8")
        (hub.evidence / ".writing-1").touch()
        (hub.temporary / "hubpages-run-1").mkdir()
        assert len(list(unreadable(scene))) == 4
        assert list(not_whole(scene, Disturbed("")))
        again = Ended(1, ("… prints [zh_CN]",), verified.printed)
        assert list(not_finished(scene, Disturbed(""), again)) == ["run again though they had passed: ['prints']"]
        assert "came to {}" in next(not_finished(scene, Disturbed(""), Ended(3, (), "")))
        left = list(left_over(scene))
        assert {"temporary: hubpages-run-1", "unfinished: .hub/evidence/.writing-1"} <= {*left}
