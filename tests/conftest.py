"""What tests of several folders share."""

from pathlib import Path

import pytest

from tests import zoo
from tests.clones import make_clone
from tests.wheel import Wheel, install_wheel

# Modules that share what takes long to make run in one process, one after another.
GROUPS = {"running/test_cases": "cases", "running/test_kernels": "cases"}


def pytest_itemcollected(item: pytest.Item) -> None:
    """Keep the tests of a module together where several processes run them: they share its fixtures."""
    uses_zoo = {"zoo_root", "clone"}.intersection(getattr(item, "fixturenames", ()))
    group = "zoo" if uses_zoo else GROUPS.get(f"{item.path.parent.name}/{item.path.stem}", str(item.path))
    item.add_marker(pytest.mark.xdist_group(group))


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
