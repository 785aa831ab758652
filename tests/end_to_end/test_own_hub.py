"""A hub without this repository: the wheel in an environment of its own, and an empty folder."""

import json
import re
import subprocess
import zipfile
from pathlib import Path

import pytest
import yaml

from generator import __version__
from generator.config import read_config
from generator.frameworks import kernel_environments
from tests.kernels import KERNEL_PYTHON, hubpages
from tests.wheel import Wheel

QUOTED = 'Ours, "the" HUB_TITLE'
FILES = (
    ".github/workflows/pull-request.yml",
    ".github/workflows/site.yml",
    ".gitignore",
    ".pre-commit-config.yaml",
    "hub.toml",
    "hub_pages/hub1.schema.json",
    "hub_pages/megengine_vision_sobel.md",
)


def files_in(folder: Path) -> dict[str, str]:
    """The text of every file below a folder."""
    found = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8") for path in found}


def test_wheel_carries_what_a_hub_is_begun_and_run_with(wheel: Wheel) -> None:
    """The pins of every framework, what finds a Python, and a first page."""
    names = set(zipfile.ZipFile(wheel.file).namelist())
    assert "generator/environments/find-python.sh" in names
    for framework, environment in kernel_environments().items():
        assert {f"generator/environments/{name}" for name in environment.files} <= names
        assert [name for name in names if name.startswith(f"generator/starter/{framework}/")]
    assert not [name for name in names if name.startswith("tests/")]


def test_hub_in_an_empty_folder(wheel: Wheel, tmp_path: Path) -> None:
    """Begun, checked, run without a network and built: the card tells that all of its snippets ran."""
    called = wheel.call("init", cwd=tmp_path)
    assert called.status == 0, called.err
    assert set(files_in(tmp_path)) == set(FILES)
    told = [line.split("#")[0].split() for line in called.err.splitlines() if line.startswith("  ")]
    assert [words[1:] for words in told] == [["kernel", "install"], ["verify"], ["build"]]

    called = wheel.call("check", cwd=tmp_path)
    assert (called.status, called.out) == (0, "")
    assert "1 page read, 0 findings" in called.err

    called = wheel.call("verify", cwd=tmp_path)
    assert called.status == 3
    assert "`hubpages kernel install` makes one" in called.err
    (tmp_path / ".venv-megengine").symlink_to(KERNEL_PYTHON.parents[1])
    assert wheel.call("kernel", "check", cwd=tmp_path).status == 0

    called = wheel.call("verify", "--assets", "replay", "--format", "json", cwd=tmp_path)
    assert called.status == 0, called.err
    run = called.run_of("megengine_vision_sobel")
    assert run["verdict"] == "passed"
    assert run["assets"] == []

    called = wheel.call("build", cwd=tmp_path)
    assert called.status == 0, called.err
    state = json.loads((tmp_path / "site/api/v1/models/megengine_vision_sobel.json").read_bytes())
    assert "passed" in json.dumps(state)
    for language in ("en", "zh"):
        card = (tmp_path / "site" / language / "models/megengine_vision_sobel/index.html").read_text(encoding="utf-8")
        assert "178 179 180" in card
    assert wheel.call("check", cwd=tmp_path).err.endswith("0 findings\n")


