"""A hub that has something of everything, and its site: built where it is, and built clean of a copy of its inputs."""

import hashlib
import os
import shutil
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import tomli_w
from PIL import Image

from generator.commands.build import build
from generator.commands.root import HubRoot
from generator.commands.site import Site
from generator.config import read_config
from generator.evidence.entry_checks import keep_checks
from generator.evidence.history import past_run, written
from generator.evidence.keeping import keep
from generator.model.asset import AssetRequest
from generator.model.run import EntryCheck, Output, ScriptRun, SnippetError, Weights
from generator.reading.hub import read_page
from generator.scripts.planning import plan
from generator.scripts.variants import variants
from tests.browser.showcase import a_picture as a_drawn_picture
from tests.pages import LANGUAGES, a_page, read
from tests.rendering.runs import a_run

TEXT = """\
在 COCO 上训练，见[说明](data/notes.txt)与[另一个模型](../{other}/)。

![图](pictures/dot.png)
"""
OFFERS = """from megengine import hub
x = hub.load("megengine/models", "y")
# x = hub.load("megengine/models", "z")"""
"""A sample with a choice of entries."""
PAGES = {
    "megengine_vision_one": a_page("print(1)", title="One", zh=TEXT.format(other="Two"), en="Trained on COCO."),
    "Two": a_page("print(2)", title="Two", zh=TEXT.format(other="三"), tags=["vision", "gan"]),
    "三": a_page("print(3)", title="Three", zh="[断](../gone/)", en="[gone](../gone/)", tags=["vision"]),
    "four": a_page("print(4)", title="Four", zh="正文 ImageNet", en=None, tags=["nlp"], sample=OFFERS),
}
LOCKED = "https://data.example.org/cat.jpg"
"""What every run of a page downloaded."""
_DAY = "2026-11-21T08:00:00+00:00"
_GIT = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
_GIT |= {f"GIT_{who}_{what}": "a@example.org" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}


@dataclass(frozen=True, slots=True)
class Built:
    """What came of a build."""

    files: dict[str, bytes]
    findings: list[str]
    notes: list[str]
    pages: int


def a_hub(folder: Path) -> Path:
    """A hub of a few pages that are relatives, with pictures, files, evidence and settings."""
    for name in ("hub_pages/pictures", "hub_pages/data", "evidence", ".hub/evidence", "templates"):
        (folder / name).mkdir(parents=True)
    for name, text in PAGES.items():
        page_file(folder, name).write_text(text, encoding="utf-8")
    a_picture(folder / "hub_pages" / "pictures" / "dot.png", 1)
    (folder / "hub_pages" / "data" / "notes.txt").write_text("notes", encoding="utf-8")
    (folder / "hub.toml").write_text('base_url = "https://hub.example.org/x/"\nsocial_images = false\n')
    verify(folder, "megengine_vision_one", folder / "evidence")
    verify(folder, "Two", folder / ".hub" / "evidence", error="ValueError")
    verify(folder, "三", folder / "evidence", standin=True)
    verify_entry(folder, 1)
    return folder


def page_file(folder: Path, name: str) -> Path:
    """The file of a page."""
    return folder / "hub_pages" / f"{name}.md"


def a_picture(path: Path, shade: int) -> None:
    """A picture of one colour, whose file has the same size for each of ten shades."""
    Image.new("RGB", (8, 8), (shade % 10 + 20, 40, 60)).save(path)


def verify(folder: Path, name: str, evidence: Path, *, error: str = "", standin: bool = False, said: int = 0) -> None:
    """Leave evidence of a page's run, if the page is sound."""
    path = page_file(folder, name)
    if not path.exists():
        return
    page = read_page(path.read_text(encoding="utf-8"), path.name, LANGUAGES)[0]
    if page is None:
        return
    told = SnippetError(error, f"no {said}", {"zh_CN": 1}) if error else None
    drawn = [Output("display", "image/png", a_drawn_picture(20 + said, 20), "out.png")] if said % 2 == 0 else []
    run: ScriptRun = a_run(page, drawn, error=told, started=f"2026-11-21T{8 + said // 60:02}:{said % 60:02}:00+00:00")
    given = AssetRequest(LOCKED, "served", sha256_of(said), 10, None, 0.0)
    weights: Weights = "standin" if standin else "published"
    keep(replace(run, weights=weights, version=str(said), assets=(given,)), {}, evidence)


def remember(path: Path, page: str, number: int) -> None:
    """A history of a page's runs, some of which failed."""
    run = replace(past_run(a_run(read(a_page()))), page=page)
    passed = [day % 4 != number % 4 for day in range(1, 2 + number % 9)]
    past = [
        replace(run, started=f"2026-10-{day:02}T08:00:00+00:00", verdict="passed" if well else "failed")
        for day, well in enumerate(passed, 1)
    ]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(written(past))


def sha256_of(number: int) -> str:
    """The digest of one of two files that were locked."""
    return f"{number % 2:064}"


