"""Languages: a third one needs an entry in hub.toml and a table of words; anchors and gaps between words are right."""

import tomllib
from pathlib import Path

import tomli_w

from tests.kernels import ROOT, hubpages
from tests.pages import a_page, write
from tests.rendering.sites import Elements

LANGUAGES = [
    {"code": "zh_CN", "path": "zh", "lang": "zh-Hans", "name": "中文", "required": True},
    {"code": "en_US", "path": "en", "lang": "en", "name": "English"},
    {"code": "ja_JP", "path": "ja", "lang": "ja", "name": "日本語"},
]
TAGS = {"vision": {"zh_CN": "视觉", "en_US": "Vision", "ja_JP": "画像"}}
JAPANESE = """
<!-- section: ja_JP -->

### 結果

軽量な検出モデル。
"""


def a_hub(folder: Path, **missing: str) -> Path:
    """A hub in three languages; its words of Japanese are the English ones with a mark, and lack those named."""
    (folder / "hub.toml").write_text(tomli_w.dumps({"languages": LANGUAGES, "tags": TAGS}), encoding="utf-8")
    words = tomllib.loads((ROOT / "templates" / "strings.toml").read_text(encoding="utf-8"))["en_US"]
    japanese = {key: f"語{word}" for key, word in words.items() if key not in missing.values()}
    (folder / "templates").mkdir()
    (folder / "templates" / "strings.toml").write_text(tomli_w.dumps({"ja_JP": japanese}), encoding="utf-8")
    text = a_page(zh="### 结果\n\n正文", en="### Results\n\nText") + JAPANESE
    text = text.replace("    en_US: A tiny model\n", "    en_US: A tiny model\n    ja_JP: 小さなモデル\n")
    write(folder, a_b_three=text, a_b_two=a_page(zh="### 结果\n\n正文", en="### Results\n\nText"))
    return folder


def test_third_language_needs_an_entry_and_its_words(tmp_path: Path) -> None:
    """Cards, index, switch, search and the machine-readable twin have it, without a line of code."""
    called = hubpages("-C", a_hub(tmp_path), "build")
    assert called.status == 0, called.err
    site = tmp_path / "site"
    card = Elements((site / "ja/models/a_b_three/index.html").read_text(encoding="utf-8"))
    assert card.attributes("html", "lang") == ["ja"]
    assert "軽量な検出モデル" in card.text
    assert "小さなモデル" in card.text
    assert "画像" in card.text
    switches = [a for tag, a in card.tags if tag == "a" and a.get("hreflang")]
    assert {str(a["hreflang"]) for a in switches} >= {"zh-Hans", "en", "ja"}
    assert "画像" in (site / "api/v1/models.json").read_text(encoding="utf-8")
    assert "日本語" in (site / "index.html").read_text(encoding="utf-8")
    assert '"ja":' in (site / "pagefind/pagefind-entry.json").read_text(encoding="utf-8")


def test_section_anchors_are_the_same_in_all_three(tmp_path: Path) -> None:
    """So that the switch can keep the place."""
    assert hubpages("-C", a_hub(tmp_path), "build").status == 0
    for path in ("zh", "en", "ja"):
        card = (tmp_path / "site" / path / "models/a_b_three/index.html").read_text(encoding="utf-8")
        assert 'id="results"' in card


def test_page_without_the_third_language_falls_back_to_its_first(tmp_path: Path) -> None:
    """With the interface in Japanese, a notice, and the text marked as Chinese."""
    assert hubpages("-C", a_hub(tmp_path), "build").status == 0
    html = (tmp_path / "site/ja/models/a_b_two/index.html").read_text(encoding="utf-8")
    card = Elements(html)
    assert card.attributes("html", "lang") == ["ja"]
    assert "語This page has not been translated yet" in card.text
    assert any(a.get("lang") == "zh-Hans" and tag in ("div", "article", "section") for tag, a in card.tags)
    assert "正文" in card.text


def test_missing_word_is_told_and_stands_in_english(tmp_path: Path) -> None:
    """With its key and language; the build goes on."""
    called = hubpages("-C", a_hub(tmp_path, one="skip_to_content"), "build")
    assert called.status == 0
    for part in ("templates/strings.toml", "skip_to_content", "ja_JP", "missing-words"):
        assert part in called.err
    assert "Skip to content" in (tmp_path / "site" / "ja" / "index.html").read_text(encoding="utf-8")


def test_missing_table_is_told_with_its_language(tmp_path: Path) -> None:
    """Nor is a whole language forgotten in silence."""
    (a_hub(tmp_path) / "templates" / "strings.toml").unlink()
    called = hubpages("-C", tmp_path, "build")
    assert called.status == 0
    assert "ja_JP" in called.err and called.err.count("missing-words") == 1
    assert "Skip to content" in (tmp_path / "site" / "ja" / "index.html").read_text(encoding="utf-8")
