"""A hub that looks like no other: accent, logo, title and foot, templates and words of its own."""

import json
import re
from pathlib import Path

import pytest
from PIL import Image

from generator.config import ConfigError, read_config
from generator.rendering.colours import contrast, mixed, read, tokens, written
from tests.kernels import ROOT, hubpages
from tests.pages import a_page, write
from tests.rendering.sites import Elements

_LANGUAGES = """
[[languages]]
code = "en_US"
path = "en"
lang = "en"
name = "English"
[[languages]]
code = "ja_JP"
path = "ja"
lang = "ja"
name = "日本語"
[[languages]]
code = "zh_CN"
path = "zh"
lang = "zh-Hans"
name = "中文"
[tags.vision]
zh_CN = "视觉"
en_US = "Vision"
ja_JP = "視覚"
"""


def a_hub(folder: Path, settings: str) -> Path:
    """A hub of one page with these settings, and with files that a theme may name."""
    static = folder / "templates" / "static"
    static.mkdir(parents=True)
    (static / "acme.svg").write_text('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 32"/>', encoding="utf-8")
    (static / "acme.css").write_text("h1 {\n  letter-spacing: 0;\n}\n", encoding="utf-8")
    (folder / "hub.toml").write_text(settings, encoding="utf-8")
    write(folder, a=a_page(tags=["vision"]))
    return folder


def text_of(folder: Path, path: str) -> str:
    """A file of the built site."""
    return (folder / "site" / path).read_text(encoding="utf-8")


def styles(folder: Path, path: str) -> list[str]:
    """The style sheets of a page, in order, as text."""
    found = re.findall(r'<link rel="stylesheet" href="[./]*(assets/[^"]+)"', text_of(folder, path))
    return [text_of(folder, name) for name in found]


def test_theme_is_on_every_page(tmp_path: Path) -> None:
    """Accent in both themes, logo, icon, style sheet, foot, and a title per language."""
    settings = """
    title = "Acme"
    base_url = "https://acme.example/"
    social_images = false
    [titles]
    zh_CN = "阿克梅"
    [theme]
    accent = "#804000"
    logo = "acme.svg"
    icon = "acme.svg"
    extra_css = "acme.css"
    [theme.footer]
    zh_CN = "研究院 <b>"
    """
    called = hubpages("-C", a_hub(tmp_path, settings), "build")
    assert called.status == 0, called.err
    assert "warning" not in called.err
    for path in ("index.html", "404.html", "zh/index.html", "en/models/a/index.html", "zh/status/index.html"):
        html = text_of(tmp_path, path)
        elements = Elements(html)
        own, accent, extra = styles(tmp_path, path)
        assert "--accent:light-dark(#804000,#" in accent
        assert "--accent-surface:light-dark(" in accent
        assert extra == "h1{letter-spacing:0}"
        assert "--paper" in own
        logos = [a for tag, a in elements.tags if tag == "img" and a.get("class") == "logo"]
        assert [(logo["alt"], logo["width"], logo["height"]) for logo in logos] == [("", "48", "24")]
        assert any(a.get("rel") == "icon" and "acme." in str(a["href"]) for _, a in elements.tags)
        is_chinese = not path.startswith("en")
        assert ("阿克梅" if is_chinese else "Acme") in elements.text
        assert ("研究院 &lt;b&gt;" in html) == is_chinese
    assert "阿克梅" in text_of(tmp_path, "zh/feed.xml")
    assert "阿克梅" not in text_of(tmp_path, "en/feed.xml")


def test_usual_theme_has_no_style_but_its_own(tmp_path: Path) -> None:
    """A hub that decides nothing loads nothing more."""
    write(tmp_path, a=a_page())
    assert hubpages("-C", tmp_path, "build").status == 0
    assert len(styles(tmp_path, "en/index.html")) == 1
    assert 'class="logo" viewBox' in text_of(tmp_path, "en/index.html")


@pytest.mark.parametrize("path", ["en/index.html", "zh/models/a/index.html", "404.html"])
def test_feeds_are_linked_where_there_are_some(tmp_path: Path, path: str) -> None:
    """From the head and the foot of every page."""
    a_hub(tmp_path, 'base_url = "https://acme.example/"\nsocial_images = false\n')
    assert hubpages("-C", tmp_path, "build").status == 0
    links = [a for _, a in Elements(text_of(tmp_path, path)).tags if a.get("type") == "application/atom+xml"]
    assert [str(a["href"]).endswith("/feed.xml") for a in links] == [True, True]
    assert hubpages("-C", tmp_path, "build", "--base-url", "https://acme.example/").status == 0
    (tmp_path / "hub.toml").write_text("", encoding="utf-8")
    assert hubpages("-C", tmp_path, "build").status == 0
    assert "atom+xml" not in text_of(tmp_path, path)


