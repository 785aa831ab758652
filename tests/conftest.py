"""What tests of several folders share."""

from pathlib import Path

import pytest

from tests import zoo


@pytest.fixture(scope="session")
def zoo_root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A hub root that replays the zoo, made once: read it, or take a copy with `zoo.copy_hub_root`."""
    folder = tmp_path_factory.mktemp("zoo") / "root"
    try:
        zoo.make_hub_root(folder)
    except zoo.MissingKernelError as error:  # without it no test here can say anything, and none is skipped
        pytest.fail(str(error))
    return folder
