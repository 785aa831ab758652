"""Pictures that pages show: files of the site, in cards, notebooks, Markdown and the API."""

import io
import json
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from generator.commands.blobs import Blobs
from generator.commands.build import build
from generator.commands.inputs import Wanted
from generator.commands.kept import NOTHING
from generator.commands.root import HubRoot
from generator.commands.site import make_site
from generator.config import Config
from generator.model.site import PagePicture, RenderedFile
from generator.rendering.markdown import render_markdown
from tests.pages import a_page, read, write
from tests.rendering.sites import Elements, a_site

FILE = RenderedFile("assets/picture.0123456789ab.png", b"\x89PNG")
CAT = PagePicture(FILE, 40, 30)
PICTURES = {"cat.png": CAT, "images/two%20cats.png": CAT, "a_b.png": CAT}


def html(text: str) -> str:
    """A text as HTML, in which these pictures are published."""
    return str(render_markdown(text, 1, (), PICTURES).html)


def test_picture_of_the_hub_is_shown() -> None:
    """With its size, so that nothing moves when it comes, and when it is needed."""
    assert html("![a *big* `cat` & \"dog\"](cat.png 'title')") == (
        '<p><img src="../../../assets/picture.0123456789ab.png" width="40" height="30" '
        'alt="a big cat &amp; &#34;dog&#34;" loading="lazy" decoding="async"></p>\n'
    )


@pytest.mark.parametrize(
    "text",
    [
        "![x](<images/two cats.png>)",
        "![x](images/two%20cats.png)",
        "![x][cat]\n\n[cat]: a\\_b.png",
        "| ![x](cat.png) |\n| --- |\n| 1 |\n",
        "- > ![x](cat.png)",
        "### A ![x](cat.png)",
        "[![x](cat.png)](https://example.org)",
    ],
)
def test_picture_is_shown_wherever_it_stands(text: str) -> None:
    """In a cell, a list, a heading, a link, and however its address is written."""
    assert Elements(html(text)).attributes("img", "alt") == ["x"]


@pytest.mark.parametrize("address", ["nothing.png", "../cat.png", "/cat.png", "cat.svg"])
def test_picture_that_cannot_be_published_is_its_description(address: str) -> None:
    """Where a hub's owner lets such a page pass: no link that leads nowhere."""
    assert html(f"![a cat]({address}) ![]({address})") == f"<p>a cat {address}</p>\n"


def test_no_link_stands_within_a_link() -> None:
    """A badge of another site is the words of its link."""
    text = "[![build](https://ci.example/a.svg)](https://ci.example) ![b](https://ci.example/b.svg)"
    assert html(text) == ('<p><a href="https://ci.example">build</a> <a href="https://ci.example/b.svg">b</a></p>\n')


TEXT = (
    "![猫](cat.png) [large](<images/two cats.png>) ![别处](https://example.org/cat.png) ![无](nothing.png)\n\n"
    "> ![r][cat] `![c](cat.png)`\n\n[cat]: a\\_b.png 'title'\n\n```markdown\n![c](cat.png)\n```\n\n    ![c](cat.png)\n"
)


@pytest.mark.parametrize("base_url", ["", "https://hub.example.org/"])
def test_what_is_downloaded_refers_to_the_picture(base_url: str) -> None:
    """By an address that leads somewhere; code stays as it is."""
    page = read(a_page(zh=TEXT))
    site = a_site(page, pictures={page.id: PICTURES}, hub=replace(Config().hub, base_url=base_url))
    cells = json.loads(site["zh/models/tiny/tiny.ipynb"])["cells"]
    target = (base_url or "../../../") + FILE.path
    for text in ("".join(cells[-1]["source"]), site["zh/models/tiny/index.md"]):
        assert f"![猫]({target}) [large]({target}) ![别处](https://example.org/cat.png) ![无](nothing.png)" in text
        assert f"> ![r][cat] `![c](cat.png)`\n\n[cat]: {target} 'title'" in text
        assert "```markdown\n![c](cat.png)\n```\n\n    ![c](cat.png)" in text
    assert [path for path in site if "picture" in path] == [FILE.path]
    shown = json.loads(site["api/v1/models/tiny.json"])["content"]["fullText"]["zh_CN"]
    assert Elements(shown).attributes("img", "src") == ["../../../" + FILE.path] * 2


def a_picture(colour: str) -> bytes:
    """A file in one colour."""
    data = io.BytesIO()
    Image.new("RGB", (2000, 10), colour).save(data, "JPEG")
    return data.getvalue()


def test_build_publishes_each_picture_once(tmp_path: Path) -> None:
    """From the folder of the pages, for all languages and pages; what cannot be shown keeps its page off the site."""
    folder = write(
        tmp_path,
        megengine_vision_a=a_page(zh="![猫](images/cat.png)", en="![A cat](images/cat.png)"),
        megengine_vision_b=a_page(zh="![猫](images/../images/same.png)", en=None),
        megengine_vision_c=a_page(zh="文\n\n![猫](../out.png)", en=None),
    )
    (folder / "images").mkdir()
    for place in (folder / "images/cat.png", folder / "images/same.png", tmp_path / "out.png"):
        place.write_bytes(a_picture("red"))
    site = build(HubRoot(tmp_path, Config()), [], tmp_path / "site", search=False)
    (finding,) = site.findings
    assert (finding.rule, finding.severity, finding.path[-4:]) == ("unusable-picture", "error", "c.md")
    (file,) = (tmp_path / "site/assets").glob("picture.*")
    with Image.open(file) as image:
        assert (image.format, image.size, file.suffix) == ("JPEG", (1600, 8), ".jpg")
    for card in ("zh/models/megengine_vision_a", "en/models/megengine_vision_a", "zh/models/megengine_vision_b"):
        (source,) = Elements((tmp_path / f"site/{card}/index.html").read_text()).attributes("img", "src")
        assert (tmp_path / "site" / card / source).resolve() == file.resolve()
    assert not (tmp_path / "site/zh/models/megengine_vision_c").exists()


def test_serve_sees_that_a_picture_changed_came_or_went(tmp_path: Path) -> None:
    """Though the page is as it was."""
    folder = write(tmp_path, megengine_vision_a=a_page(zh="![猫](cat.png)", en=None))
    (folder / ".#an editor's").symlink_to("nothing")
    (folder / "here").symlink_to(".")
    kept, blobs, seen = NOTHING, Blobs(), []
    wanted = Wanted(HubRoot(tmp_path, Config()), tmp_path / "site")
    for colour in ("", "red", "blue", "", "red"):
        if colour:
            (folder / "cat.png").write_bytes(a_picture(colour) + bytes(len(seen)))
        else:
            (folder / "cat.png").unlink(missing_ok=True)
        site, kept = make_site(wanted, kept, blobs, map)
        assert [one.rule for one in site.findings] == ([] if colour else ["unusable-picture"])
        card = tmp_path / "site/zh/models/megengine_vision_a/index.html"
        seen.append(Elements(card.read_text() if card.exists() else "").attributes("img", "src"))
    missing, red, blue, gone, again = seen
    assert missing == []
    assert red != blue and red == again
    assert gone == []
