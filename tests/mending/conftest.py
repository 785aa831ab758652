"""The pages of cases/, mended in one call on real kernels."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from PIL import Image

from tests.kernels import a_hub_root, hubpages
from tests.mending.wheels import write_wheels
from tests.zoo.archive import write_archive

HERE = Path(__file__).parent
CASES = HERE / "cases"
REPOSITORY = HERE / "hub"
ARCHIVE_URL = "https://github.com/cases/models/archive/master.zip"
PICTURE_URL = "https://data.cases.example/cat.png"


@dataclass(frozen=True)
class Case:
    """A page before, the page after, and the kernel's error in between."""

    name: str
    """Its repair and its own: missing-import/usual-abbreviation."""

    @property
    def folder(self) -> Path:
        """Where its files are."""
        return CASES / self.name

    @property
    def page(self) -> str:
        """What the page is called in the hub where it is run."""
        return self.name.replace("/", "_").replace("-", "_")

    @property
    def before(self) -> str:
        """The page that fails."""
        return (self.folder / "before.md").read_text(encoding="utf-8")

    @property
    def after(self) -> str:
        """The page mended; the same as before where it must not be touched."""
        path = self.folder / "after.md"
        return path.read_text(encoding="utf-8") if path.exists() else self.before

    @property
    def is_mended(self) -> bool:
        """Whether there is a repair for it."""
        return (self.folder / "after.md").exists()

    @property
    def run(self) -> dict[str, Any]:
        """The run that failed, as it is recorded."""
        recorded: dict[str, Any] = json.loads((self.folder / "run.json").read_text(encoding="utf-8"))
        return recorded


CASE_NAMES = sorted(str(path.parent.relative_to(CASES)) for path in CASES.glob("*/*/before.md"))


def make_hub(root: Path) -> Path:
    """A hub root whose pages can load the entries of the repository cases/models, and a picture."""
    a_hub_root(root, snippet_seconds=60)
    with TemporaryDirectory() as folder:
        archive = Path(folder) / "master.zip"
        write_archive(REPOSITORY, archive)
        picture = Path(folder) / "cat.png"
        Image.new("RGB", (8, 6)).save(picture)
        for url, path in ((ARCHIVE_URL, archive), (PICTURE_URL, picture)):
            assert hubpages("-C", root, "assets", "add", url, path).status == 0
    return root


@pytest.fixture(scope="session")
def outcomes(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Any]:
    """What `mend` says of the page of each case, by its id."""
    root = make_hub(tmp_path_factory.mktemp("mending"))
    for name in CASE_NAMES:
        case = Case(name)
        (root / "hub_pages" / f"{case.page}.md").write_text(case.before, encoding="utf-8")
    environ = write_wheels(root / "wheels")
    options = ["--assets", "replay", "--format", "json", "--evidence", root / "runs"]
    called = hubpages("-C", root, "mend", *options, **environ)
    return {Path(page["path"]).stem: page for page in called.json["pages"]}
