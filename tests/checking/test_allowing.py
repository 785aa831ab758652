"""`check: allow`: one rule, one place, one reason."""

import pytest

from generator.checking.page import check
from generator.checking.parts import Finding, HubFacts
from generator.checking.registry import Rule
from generator.checking.rules.front_matter import unknown_tag
from generator.checking.view import PageView
from generator.config import Config
from tests.pages import a_page, line_of, read

FACTS = HubFacts(Config().hub, frozenset({"hub1"}), {}, {})


def unknown_template(view: PageView):  # type: ignore[no-untyped-def]
    """Find the word `bad`, wherever it stands; named after a rule that exists, so that it can be allowed."""
    for number, line in enumerate(view.lines, start=1):
        if "bad" in line and "check:" not in line:
            yield Finding(number, "bad")


BAD = Rule(unknown_template)
ALLOW = '<!-- check: allow unknown-template reason="quoted from a paper" -->'


def found(text: str, *rules: Rule) -> list[tuple[int, str]]:
    """Line and rule of each finding."""
    return [(finding.line, finding.rule) for finding in check([read(text)], FACTS, rules or [BAD])]


def test_allowance_speaks_for_the_block_below() -> None:
    """For all of a paragraph, and for nothing after it."""
    text = a_page(zh=f"{ALLOW}\nbad one\nbad two\n\nbad three")
    assert found(text) == [(line_of(text, "bad three"), "unknown-template")]


def test_allowance_speaks_for_a_whole_fence() -> None:
    """Also across blank lines of the code, and with a blank line between."""
    text = a_page(zh=f"{ALLOW}\n\n```python\nbad = 1\n\nbad = 2\n```\n\nbad three")
    assert found(text) == [(line_of(text, "bad three"), "unknown-template")]


def test_allowances_may_be_stacked() -> None:
    """Two rules for the same block."""
    other = '<!-- check: allow unknown-tag reason="not yet named" -->'
    text = a_page(zh=f"{ALLOW}\n{other}\nbad one")
    assert found(text, BAD, Rule(unknown_tag)) == [(line_of(text, "allow unknown-tag"), "unused-allow")]


def test_allowance_in_front_matter_is_a_yaml_comment() -> None:
    """HTML means nothing there."""
    text = a_page(tags=["vison"]).replace("tags:", '# check: allow unknown-tag reason="to come"\ntags:')
    assert found(text, Rule(unknown_tag)) == []


def test_allowance_that_is_not_needed_any_more_is_told() -> None:
    """So that they go when the mistake goes."""
    text = a_page(zh=f"{ALLOW}\ngood")
    assert found(text) == [(line_of(text, "check:"), "unused-allow")]


def test_allowance_of_another_rule_that_was_not_asked_is_left_alone() -> None:
    """Running one rule says nothing of the others."""
    assert found(a_page(zh=f"{ALLOW}\ngood"), Rule(unknown_tag)) == []


def test_malformed_allowance_is_told_with_the_form() -> None:
    """A reason is part of it, and the rule must exist."""
    for comment in ("<!-- check: allow unknown-template -->", "<!-- check: off -->"):
        text = a_page(zh=f"{comment}\nbad")
        assert (line_of(text, "check:"), "bad-allow") in found(text)
    (finding,) = check([read(a_page(zh=ALLOW.replace("unknown-template", "unknown-templat")))], FACTS, [BAD])
    assert finding.message == "there is no rule 'unknown-templat': did you mean unknown-template?"


@pytest.mark.parametrize(
    "comment",
    [
        '<!-- chekc: allow unknown-template reason="x" -->',
        '<!-- check: alow unknown-template reason="x" -->',
        '<!-- check allow unknown-template reason="x" -->',
        '<!-- Check: allow unknown-template reason="x" -->',
        '<!-- check：allow unknown-template reason="x" -->',
        "<!-- check: allow unknown-template reason='x' -->",
        '<!-- check: allow unknown-template reason="x" --> bad',
        '<!-- check: allow unknown-template\n     reason="x" -->',
        '<!-- check: allow unknown-template reason="x"',
        "<!-- checks: ignore unknown-template -->",
        '<!- check: allow unknown-template reason="x" -->',
    ],
)
def test_what_was_meant_as_an_allowance_is_told(comment: str) -> None:
    """It allows nothing, and its author believes that it does."""
    text = a_page(zh=f"正文\n\n{comment}\nbad -->")
    (told,) = [finding for finding in check([read(text)], FACTS, [BAD]) if finding.rule == "bad-allow"]
    assert told.line == line_of(text, "unknown-template")
    assert 'write <!-- check: allow RULE reason="…" -->' in told.message


@pytest.mark.parametrize("comment", ["# chekc: allow unknown-tag reason=x", "# check allow unknown-tag", "# check： x"])
def test_what_was_meant_as_an_allowance_in_front_matter_is_told(comment: str) -> None:
    """In the form that YAML has for it."""
    text = a_page(tags=["vison"]).replace("tags:", f"{comment}\ntags:")
    (told,) = [finding for finding in check([read(text)], FACTS, [Rule(unknown_tag)]) if finding.rule == "bad-allow"]
    assert told.line == line_of(text, comment)


@pytest.mark.parametrize(
    "comment",
    [
        "<!-- checked: 2024-05-01 -->",
        "<!-- check the links again -->",
        "<!-- checkpoints: allow a day for them -->",
        "<!-- checks allow lists -->",
        "<!-- cheque: allow three days -->",
        "<!-- the rule check: allow is explained elsewhere -->",
        "`<!-- chekc: allow x -->`",
    ],
)
def test_comment_that_only_looks_like_an_allowance_is_left_alone(comment: str) -> None:
    """An author may write about checking."""
    assert found(a_page(zh=f"{comment}\n\n正文")) == []


def test_allowance_inside_a_fence_is_code() -> None:
    """A page may show how it is written."""
    text = a_page(zh=f"```html\n{ALLOW}\n```\nbad")
    assert found(text) == [(line_of(text, "bad", 1), "unknown-template")]


def test_code_in_a_quote_or_by_indentation_is_code_too() -> None:
    """An allowance shown in it allows nothing, and one above it speaks for all of it."""
    shown = f"> ~~~html\n> {ALLOW}\n> ~~~\n\n    {ALLOW}\n\nbad"
    text = a_page(zh=shown)
    assert found(text) == [(line_of(text, "bad", 1), "unknown-template")]
    text = a_page(zh=f"> words\n\n{ALLOW}\n\n> ```\n> bad\n>\n> bad\n> ```\n> bad too")
    assert found(text) == [(line_of(text, "bad too"), "unknown-template")]
