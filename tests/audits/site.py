"""The site that is audited: the hub's own pages, and one of every state and kind that a card can have."""

import base64
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from generator.config import Config
from generator.model.run import Output, SnippetError
from generator.model.site import PagePicture, RenderedFile
from generator.publishing import publish
from generator.reading.hub import read_hub
from tests.browser import showcase
from tests.kernels import ROOT
from tests.pages import a_page, read
from tests.rendering.many import HUB, TEMPLATES, a_record, files_of
from tests.rendering.runs import a_history, a_run
from tests.rendering.sites import indexed, site_files

PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="
)
OFFERING = "megengine_vision_faster_rcnn"
"""A page whose sample offers entries, of which some were run."""

_TABLE = "| 模型 | mAP<br>@5-95 |\n| --- | ---: |\n| a | 38.8 |\n| b | 40.1 |\n"
_PICTURE = "\n![一只猫](cat.png) [![猫](cat.png)](https://example.org/)\n"
_INTRODUCTION = "### 介绍\n\n**目标**检测，见[论文](https://example.org/)与`代码`。\n"
_TEXT = f"{_INTRODUCTION}\n### 结果\n\n{_TABLE}\n> 引用\n\n1. 一\n2. 二\n"
_ENGLISH = "### Description\n\nA [paper](https://example.org/).\n\n### Results\n\n| a | b |\n| - | - |\n| 1 | 2 |\n"
_OF_MANY = {"many/zh/", "many/en/models/page/4/", "many/zh/tags/gan/page/7/", "many/en/status/page/2/"}
"""Pages of long lists: the first, one in the middle, the last."""

_ALIKE = (["tags"], ["tasks"], ["licenses"], ["datasets"])


def build_site(folder: Path) -> Path:
    """Publish it in this folder."""
    pages, _ = read_hub([ROOT / "hub_pages"], Config().languages)
    passed = read(
        a_page("show()", "print(2)", zh=_TEXT + _PICTURE, en=_ENGLISH, tags=["vision", "nlp"]), "test_vision_passed.md"
    )
    failed = read(a_page("boom(x)", zh=_TEXT, en=_ENGLISH), "test_vision_failed.md")
    fallback = read(a_page("print(1)", zh=_TEXT, en=None), "test_nlp_fallback.md")
    standin = read(a_page("print(3)"), "test_vision_standin.md")
    shown = [Output("display", "image/png", base64.b64encode(PNG).decode()), Output("stderr", "text/plain", "warning")]
    error = SnippetError("NameError", "name 'boom' is not defined", {"zh_CN": 20, "en_US": 28}, traceback="the stack")
    evidence = {
        passed.id: [a_run(passed, (), shown, [Output("stdout", "text/plain", "2\n" * 60)])],
        failed.id: [a_run(failed, error=error)],
        standin.id: [replace(a_run(standin, (), [Output("stdout", "text/plain", "3\n")]), weights="standin")],
    }
    evidence |= {OFFERING: showcase.evidence(showcase.pages())[OFFERING]}
    cat = PagePicture(RenderedFile("assets/picture.cat.png", PNG), 1, 1)
    shown_pages = [*pages, passed, failed, fallback, standin]
    pictures = {passed.id: {"cat.png": cat}}
    histories = {page: a_history(evidence[page][0]) for page in (passed.id, OFFERING)}
    files = site_files(
        *shown_pages,
        evidence=evidence,
        pictures=pictures,
        checks=showcase.checks(),
        histories=histories,
        index=indexed,
    )
    publish([*files, *_paged()], folder)
    return folder


def _paged() -> Iterator[RenderedFile]:
    """The lists of a hub that has many models, below a folder of the site; of their cards there are none."""
    records = [a_record(f"org_vision_m{index:04}", tags=["vision", "gan"]) for index in range(620)]
    files = files_of(records, replace(HUB, base_url=""))
    kept = [
        path for path in files if (path.endswith(".html") and not _is_like_another(path)) or path.startswith("assets/")
    ]
    yield from (RenderedFile(f"many/{path}", files[path]) for path in kept)
    yield from (replace(file, path=f"many/{file.path}") for file in TEMPLATES.static)


def _is_like_another(path: str) -> bool:
    """Whether a list is cut into pages as that of a tag is; all models have the same tags, task and state."""
    return path.split("/")[1:2] in (["tasks"], ["states"]) or "/tags/vision/" in path


def addresses(site: Path) -> list[str]:
    """A page of every kind in every language, as addresses below the site's own.

    Of lists of one tag, task, licence or data set the first is enough: they are made alike, and the index has all rows.
    """
    found: dict[str, str] = {}
    for path in sorted(site.rglob("*.html")):
        name = path.relative_to(site).as_posix()
        folders = name.split("/")[:-1]
        kind = "/".join([*folders[:2], *folders[2:] * (folders[1:2] not in _ALIKE)]) if folders else name
        if "models" in folders and not folders[-1].startswith("test_"):
            kind = "/".join(folders[:2])
        if folders[-2:] == [OFFERING, "compare"]:
            kind = f"{folders[0]}/comparison"
        if folders[:1] == ["many"]:
            kind = name if name.removesuffix("index.html") in _OF_MANY else "many"
        found.setdefault(kind, name.removesuffix("index.html"))
    return list(found.values())
