"""What tests of workers share."""

from pathlib import Path

import pytest


@pytest.fixture
def silent(tmp_path: Path) -> str:
    """An interpreter that starts and never becomes a kernel."""
    path = tmp_path / "environment" / "bin" / "python"
    path.parent.mkdir(parents=True)
    path.write_text("#!/bin/sh\nexec sleep 600\n")
    path.chmod(0o755)
    return str(path)
