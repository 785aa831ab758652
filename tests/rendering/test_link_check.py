"""Links within the site, asked of what was built."""

from pathlib import Path

import pytest

from generator.model.site import RenderedFile
from generator.rendering.link_check import BrokenLink, broken_links, link_findings, links_of
from tests.kernels import hubpages
from tests.pages import a_page, line_of, read, write
from tests.rendering.sites import site_files

CARD = "zh/models/tiny/index.html"
OTHERS = [
    RenderedFile("index.html", b'<p id="top">'),
    RenderedFile("zh/index.html", b'<p id="\xe6\xa0\x87\xe9\xa2\x98">'),
    RenderedFile("assets/a b.png", b""),
]


def broken(url: str, base_url: str = "") -> list[tuple[str, bool]]:
    """What is said of one link on a card."""
    files = [RenderedFile(CARD, f'<a\nid="here" href="{url}">'.encode()), *OTHERS]
    return [(link.url, link.has_page) for link in broken_among(files, base_url)]


def broken_among(files: list[RenderedFile], base_url: str = "") -> list[BrokenLink]:
    """The broken links of a site."""
    found = {file.path: links_of(file, base_url) for file in files}
    return broken_links(found.values(), lambda path: found[path].ids if path in found else None)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "#here",
        "index.html",
        "./",
        "../../../",
        "../../../#top",
        "../../../zh",
        "../../../zh/?tag=vision",
        "../../../zh/#标题",
        "../../../zh/#%E6%A0%87%E9%A2%98",
        "../../?x=../..",
        "/zh/",
        "/",
        "../../../assets/a%20b.png",
        "https://example.org/nowhere",
        "//example.org/nowhere",
        "mailto:a@example.org",
        "https://hub.example.org/zh/",
    ],
)
def test_link_that_leads_somewhere_is_none_of_them(url: str) -> None:
    """Whatever way it is written."""
    assert broken(url, "https://hub.example.org/") == []


@pytest.mark.parametrize(
    ("url", "has_page"),
    [
        ("#nowhere", True),
        ("../../../zh/#nowhere", True),
        ("../../../assets/a%20b.png#x", True),
        ("../../../en/", False),
        ("../other/", False),
        ("../../../../", False),
        ("/en/", False),
        ("/zh/#nowhere", True),
        ("picture.png", False),
        ("https://hub.example.org/en/", False),
        ("https://hub.example.org/zh/#nowhere", True),
        ("x?a=1&amp;b=2", False),
    ],
)
def test_broken_link_is_found(url: str, has_page: bool) -> None:
    """And whether the page is missing or only the place on it."""
    assert broken(url, "https://hub.example.org/") == [(url.replace("&amp;", "&"), has_page)]


def test_address_from_the_root_counts_the_folder_of_the_site() -> None:
    """Beside it is somebody else's."""
    assert broken("/hub/zh/", "https://example.org/hub/") == []
    assert broken("/zh/", "https://example.org/hub/") == [("/zh/", False)]


def test_own_sites_links_all_lead_somewhere() -> None:
    """Every page of it, in both languages."""
    pages = read(a_page("x", zh="### 一\n\n见[一](#一)")), read(a_page(en=None), "b.md")
    assert broken_among(site_files(*pages)) == []


def test_finding_is_at_the_line_of_the_page(tmp_path: Path) -> None:
    """A link that its author wrote is the author's to mend; one of a template the hub owner's."""
    text = a_page(zh="见[那里](../nowhere/)，再见[那里](../nowhere/)。")
    templates = tmp_path / "templates"
    templates.mkdir()
    (templates / "chooser.html").write_text('<p>\n<a href="gone/?a&amp;b">x</a>', encoding="utf-8")
    write(tmp_path, tiny=text)
    called = hubpages("-C", tmp_path, "build")
    assert called.status == 0
    assert f"tiny.md:{line_of(text, 'nowhere')}:1: warning: this link is broken: ../nowhere/ " in called.err
    assert f"{Path('site/index.html')}:2:1: warning: this link is broken: gone/?a&b " in called.err
    assert called.err.count("broken-link") == 2
    assert (tmp_path / "site" / CARD).exists()
    assert hubpages("-C", tmp_path, "build", "--strict").status == 1


def test_every_page_is_named_once_for_a_link() -> None:
    """Two cards of one page show it, and it is one mistake."""
    page = read(a_page(zh="[x](../gone/)", en=None))
    found = broken_among(site_files(page))
    assert len(found) == 2
    (finding,) = link_findings(found, lambda _: (page.path, page.source), Path("site"))
    assert (finding.path, finding.line) == ("tiny.md", line_of(page.source, "gone"))
