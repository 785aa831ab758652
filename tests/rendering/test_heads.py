"""What the head of each page tells search engines and whoever shows a link."""

import json
import re
from dataclasses import replace

import pytest

from generator.config import Config
from generator.model.site import RenderedFile, SiteContext
from tests.pages import a_page, read
from tests.rendering.sites import Elements, a_site

BASE = "https://hub.example.org/models/"
HUB = replace(Config().hub, base_url=BASE)
BOTH = read(a_page(title="Both"), "acme_vision_both.md")
CHINESE = read(a_page(title="Chinese", en=None), "acme_vision_chinese.md")
SITE = a_site(BOTH, CHINESE, hub=HUB)
RELATIVE = a_site(BOTH, CHINESE)
PAGES = [path for path in SITE if path.endswith("index.html")]


def links(html: str, rel: str) -> list[dict[str, str | None]]:
    """The link elements of a kind."""
    return [attributes for tag, attributes in Elements(html).tags if tag == "link" and attributes["rel"] == rel]


def languages(html: str) -> dict[str | None, str | None]:
    """Where the page says that its other languages are."""
    return {link["hreflang"]: link["href"] for link in links(html, "alternate") if "hreflang" in link}


def meta(html: str) -> dict[str | None, str | None]:
    """Every named property."""
    found = [attributes for tag, attributes in Elements(html).tags if tag == "meta"]
    return {row.get("name") or row.get("property") or row.get("http-equiv"): row.get("content") for row in found}


def json_ld(html: str) -> list[dict[str, object]]:
    """The things that the page says it is about."""
    (text,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', html, re.S)
    graph: list[dict[str, object]] = json.loads(text)["@graph"]
    return graph


@pytest.mark.parametrize("path", PAGES)
def test_every_page_says_what_it_is(path: str) -> None:
    """Description, policy and OpenGraph, all filled in; before anything that the policy is about."""
    html = SITE[path]
    found = meta(html)
    for name in ("description", "og:title", "og:description", "og:type", "og:site_name", "og:url", "twitter:card"):
        assert found[name], name
    assert found["Content-Security-Policy"] == (
        "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self'; "
        "connect-src 'self'; base-uri 'none'; form-action 'none'"
    )
    assert html.index("Content-Security-Policy") < html.index("<script")
    assert html.index("Content-Security-Policy") < html.index('rel="stylesheet"')
    assert json_ld(html)


@pytest.mark.parametrize("path", PAGES)
def test_languages_name_each_other(path: str) -> None:
    """hreflang is ignored where the other page does not say the same."""
    named = languages(SITE[path])
    for address in named.values():
        assert address is not None
        assert address.startswith(BASE)
        assert languages(SITE[address.removeprefix(BASE) + "index.html"]) == named
    if named:
        assert meta(SITE[path])["og:url"] in named.values()
        assert set(named) >= {"zh-Hans", "x-default"}


def test_page_for_what_is_not_found_has_no_address() -> None:
    """It stands at every address that does not exist, and no search engine is to keep it."""
    html = SITE["404.html"]
    assert meta(html)["robots"] == "noindex"
    assert languages(html) == {}
    assert links(html, "canonical") == []
    assert "og:url" not in meta(html)


def test_card_in_another_language_points_at_its_original() -> None:
    """It is no page of its own: not an alternate of anything, and not what a search engine keeps."""
    shown, original = (f"{path}/models/acme_vision_chinese/" for path in ("en", "zh"))
    html = SITE[shown + "index.html"]
    assert [link["href"] for link in links(html, "canonical")] == [BASE + original]
    assert languages(html) == {}
    assert set(languages(SITE[original + "index.html"])) == {"zh-Hans", "x-default"}


def test_index_is_open_to_readers_of_neither_language() -> None:
    """They are shown the chooser; on a card, the hub's first language."""
    assert languages(SITE["zh/index.html"])["x-default"] == BASE
    card = languages(SITE["en/models/acme_vision_both/index.html"])
    assert card["x-default"] == card["zh-Hans"] == f"{BASE}zh/models/acme_vision_both/"


def test_without_an_address_everything_is_relative() -> None:
    """The site then works wherever it lies; what only works with an address is left out."""
    html = RELATIVE["en/models/acme_vision_both/index.html"]
    assert [link["href"] for link in links(html, "canonical")] == ["../../../en/models/acme_vision_both/"]
    assert languages(html)["zh-Hans"] == "../../../zh/models/acme_vision_both/"
    assert not {"og:url", "og:image"} & set(meta(html))
    assert not [link for link in links(html, "alternate") if link.get("type") == "application/atom+xml"]
    assert not {"sitemap.xml", "zh/feed.xml", "en/feed.xml"} & set(RELATIVE)


def test_card_offers_its_markdown_and_the_feed() -> None:
    """For programs that ask for them."""
    found = {
        link.get("type"): link["href"] for link in links(SITE["zh/models/acme_vision_both/index.html"], "alternate")
    }
    assert found["text/markdown"] == "index.md"
    assert found["application/atom+xml"] == f"{BASE}zh/feed.xml"
    assert "zh/feed.xml" in SITE


def test_picture_is_named_by_its_whole_address() -> None:
    """Of the original for a card that is not written in its language; none where none was made."""
    picture = RenderedFile("assets/card.1.png", b"png")
    site = a_site(BOTH, CHINESE, hub=HUB, known=SiteContext(pictures={"acme_vision_chinese": {"zh_CN": picture}}))
    for path in ("zh", "en"):
        found = meta(site[f"{path}/models/acme_vision_chinese/index.html"])
        assert found["og:image"] == f"{BASE}assets/card.1.png"
        assert found["twitter:card"] == "summary_large_image"
    assert "og:image" not in meta(site["zh/models/acme_vision_both/index.html"])
    assert site["assets/card.1.png"] == "png"


def test_model_is_described_to_search_engines() -> None:
    """As code that can be run, and where it stands in the site."""
    page = replace(BOTH, updated="2026-11-01T10:00:00+08:00")
    html = a_site(page, hub=HUB)["zh/models/acme_vision_both/index.html"]
    model, way = json_ld(html)
    assert model["@type"] == "SoftwareSourceCode"
    assert model["name"] == "Both"
    assert model["keywords"] == ["视觉"]
    assert model["inLanguage"] == "zh-Hans"
    assert model["dateModified"] == page.updated
    assert model["codeRepository"] == "https://github.com/megengine/models"
    assert way["@type"] == "BreadcrumbList"


def test_title_cannot_end_the_script_it_stands_in() -> None:
    """What stands in JSON-LD is data, whatever a page calls itself."""
    title = "</script><script>alert(1)</script><!-- \u2028 &quot;"
    html = a_site(read(a_page(title=json.dumps(title))), hub=HUB)["zh/models/tiny/index.html"]
    assert json_ld(html)[0]["name"] == title
    inline = [attributes for tag, attributes in Elements(html).tags if tag == "script" and "src" not in attributes]
    assert inline == [{"type": "application/ld+json"}]
