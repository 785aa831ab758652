"""Expected outputs rewritten to what was printed, and nothing else."""

from collections.abc import Sequence

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from generator.scripts.comparing import tidy
from generator.scripts.expectations import mismatch
from generator.scripts.planning import plan
from generator.scripts.updating import PrintedOutput, update_outputs
from tests.pages import a_page, line_of, read

SNIPPET = "```python\nprint(x)\n```"


def updated(source: str, *printed: str) -> str:
    """The page after its snippets with an expected output printed this, in order."""
    page = read(source)
    (script,) = plan([page])
    snippets = [snippet for snippet in script.snippets if snippet.expected]
    outputs = [
        PrintedOutput(snippet.expected, snippet.expected_lines.values(), text)
        for snippet, text in zip(snippets, printed, strict=True)
        if snippet.expected
    ]
    return update_outputs(page, outputs)


def a_fence(text: str, marks: str = "```") -> str:
    """An expected output with this text."""
    lines = f"{text}\n" if text else ""
    return f"<!-- verify: output -->\n{marks}text\n{lines}{marks}"


def with_output(*fences: str) -> str:
    """A page in one language, in which each of these stands below a snippet."""
    return a_page(en=None, zh="\n\n".join(f"{SNIPPET}\n\n{fence}" for fence in fences) + "\n\n结束")


def test_text_that_does_not_match_is_replaced() -> None:
    """By all that was printed, without the blank lines around it; the words around the fence stay."""
    assert updated(with_output(a_fence("1")), "\n2  \n\n3\n\n") == with_output(a_fence("2\n\n3"))


def test_text_that_still_matches_is_left_alone() -> None:
    """With its ellipses, its rounded numbers and its blank lines, beside one that is rewritten."""
    kept = a_fence("\nloss ...\nscore 0.9\n")
    after = updated(with_output(kept, a_fence("1"), kept), "loss 3\nscore 0.90001", "2", "loss 4\nscore 0.9")
    assert after == with_output(kept, a_fence("2"), kept)


def test_outputs_of_other_lengths_do_not_move_each_other() -> None:
    """Each lands in its own fence, in whatever order they are told."""
    source = with_output(a_fence("1"), a_fence("a\nb\nc"), a_fence(""), a_fence("2"))
    assert updated(source, "1\n1\n1", "", "x", "y\ny") == with_output(
        a_fence("1\n1\n1"), a_fence(""), a_fence("x"), a_fence("y\ny")
    )


def test_every_language_is_rewritten() -> None:
    """Where languages share a script, its output stands in each of them."""
    source, after = (
        a_page(zh=f"{SNIPPET}\n\n{a_fence(text)}", en=f"Text\n\n{SNIPPET}\n\n{a_fence(text)}") for text in ("1", "2\n3")
    )
    assert updated(source, "2\n3") == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("1. a\n\n   {}\n   ```text\n   1\n   ```\n\n   b", "1. a\n\n   {}\n   ```text\n   2\n\n   3\n   ```\n\n   b"),
        ("- {}\n\n  ~~~text x\n  1\n   ~~~", "- {}\n\n  ~~~text x\n  2\n\n  3\n   ~~~"),
        ("{}\n\n- ```text\n  1\n  ```", "{}\n\n- ```text\n  2\n\n  3\n  ```"),
        ("10. {}\n    - ```text\n      1\n      ```", "10. {}\n    - ```text\n      2\n\n      3\n      ```"),
        ("> {}\n> ```text\n> 1\n> ```", "> {}\n> ```text\n> 2\n>\n> 3\n> ```"),
        (">{}\n>```text\n>1\n>```", ">{}\n>```text\n> 2\n>\n> 3\n>```"),
        ("> - {}\n>   ```text\n>   1\n>   ```", "> - {}\n>   ```text\n>   2\n>\n>   3\n>   ```"),
        ("{}\n  ```text\n1\n```", "{}\n  ```text\n  2\n\n  3\n```"),
        ("{}\n`````text\n1\n``````", "{}\n`````text\n2\n\n3\n``````"),
        ("- item\n\n\t{}\n\t```text\n\t1\n\t```", "- item\n\n\t{}\n\t```text\n\t2\n\n\t3\n\t```"),
    ],
)  # fmt: skip
def test_fence_keeps_its_place_in_lists_and_quotes(before: str, after: str) -> None:
    """Marks, indentation and title as the author wrote them."""
    directive = "<!-- verify: output -->"
    source = a_page(en=None, zh=f"{SNIPPET}\n\n{before.format(directive)}")
    assert updated(source, "2\n\n3") == a_page(en=None, zh=f"{SNIPPET}\n\n{after.format(directive)}")


@pytest.mark.parametrize(
    ("marks", "printed", "longer"),
    [
        ("```", "```", "````"),
        ("```", "a\n  `````python\nb", "``````"),
        ("```", "inline ``` is harmless", "```"),
        ("```", "~~~", "```"),
        ("~~~", "~~~~", "~~~~~"),
        ("~~~~", "~~~", "~~~~"),
    ],
)
def test_fence_becomes_longer_where_the_text_holds_its_marks(marks: str, printed: str, longer: str) -> None:
    """Both of its ends."""
    assert updated(with_output(a_fence("1", marks)), printed) == with_output(a_fence(printed, longer))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("x = 1\n", "x = 1\n\n"),
        ("text\n1", "text\n7"),
        ("text\n1\n", "text\n1\n\n"),
        ("<!-- verify: output -->\n```text\n1\n```\n", ""),
    ],
)
def test_page_that_has_changed_since_is_not_touched(old: str, new: str) -> None:
    """The lines that were read no longer hold what they held: nothing is written over."""
    source = with_output(a_fence("1"))
    (script,) = plan([read(source)])
    expected = script.snippets[1].expected
    assert expected is not None
    assert old in source
    with pytest.raises(ValueError, match=f"line {expected.line} .*verify the page again"):
        update_outputs(read(source.replace(old, new)), [PrintedOutput(expected, [expected.line], "2")])


PRINTED = st.lists(
    st.one_of(
        st.sampled_from(
            ["```", "````", "~~~", "> ", "- a", "\t", "  ", "    x", "...", "0.5", "<!-- section: zh_CN -->"]
        ),
        st.text(max_size=8),
    ),
    max_size=6,
).map("\n".join)


@settings(max_examples=50)
@given(
    st.lists(PRINTED, min_size=2, max_size=2),
    st.sampled_from(["{}", "- {}", "> {}", "1. > {}", ">{}", "-\t{}"]),
    st.sampled_from(["```", "~~~"]),
)
@example(["\ta", "x"], "> {}", "```")
def test_page_reads_back_as_what_was_printed(printed: Sequence[str], place: str, marks: str) -> None:
    """Whatever was printed, wherever the fences stand, and again when nothing has changed."""
    first = place.format("")
    rest = "".join(character if character in ">\t" else " " for character in first)
    fence = "\n".join([f"{first}words", *(rest + line for line in ["", *a_fence("1", marks).split("\n")])])
    before = with_output(fence, fence)
    after = updated(before, *printed)
    texts = [snippet.expected for snippet in plan([read(after)])[0].snippets[1:]]
    for expected, text in zip(texts, printed, strict=True):
        assert expected is not None
        if tidy(text) != "1":
            assert tidy(expected.text) == tidy(text)
        assert mismatch(expected, text) is None
    assert updated(after, *printed) == after
    assert line_of(after, "结束") and after.count("words") >= 2
