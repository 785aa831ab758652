"""The site that is audited: the hub's own pages, and one of every state and kind that a card can have."""

import base64
from dataclasses import replace
from pathlib import Path

from generator.config import Config
from generator.model.run import Output, SnippetError
from generator.model.site import PagePicture, RenderedFile
from generator.publishing import publish
from generator.reading.hub import read_hub
from generator.searching.pagefind_index import index_documents
from tests.kernels import ROOT
from tests.pages import a_page, read
from tests.rendering.runs import a_run
from tests.rendering.sites import site_files

PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="
)
_TABLE = "| 模型 | mAP<br>@5-95 |\n| --- | ---: |\n| a | 38.8 |\n| b | 40.1 |\n"
_PICTURE = "\n![一只猫](cat.png) [![猫](cat.png)](https://example.org/)\n"
_INTRODUCTION = "### 介绍\n\n**目标**检测，见[论文](https://example.org/)与`代码`。\n"
_TEXT = f"{_INTRODUCTION}\n### 结果\n\n{_TABLE}\n> 引用\n\n1. 一\n2. 二\n"
_ENGLISH = "### Description\n\nA [paper](https://example.org/).\n\n### Results\n\n| a | b |\n| - | - |\n| 1 | 2 |\n"


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
    cat = PagePicture(RenderedFile("assets/picture.cat.png", PNG), 1, 1)
    shown_pages = [*pages, passed, failed, fallback, standin]
    pictures = {passed.id: {"cat.png": cat}}
    files = site_files(*shown_pages, evidence=evidence, pictures=pictures, index=index_documents)
    publish(files, folder)
    return folder


def addresses(site: Path) -> list[str]:
    """A page of every kind in every language, as addresses below the site's own: of tags the first is enough."""
    found: dict[str, str] = {}
    for path in sorted(site.rglob("*.html")):
        name = path.relative_to(site).as_posix()
        folders = name.split("/")[:-1]
        kind = "/".join([*folders[:2], *folders[2:] * (folders[1:2] != ["tags"])]) if folders else name
        if "models" in folders and not folders[-1].startswith("test_"):
            kind = "/".join(folders[:2])
        found.setdefault(kind, name.removesuffix("index.html"))
    return list(found.values())
