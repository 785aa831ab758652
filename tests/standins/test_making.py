"""Stand-in weights, made by the real kernel environment from archives alone."""

import json
import os
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from zipfile import ZipFile

import pytest

from generator.assets.lock import add_asset, read_lock
from generator.assets.proxy import ReplayProxy
from generator.assets.store import Store
from generator.frameworks import framework
from generator.model.asset import Asset
from generator.model.entry import LoadCall
from generator.model.limits import Limits
from generator.running.executed import KernelError
from generator.standins.making import Failure, StandIn, make_standins
from generator.standins.process import Builder
from tests.running.attempts import SANDBOX
from tests.zoo import ARCHIVE_URL, KERNEL_PYTHON, REPOSITORY
from tests.zoo.archive import write_archive

ZOO = "megengine/models"
ODD = "odd/models:main"
ODD_URL = "https://github.com/odd/models/archive/main.zip"

_ODD_HUBCONF = """
import os, random, signal, urllib.request
import numpy as np
import megengine as mge
import megengine.hub as hub
import megengine.module as M

@hub.pretrained("https://w.invalid/line.pkl")
def line():
    print("building")
    net = M.Linear(3, 2)
    net.weight[:] = np.random.rand(2, 3) * random.random()
    net.bias[:] = mge.random.normal(size=(2,))
    return net

@hub.pretrained("https://w.invalid/line.pkl")
def line_too():
    return line(pretrained=False)

@hub.pretrained("https://w.invalid/pair.pkl")
def pair():
    return M.Sequential(line(pretrained=True), M.Linear(2, 1))

def plain(pretrained=False):
    return M.Linear(3, 2)

@hub.pretrained("s3://w/line.pkl")
def elsewhere():
    return M.Linear(3, 2)

@hub.pretrained("https://w.invalid/wrong.pkl")
def wrong():
    return M.Linear(3)

@hub.pretrained("https://w.invalid/online.pkl")
def online():
    return urllib.request.urlopen("https://w.invalid/backbone.pkl")

@hub.pretrained("https://w.invalid/dying.pkl")
def dying():
    os.kill(os.getpid(), signal.SIGSEGV)

@hub.pretrained("https://w.invalid/number.pkl")
def number():
    return 3
"""

_LOAD = """
import json, sys
import megengine.hub as hub
net = hub.load("{repository}", "{entry}", pretrained=True)
print(json.dumps([float(value.sum()) for value in net.state_dict().values()]))
"""


class Bench:
    """A lock with two archives and no weights, and an overlay for the stand-ins."""

    def __init__(self, folder: Path) -> None:
        self.lock = folder / "hub.lock"
        self.store = Store(folder / "store")
        self.overlay_path = folder / "hub" / "standins.lock"
        self.builder = Builder(framework("megengine"), KERNEL_PYTHON, self.store, SANDBOX, Limits())
        self.built: list[tuple[str, str]] = []
        self.counted: list[tuple[int, int]] = []

    def make(self, *requests: tuple[str, str]) -> list[StandIn | Failure]:
        """Make stand-ins, and note what is built."""
        self.built.clear()
        self.counted.clear()

        def note(call: LoadCall, number: int, total: int) -> None:
            self.built.append((call.repository, call.entry))
            self.counted.append((number, total))

        return make_standins([LoadCall(*one) for one in requests], self.lock, self.overlay_path, self.builder, note)

    @property
    def overlay(self) -> Mapping[str, Asset]:
        """What the proxy would serve."""
        return read_lock(self.overlay_path)


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    """A bench, shared by tests that build different things."""
    yield a_bench(tmp_path_factory.mktemp("bench"))


def a_bench(folder: Path) -> Bench:
    """A bench with the zoo's archive and a small one that does what goes wrong."""
    bench = Bench(folder)
    write_archive(REPOSITORY, folder / "zoo.zip")
    add_asset(ARCHIVE_URL, folder / "zoo.zip", bench.lock, bench.store)
    lock_odd(bench, _ODD_HUBCONF)
    return bench


def lock_odd(bench: Bench, hubconf: str, **others: str) -> None:
    """Lock an archive with this hubconf.py, and other files by name, for the odd repository."""
    archive = bench.lock.with_name("odd.zip")
    with ZipFile(archive, "w") as target:
        for name, text in {"hubconf.py": hubconf, **others}.items():
            target.writestr(f"models-main/{name}", text)
    add_asset(ODD_URL, archive, bench.lock, bench.store)


