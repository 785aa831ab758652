"""A hub with a card in every state, as full as a real one: what the browser tests look at."""

import base64
import struct
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from generator.model.asset import AssetRequest
from generator.model.page import Page
from generator.model.run import EntryCheck, Environment, Facts, Output, ScriptRun, SnippetError, SnippetRun
from generator.model.site import PagePicture, PagePictures, RenderedFile, SiteContext
from generator.scripts.planning import plan
from generator.scripts.variants import variants
from tests.pages import a_page, read
from tests.rendering.runs import a_run
from tests.rendering.sites import site_files

ROOT = Path(__file__).parents[2]
KNOWN = SiteContext(alive_links={"https://arxiv.org/abs/1612.03144": 1, "https://arxiv.org/abs/1405.0312": 1})
LONG = "a-very-long-word-" * 40
RAN, FAILED = "faster_rcnn_resx101_coco_2x_800size", "faster_rcnn_res18_coco_3x_800size"
LOOKED_UP = "faster_rcnn_res34_coco_3x_800size"
"""Other entries than its own that the page of Faster R-CNN offers, by what is known of them."""

WARNING = "UserWarning: CPU only\n"
PROGRESS = "100%|██████████| 136M/136M [00:01<00:00, 106MiB/s]\n"
COMPLAINT = "the cache is nearly full\n"
BOXES = """cat            0.973  x1=15 y1=41 x2=455 y2=604
bowl           0.312  x1=260 y1=388 x2=431 y2=500
chair          0.104  x1=0 y1=2 x2=120 y2=310
"""

_ENVIRONMENT = Environment(
    "3.10.13",
    {"megengine": "1.13.0", "numpy": "1.23.5", "opencv-python": "4.10.0.84", "setuptools": "80.9.0"},
    "cpu",
    "Linux x86_64",
)
_FACTS = Facts(parameters=33_840_123, peak_memory=1_720_000_000, peak_gpu_memory=None)
_DIGEST = "78882f9cbaa037ad701f47d47bb80b66ad95ce87"

_DIRECTED = """### 用法

<!-- verify: setup -->

```python
secret_setup = 1
```

<!-- verify: skip reason="需要两块显卡" -->

```python
train()
```

<!-- verify: no-run -->

```python
compiled_only()
```

<!-- verify: xfail error=TypeError reason="参数已改名" -->

```python
renamed(x)
```

```python
print(42)
```

<!-- verify: output -->

```text
expected forty-two
```
"""


_PICTURES = """### 图片

![一只猫坐在沙发上](images/cat.png)

| 图 | mAP |
| --- | ---: |
| ![猫](images/cat.png) | 38.8 |
| ![又一只猫](images/cat.png) | 40.1 |

> - 引用里的 ![猫](images/cat.png) 与[别处的 ![图](https://example.org/cat.png)](https://example.org/)
"""


def pages() -> list[Page]:
    """One page for each state, the hub's own two among them."""
    own = [
        read((ROOT / "hub_pages" / f"{name}.md").read_text(encoding="utf-8"), f"{name}.md")
        for name in ("megengine_vision_freeanchor", "megengine_vision_faster_rcnn")
    ]
    directed = a_page(title="Directed", tags=["classification"], zh=_DIRECTED, en=_DIRECTED)
    return [
        *own,
        read(a_page("boom(x)", title="Broken", tags=["vision", "classification"]), "acme_vision_broken.md"),
        read(directed, "acme_vision_directed.md"),
        read(a_page("x", title="Changed since", tags=["nlp"]), "acme_nlp_stale.md"),
        read(a_page("x", title="Flaky", tags=["nlp"], zh=_PICTURES, en=_PICTURES), "acme_nlp_flaky.md"),
        read(a_page("x", title="Unstable", tags=["gan"], en=None, zh="正文" * 90), "acme_vision_unstable.md"),
        read(a_page("x", title="Skipped", tags=["keypoints"]), "acme_vision_skipped.md"),
        read(a_page("x", title="Never run", tags=["keypoints"]), "acme_vision_never.md"),
    ]