def verify_entry(folder: Path, number: int) -> None:
    """Leave evidence of a run with another entry, or of looking it up; or of neither any more."""
    path, checks = page_file(folder, "four"), folder / ".hub" / "entries" / "pages"
    page = read_page(path.read_text(encoding="utf-8"), path.name, LANGUAGES)[0] if path.is_file() else None
    if number % 3 == 0 or page is None:
        shutil.rmtree(checks, ignore_errors=True)
        for file in (folder / "evidence").glob("four-*.json"):
            file.unlink()
    elif number % 3 == 1:
        when = f"2026-11-2{number % 9}T08:00:00+00:00"
        found = EntryCheck(page.id, page.path, "megengine/models", "z", {"zh_CN": 1}, "passed", started=when)
        keep_checks([found], checks)
    else:
        for script in variants(plan([page])[0]):
            run = replace(a_run(page), script=script.digest, variant=script.variant, seconds=float(number))
            keep(replace(run, version=str(number)), {}, folder / "evidence")


def set_up(folder: Path, **settings: object) -> None:
    """Write hub.toml."""
    (folder / "hub.toml").write_text(tomli_w.dumps(settings), encoding="utf-8")


def commit(folder: Path, minute: int = 0, pages: str = "hub_pages") -> None:
    """Commit all pages, at some minute of a day."""
    date = _DAY.replace(":00:00", f":{minute % 60:02}:00")
    environ = {**os.environ, **_GIT, "GIT_COMMITTER_DATE": date, "GIT_AUTHOR_DATE": date}
    for command in (["init", "--quiet"], ["add", pages], ["commit", "--quiet", "--allow-empty", "-m", "x"]):
        subprocess.run(["git", *command], cwd=folder, env=environ, check=True)


def built(
    folder: Path, *paths: Path, out: Path | None = None, evidence: Sequence[Path] = (), search: bool = False
) -> Built:
    """The site of a hub, as it is after one more build where it is."""
    out = out or folder / "site"
    site = build(HubRoot(folder, read_config(folder / "hub.toml")), paths, out, evidence, search=search)
    return _told(site, folder, out)


def built_clean(folder: Path, elsewhere: Path, *paths: Path, search: bool = False) -> Built:
    """The site of a copy of a hub's inputs, which was never built before."""
    copy = elsewhere / folder.name
    shutil.rmtree(elsewhere, ignore_errors=True)
    shutil.copytree(folder, copy, symlinks=True, ignore=_made_in(folder))
    return built(copy, *(copy / path.relative_to(folder) for path in paths), search=search)


@dataclass(slots=True)
class CleanSites:
    """Clean builds, each made once: tests that do the same to inputs and differ in what else they spoil share them."""

    elsewhere: Path
    """A folder to build in."""
    _of: dict[str, Built] = field(default_factory=dict)

    def of(self, folder: Path) -> Built:
        """What `built_clean` gives; made anew for inputs that are not the same, byte for byte."""
        inputs = _digest_of_inputs(folder)
        if inputs not in self._of:
            self._of[inputs] = built_clean(folder, self.elsewhere)
        return self._of[inputs]


def _made_in(folder: Path) -> Callable[[str, list[str]], set[str]]:
    """What builds have made, for `shutil.copytree` to leave out."""
    made = {"site", "cache", "pictures", "search", "social"}
    return lambda here, names: made.intersection(names) if Path(here) in (folder, folder / ".hub") else set()


def _digest_of_inputs(folder: Path) -> str:
    digest, made = hashlib.sha256(), _made_in(folder)
    for here, folders, files in os.walk(folder):
        folders[:] = sorted({*folders} - made(here, folders))
        for name in (*folders, *sorted({*files} - made(here, files))):
            path = Path(here, name)
            data = str(path.readlink()).encode() if path.is_symlink() else path.read_bytes() if path.is_file() else b""
            digest.update(repr((str(path.relative_to(folder)), path.is_symlink(), path.is_dir(), data)).encode())
    return digest.hexdigest()


def files_of(site: Path) -> dict[str, bytes]:
    """What visitors could ask for, by its path; and the folders in which there is nothing."""
    found = {path.relative_to(site).as_posix(): path for path in site.rglob("*")}
    return {name: path.read_bytes() if path.is_file() else b"" for name, path in found.items() if not _is_full(path)}


def _is_full(path: Path) -> bool:
    return path.is_dir() and any(path.iterdir())


def _told(site: Site, folder: Path, out: Path) -> Built:
    """The outcome of a build, without where that was."""
    rows = [f"{one.path}:{one.line}:{one.column}: {one.rule} {one.severity} {one.message}" for one in site.findings]
    findings = [row.replace(f"{out}/", "site/").replace(f"{folder}/", "") for row in rows]
    files = files_of(out)
    assert files.keys() - {".hubpages"} == site.files.keys()
    return Built(files, findings, list(site.notes), site.pages)


def assert_alike(one: Built, other: Built) -> None:
    """Both builds came to the same, byte for byte."""
    assert sorted(one.files) == sorted(other.files)
    assert [path for path in one.files if one.files[path] != other.files[path]] == []
    assert one.findings == other.findings
    assert (one.notes, one.pages) == (other.notes, other.pages)
