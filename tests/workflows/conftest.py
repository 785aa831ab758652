"""What tests of workflows share."""

from pathlib import Path

import pytest

from tests.workflows.jobs import Job


@pytest.fixture
def job(tmp_path: Path) -> Job:
    """A checkout of a hub with one page."""
    return Job(tmp_path)
