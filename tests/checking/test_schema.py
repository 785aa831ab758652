"""The schema and the reader say the same of a head."""

from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from generator.checking.page import check
from generator.checking.parts import HubFacts
from generator.checking.rules import front_matter, stated
from generator.checking.schema import front_matter_schema
from generator.config import Config
from generator.model.front_matter import KEYS
from generator.model.page import Page, Section, Snippet
from generator.reading.front_matter import read_front_matter, split_front_matter
from tests.pages import a_page

HUB = Config().hub
FACTS = HubFacts(HUB, frozenset({"hub1"}), {}, {})
SCHEMA = front_matter_schema(HUB, FACTS.templates)
VALIDATOR = Draft202012Validator(SCHEMA)

FOLDER = Path(__file__).parent.parent
BAD_PAGES = sorted((FOLDER / "reading" / "bad_pages").glob("*.md"))
GOOD_PAGES = sorted((FOLDER.parent / "hub_pages").glob("*.md"))

NOT_IN_A_SCHEMA = {"yaml-alias", "yaml-syntax", "duplicate-key", "deep-nesting", "several-lines"}
"""What is wrong with the YAML and not with the values it stands for."""

GOOD_HEAD: dict[str, Any] = {
    "template": "hub1",
    "title": "Tiny",
    "summary": {"zh_CN": "小模型", "en_US": "A tiny model"},
    "author": "Somebody",
    "tags": ["vision"],
    "github-link": "https://github.com/megengine/models",
}


def is_read(head: str) -> bool:
    """Whether reading and the rules that are errors let a head pass."""
    read, findings = read_front_matter(head, "tiny.md")
    if read is None:
        return False
    assert all(finding.severity == "warning" for finding in findings)
    sections = tuple(Section(language.code, 1, "", ()) for language in HUB.languages if language.required)
    page = Page("tiny", "tiny.md", read, Snippet("", 1), sections, head, ())
    rules = (*front_matter.RULES, *stated.RULES)
    return not check([page], FACTS, [rule for rule in rules if rule.severity == "error"])


def head_of(path: Path) -> str | None:
    """The YAML of a page's head, where it has one that is YAML and no finding of a kind that no schema can make."""
    try:
        text = path.read_bytes().removeprefix(b"\xef\xbb\xbf").decode("utf-8").replace("\r\n", "\n")
    except UnicodeDecodeError:
        return None
    head, _, findings = split_front_matter(text, path.name)
    if findings or any(finding.rule in NOT_IN_A_SCHEMA for finding in read_front_matter(head, path.name)[1]):
        return None
    try:
        yaml.safe_load(head)
    except yaml.constructor.ConstructorError:  # a tag that names code is no value
        return None
    return head


def test_schema_is_a_schema() -> None:
    """Of the draft that it names."""
    assert SCHEMA["$schema"] == Draft202012Validator.META_SCHEMA["$id"]
    Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("path", [path for path in BAD_PAGES if head_of(path) is not None], ids=lambda path: path.stem)
def test_schema_judges_the_head_of_a_bad_page_as_the_reader_does(path: Path) -> None:
    """A page whose body is bad may have a good head."""
    head = head_of(path)
    assert head is not None
    assert VALIDATOR.is_valid(yaml.safe_load(head)) == is_read(head)


def test_bad_pages_have_enough_bad_heads() -> None:
    """Agreement on good heads alone would say little."""
    heads = [head for path in BAD_PAGES if (head := head_of(path)) is not None]
    assert sum(not is_read(head) for head in heads) >= 10
    assert sum(is_read(head) for head in heads) >= 10


@pytest.mark.parametrize("path", GOOD_PAGES, ids=lambda path: path.stem)
def test_schema_accepts_the_head_of_a_page_of_this_hub(path: Path) -> None:
    """And so does the reader."""
    head = head_of(path)
    assert head is not None
    assert is_read(head)
    VALIDATOR.validate(yaml.safe_load(head))