@pytest.mark.parametrize(
    ("words", "codes", "titles"),
    [
        ([], ["zh_CN", "en_US"], {"zh_CN": "模型库", "en_US": "Model Hub"}),
        (["--language", "en_US"], ["en_US"], {"en_US": "Model Hub"}),
        (["--language", "zh_CN"], ["zh_CN"], {"zh_CN": "模型库"}),
        (["--title", QUOTED], ["zh_CN", "en_US"], {"zh_CN": QUOTED, "en_US": QUOTED}),
    ],
)
def test_languages_and_title_are_as_asked(words: list[str], codes: list[str], titles: object, tmp_path: Path) -> None:
    """In the settings and on the first page, which has no finding, neither for a language too few nor too many."""
    assert hubpages("init", tmp_path / "new" / "hub", *words).status == 0
    root = tmp_path / "new" / "hub"
    hub = read_config(root / "hub.toml").hub
    assert [language.code for language in hub.languages] == codes
    assert {language.code: hub.title_in(language) for language in hub.languages} == titles
    page = (root / "hub_pages" / "megengine_vision_sobel.md").read_text(encoding="utf-8")
    assert sorted(re.findall(r"<!-- section: (\w+)", page)) == sorted(codes)
    called = hubpages("-C", root, "check")
    assert (called.status, called.err) == (0, "1 page read, 0 findings\n")
    assert hubpages("-C", root, "build", "--no-search").status == 0


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    """What is there is left and told, with what it lacks."""
    (tmp_path / ".gitignore").write_text("*.pyc\n/site\n", encoding="utf-8")
    (tmp_path / "README.md").write_text("mine\n", encoding="utf-8")
    called = hubpages("init", cwd=tmp_path)
    assert called.status == 0
    assert ".gitignore was there, and is left as it is: add /.hub/, /.venv-megengine to it\n" in called.err
    before = files_in(tmp_path)
    assert before[".gitignore"] == "*.pyc\n/site\n"
    assert set(before) == {*FILES, "README.md"}
    called = hubpages("init", cwd=tmp_path)
    assert called.status == 2
    assert f"{tmp_path} holds a hub already: `hubpages new ID` adds a page to it" in called.err
    assert files_in(tmp_path) == before


def test_pages_without_settings_are_a_hub_too(tmp_path: Path) -> None:
    """It goes by the usual settings."""
    assert hubpages("-C", tmp_path, "new", "megengine_vision_tiny").status == 0
    before = files_in(tmp_path)
    assert hubpages("init", tmp_path).status == 2
    assert files_in(tmp_path) == before


def test_what_cannot_be_written_leaves_nothing_behind(tmp_path: Path) -> None:
    """Neither a file nor a folder, whatever was written before."""
    (tmp_path / "hub_pages").write_text("in the way", encoding="utf-8")
    called = hubpages("init", cwd=tmp_path)
    assert called.status == 3
    assert files_in(tmp_path) == {"hub_pages": "in the way"}
    assert [path.name for path in tmp_path.iterdir()] == ["hub_pages"]


def test_settings_around_a_new_hub_are_not_its_own(tmp_path: Path) -> None:
    """Not even looked at."""
    (tmp_path / "hub.toml").write_text("no TOML", encoding="utf-8")
    (tmp_path / "inner").mkdir()
    assert hubpages("init", cwd=tmp_path / "inner").status == 0
    assert hubpages("check", cwd=tmp_path / "inner").status == 0


def test_commit_hook_checks_the_pages(tmp_path: Path) -> None:
    """The first page is among the files that it is called for, and it is called as its entry says."""
    hubpages("init", cwd=tmp_path)
    data = yaml.safe_load((tmp_path / ".pre-commit-config.yaml").read_text(encoding="utf-8"))
    (hook,) = data["repos"][0]["hooks"]
    assert data["repos"][0]["repo"] == "local"
    assert hook["additional_dependencies"] == [f"hubpages=={__version__}"]
    called_for = [name for name in FILES if re.search(hook["files"], name)]
    assert called_for == ["hub_pages/megengine_vision_sobel.md"]
    program, *words = hook["entry"].split()
    assert program == "hubpages"
    assert hubpages(*words, *called_for, cwd=tmp_path).status == 0
    page = tmp_path / called_for[0]
    page.write_text(page.read_text(encoding="utf-8").replace("tags: [vision]", "tags: [vison]"), encoding="utf-8")
    assert hubpages(*words, *called_for, cwd=tmp_path).status == 1


def test_what_is_made_is_ignored(tmp_path: Path) -> None:
    """Git sees neither the site nor caches nor the kernel environment."""
    hubpages("init", cwd=tmp_path)
    subprocess.run(["git", "init", "--quiet", tmp_path], check=True)
    for folder in ("site", ".hub", ".venv-megengine", ".site.hubpages-new"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "file").write_text("x")
    command = ["git", "-C", str(tmp_path), "status", "--porcelain", "--untracked-files=all"]
    seen = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert sorted(line[3:] for line in seen.splitlines()) == sorted(FILES)
