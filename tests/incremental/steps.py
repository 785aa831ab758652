"""What may happen to a hub between two builds. Each step is given the hub's folder, and a number that says how."""

import os
import random
import shutil
import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from generator.assets.lock import write_lock
from generator.evidence.history import history_file
from generator.keeping import keep
from generator.model.asset import Asset
from tests.incremental.hubs import (
    LOCKED,
    PAGES,
    a_picture,
    commit,
    page_file,
    remember,
    set_up,
    sha256_of,
    verify,
    verify_entry,
)

Step = Callable[[Path, int], None]

_NAMES = ("megengine_vision_one", "Two", "三", "four", "five", "megengine_nlp_six", "TWO")
_WORDS = (
    "新的句子。",
    "[断](../gone/)",
    "[二](../Two/)",
    "另一个 ImageNet",
    "![图](pictures/other.png)",
    "本页提供 Two 模型。",
)
_TITLES = ("One", "Two", "owT", "Zwei", "三", "A & B <i>", "Eno")
_TAGS = ("vision", "gan", "nlp, vision", "vision, gan", "unknown")


def _pages(folder: Path) -> list[Path]:
    return sorted((folder / "hub_pages").glob("*.md"))


def _page(folder: Path, number: int) -> Path:
    pages = _pages(folder)
    return pages[number % len(pages)] if pages else page_file(folder, "Two")


def _rewrite(path: Path, old: str, new: str) -> None:
    """Put a line in the place of every line that begins in some way."""
    if path.is_file():
        lines = path.read_text(encoding="utf-8").split("\n")
        path.write_text("\n".join(new if line.startswith(old) else line for line in lines), encoding="utf-8")


def edit_text(folder: Path, number: int) -> None:
    """At the end of a page."""
    with _page(folder, number).open("a", encoding="utf-8") as file:
        file.write(f"\n{_WORDS[number % len(_WORDS)]} {number}\n")


def edit_above(folder: Path, number: int) -> None:
    """Another line before all others, so that each finding moves."""
    _rewrite(_page(folder, number), "<!-- section: zh_CN -->", "<!-- section: zh_CN -->\n\n上面的句子。")


def edit_title(folder: Path, number: int) -> None:
    """It moves in lists, and is named by its relatives; some have the same letters."""
    _rewrite(_page(folder, number), "title:", f"title: {_TITLES[number % len(_TITLES)]}")


