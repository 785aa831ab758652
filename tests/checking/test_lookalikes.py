"""What Python says of a character that is none of its own, and what to write."""

import pytest

from generator.checking.lookalikes import instead_of


@pytest.mark.parametrize(
    ("code", "plain"),
    [
        ("print（1）", "("),
        ("f(1， 2)", ","),
        ("f(“a”)", '"'),
        ("f(1、2)", ","),
        ("x：int", ":"),
        ("x −1", "-"),
        ("x\u00a0= 1", "a space"),
        ("x = 1\u3000", "a space"),
        ("x = 😀", ""),
        ("x = \u200b1", ""),
        ("x = (1", ""),
    ],
)
def test_ascii_for_characters_that_look_like_it(code: str, plain: str) -> None:
    """By the message that Python itself gives."""
    with pytest.raises(SyntaxError) as caught:
        compile(code, "page.md", "exec")
    assert instead_of(caught.value.msg) == plain
