"""The pages of cases/, verified in one call."""

import shutil
import time
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory, mkdtemp
from typing import Any

import pytest

from tests.kernels import Called, a_hub_root, hubpages
from tests.zoo.archive import write_archive

CASES = Path(__file__).with_name("cases")
EXPECTED: dict[str, dict[str, Any]] = tomllib.loads((CASES / "expected.toml").read_text(encoding="utf-8"))
ARCHIVE_URL = "https://github.com/cases/hub/archive/master.zip"


@dataclass(frozen=True)
class Cases:
    """Every page of the folder, and what came of them."""

    called: Called
    texts: dict[str, str]
    mark: str
    """Stands in the arguments of every process that a snippet starts, so that survivors can be told."""
    temporary: Path
    """The folder for temporary files of that call alone, named in the command of every kernel."""
    output_bytes: int
    """What a page may print."""


def add_small_hub(root: Path) -> None:
    """Lock the repository of cases/hub as cases/hub, so that this root's pages can load its entries."""
    with TemporaryDirectory() as folder:
        archive = Path(folder) / "master.zip"
        write_archive(CASES / "hub", archive)
        assert hubpages("-C", root, "assets", "add", ARCHIVE_URL, archive).status == 0


@pytest.fixture(scope="session")
def cases(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cases]:
    """All of them replayed against the small hub repository beside them, two at a time."""
    mark, output_bytes = f"hubpages-test-{time.time_ns()}", 1_000_000
    root = a_hub_root(
        tmp_path_factory.mktemp("cases"),
        snippet_seconds=60,
        page_seconds=120,
        output_bytes=output_bytes,
        memory_bytes=1_500_000_000,
        file_bytes=40_000_000,
    )
    texts = {path.stem: path.read_text(encoding="utf-8").replace("MARK", mark) for path in CASES.glob("*.md")}
    for name, text in texts.items():
        (root / "hub_pages" / f"{name}.md").write_text(text, encoding="utf-8")
    add_small_hub(root)
    temporary = Path(mkdtemp(prefix="cases"))  # a short path: the kernels' sockets lie in it
    options = ("--assets", "replay", "--variants", "none", "--format", "json")
    called = hubpages("-C", root, "verify", *options, HUBPAGES_TEST_TOKEN="secret", TMPDIR=str(temporary))
    yield Cases(called, texts, mark, temporary, output_bytes)
    shutil.rmtree(temporary)
