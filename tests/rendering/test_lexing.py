"""The tokens of code, found sooner than Pygments finds them, and the same."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pygments.lexers.python import PythonLexer

from generator.rendering import lexing
from generator.rendering.highlight import highlight
from generator.rendering.lexing import tokens_of
from tests.kernels import ROOT

LEXER = PythonLexer(stripnl=False, ensurenl=False)
CODE = [path.read_text(encoding="utf-8") for path in sorted((ROOT / "generator").rglob("*.py"))]
MARKS = "\"'\\{}()[]#\n\t fFrRbBuUtT0xX1_.:,@!=<>\u732b\u017f\u212a\u0130"
"""What tokens begin and end with; the last three are letters of ASCII in another case."""


def same(code: str) -> bool:
    """Whether the tokens are those of Pygments."""
    return list(tokens_of(LEXER, code)) == list(LEXER.get_tokens_unprocessed(code))


def test_tokens_of_real_code_are_the_same() -> None:
    """Of all code of this program, whole and begun anywhere."""
    chance = random.Random(7)
    assert all(map(same, CODE))
    assert all(same(code[chance.randrange(len(code)) :][:2000]) for code in CODE)


@settings(max_examples=300, deadline=None, derandomize=True)
@given(st.text(alphabet=MARKS, max_size=60), st.sampled_from(CODE), st.integers(0, 500))
def test_tokens_of_broken_code_are_the_same(noise: str, code: str, at: int) -> None:
    """Strings that never end, brackets that do not fit, characters that are no Python."""
    assert same(noise)
    assert same(code[:at] + noise + code[at : at + 500])


def test_few_rules_are_tried() -> None:
    """Else it would not be sooner: of a name, and of a space, at most a third of all that there are."""
    of_char, of_others = lexing._tables(PythonLexer)["root"]
    assert len(of_char[ord(" ")]) * 3 < len(of_others) > len(of_char[ord("q")]) * 3


def test_patterns_that_cannot_be_read_are_tried_everywhere(monkeypatch: pytest.MonkeyPatch) -> None:
    """As on a Python that no longer tells what is in a pattern."""
    monkeypatch.setattr(lexing, "_parser", None)
    of_char, of_others = lexing._table(LEXER._tokens["root"])
    assert all(list(rules) == list(of_others) for rules in of_char)


def test_other_languages_are_coloured_as_ever() -> None:
    """By Pygments alone."""
    assert '<span class="' in highlight("ls -l # list", "bash")
    assert highlight("<x>", "no language") == "&lt;x&gt;"