def evidence(of: Sequence[Page]) -> Mapping[str, Sequence[ScriptRun]]:
    """A run for each of them that is in another state than never."""
    freeanchor, faster_rcnn, broken, directed, stale, flaky, unstable, skipped, _ = of
    said = [Output("stderr", "text/plain", text) for text in (WARNING + PROGRESS, COMPLAINT)]
    detected = [*said, Output("stdout", "text/plain", BOXES)]
    picture = Output("display", "image/png", a_picture(460, 612), "boxes.png")
    runs = [
        _full(a_run(freeanchor, (), [*detected, picture])),
        replace(_full(a_run(faster_rcnn, (), detected)), weights="standin"),
        a_run(broken, error=SnippetError("NameError", f"no boom {LONG}", _lines(broken, 1), traceback=LONG)),
        _directed(directed),
        replace(a_run(stale), script="0" * 64),
        replace(a_run(flaky), verdict="flaky"),
        replace(a_run(unstable), verdict="unstable", difference="- 0.971\n+ 0.969\n", repeats=3),
        replace(a_run(skipped), verdict="skipped", snippets=_skipped(a_run(skipped).snippets)),
    ]
    return {run.page: [run, *(_of_entries(run, faster_rcnn) if run.page == faster_rcnn.id else ())] for run in runs}


def checks() -> Mapping[str, Sequence[EntryCheck]]:
    """One of the entries that are offered was looked up, and is there; the others were not."""
    page, when = "megengine_vision_faster_rcnn", "2026-11-20T08:00:00+00:00"
    return {page: [EntryCheck(page, f"{page}.md", "megengine/models", LOOKED_UP, {}, "passed", started=when)]}


def pictures() -> Mapping[str, PagePictures]:
    """The pictures of its pages, as they are published."""
    cat = PagePicture(RenderedFile("assets/picture.cat.png", base64.b64decode(a_picture(800, 480))), 800, 480)
    return {"acme_nlp_flaky": {"images/cat.png": cat}}


def showcase() -> list[RenderedFile]:
    """Every file of the site of this hub."""
    of = pages()
    return site_files(*of, evidence=evidence(of), known=KNOWN, pictures=pictures(), checks=checks())


def a_picture(width: int = 320, height: int = 200) -> str:
    """A plain PNG in base64."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = b"".join(b"\0" + bytes((90 + y // 4 % 160, 140, 170)) * width for y in range(height))
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    data = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
    return base64.b64encode(data).decode()


def _full(run: ScriptRun) -> ScriptRun:
    url = "https://data.megengine.org.cn/models/weights/freeanchor_res50_coco_3x_800size.pkl"
    return replace(
        run,
        seconds=41.7,
        environment=_ENVIRONMENT,
        assets=(AssetRequest(url, "served", "3f" * 32, 135_500_000, None, 1.0),),
        repositories={"https://github.com/megengine/models/zipball/master": _DIGEST},
        facts=_FACTS,
        downloaded=135_900_000,
        repeats=3,
        sandbox="bwrap",
        version="0.1.0",
    )


def _of_entries(own: ScriptRun, page: Page) -> Sequence[ScriptRun]:
    """Runs of two other entries: one with the published weights, and one that failed."""
    of_entry = {script.variant: script for script in variants(plan([page])[0])}
    printed = Output("stdout", "text/plain", BOXES.replace("0.973", "0.991"))
    error = SnippetError("ValueError", "no such backbone", of_entry[FAILED].snippets[-1].lines, traceback="traceback")
    *passed, last = (replace(snippet, outputs=()) for snippet in own.snippets)
    ran = replace(
        own,
        script=of_entry[RAN].digest,
        variant=RAN,
        weights="published",
        started="2026-11-20T08:00:00+00:00",
        seconds=77.7,
        snippets=(*passed, replace(last, seconds=66.6, outputs=(printed,))),
        facts=replace(_FACTS, parameters=103_000_000, peak_memory=2_900_000_000),
        downloaded=412_000_000,
    )
    failed = replace(
        ran,
        script=of_entry[FAILED].digest,
        variant=FAILED,
        verdict="failed",
        cause="page",
        reason="ValueError: no such backbone",
        seconds=55.5,
        snippets=(*passed, replace(last, status="failed", error=error, outputs=())),
        facts=None,
    )
    return ran, failed


def _lines(page: Page, index: int) -> Mapping[str, int]:
    return plan([page])[0].snippets[index].lines


def _directed(page: Page) -> ScriptRun:
    run = a_run(page)
    sample, setup, skip, compiled, failing, printing = run.snippets
    error = SnippetError("TypeError", "renamed() got an unexpected argument", failing.lines)
    snippets = (
        sample,
        replace(setup, outputs=(Output("stdout", "text/plain", "setup said this"),)),
        replace(skip, status="skipped", reason="需要两块显卡"),
        replace(compiled, status="compiled"),
        replace(failing, status="xfailed", error=error, reason="参数已改名"),
        replace(printing, outputs=(Output("stdout", "text/plain", "42\n"),)),
    )
    return replace(run, snippets=snippets)


def _skipped(snippets: Sequence[SnippetRun]) -> tuple[SnippetRun, ...]:
    return tuple(replace(snippet, status="skipped", reason="需要显卡") for snippet in snippets)