def edit_tags(folder: Path, number: int) -> None:
    """It gets other relatives."""
    _rewrite(_page(folder, number // 2), "tags:", f"tags: [{_TAGS[number % len(_TAGS)]}]")


_STATED = (
    ("license: MIT", "datasets: [ImageNet]"),
    ("license: MIT", "weights-license: CC-BY-4.0"),
    ("license: Apache-2.0 OR MIT", "task: gan", "datasets: [ImageNet, COCO]"),
    ("task: vision",),
    ("image: pictures/dot.png", "image-credit: Drawn by somebody"),
    ("metrics: [{name: mAP, dataset: COCO}]",),
    ("kind: guide",),
    ("kind: guide", "titles: {zh_CN: 指南}", "datasets: [ImageNet]"),
    (),
)


def edit_stated(folder: Path, number: int) -> None:
    """What front matter states besides; it stands in other lists then, or a picture that it names is gone."""
    path = _page(folder, number // 2)
    if path.is_file():
        keys = (
            "license:",
            "weights-license:",
            "datasets:",
            "task:",
            "image:",
            "image-credit:",
            "metrics:",
            "kind:",
            "titles:",
        )
        lines = [line for line in path.read_text(encoding="utf-8").split("\n") if not line.startswith(keys)]
        path.write_text("\n".join(lines), encoding="utf-8")
        stated = ("github-link: https://github.com/megengine/models", *_STATED[number % len(_STATED)])
        _rewrite(path, "github-link:", "\n".join(stated))


def load_from(folder: Path, number: int) -> None:
    """Other pages' rules may say otherwise of theirs then."""
    name = ("megengine/models", "megengine/modles")[number % 2]
    _rewrite(_page(folder, number), "x = ", f'import megengine\nx = megengine.hub.load("{name}", "y")')


def skip_until(folder: Path, number: int) -> None:
    """A page that is another one on another day."""
    day = ("2020-01-01", "2999-01-01")[number % 2]
    _rewrite(
        _page(folder, number),
        "print(",
        f'print({number})\n```\n\n<!-- verify: skip reason="later" until={day} -->\n\n```python\n1',
    )


def break_page(folder: Path, number: int) -> None:
    """An error keeps it off the site."""
    _rewrite(_page(folder, number), "author:", "auhtor: Somebody")


def mend_page(folder: Path, number: int) -> None:
    """Every page that is broken in this way."""
    for path in _pages(folder):
        _rewrite(path, "auhtor:", "author: Somebody")


def add_page(folder: Path, number: int) -> None:
    """One that was there at the beginning, or another one; one id differs from another's in its letters' case alone."""
    text = PAGES[sorted(PAGES)[number % len(PAGES)]]
    page_file(folder, _NAMES[number % len(_NAMES)]).write_text(text, encoding="utf-8")


def remove_page(folder: Path, number: int) -> None:
    """What names it names it no more."""
    _page(folder, number).unlink(missing_ok=True)


def rename_page(folder: Path, number: int) -> None:
    """In place of one that is there, perhaps."""
    path = _page(folder, number)
    if path.exists():
        path.rename(page_file(folder, _NAMES[number % len(_NAMES)]))


def link_page(folder: Path, number: int) -> None:
    """A page is a link to a file below its folder or outside, with the same bytes or others."""
    path, place = page_file(folder, "five"), ("hub_pages/data/a.txt", "hub_pages/data/b.txt", "outside.md")[number % 3]
    (folder / place).parent.mkdir(exist_ok=True)
    (folder / place).write_text(PAGES["four"], encoding="utf-8")
    path.unlink(missing_ok=True)
    path.symlink_to(os.path.relpath(folder / place, path.parent))


def run_page(folder: Path, number: int) -> None:
    """It passes, fails or is run with stand-in weights; the evidence is its own or committed."""
    evidence = folder / ("evidence", ".hub/evidence")[number % 2]
    error, is_standin = ("", "ValueError", "")[number % 3], number % 3 == 2
    verify(folder, _page(folder, number).stem, evidence, error=error, standin=is_standin, said=number)


def remember_runs(folder: Path, number: int) -> None:
    """Runs that were before, of which the same came or not, are remembered; or the file of them is gone or broken."""
    page = _page(folder, number).stem
    path = history_file(folder / ("evidence", ".hub/evidence")[number % 2], page)
    if number % 5 == 0:
        path.unlink(missing_ok=True)
        return
    remember(path, page, number)
    if number % 5 == 1:
        path.write_bytes(path.read_bytes()[:-9])


def relock(folder: Path, number: int) -> None:
    """What runs downloaded is locked, as it was or as another file; or there is no lock."""
    lock = folder / "hub.lock"
    if number % 5 == 0:
        lock.unlink(missing_ok=True)
    else:
        write_lock(lock, [Asset(LOCKED, sha256_of(number), 10)])


def run_entry(folder: Path, number: int) -> None:
    """Another entry of a sample is run or looked up, or what came of it is gone."""
    verify_entry(folder, number)


def remove_run(folder: Path, number: int) -> None:
    """A file of evidence that is gone."""
    files = sorted([*(folder / "evidence").glob("*.json"), *(folder / ".hub" / "evidence").glob("*.json")])
    if files:
        files[number % len(files)].unlink()


def spoil_run(folder: Path, number: int) -> None:
    """A file of evidence that cannot be read, or that is of another page."""
    for path in sorted((folder / "evidence").glob("*.json"))[:1]:
        text = path.read_text(encoding="utf-8")
        path.write_text(text.replace('"page": "三"', '"page": "Two"') if number % 2 else text[:-9], encoding="utf-8")


def repaint(folder: Path, number: int) -> None:
    """A picture has other bytes, as many; with the time that it had, or with that of its writing."""
    path = folder / "hub_pages" / "pictures" / ("dot.png", "other.png")[number % 2]
    before = path.stat() if path.exists() else None
    a_picture(path, number)
    if before and number % 3:
        os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


def remove_picture(folder: Path, number: int) -> None:
    """A page that shows it has an error then."""
    (folder / "hub_pages" / "pictures" / ("dot.png", "other.png")[number % 2]).unlink(missing_ok=True)


def rewrite_in_place(folder: Path, number: int) -> None:
    """A page has other letters, as many, and the time that it had."""
    path = _page(folder, number)
    if path.is_file():
        before = path.stat()
        path.write_text(
            path.read_text(encoding="utf-8").replace("Text", "Tex!").replace("正文", "文正"), encoding="utf-8"
        )
        os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


def change_target(folder: Path, number: int) -> None:
    """What a page links to is there or not, or a link to something else."""
    path = folder / "hub_pages" / "data" / "notes.txt"
    path.unlink(missing_ok=True)
    if number % 3 == 1:
        path.write_text(f"notes {number}", encoding="utf-8")
    elif number % 3 == 2:
        path.symlink_to(("../three.txt", "../pictures/dot.png")[number % 2])


def edit_template(folder: Path, number: int) -> None:
    """A template of the hub's own, a card or one of a page's many parts; or none any more."""
    path = folder / "templates" / ("row.html", "poster/card.html", "related-row.html", "static/own.css")[number % 4]
    if path.exists() and number % 3 == 0:
        path.unlink()
    else:
        path.parent.mkdir(exist_ok=True)
        text = f"a{{color:#00{number % 10}}}" if path.suffix == ".css" else f"<li>{{{{ title or '' }}}} {number}</li>"
        path.write_text(text if "row" not in path.name else "<li>{} {}</li>".format(number, "{{ root }}"))


def edit_strings(folder: Path, number: int) -> None:
    """A word of the interface, of the hub's own."""
    path = folder / "templates" / "strings.toml"
    if number % 3:
        path.write_text(f'[zh_CN]\nfooter = "抄{number}"\n', encoding="utf-8")
    else:
        path.unlink(missing_ok=True)


_RULES = ("unknown-repository", "misspelling", "other-model-named", "title-near-miss", "placeholder", "missing-file")
_SETTINGS: Mapping[str, tuple[Any, ...]] = {
    "title": ("Model Hub", "另一个"),
    "base_url": ("", "https://hub.example.org/x/", "https://other.example.org/"),
    "repository": ("", "https://github.com/a/b"),
    "branch": ("main", "next"),
    "search": (True, False),
    "tags": tuple({"vision": {"zh_CN": name, "en_US": name}, "gan": {"zh_CN": "G", "en_US": "G"}} for name in "VW"),
    "languages": tuple(
        [
            {"code": "zh_CN", "path": "zh", "lang": "zh-Hans", "name": name, "required": True},
            {"code": "en_US", "path": "en", "lang": "en", "name": "English"},
        ]
        for name in ("中文", "汉语")
    ),
}


def configure(folder: Path, number: int) -> None:
    """Change a line of hub.toml."""
    settings = tomllib.loads((folder / "hub.toml").read_text(encoding="utf-8"))
    name = sorted(_SETTINGS)[number % len(_SETTINGS)]
    values = _SETTINGS[name]
    if number % 5 == 4:
        settings.pop(name, None)
    else:
        settings[name] = values[number // len(_SETTINGS) % len(values)]
    set_up(folder, **settings)


def set_rule(folder: Path, number: int) -> None:
    """Turn a rule off, or make an error of it; several look at the other pages."""
    settings = tomllib.loads((folder / "hub.toml").read_text(encoding="utf-8"))
    settings["rules"] = {_RULES[number % len(_RULES)]: ("error", "error", "off", "warning")[number // 6 % 4]}
    set_up(folder, **settings)


def touch(folder: Path, number: int) -> None:
    """Another time, and nothing else."""
    paths = [path for path in sorted(folder.rglob("*")) if path.is_file() and ".git" not in path.parts]
    os.utime(paths[number * 7 % len(paths)])


def copy_over(folder: Path, number: int) -> None:
    """A file is put in its own place."""
    path = _page(folder, number)
    if path.is_file() and not path.is_symlink():
        shutil.copyfile(path, path.with_suffix(".copy"))
        path.with_suffix(".copy").replace(path)


def commit_all(folder: Path, number: int) -> None:
    """Pages get the time of their last change."""
    commit(folder, number)


def ask_links(folder: Path, number: int) -> None:
    """Somebody asked about links to other sites, or removed what was learnt."""
    path = folder / ".hub" / "links.json"
    if number % 3 == 0:
        path.unlink(missing_ok=True)
    else:
        path.parent.mkdir(exist_ok=True)
        path.write_text(f'{{"https://github.com/megengine/models": {number % 2}}}'[: None if number % 4 else 9])


def _site_file(folder: Path, number: int) -> Path | None:
    files = [path for path in sorted((folder / "site").rglob("*")) if path.is_file() and path.name != ".hubpages"]
    return files[number * 13 % len(files)] if files else None


def spoil_site(folder: Path, number: int) -> None:
    """A file of the site is gone, or other bytes are in it; all are gone; or its place is taken."""
    path = _site_file(folder, number)
    if path is None or number % 10 == 9:
        return shutil.rmtree(folder / "site", ignore_errors=True)
    if number % 4 == 0:
        path.write_bytes(b"!" + path.read_bytes())
    else:
        path.unlink()
    if number % 4 == 2:
        path.mkdir()
        (path / "stray").write_text("stray")
    elif number % 4 == 3:
        path.symlink_to(folder / "hub.toml")
    return None


def stray_in_site(folder: Path, number: int) -> None:
    """What is no file of the site."""
    if (folder / "site").is_dir():
        place = folder / "site" / ("assets", "", "stray", "zh/models/stray")[number % 4]
        place.mkdir(exist_ok=True, parents=True)
        (place / f"stray-{number}.html").write_text("stray")


def _cache(folder: Path) -> Path:
    return folder / ".hub" / "cache"


def spoil_kept(folder: Path, number: int) -> None:
    """A file of what is kept is gone, cut short, another one or of another shape; or a folder has its place."""
    path = _cache(folder) / ("kept", "blobs", "blobs.index")[number // 7 % 3]
    if not path.is_file():
        return
    data = path.read_bytes()
    if number % 7 == 0:
        path.unlink()
        path.mkdir()
    elif number % 7 == 1:
        path.write_bytes(data[: len(data) * (number % 3) // 3])
    elif number % 7 == 2:
        path.write_bytes(random.Random(number).randbytes(len(data)))
    elif number % 7 == 3:
        keep([{"world": 1, "pages": [], "parts": {}}], path)
    elif number % 7 == 4:
        keep([{"world": "", "of an older one": 1}, "of none"], path)
    elif number % 7 == 5:
        path.write_bytes(data[:-1] + bytes([data[-1] ^ 1]))
    else:
        shutil.rmtree(_cache(folder))


def spoil_beside(folder: Path, number: int) -> None:
    """The spare folder, or that of the documents, is gone, or lacks or has files; or a file has its place."""
    place = _cache(folder) / ("spare", "documents")[number % 2]
    if not place.is_dir():
        return
    files = [path for path in sorted(place.rglob("*")) if path.is_file()]
    kind = number // 2 % 5
    if kind == 0 or not files:
        shutil.rmtree(place)
    elif kind == 1:
        files[number % len(files)].unlink()
    elif kind == 2:
        files[number % len(files)].write_bytes(b"rubbish")
    elif kind == 3:
        (place / "zh").mkdir(exist_ok=True)
        (place / "zh" / "stray.html").write_text("<html lang='zh'><body data-pagefind-body>stray</body></html>")
    else:
        shutil.rmtree(place)
        place.write_text("in the way")


def spoil_all(folder: Path, number: int) -> None:
    """All of `.hub` is gone, evidence and all; or a file has the place of the cache."""
    shutil.rmtree(folder / ".hub" if number % 2 else _cache(folder), ignore_errors=True)
    if number % 4 == 2:
        _cache(folder).parent.mkdir(exist_ok=True)
        _cache(folder).write_text("in the way")


def nothing(folder: Path, number: int) -> None:
    """Another build of the same."""


OF_PAGES: tuple[Step, ...] = (
    edit_text, edit_above, edit_title, edit_tags, edit_stated, load_from, skip_until, break_page, mend_page, add_page,
    remove_page, rename_page, link_page, rewrite_in_place, copy_over,
)  # fmt: skip
OF_THE_REST: tuple[Step, ...] = (
    run_page, remember_runs, relock, run_entry, remove_run, spoil_run, repaint, remove_picture, change_target,
    edit_template, edit_strings, configure, set_rule, touch, commit_all, ask_links, nothing,
)  # fmt: skip
OF_WHAT_WAS_MADE: tuple[Step, ...] = (spoil_site, stray_in_site, spoil_kept, spoil_beside, spoil_all)
