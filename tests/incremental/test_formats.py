"""What hub.toml says of the format of pages and of the hub's languages remakes all that was made otherwise."""

from pathlib import Path
from typing import Any

from tests.incremental.hubs import a_hub, a_picture, assert_alike, built, built_clean, commit, page_file, set_up
from tests.kernels import hubpages
from tests.pages import a_page
from tests.reading.formats.test_pytorch_hub import SAMPLE
from tests.reading.formats.test_pytorch_hub import a_page as a_page_of_pytorch_hub

_BOTH: dict[str, Any] = {"search": False}
_PYTORCH = {**_BOTH, "format": "pytorch-hub"}
_CHINESE = {**_BOTH, "languages": [{"code": "zh_CN", "lang": "zh-Hans", "name": "中文"}]}


def _a_hub(folder: Path) -> Path:
    """Beside the pages of hub1 one of PyTorch Hub, and one that is in Chinese alone."""
    a_hub(folder)
    page_file(folder, "acme_tiny").write_text(a_page_of_pytorch_hub(SAMPLE + "\nWords.\n"), encoding="utf-8")
    alone = a_page("print(5)", title="单", en=None).replace("    en_US: A tiny model\n", "")
    page_file(folder, "alone").write_text(alone, encoding="utf-8")
    (folder / "hub_pages" / "images").mkdir()
    a_picture(folder / "hub_pages" / "images" / "tiny.png", 1)
    commit(folder)
    return folder


def _cards(files: dict[str, bytes]) -> set[str]:
    return {path for path in files if path.endswith("index.html") and "models/" in path and "/compare/" not in path}


def test_build_after_another_format_or_language_is_the_clean_one(tmp_path: Path) -> None:
    """There and back: no card of another format or another number of languages is left."""
    folder, elsewhere = _a_hub(tmp_path / "hub"), tmp_path / "clean"
    found = []
    for settings in (_BOTH, _PYTORCH, _CHINESE, _BOTH):
        set_up(folder, **settings)
        once = built(folder)
        assert_alike(once, built_clean(folder, elsewhere))
        found.append(_cards(once.files))
    assert found[1] == {"models/acme_tiny/index.html"}
    assert found[2] == {"models/alone/index.html"}
    assert found[0] == found[3]
    assert {"zh/models/Two/index.html", "en/models/Two/index.html"} <= found[0]


def test_check_after_another_format_is_the_clean_one(tmp_path: Path) -> None:
    """What is kept of a check of the same files as hub1 says nothing of them as pages of PyTorch Hub."""
    folder = _a_hub(tmp_path / "hub")
    told = []
    for settings in (_BOTH, _PYTORCH, _BOTH):
        set_up(folder, **settings)
        called = hubpages("-C", folder, "check")
        told.append((called.out, called.err))
    assert told[0] == told[2]
    assert "1 page read, 0 findings" in told[1][1]
    assert "acme_tiny.md" in told[0][0]
