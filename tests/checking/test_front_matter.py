"""Front matter against the hub it belongs to."""

import pytest

from generator.checking.page import check
from generator.checking.parts import HubFacts
from generator.checking.rules import RULES
from generator.config import Config
from tests.pages import a_page, line_of, read

FACTS = HubFacts(Config().hub, frozenset({"hub1", "hub2"}), {}, {})
ERRORS = [rule for rule in RULES if rule.severity == "error"]


def findings(text: str) -> list[tuple[int, str, str]]:
    """Line, rule and message of each error."""
    return [(finding.line, finding.rule, finding.message) for finding in check([read(text)], FACTS, ERRORS)]


def test_sound_page_has_no_findings() -> None:
    """Nothing is said where nothing is wrong."""
    assert findings(a_page("print(x)", template="hub2", tags=["vision", "nlp"])) == []


def test_unknown_template_is_reported_with_the_nearest() -> None:
    """At the line of the key."""
    text = a_page(template="hub11")
    assert findings(text) == [
        (line_of(text, "template:"), "unknown-template", "there is no template 'hub11': did you mean hub1?")
    ]


def test_unknown_tag_is_reported_with_the_nearest() -> None:
    """A tag needs a name in every language."""
    text = a_page(tags=["vison", "detection"])
    ((line, rule, message),) = findings(text)
    assert (line, rule) == (line_of(text, "tags:"), "unknown-tag")
    assert "did you mean vision?" in message


@pytest.mark.parametrize("link", ["javascript:alert(1)", "github.com/x", "ftp://x.org/", "'https://'", "https://[x"])
def test_link_that_leads_nowhere_is_reported(link: str) -> None:
    """Only web pages can be linked to from a card."""
    text = a_page(link=link)
    assert [(line, rule) for line, rule, _ in findings(text)] == [(line_of(text, "github-link:"), "bad-github-link")]


def test_summary_of_a_written_language_is_needed() -> None:
    """A card without a summary has nothing to say in the index."""
    text = a_page().replace("    en_US: A tiny model\n", "")
    assert [(line, rule) for line, rule, _ in findings(text)] == [(line_of(text, "summary:"), "missing-summary")]


def test_summary_of_an_unknown_language_is_reported() -> None:
    """It would be shown nowhere."""
    text = a_page().replace("    en_US: A tiny model\n", "    en_US: A tiny model\n    en_UK: A tiny model\n")
    ((_, rule, message),) = findings(text)
    assert rule == "missing-summary"
    assert "did you mean en_US?" in message