def test_accent_that_cannot_be_read_is_a_finding(tmp_path: Path) -> None:
    """With its line and contrast, in each theme; the site is built, and --strict tells."""
    a_hub(tmp_path, '[theme]\naccent = "#ffb000"\naccent_dark = "#301000"\n')
    called = hubpages("-C", tmp_path, "build")
    assert called.status == 0
    assert re.search(r"hub\.toml:2:1: warning: theme\.accent: #ffb000 has a contrast of 1\.\d\d:1 on #", called.err)
    assert re.search(r"hub\.toml:3:1: warning: theme\.accent_dark: #301000 has a contrast of 1\.\d\d:1", called.err)
    assert "#ffb000" in styles(tmp_path, "en/index.html")[1]
    assert hubpages("-C", tmp_path, "build", "--strict").status == 1
    (tmp_path / "hub.toml").write_text('[theme]\naccent = "#0b5aa8"\n', encoding="utf-8")
    called = hubpages("-C", tmp_path, "build", "--strict")
    assert (called.status, "contrast" in called.err) == (0, False)


def test_accent_of_the_dark_theme_is_made_readable(tmp_path: Path) -> None:
    """However dark the accent is that is given."""
    a_hub(tmp_path, '[theme]\naccent = "#200040"\n')
    called = hubpages("-C", tmp_path, "build", "--strict")
    assert called.status == 0, called.err
    own, accent, *_ = styles(tmp_path, "en/index.html")
    found = re.search(r"--accent:light-dark\(#200040,(#\w+)\)", accent)
    assert found
    style = (ROOT / "templates" / "static" / "style.css").read_text(encoding="utf-8")
    for ground in ("paper", "surface", "raised"):
        assert contrast(read(found[1]), tokens(style)[ground][1]) >= 4.5
    assert "--paper" in own


def test_contrast_is_that_of_the_guidelines() -> None:
    """Figures that are known: black on white, and the grey that just passes."""
    assert contrast(read("#fff"), read("#000000")) == pytest.approx(21)
    assert contrast(read("#767676"), read("#fff")) == pytest.approx(4.54, abs=0.01)
    assert written(mixed(read("#ff0000"), read("#0000ff"), 0.5)) in ("#800080", "#7f007f", "#80007f", "#7f0080")


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ('[theme]\naccent = "blue"', ':2: theme.accent must be a colour such as #0b5aa8, not "blue"'),
        ('[theme]\naccent_dark = "#fff"', ":2: theme.accent_dark goes with theme.accent"),
        ('[theme]\nlogo = "../logo.svg"', ":2: theme.logo must be the name of a file in templates/static"),
        ('[theme]\nlogo = "logo.exe"', "that ends with .svg, .png or .webp"),
        ('[theme]\nextra_css = "a.scss"', "that ends with .css"),
        ('[theme]\nfont = "x"', ":2: theme.font is not a setting"),
        ('[theme.footer]\nfr_FR = "x"', ":2: theme.footer has a text in fr_FR, which is no language of the hub"),
        ('[titles]\nfr_FR = "x"', ":2: titles has a text in fr_FR"),
    ],
)
def test_theme_that_is_none_is_told(tmp_path: Path, settings: str, message: str) -> None:
    """With its line."""
    (tmp_path / "hub.toml").write_text(settings, encoding="utf-8")
    with pytest.raises(ConfigError) as raised:
        read_config(tmp_path / "hub.toml")
    assert message in str(raised.value)


def test_file_of_a_theme_that_is_not_there_is_told(tmp_path: Path) -> None:
    """And where it was looked for."""
    a_hub(tmp_path, '[theme]\nlogo = "gone.svg"\n')
    called = hubpages("-C", tmp_path, "build")
    assert called.status == 2
    assert "theme.logo names gone.svg, and templates/static has no such file" in called.err


def test_logo_that_is_no_picture_is_told(tmp_path: Path) -> None:
    """Before a visitor's browser tells it; one of pixels has its own shape."""
    a_hub(tmp_path, '[theme]\nlogo = "acme.png"\n')
    logo = tmp_path / "templates" / "static" / "acme.png"
    logo.write_bytes(b"no picture")
    called = hubpages("-C", tmp_path, "build")
    assert called.status == 2
    assert "templates/static/acme.png: no picture" in called.err
    Image.new("RGB", (300, 100)).save(logo)
    assert hubpages("-C", tmp_path, "build").status == 0
    assert 'width="72" height="24" alt=""' in text_of(tmp_path, "en/index.html")


