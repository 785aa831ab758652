"""A new page is a sound one, and says what it still waits for."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from generator.checking.page import check
from generator.checking.parts import HubFacts
from generator.checking.rules import RULES
from generator.config import Config
from generator.model.hub import Language
from generator.model.page import GUIDE, Page
from generator.reading.hub import read_page
from generator.scaffolding import new_page, placeholders, without_marks

HUB = Config().hub
LINK = "https://github.com/MegEngine/Models/tree/master/official/vision"
SUMMARY = {"zh_CN": "图像分类模型", "en_US": "Image classifier"}
ENTRIES = {"megengine/models": frozenset({"resnet18", "retinanet_res50_coco_3x_800size"})}


def fresh(
    id: str = "megengine_vision_tiny", title: str = "Tiny", tags: Sequence[str] = ("vision", "classification")
) -> str:
    """A page as `new` makes it when it is told no more than it must."""
    return new_page(id, title, tags, "MegEngine Team", LINK, HUB)


def read_sound(text: str, id: str) -> Page:
    """The page, which must be without any finding but what waits for its author."""
    page, findings = read_page(text, f"{id}.md", HUB.languages)
    assert page is not None
    assert findings == []
    facts = HubFacts(HUB, frozenset({"hub1"}), {id: page.front_matter.title}, ENTRIES)
    found = check([page], facts, RULES)
    assert [f"{f.line}:{f.column} {f.rule} {f.message}" for f in found if f.rule != "placeholder"] == []
    assert [f.line for f in found] == [line for line, _ in placeholders(text)]
    return page


@pytest.mark.parametrize(
    ("id", "title", "tags"),
    [
        ("megengine_vision_tiny", "Tiny", ["vision", "classification"]),
        ("megengine_vision_shufflenet_v2", "ShuffleNet V2", ["vision"]),
        ("megengine_vision_faster_rcnn", "Faster R-CNN", ["vision", "detection"]),
        ("megengine_nlp_bert", "BERT", ["nlp"]),
        ("megengine_research_dalle", "DALL-E: text to picture", ["multimodal", "generative"]),
        ("megengine_generative_pix2pix", "3D #1 'pix\" \\ {x}", ["gan", "generative"]),
        ("megengine_quantization_resnet18", "No", ["quantization", "vision", "quantization"]),
    ],
)
def test_new_page_has_no_findings_but_its_marks(id: str, title: str, tags: Sequence[str]) -> None:
    """Neither in reading nor from any rule, whatever it is called."""
    page = read_sound(fresh(id, title, tags), id)
    assert (page.id, page.front_matter.title) == (id, title)
    assert page.front_matter.tags == tuple(dict.fromkeys(tags))
    assert [section.language for section in page.sections] == [language.code for language in HUB.languages]
    assert all(len(section.snippets) == 1 for section in page.sections)


def test_new_guide_has_no_sample_and_no_findings_but_its_marks() -> None:
    """Its code stands in its sections, and both its titles wait for their author."""
    text = new_page("megengine_guide_tiny", "Guide", ["vision"], "MegEngine Team", LINK, HUB, SUMMARY, kind=GUIDE)
    page = read_sound(text, "megengine_guide_tiny")
    assert page.is_guide and page.sample is None and page.front_matter.license == ""
    assert [section.snippets[0].code.count("hub.load") for section in page.sections] == [1, 1]
    asked = [what for line, what in placeholders(text) if line < text[: text.index("<!-- section")].count("\n")]
    assert asked == ["中文标题", "the English title"]


def test_new_page_loads_the_entry_that_it_is_told() -> None:
    """In the sample, and in the table of results."""
    entry = "retinanet_res50_coco_3x_800size"
    id = "megengine_vision_retinanet"
    text = new_page(id, "RetinaNet", ["vision", "detection"], "MegEngine Team", LINK, HUB, SUMMARY, entry=entry)
    page = read_sound(text, id)
    assert f'hub.load("megengine/models", "{entry}", pretrained=True)' in page.sample.code
    assert f"| `{entry}` |" in text
    assert page.front_matter.summary == SUMMARY


def test_placeholders_are_found_at_their_lines() -> None:
    """Every line with the marker, and the summaries where they are not given."""
    text = fresh()
    found = placeholders(text)
    assert [line for line, _ in found] == [n for n, line in enumerate(text.splitlines(), start=1) if "TODO" in line]
    asked = dict(found)
    assert asked[5] == "用一句话说明这个模型做什么"
    assert asked[6] == "say in one line what the model does"
    assert "give the figure" in asked.values()
    assert "填写数值" in asked.values()


def test_both_languages_ask_for_the_same() -> None:
    """As often, and in the same order of headings."""
    zh, en = (section.text for section in read_sound(fresh(), "megengine_vision_tiny").sections)
    assert len(placeholders(zh)) == len(placeholders(en)) == 9
    assert zh.count("###") == en.count("###")


def test_new_page_states_the_licence_of_its_code_where_that_is_known() -> None:
    """As it is told, or as MegEngine's own repository has it; the rest is asked for."""
    asked = [what for _, what in placeholders(fresh())]
    assert read_sound(fresh(), "megengine_vision_tiny").front_matter.license == "Apache-2.0"
    assert [what for what in asked if "that of the weights" in what]
    link = "https://github.com/acme/models"
    told = new_page("acme_vision_tiny", "Tiny", ["vision"], "Acme", link, HUB, SUMMARY, license="MIT")
    assert read_sound(told, "acme_vision_tiny").front_matter.license == "MIT"
    page = new_page("acme_vision_tiny", "Tiny", ["vision"], "Acme", link, HUB, SUMMARY)
    assert "the SPDX id of the code's licence, such as MIT" in dict(placeholders(page)).values()
    read_sound(page, "acme_vision_tiny")
    assert "license" not in without_marks(page)


def test_page_that_is_filled_in_has_no_placeholders() -> None:
    """A word that only holds the marker is none."""
    text = fresh()
    lines = {line for line, _ in placeholders(text)}
    filled = "\n".join("TODOS and TODO lists" if n in lines else t for n, t in enumerate(text.splitlines(), start=1))
    assert placeholders(filled) == []


def test_language_without_words_gets_english_ones() -> None:
    """A hub may have more languages than this program speaks."""
    hub = replace(HUB, languages=(*HUB.languages, Language("fr_FR", "fr", "fr", "Français")))
    text = new_page("megengine_vision_tiny", "Tiny", ["vision"], "MegEngine Team", LINK, hub)
    page, findings = read_page(text, "megengine_vision_tiny.md", hub.languages)
    assert findings == []
    assert page is not None
    french, english = page.section("fr_FR"), page.section("en_US")
    assert french and english
    assert french.text.strip() == english.text.strip()


@pytest.mark.parametrize(
    ("id", "tags", "title", "said"),
    [
        ("Tiny", ["vision"], "Tiny", "'Tiny' is no name for a page"),
        ("megengine_vision", ["vision"], "Tiny", "<org>_<task>_<name>"),
        ("megengine_vision_tiny", ["vison"], "Tiny", "unknown tag vison"),
        ("megengine_vision_tiny", [], "Tiny", "no tag"),
        ("", ["vision"], "Tiny", "'' is no name for a page"),
        ("megengine_vision_tiny", ["vision"], " ", "the title must be one line of text"),
        ("megengine_vision_tiny", ["vision"], "a\nb", "the title must be one line of text"),
    ],
)
def test_what_no_page_may_have_is_refused(id: str, tags: list[str], title: str, said: str) -> None:
    """Before anything is written."""
    with pytest.raises(ValueError, match=said):
        fresh(id, title, tags)
