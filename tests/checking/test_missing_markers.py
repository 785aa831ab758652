"""One missing line gives one finding, however much follows from it."""

from pathlib import Path

import pytest

from generator.checking.page import check
from generator.checking.parts import HubFacts
from generator.checking.rules import RULES
from generator.config import Config
from generator.reading.hub import read_page
from tests.kernels import ROOT
from tests.pages import LANGUAGES

FACTS = HubFacts(Config().hub, frozenset({"hub1"}), {}, {})
PAGES = sorted((ROOT / "hub_pages").glob("*.md"))


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
@pytest.mark.parametrize(("code", "rule"), [("zh_CN", "missing-section"), ("en_US", "missing-marker")])
def test_page_without_one_of_its_markers_has_one_finding(path: Path, code: str, rule: str) -> None:
    """Where the text of that language begins."""
    marker = f"<!-- section: {code} -->\n\n"
    before, found, after = path.read_text(encoding="utf-8").partition(marker)
    assert found
    page, findings = read_page(before + after, path.name, LANGUAGES)
    findings += check([page], FACTS, RULES) if page else []
    assert [(finding.rule, finding.line, finding.severity) for finding in findings] == [
        (rule, before.count("\n") + 1, "error")
    ]


def test_allowance_is_not_called_unused_beside_a_finding_that_stands_alone() -> None:
    """Nobody asked whether it is needed."""
    path = next(path for path in PAGES if path.stem == "megengine_vision_resnet")
    text = path.read_text(encoding="utf-8").replace("<!-- section: en_US -->\n\n", "")
    allowed = text.replace("### 用途", '<!-- check: allow misspelling reason="quoted" -->\n\n### 用途')
    assert allowed != text
    page, _ = read_page(allowed, path.name, LANGUAGES)
    assert page is not None
    assert [finding.rule for finding in check([page], FACTS, RULES)] == ["missing-marker"]
