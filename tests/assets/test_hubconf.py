"""What a hub repository exports, read out of its archive."""

import tracemalloc
import zipfile
from pathlib import Path

import pytest

from generator.assets import hubconf
from generator.assets.hubconf import exported_names, repository_of_archive_url


def an_archive(folder: Path, source: str | bytes, name: str = "models-master/hubconf.py", **others: str) -> Path:
    """A zip like GitHub's, with this hubconf.py and other members."""
    path = folder / "archive.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("models-master/README.md", "# Models")
        file.writestr(name, source)
        for member, text in others.items():
            file.writestr(member, text)
    return path


def test_functions_classes_imports_and_assignments_are_names(tmp_path: Path) -> None:
    """Whatever megengine.hub could find as an attribute and call."""
    source = '''
"""A hub."""
import numpy as np
from megengine import hub
from official.resnet import BasicBlock, resnet18 as small
async def later(): pass
class Net:
    depth = 1
    def forward(self): inside = 1
@hub.pretrained("https://example.org/x.pkl")
def net(**options):
    local = 1
alias = net
first, (second, *rest) = 1, (2, 3)
typed: int = 1
'''
    names = {"hub", "BasicBlock", "small", "later", "Net", "net", "alias", "first", "second", "rest", "typed"}
    assert exported_names(an_archive(tmp_path, source)) == names


def test_names_below_a_condition_count(tmp_path: Path) -> None:
    """A name that may be there is not said to be missing."""
    source = """
try:
    from a import one
except ImportError:
    one, two = None, None
else:
    def three(): pass
finally:
    four = 1
if one:
    five = 1
elif two:
    six = 1
with open("x") as file:
    seven = 1
"""
    assert exported_names(an_archive(tmp_path, source)) == {"one", "two", "three", "four", "five", "six", "seven"}


def test_hubconf_at_the_root_is_found(tmp_path: Path) -> None:
    """An archive that somebody packed by hand may lack the outer folder."""
    assert exported_names(an_archive(tmp_path, "x = 1", "hubconf.py")) == {"x"}


def test_hubconf_of_an_inner_folder_is_not_the_repository_s(tmp_path: Path) -> None:
    """Tests of a repository may hold another one."""
    others = {"models-master/tests/hubconf.py": "y = 1"}
    assert exported_names(an_archive(tmp_path, "x = 1", **others)) == {"x"}
    assert exported_names(an_archive(tmp_path, "x = 1", "models-master/tests/hubconf.py")) is None


@pytest.mark.parametrize(
    "source",
    [
        "from models import *",
        "try:\n    from models import *\nexcept ImportError:\n    pass",
        "for name in NAMES:\n    globals()[name] = 1",
        "exec('x = 1')",
        "def __getattr__(name): return 1",
        "def net(:",
        b"x = '\xff'",
        b"x = 1\0",
        "-" * 50_000 + "1",
        "x" + ".y" * 50_000,
    ],
    ids=["star", "inner star", "globals", "exec", "getattr", "syntax", "encoding", "nul", "deep", "deep attribute"],
)
def test_names_that_cannot_be_known_are_none(tmp_path: Path, source: str | bytes) -> None:
    """Saying that an entry is missing needs certainty."""
    assert exported_names(an_archive(tmp_path, source)) is None


def test_hubconf_is_read_and_never_run(tmp_path: Path) -> None:
    """It is a stranger's."""
    trace = tmp_path / "trace"
    assert exported_names(an_archive(tmp_path, f"x = open({str(trace)!r}, 'w')")) == {"x"}
    assert not trace.exists()


def test_too_large_a_hubconf_is_not_read(tmp_path: Path) -> None:
    """A small archive can hold a huge file."""
    source = "x = 1\n" + "#" * hubconf.MAX_BYTES
    assert exported_names(an_archive(tmp_path, source)) is None
    assert exported_names(an_archive(tmp_path, source[: hubconf.MAX_BYTES])) == {"x"}