def test_standin_lets_an_unchanged_snippet_load_the_true_architecture(bench: Bench, tmp_path: Path) -> None:
    """A detector of the zoo is built from its archive and loaded through the proxy, without published weights."""
    entry = "faster_rcnn_res18_coco_3x_800size"
    before = read_lock(bench.lock)
    (standin,) = bench.make((ZOO, entry))
    assert isinstance(standin, StandIn)
    assert bench.overlay[standin.asset.url] == standin.asset
    assert read_lock(bench.lock) == before
    with ReplayProxy.start(bench.lock, bench.store, tmp_path / "state", overlay=bench.overlay_path) as proxy:
        environment = {**os.environ, **proxy.environment_for("me"), "MGE_HOME": str(tmp_path / "home")}
        code = _LOAD.format(repository=ZOO, entry=entry)
        done = subprocess.run([KERNEL_PYTHON, "-c", code], env=environment, capture_output=True, text=True, timeout=300)
        assert done.returncode == 0, done.stderr
        requests = proxy.requests_of("me")
    assert len(json.loads(done.stdout.splitlines()[-1])) > 20
    assert {(request.url, request.standin) for request in requests} == {(ARCHIVE_URL, False), (standin.asset.url, True)}


def test_same_archive_makes_the_same_bytes_anywhere(tmp_path: Path) -> None:
    """Another folder, another store and another time: the digest is the same, whichever generator is drawn from."""
    answers = []
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        answers += a_bench(tmp_path / name).make((ODD, "line"))
    one, two = answers
    assert isinstance(one, StandIn) and isinstance(two, StandIn)
    assert one.asset == two.asset


def test_entries_of_one_url_share_a_file_that_is_built_once(tmp_path: Path) -> None:
    """The first that is asked for is built; asked again, none is, though in another order."""
    bench = a_bench(tmp_path)
    first = bench.make((ODD, "line"), (ODD, "line_too"), (ODD, "line"))
    assert bench.built == [(ODD, "line")]
    assert len({answer.asset for answer in first if isinstance(answer, StandIn)}) == 1
    assert [answer.call.entry for answer in first] == ["line", "line_too", "line"]
    again = bench.make((ODD, "line_too"), (ODD, "line"))
    assert bench.built == []
    assert [answer.built for answer in again if isinstance(answer, StandIn)] == [False, False]


def test_weights_that_a_model_is_built_on_come_with_it(tmp_path: Path) -> None:
    """An entry that loads another's published weights in any case needs no network, and both are served."""
    bench = a_bench(tmp_path)
    (pair,) = bench.make((ODD, "pair"))
    assert isinstance(pair, StandIn)
    assert bench.overlay.keys() == {"https://w.invalid/line.pkl", "https://w.invalid/pair.pkl"}
    assert all(bench.store.has(asset.sha256) for asset in bench.overlay.values())
    (line,) = bench.make((ODD, "line"))
    assert isinstance(line, StandIn) and line.built
    assert bench.overlay[line.asset.url] == line.asset
    (again,) = bench.make((ODD, "pair"))
    assert isinstance(again, StandIn) and not again.built
    bench.store.remove(line.asset.sha256)
    (anew, same) = bench.make((ODD, "pair"), (ODD, "line"))
    assert [answer.built for answer in (anew, same) if isinstance(answer, StandIn)] == [True, True]
    assert bench.overlay[line.asset.url] == line.asset


def test_standin_is_built_again_when_what_it_was_made_of_changed_or_is_lost(tmp_path: Path) -> None:
    """Another archive makes another file, and a lost file is made anew."""
    bench = a_bench(tmp_path)
    (old,) = bench.make((ODD, "line"))
    lock_odd(bench, _ODD_HUBCONF.replace("np.random.rand(2, 3)", "np.ones((2, 3))"))
    (new,) = bench.make((ODD, "line"))
    assert bench.built == [(ODD, "line")]
    assert isinstance(old, StandIn) and isinstance(new, StandIn)
    assert bench.overlay == {new.asset.url: new.asset}
    assert new.asset != old.asset
    bench.store.remove(new.asset.sha256)
    assert bench.make((ODD, "line")) == [new]
    assert bench.store.has(new.asset.sha256)


