"""Every rule on pages that break it and pages that keep it.

`cases/<rule>/<case>.md` is a page that says at its end what the rule must find in it, a comment a finding:

    <!-- expect: LINE:COLUMN message -->

A case without such a comment must have no finding of the rule. Where `<case>.fixed.md` lies beside it, that is the page
after `--fix`.
"""

import re
from pathlib import Path

import pytest

from generator.checking.fixing import apply_fixes
from generator.checking.parts import HubFacts, NotGathered
from generator.checking.registry import Rule
from generator.checking.rules import RULES
from generator.checking.view import PageView
from generator.config import Config
from tests.pages import read

CASES = Path(__file__).parent / "cases"
EXPECT = re.compile(r"<!-- expect: (\d+:\d+) (.+?) -->")

FACTS = HubFacts(
    hub=Config().hub,
    templates=frozenset({"hub1"}),
    titles={
        "megengine_vision_resnet": "ResNet",
        "megengine_vision_retinanet": "RetinaNet",
        "megengine_vision_faster_rcnn": "Faster R-CNN",
    },
    entries={
        "megengine/models": frozenset(
            {"resnet18", "resnet50", "retinanet_res50_coco_3x_800size", "faster_rcnn_res50_coco_3x_800size"}
        )
    },
    repositories={
        "megengine/models": frozenset({"megengine_vision_resnet", "megengine_vision_retinanet"}),
        "acme/one-page": frozenset({"acme_vision_x"}),
    },
)
"""The hub that every case belongs to."""

FILES = sorted(path for path in CASES.glob("*/*.md") if not path.name.endswith(".fixed.md"))
BY_NAME = {rule.name: rule for rule in RULES}


def _findings(rule: Rule, text: str, path: Path) -> list[str]:
    view = PageView(read(text, str(path)), FACTS)
    return [f"{finding.line}:{finding.column} {finding.message}" for finding in rule.check(view)]


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_rule_finds_what_the_page_says(path: Path) -> None:
    """Neither less nor more, at its line and column, in these words."""
    text = path.read_text(encoding="utf-8")
    expected = [f"{place} {message}" for place, message in EXPECT.findall(text)]
    assert sorted(_findings(BY_NAME[path.parent.name], text, path)) == sorted(expected)


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_fix_gives_the_page_that_lies_beside(path: Path) -> None:
    """A fix mends what it says and touches nothing else; fixed twice is fixed once."""
    rule, text = BY_NAME[path.parent.name], path.read_text(encoding="utf-8")
    fixed_path = path.with_suffix(".fixed.md")
    expected = fixed_path.read_text(encoding="utf-8") if fixed_path.exists() else text
    fixed = _fix(rule, text, path)
    assert fixed == expected
    assert _fix(rule, fixed, path) == fixed


def test_rules_that_look_at_the_hub_say_so() -> None:
    """What they look at is gathered for them alone: another rule that looks raises an error here."""
    bare = HubFacts(FACTS.hub, FACTS.templates, NotGathered(), NotGathered(), NotGathered())
    for path in FILES:
        rule = BY_NAME[path.parent.name]
        if not rule.needs_hub:
            list(rule.check(PageView(read(path.read_text(encoding="utf-8"), path.name), bare)))


@pytest.mark.parametrize("name", sorted(BY_NAME))
def test_every_rule_has_a_bad_and_a_good_page_and_documentation(name: str) -> None:
    """A rule without either case is not known to work."""
    texts = [path.read_text(encoding="utf-8") for path in FILES if path.parent.name == name]
    assert any(EXPECT.search(text) for text in texts)
    assert any(not EXPECT.search(text) for text in texts)
    documentation = BY_NAME[name].text.documentation
    assert "\nBad:" in documentation
    assert "\nGood:" in documentation
    if BY_NAME[name].fixable:
        assert any((CASES / name).glob("*.fixed.md"))


def test_every_case_belongs_to_a_rule() -> None:
    """A folder that no rule is named after is never looked at."""
    assert {path.name for path in CASES.iterdir()} == set(BY_NAME)


def _fix(rule: Rule, text: str, path: Path) -> str:
    view = PageView(read(text, str(path)), FACTS)
    return apply_fixes(text, [finding.fix for finding in rule.check(view) if finding.fix])