def test_of_a_huge_hubconf_only_the_beginning_is_unpacked(tmp_path: Path) -> None:
    """Else an archive of 64 KB would fill the memory."""
    path = an_archive(tmp_path, b"#" * (64 << 20))
    tracemalloc.start()
    try:
        assert exported_names(path) is None
        assert tracemalloc.get_traced_memory()[1] < 16 << 20
    finally:
        tracemalloc.stop()


def test_one_of_several_hubconfs_is_not_guessed(tmp_path: Path) -> None:
    """A repository's archive has one folder at its top."""
    others = {"other-master/hubconf.py": "y = 1"}
    assert exported_names(an_archive(tmp_path, "x = 1", **others)) is None


def test_archive_of_very_many_files_is_not_searched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No repository has so many."""
    monkeypatch.setattr(hubconf, "MAX_MEMBERS", 2)
    assert exported_names(an_archive(tmp_path, "x = 1")) == {"x"}
    assert exported_names(an_archive(tmp_path, "x = 1", other="")) is None


def test_archive_that_lies_about_the_size_is_not_believed(tmp_path: Path) -> None:
    """The sizes in a zip are only claims: here 1 byte each, in both headers."""
    path = an_archive(tmp_path, "x = 1\n" + "#" * 2 * hubconf.MAX_BYTES)
    size = (len("x = 1\n") + 2 * hubconf.MAX_BYTES).to_bytes(4, "little")
    path.write_bytes(path.read_bytes().replace(size, (1).to_bytes(4, "little")))
    assert exported_names(path) is None


@pytest.mark.parametrize("content", [b"", b"PK", b"<html>not found</html>", b"PK\x05\x06" + b"\0" * 18])
def test_what_is_no_archive_has_no_names(tmp_path: Path, content: bytes) -> None:
    """A download may have been cut or answered by an error page."""
    path = tmp_path / "archive.zip"
    path.write_bytes(content)
    assert exported_names(path) is None


def test_damaged_archive_has_no_names(tmp_path: Path) -> None:
    """Wherever the damage is, nothing is raised."""
    path = an_archive(tmp_path, "x = 1\n" * 100)
    content = path.read_bytes()
    for position in range(len(content)):
        damaged = bytearray(content)
        damaged[position] ^= 0xFF
        path.write_bytes(damaged)
        assert exported_names(path) in (None, {"x"})


def test_lost_archive_has_no_names(tmp_path: Path) -> None:
    """The lock may name what the store has lost."""
    assert exported_names(tmp_path / "lost.zip") is None
    assert exported_names(tmp_path) is None


@pytest.mark.parametrize(
    ("url", "repository"),
    [
        ("https://github.com/megengine/models/archive/master.zip", "megengine/models"),
        ("https://github.com/MegEngine/Models/archive/refs/heads/master.zip", "megengine/models"),
        ("https://github.com/megvii-model/FunnelAct/archive/78882f9c.zip", "megvii-model/funnelact"),
        ("https://codeload.github.com/megengine/models/zip/refs/heads/master", "megengine/models"),
        ("https://github.com/pytorch/vision/zipball/v0.10.0", "pytorch/vision"),
        ("https://codeload.github.com/pytorch/vision/legacy.zip/refs/tags/v0.10.0", "pytorch/vision"),
        ("https://github.com/megengine/models", None),
        ("https://api.github.com/repos/pytorch/vision/branches?per_page=100&page=1", None),
        ("https://github.com/megengine/models/archive/master.tar.gz", None),
        ("https://gitee.com/megengine/models/archive/master.zip", None),
        ("https://example.org/github.com/megengine/models/archive/master.zip", None),
        ("https://data.megengine.org.cn/models/weights/resnet18.pkl", None),
    ],
)
def test_repository_of_an_archive_is_seen_in_its_url(url: str, repository: str | None) -> None:
    """Only of GitHub, where hubs look unless they are told otherwise."""
    assert repository_of_archive_url(url) == repository
