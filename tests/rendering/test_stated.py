"""What front matter states stands on cards, in lists and in what programs read; nothing is read out of prose."""

import json
from dataclasses import replace

import pytest
from jsonschema import Draft202012Validator

from generator.config import Config
from generator.model.page import Page
from generator.rendering.cards import show
from generator.rendering.environment import load_templates
from generator.rendering.records import record_of
from generator.rendering.search import search_documents
from generator.rendering.stated import licence_parts, licence_text, licence_url
from generator.rendering.template_folders import template_folders
from tests.pages import a_page, read
from tests.rendering.sites import ROOT, Elements, a_site

HUB = replace(Config().hub, base_url="https://hub.example.org/")
PROSE = "代码采用MIT许可证，在COCO上训练。The code is under the MIT licence, trained on COCO."
STATED = """\
license: Apache-2.0
weights-license: LicenseRef-OpenRAIL
task: detection
datasets: [ImageNet V2, COCO]
metrics:
    - {name: mAP, dataset: COCO val2017, column: mAP (%)}
    - {name: Top-1, dataset: ImageNet V2}
"""
TABLE = "| {} | mAP{} |\n| --- | ---: |\n| `small_net` | 38.8 |\n| {} | 40.10 |\n"
ZH, EN = TABLE.format("入口", "（%）", "大"), TABLE.format("Entry", " (%)", "large")


def stating(name: str = "acme_vision_tiny", stated: str = STATED) -> Page:
    """A page with a table of results, and prose that names another licence and data set."""
    text = a_page(tags=["vision", "detection"], stated=stated, zh=f"{PROSE}\n\n{ZH}", en=f"{PROSE}\n\n{EN}")
    return read(text, f"{name}.md")


SITE = a_site(stating(), read(a_page(zh=PROSE, en=PROSE), "acme_vision_bare.md"), hub=HUB)


def meta(name: str) -> dict[str, object]:
    """What programs are told of a page."""
    found: dict[str, object] = json.loads(SITE[f"api/v1/models/{name}.json"])["meta"]
    return found


def linked(path: str) -> dict[str, object]:
    """What search engines are told of a card."""
    data = SITE[path].partition('<script type="application/ld+json">')[2].partition("</script>")[0]
    found: dict[str, object] = json.loads(data)["@graph"][0]
    return found


@pytest.mark.parametrize(
    ("path", "head", "facts"),
    [
        ("zh", "代码：Apache-2.0 · 权重：OpenRAIL", ["最佳 · COCO val2017 · 大", "数据集", "代码许可证", "权重许可证"]),
        ("en", "Code: Apache-2.0 · Weights: OpenRAIL", ["best in the table · COCO val2017 · large", "Data sets"]),
    ],
)
def test_card_shows_what_is_stated(path: str, head: str, facts: list[str]) -> None:
    """In its head and beside it, in its own language's words; licences and data sets lead somewhere."""
    html = SITE[f"{path}/models/acme_vision_tiny/index.html"]
    card = Elements(html)
    assert head in card.text
    beside = Elements(html.partition('id="Facts"')[2])
    assert "40.10%" in beside.text
    assert all(fact in beside.text for fact in facts)
    assert "https://spdx.org/licenses/Apache-2.0.html" in beside.attributes("a", "href")
    for place in ("datasets/imagenet-v2/", "datasets/coco/"):
        assert f"../../../{path}/{place}" in beside.attributes("a", "href")
        assert f"{path}/{place}index.html" in SITE


def test_nothing_is_read_out_of_prose() -> None:
    """A page that states nothing has no licence and no data set, whatever its words say."""
    for path in ("zh", "en"):
        card = SITE[f"{path}/models/acme_vision_bare/index.html"]
        assert "spdx.org" not in card
        assert not linked(f"{path}/models/acme_vision_bare/index.html").keys() & {"license", "hasPart", "mentions"}
    assert {key: meta("acme_vision_bare")[key] for key in ("license", "weightsLicense", "datasets", "metrics")} == {
        "license": None,
        "weightsLicense": None,
        "datasets": [],
        "metrics": [],
    }
    assert meta("acme_vision_bare")["task"] == "vision"
    assert "en/licenses/mit/index.html" not in SITE


def test_weights_of_which_nothing_is_stated_are_told_so() -> None:
    """A reader must not take the code's licence for theirs."""
    site = a_site(stating(stated="license: MIT"))
    assert "Code: MIT · Weights: not stated" in Elements(site["en/models/acme_vision_tiny/index.html"]).text
    assert "代码：MIT · 权重：未注明" in Elements(site["zh/models/acme_vision_tiny/index.html"]).text


def test_programs_are_told_what_is_stated() -> None:
    """With every figure of the columns that are named; a metric without its column is left out."""
    told = meta("acme_vision_tiny")
    figures = [{"row": "small_net", "value": 38.8}, {"row": "大", "value": 40.1}]
    assert {key: told[key] for key in ("license", "weightsLicense", "task", "datasets", "metrics")} == {
        "license": "Apache-2.0",
        "weightsLicense": "LicenseRef-OpenRAIL",
        "task": "detection",
        "datasets": ["ImageNet V2", "COCO"],
        "metrics": [
            {
                "name": "mAP",
                "dataset": "COCO val2017",
                "unit": "%",
                "better": "higher",
                "best": figures[1],
                "figures": figures,
            }
        ],
    }
    assert told in json.loads(SITE["api/v1/models.json"])["models"]
    schema = Draft202012Validator(json.loads(SITE["api/v1/schema.json"]))
    answer = json.loads(SITE["api/v1/models/acme_vision_tiny.json"])
    schema.validate(answer)
    answer["meta"]["metrics"][0]["figures"] = []
    assert not schema.is_valid(answer)