@pytest.mark.parametrize(
    "change",
    [
        {},
        {"template": "hub2"},
        {"template": 1},
        {"title": ""},
        {"title": " \t"},
        {"title": ["Tiny"]},
        {"title": "真好：一个标题"},
        {"summary": "tiny"},
        {"summary": {}},
        {"summary": {"en_US": "tiny"}},
        {"summary": {"zh_CN": "小模型"}},
        {"summary": {"zh_CN": "小模型", "en_UK": "tiny"}},
        {"summary": {"zh_CN": "小模型", "en_US": ""}},
        {"summary": {"zh_CN": 7}},
        {"author": None},
        {"tags": []},
        {"tags": ["vison"]},
        {"tags": ["vision", "vision"]},
        {"tags": ["vision", "nlp"]},
        {"tags": ["vision", None]},
        {"tags": "vision"},
        {"tags": {"vision": "detection"}},
        {"github-link": "github.com/x"},
        {"github-link": "javascript:alert(1)"},
        {"github-link": "https://"},
        {"github-link": "https:///x"},
        {"github-link": "https://[x"},
        {"github-link": "https://x.org/a b"},
        {"github-link": " https://x.org/a "},
        {"github-link": "HTTP://x.org:8080?a#b"},
        {"github-link": "https://:80/"},
        {"github-link": "https://me@x.org/"},
        {"license": "Apache-2.0"},
        {"license": "GPL-3.0-only"},
        {"license": "Apache-2.0+"},
        {"license": "LicenseRef-Mine"},
        {"license": "MIT OR (Apache-2.0 AND BSD-3-Clause)"},
        {"license": "GPL-2.0-only WITH Classpath-exception-2.0"},
        {"license": "MIT Apache-2.0"},
        {"license": "MIT OR"},
        {"license": ""},
        {"license": ["MIT"]},
        {"weights-license": "MIT"},
        {"license": "MIT", "weights-license": "CC-BY-4.0"},
        {"license": "MIT", "weights-license": "free to use"},
        {"license": "TODO: whose licence"},
        {"task": "vision"},
        {"task": "vison"},
        {"task": ["vision"]},
        {"datasets": ["ImageNet"]},
        {"datasets": []},
        {"datasets": "ImageNet"},
        {"datasets": [1]},
        {"datasets": ["a"] * 21},
        {"metrics": [{"name": "mAP", "dataset": "COCO"}]},
        {"metrics": [{"name": "mAP", "dataset": "COCO", "column": "AP", "better": "higher"}]},
        {"metrics": [{"name": "mAP", "dataset": "COCO", "better": "more"}]},
        {"metrics": [{"name": "mAP"}]},
        {"metrics": [{"name": "mAP", "dataset": ""}]},
        {"metrics": [{"name": "mAP", "dataset": "COCO"}, {"name": "mAP", "dataset": "COCO"}]},
        {"metrics": [{"name": "mAP", "dataset": "COCO"}, {"name": "mAP", "dataset": "LVIS"}]},
        {"metrics": [{"name": "mAP", "dataset": str(number)} for number in range(21)]},
        {"metrics": [{"name": "mAP", "dataset": "COCO", "value": 38.8}]},
        {"metrics": ["mAP"]},
        {"metrics": {"name": "mAP", "dataset": "COCO"}},
        {"metrics": []},
        {"image": "cat.png"},
        {"image-credit": "Photo by A. Author"},
        {"image": "cat.png", "image-credit": ""},
        {"colour": "red"},
        {"colour": {"red": [1, 2]}},
    ],
    ids=str,
)
def test_schema_and_reader_agree_on_a_value(change: dict[str, Any]) -> None:
    """Whatever stands there."""
    head = GOOD_HEAD | change
    assert VALIDATOR.is_valid(head) == is_read(yaml.safe_dump(head, allow_unicode=True))


@pytest.mark.parametrize("name", GOOD_HEAD)
def test_keys_of_every_page_are_required(name: str) -> None:
    """Leaving one out, or misspelling it, is refused by both."""
    without = {key: value for key, value in GOOD_HEAD.items() if key != name}
    for head in (without, without | {f"{name}s": GOOD_HEAD[name]}):
        assert not VALIDATOR.is_valid(head)
        assert not is_read(yaml.safe_dump(head, allow_unicode=True))


def test_test_page_and_table_name_the_same_keys() -> None:
    """In the same order; the test page has those that every page has."""
    head, _, _ = split_front_matter(a_page(), "tiny.md")
    assert [key.name for key in KEYS if key.is_required] == list(yaml.safe_load(head)) == SCHEMA["required"]
    assert [key.name for key in KEYS] == list(SCHEMA["properties"])


def test_every_key_says_what_belongs_there() -> None:
    """With an example of the right kind."""
    for key in KEYS:
        described = SCHEMA["properties"][key.name]
        assert described["description"] == key.description
        assert Draft202012Validator(described).is_valid(described["examples"][0])


def test_a_tag_is_described_in_every_language() -> None:
    """So that an editor shows what it means."""
    tags = {tag["const"]: tag["description"] for tag in SCHEMA["properties"]["tags"]["items"]["oneOf"]}
    assert list(tags) == list(HUB.tags)
    assert tags["vision"] == "视觉 · Vision"