def test_what_cannot_be_made_says_why_and_stops_nothing_else(bench: Bench) -> None:
    """Each gives the kernel's own reason, and a sound entry among them is made."""
    reasons = {
        "nothing": "Cannot find callable nothing in hubconf.py",
        "plain": "plain has no hub.pretrained decorator that says where its weights are",
        "elsewhere": "its weights are at 's3://w/line.pkl', which is no http or https URL",
        "wrong": "TypeError: ",
        "online": "without a network",
        "dying": "it was ended by SIGSEGV",
        "number": "it returns int, which is no Module",
    }
    *failures, sound = bench.make(*((ODD, name) for name in reasons), (ODD, "line"))
    assert isinstance(sound, StandIn)
    for failure, reason in zip(failures, reasons.values(), strict=True):
        assert isinstance(failure, Failure)
        assert reason in failure.reason
    assert set(bench.overlay) & {f"https://w.invalid/{name}.pkl" for name in reasons} == set()


def test_repository_that_cannot_be_imported_fails_for_each_entry(tmp_path: Path) -> None:
    """The kernel's reason names the module that is missing."""
    bench = a_bench(tmp_path)
    lock_odd(bench, "import not_to_be_found")
    answers = bench.make((ODD, "line"), (ODD, "wrong"))
    reason = "ModuleNotFoundError: No module named 'not_to_be_found'"
    assert answers == [Failure(LoadCall(ODD, "line"), reason), Failure(LoadCall(ODD, "wrong"), reason)]


def test_hubconf_may_look_for_its_modules_by_relative_paths(tmp_path: Path) -> None:
    """As that of FunnelAct does; a page then says where they are, and its stand-ins can be made all the same."""
    bench = Bench(tmp_path)
    hubconf = 'import sys\nsys.path.insert(0, "nets")\nfrom line import line\n'
    lock_odd(bench, hubconf, **{"nets/line.py": _ODD_HUBCONF})
    [standin] = bench.make((ODD, "line"))
    assert isinstance(standin, StandIn), standin


def test_repository_that_is_not_at_hand_fails_with_what_to_do(tmp_path: Path) -> None:
    """Not locked, locked but lost, and no name of a repository at all; the kernel need not even be there."""
    bench = a_bench(tmp_path)
    bench.store.remove(read_lock(bench.lock)[ODD_URL].sha256)
    requests = [("no/where", "x"), (ODD, "line"), ("nowhere", "x")]
    bench.builder = replace(bench.builder, python=tmp_path / "python")
    answers = bench.make(*requests)
    reasons = [answer.reason for answer in answers if isinstance(answer, Failure)]
    assert reasons[0].startswith("its repository is not in hub.lock; run: hubpages assets add https://github.com/no/")
    assert reasons[1].startswith("its repository is not in the store; run: hubpages assets add")
    assert reasons[2].startswith("'nowhere' names no repository")


def test_kernel_environment_that_does_not_start_is_an_error_of_its_own(bench: Bench, tmp_path: Path) -> None:
    """No entry is to blame for it."""
    builder = replace(bench.builder, python=tmp_path / "python")
    with pytest.raises(KernelError, match="there is no kernel environment"):
        make_standins([LoadCall(ODD, "line")], bench.lock, bench.overlay_path, builder)


def test_entries_that_are_built_are_counted(tmp_path: Path) -> None:
    """For whoever waits: which of how many, without those that share a file or cannot be built."""
    bench = a_bench(tmp_path)
    bench.make((ODD, "line"), (ODD, "line_too"), (ODD, "plain"), (ODD, "pair"))
    assert bench.built == [(ODD, "line"), (ODD, "pair")]
    assert bench.counted == [(1, 2), (2, 2)]


def test_archive_that_is_no_longer_the_locked_one_is_not_run(tmp_path: Path) -> None:
    """Bytes appended to it in the store are found before anything of it is."""
    bench = a_bench(tmp_path)
    path = bench.store.path_of(read_lock(bench.lock)[ODD_URL].sha256)
    path.chmod(0o644)
    with path.open("ab") as file:
        file.write(b"appended")
    (failure,) = bench.make((ODD, "line"))
    assert isinstance(failure, Failure)
    assert f"{ODD_URL} has {path.stat().st_size} bytes in the store, not " in failure.reason
    assert bench.built == []