def test_theme_that_changes_is_seen_by_the_next_build(tmp_path: Path) -> None:
    """A colour, and the bytes of a file."""
    a_hub(tmp_path, '[theme]\naccent = "#804000"\nextra_css = "acme.css"\n')
    assert hubpages("-C", tmp_path, "build").status == 0
    (tmp_path / "hub.toml").write_text('[theme]\naccent = "#004080"\nextra_css = "acme.css"\n', encoding="utf-8")
    (tmp_path / "templates" / "static" / "acme.css").write_text("h2 { color: red }", encoding="utf-8")
    assert hubpages("-C", tmp_path, "build").status == 0
    for path in ("en/models/a/index.html", "zh/index.html"):
        _, accent, extra = styles(tmp_path, path)
        assert "#004080" in accent
        assert extra.startswith("h2")


def test_example_of_a_template_in_the_documentation_works(tmp_path: Path) -> None:
    """It is what its reader tries first."""
    text = (ROOT / "docs" / "theming.md").read_text(encoding="utf-8")
    example = re.search(r"(?m)^(    \{% extends .*\n(?:    .*\n)+)", text)
    assert example
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "404.html").write_text(example[1].replace("\n    ", "\n").lstrip(), encoding="utf-8")
    write(tmp_path, a=a_page())
    called = hubpages("-C", tmp_path, "build")
    assert called.status == 0, called.err
    assert "<h1>Nothing here</h1>" in text_of(tmp_path, "404.html")
    assert "site-head" in text_of(tmp_path, "404.html")


def test_documentation_names_every_template() -> None:
    """And none that there is not."""
    text = (ROOT / "docs" / "theming.md").read_text(encoding="utf-8")
    rows = [line for line in text.split("\n") if line.startswith("| `")]
    named = {name for line in rows for name in re.findall(r"`([\w./-]+\.(?:html|toml))`", line.split("|")[1])}
    there = {path.relative_to(ROOT / "templates").as_posix() for path in (ROOT / "templates").rglob("*.*")}
    assert named == {path for path in there if path.endswith((".html", ".toml"))}


def test_language_without_words_has_english_ones_and_one_finding(tmp_path: Path) -> None:
    """It lists them; words that are there are used."""
    a_hub(tmp_path, _LANGUAGES)
    called = hubpages("-C", tmp_path, "build")
    assert called.status == 0, called.err
    lines = [line for line in called.err.split("\n") if "of the interface are English in" in line]
    assert len(lines) == 1
    assert re.search(
        r"\d+ words of the interface are English in ja_JP: add to its table \[ja_JP\] skip_to_content, ", lines[0]
    )
    assert "<h1>Models</h1>" in text_of(tmp_path, "ja/index.html")
    words = '[en_US]\n\n[ja_JP]\nmodels = "モデル"\n'
    (tmp_path / "templates" / "strings.toml").write_text(words, encoding="utf-8")
    called = hubpages("-C", tmp_path, "build")
    assert "strings.toml:3:1: warning: " in called.err
    assert " models," not in called.err
    assert "<h1>モデル</h1>" in text_of(tmp_path, "ja/index.html")
    assert json.loads(text_of(tmp_path, "ja/names.json"))["models"]


def test_card_that_lacks_a_language_falls_back_in_the_order_of_the_hub(tmp_path: Path) -> None:
    """And not in that of the page, which begins with Chinese."""
    a_hub(tmp_path, _LANGUAGES)
    write(tmp_path, b=a_page(tags=["vision"], zh="汉字。", en="Latin.", title="Both"))
    assert hubpages("-C", tmp_path, "build").status == 0
    card = text_of(tmp_path, "ja/models/b/index.html")
    assert "Latin." in card
    assert "汉字。" not in card
    assert 'class="body" lang="en"' in card
    assert "A tiny model" in text_of(tmp_path, "ja/index.html")
    assert "Latin." in text_of(tmp_path, "ja/models/b/index.md")
    assert 'rel="canonical" href="../../../en/models/b/"' in card


def test_every_heading_leads_to_itself(tmp_path: Path) -> None:
    """By a link that has its name and adds nothing to its text, nor to what programs are given."""
    write(tmp_path, a=a_page(zh="### 结构 & `x`\n\n正文", en="### Shape & `x`\n\nText"))
    assert hubpages("-C", tmp_path, "build").status == 0
    card = text_of(tmp_path, "en/models/a/index.html")
    link = '<a class="anchor" href="#shape-x" aria-labelledby="shape-x"><span aria-hidden="true">#</span></a>'
    assert f'<h2 id="shape-x">Shape &amp; <code>x</code>{link}</h2>' in card
    assert "anchor" not in text_of(tmp_path, "api/v1/models/a.json")