def test_search_engines_are_told_what_is_stated() -> None:
    """The weights are a part with a licence of its own."""
    told = linked("en/models/acme_vision_tiny/index.html")
    assert told["license"] == "https://spdx.org/licenses/Apache-2.0.html"
    own = {"@type": "CreativeWork", "name": "OpenRAIL"}
    assert told["hasPart"] == [{"@type": "CreativeWork", "name": "Tiny weights", "license": own}]
    assert told["mentions"] == [{"@type": "Dataset", "name": "ImageNet V2"}, {"@type": "Dataset", "name": "COCO"}]
    several = a_site(stating(stated="license: MIT OR ISC"), hub=HUB)["en/models/acme_vision_tiny/index.html"]
    assert '"license":{"@type":"CreativeWork","name":"MIT OR ISC"}' in several


def test_markdown_and_llms_txt_name_the_licence() -> None:
    """In the words of their language."""
    assert (
        "- 代码许可证：Apache-2.0\n- 权重许可证：OpenRAIL\n- 数据集：ImageNet V2、COCO\n"
        in (SITE["zh/models/acme_vision_tiny/index.md"])
    )
    assert (
        "- Code licence: Apache-2.0\n- Weights licence: OpenRAIL\n- Data sets: ImageNet V2, COCO\n"
        in (SITE["en/models/acme_vision_tiny/index.md"])
    )
    assert "index.md): 小模型；尚未运行；代码许可证：Apache-2.0\n" in SITE["llms.txt"]
    assert "index.md): A tiny model; Not run yet; Code licence: Apache-2.0\n" in SITE["llms.txt"]
    assert "en/models/acme_vision_bare/index.md): A tiny model; Not run yet\n" in SITE["llms.txt"]


def test_search_finds_what_is_stated() -> None:
    """By the names of licences and data sets, and by the task's in every language."""
    for document in search_documents([show(stating(), {})], HUB):
        for word in ("Apache-2.0", "OpenRAIL", "ImageNet V2", "detection", "检测"):
            assert word in document.html


def test_record_keeps_what_lists_need() -> None:
    """Of a page with all of it."""
    record = record_of(show(stating(), {}), HUB, load_templates(template_folders(ROOT)), 0, None)
    assert (record.license, record.weights_license, record.task) == ("Apache-2.0", "OpenRAIL", "detection")
    assert record.datasets == ("ImageNet V2", "COCO")
    (results,) = record.results
    assert (results.name, results.best.text, results.best.value) == ("mAP", "40.10", 40.1)


def test_row_names_the_licences() -> None:
    """Where its page states them, and nowhere else."""
    row = SITE["en/index.html"].split("acme_vision_tiny/")[1].split("<h3>")[0]
    assert "<li>Code: Apache-2.0</li>" in row
    assert "<li>Weights: OpenRAIL</li>" in row
    assert SITE["en/index.html"].count("<li>Code: ") == 1


def filters(site: dict[str, str]) -> dict[str, list[str]]:
    """What the English index can be narrowed by: kind to values."""
    found: dict[str, list[str]] = {}
    for each in Elements(site["en/index.html"]).attributes("a", "data-filter"):
        kind, _, value = each.partition("=")
        found.setdefault(kind, []).append(value)
    return found


def test_lists_can_be_narrowed_by_licence_and_data_set() -> None:
    """Names that differ in case alone are one; a licence that not all models state is worth a choice."""
    other = stating("acme_vision_other", "license: MIT\ndatasets: [imagenet v2]")
    found = filters(a_site(stating(), other, read(a_page(), "acme_vision_bare.md")))
    assert found["license"] == ["apache-2.0", "mit"]
    assert found["dataset"] == ["coco", "imagenet-v2"]
    assert filters(SITE)["license"] == ["apache-2.0"]


def test_no_choice_says_what_another_says() -> None:
    """Nor is there one that narrows nothing; the lists are there all the same."""
    site = a_site(stating(), stating("acme_vision_other"))
    assert filters(site) == {}
    for place in ("licenses/apache-2.0", "tags/detection", "tasks/detection"):
        page = Elements(site[f"en/{place}/index.html"])
        assert page.attributes("a", "aria-current").count("page") >= 1


def test_licence_is_taken_apart_into_what_can_be_looked_up() -> None:
    """Licences lead to their texts; what joins them, exceptions and licences of one's own lead nowhere."""
    parts = licence_parts("(MIT OR Apache-2.0+) AND GPL-2.0-only WITH Classpath-exception-2.0 AND LicenseRef-Own")
    assert "".join(part.text for part in parts) == (
        "(MIT OR Apache-2.0+) AND GPL-2.0-only WITH Classpath-exception-2.0 AND Own"
    )
    assert {part.text: part.url for part in parts if part.url} == {
        "MIT": "https://spdx.org/licenses/MIT.html",
        "Apache-2.0+": "https://spdx.org/licenses/Apache-2.0.html",
        "GPL-2.0-only": "https://spdx.org/licenses/GPL-2.0-only.html",
    }
    assert licence_url("MIT OR ISC") == licence_url("LicenseRef-Own") == licence_url("") == ""


@pytest.mark.parametrize("text", ["", "TODO: the licence", "<b>", "许可证", "a\0b"])
def test_what_is_no_licence_is_not_shown(text: str) -> None:
    """A page with one is published where its owner has the rule off."""
    assert licence_text(text) == ""
    site = a_site(read(a_page(stated=f"license: {json.dumps(text or 'TODO: x')}")))
    assert "Code:" not in Elements(site["en/models/tiny/index.html"]).text
    assert json.loads(site["api/v1/models/tiny.json"])["meta"]["license"] is None
