"""What tests of several folders share."""

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import zoo
from tests.clones import make_clone
from tests.wheel import Wheel, install_wheel

# Hundreds of processes of hubpages are started: each would compile all of it again.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

# Modules that share what takes long to make run in one process, one after another.
GROUPS = {"running/test_cases": "cases", "running/test_kernels": "cases"}

# What takes longest, which starts first: else one process works on it at the end while the others have nothing to do.
LONGEST = (
    "soak/test_soak",
    "mending/test_cases",
    "growth/test_growth",
    "zoo",
    "end_to_end/test_verify",
    "cases",
    "fleet/test_ray",
    "end_to_end/test_mend",
    "incremental/test_doubts",
    "standins/test_hostile",
    "mending/test_packages",
    "browser/test_site",
    "end_to_end/test_gpus",
    "end_to_end/test_variants",
    "audits/test_axe",
    "browser/test_facets",
    "end_to_end/test_serve",
    "incremental/test_property",
    "incremental/test_disturbed",
    "end_to_end/test_bisect",
    "browser/test_search_anywhere",
    "end_to_end/test_nights",
    "rendering/attacks/test_attacks",
    "audits/test_html",
    "benchmarks/test_mutants",
    "end_to_end/test_own_folder",
)
"""Names of groups, modules among them."""


def pytest_configure(config: pytest.Config) -> None:
    """Let groups start in the order of their tests, and not by how many they have."""
    if hasattr(config.option, "loadscopereorder"):
        config.option.loadscopereorder = False


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the tests of what takes longest first; all others stay in their order."""
    places = {name: place for place, name in enumerate(LONGEST)}
    items.sort(key=lambda item: places.get(_group(item), len(places)))


def _group(item: pytest.Item) -> str:
    """What a test is kept together with: a module's tests share its fixtures."""
    if {"zoo_root", "clone"}.intersection(getattr(item, "fixturenames", ())):
        return "zoo"
    module = item.path.relative_to(Path(__file__).parent).with_suffix("").as_posix()
    return GROUPS.get(module, module)


def pytest_itemcollected(item: pytest.Item) -> None:
    """Keep the tests of a module together where several processes run them: they share its fixtures."""
    item.add_marker(pytest.mark.xdist_group(_group(item)))


@pytest.fixture(scope="session")
def zoo_root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A hub root that replays the zoo, made once: read it, or take a copy with `zoo.copy_hub_root`."""
    folder = tmp_path_factory.mktemp("zoo") / "root"
    try:
        zoo.make_hub_root(folder)
    except zoo.MissingKernelError as error:  # without it no test here can say anything, and none is skipped
        pytest.fail(str(error))
    return folder


@pytest.fixture(scope="session")
def clone(zoo_root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A fresh clone that replays the zoo, made once."""
    return make_clone(tmp_path_factory.mktemp("clone") / "hub", zoo_root)


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Wheel:
    """hubpages as it is installed, made once."""
    return install_wheel(tmp_path_factory.mktemp("wheel"))


@pytest.fixture
def temporary(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder for temporary files of the test's own, whose path is short enough for a kernel's sockets."""
    with tempfile.TemporaryDirectory() as folder:
        monkeypatch.setattr(tempfile, "tempdir", folder)
        monkeypatch.setenv("TMPDIR", folder)
        yield Path(folder)
