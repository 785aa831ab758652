"""What a snippet printed, against what its page says and against what it printed before."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from generator.model.page import ExpectedOutput
from generator.scripts.expectations import Mismatch, mismatch, same_output


def compared(expected: str, printed: str, tolerance: float = 1e-3) -> Mismatch | None:
    """The mismatch of two texts."""
    return mismatch(ExpectedOutput(expected, 1, tolerance), printed)


@pytest.mark.parametrize(
    ("expected", "printed"),
    [
        ("", ""),
        ("cat\n", "cat"),
        ("cat\n", "\n\n  \ncat  \n\t\n"),
        ("\n\ncat", "cat\n"),
        ("cat   \ndog\n", "cat\t\ndog\n"),
        ("cat\ndog", "cat\r\ndog\r\n"),
        ("loss 0.5", "loss 0.5004"),
        ("1000", "1001"),
        ("-0.25", "-.25"),
        ("1e-5 1E+05", "0.00001 100001"),
        ("nan NaN inf -inf", "nan nan inf -inf"),
        ("0", "0.0009"),
        ("-0.0", "0"),
        ("[1. 2.]", "[1.0001 2]"),
        ("[ 0.5   -0.25]", "[0.50001 -0.25002]"),
        ("   1\n  10", "1.0\n10.0"),
        ("12.50ms, 3GB", "12.501ms, 3.001GB"),
        ("共5张", "共5.001张"),
        ("(3, 4)", "(3, 4)"),
    ],
)
def test_text_matches_but_for_tolerated_differences(expected: str, printed: str) -> None:
    """White space at ends, spellings and alignment of numbers, and their last digits."""
    assert compared(expected, printed) is None


@pytest.mark.parametrize(
    ("expected", "printed", "line"),
    [
        ("cat", "dog", 0),
        ("cat", "", 0),
        ("", "cat", 0),
        ("cat", "cats", 0),
        ("cats", "cat", 0),
        ("cat\ndog", "cat", 1),
        ("cat", "cat\ndog", 0),
        ("cat\ndog\n", "cat\ndog\ncow", 1),
        ("cat\ndog\ncow", "cat\nDog\ncow", 1),
        ("\n\ncat\ndog", "cat\ncow", 3),
        ("  cat", "cat", 0),
        ("a  b", "a b", 0),
        ("a\n\nb", "a\nb", 1),
        ("0.5", "0.501", 0),
        ("0.5", "-0.5", 0),
        ("0", "0.002", 0),
        ("nan", "0", 0),
        ("inf", "-inf", 0),
        ("inf", "1e999", 0),
        ("1e999", "1e998", 0),
        ("1 2", "12", 0),
        ("1 2 3", "1 2", 0),
        ("1.13.0", "1.13.1", 0),
        ("resnet1000", "resnet1001", 0),
        ("7f3a000001", "7f3a000002", 0),
        ("1000000a1", "1000001a1", 0),
        ("a\n1\nb", "a\n2\nb", 1),
        ("infer", "inf er", 0),
    ],
)
def test_other_text_is_a_mismatch_at_its_line(expected: str, printed: str, line: int) -> None:
    """The first expected line that does not match, counted from the first line of the fence."""
    found = compared(expected, printed)
    assert found is not None
    assert found.line_offset == line
    assert found.diff.startswith("--- expected\n+++ printed\n@@ ")


@pytest.mark.parametrize(
    ("expected", "printed"),
    [
        ("...", ""),
        ("...", "a\nb"),
        ("a...", "a"),
        ("a...", "abc\nd"),
        ("...c", "abc"),
        ("a...c", "abbc"),
        ("a...c", "ac"),
        ("a...b...c", "a b b c c"),
        ("a\n...\nd", "a\nb\nc\nd"),
        ("a\n...\nd", "a\nd"),
        ("...\nd", "d"),
        ("a\n...", "a"),
        ("a\n...\n...\nb", "a\nb"),
        ("loss ...\ndone 0.5", "loss 0.7\nloss 0.6\ndone 0.50001"),
        ("0.12...", "0.1234"),
        ("...34 left", "1234 left"),
        ("<Tensor at 0x...>", "<Tensor at 0x7f3a00>"),
        ("[1. ... 3.]", "[1. 2. 3.]"),
        ("[1 2 3 ... 4]", "[1 2 3 ... 4]"),
        ("a....", "a b."),
        ("......", "a"),
        ("a...5", "a  x  5"),
        ("1 ... 5 ...", "1.0001 2 3 4 5.0001 6"),
        ("step ... 3 ... 4", "step 2 3 2 4"),
        ("...ab", "ab" * 1000),
    ],
)
def test_ellipsis_stands_for_any_text(expected: str, printed: str) -> None:
    """Within a line, over lines, and alone on its line for no line at all."""
    assert compared(expected, printed) is None


@pytest.mark.parametrize(
    ("expected", "printed", "line"),
    [
        ("a...c", "abcd", 0),
        ("a...b", "ba", 0),
        ("a...a", "a", 0),
        ("a\n...\nd", "a\nb\nc", 2),
        ("a\n...\nd", "a\nxd", 2),
        ("a\n...\nd", "b\nd", 0),
        ("a\n...\nloss 0.5\ndone", "a\nb\nloss 0.6\ndone", 2),
        ("a\n...\nloss 0.5\ndone", "a\nb\nloss 0.5\nfailed", 3),
        ("a\n...\nloss 0.5", "a\nb\nloss 0.5\nmore", 2),
        ("a\n...\nb\n...\nc", "a\nc\nb", 4),
        ("0.12...", "0.13", 0),
        ("x ... 0.5 ... y", "x 0.6 y", 0),
    ],
)
def test_text_around_an_ellipsis_is_found_in_its_order(expected: str, printed: str, line: int) -> None:
    """And blamed at the line as far as which it could be followed."""
    found = compared(expected, printed)
    assert found is not None
    assert found.line_offset == line


def test_tolerance_is_the_expectations_own() -> None:
    """Relative to the larger number, and absolute beside a zero."""
    assert compared("100", "101", tolerance=1e-2) is None
    assert compared("100", "102", tolerance=1e-2) is not None
    assert compared("0", "0.01", tolerance=1e-2) is None
    assert compared("0.1", "0.10000001", tolerance=0) is not None
    assert compared("0.10", "0.1", tolerance=0) is None


def test_diff_shows_the_place_with_its_lines_and_nothing_tolerated() -> None:
    """What is within the tolerance or stands for an ellipsis is context, as the page has it."""
    expected = "\n".join(f"step {number}: 0.5" for number in range(30)) + "\nlast: 0x...\nbox 1 2\nscore 0.9"
    printed = "\n".join(f"step {number}: 0.50001" for number in range(30)) + "\nlast: 0x7f\nbox 1 2.001\nscore 0.8"
    found = compared(expected, printed)
    assert found is not None
    assert found.diff == (
        "--- expected\n+++ printed\n@@ -30,4 +30,4 @@\n step 29: 0.5\n last: 0x...\n box 1 2\n-score 0.9\n+score 0.8"
    )


def test_diff_of_long_texts_is_short() -> None:
    """A few lines around the first place, and a few words of a long line."""
    expected = "\n".join(f"line {number}" for number in range(5000))
    found = compared(expected, expected.replace("line 77\n", "line 77\n" + "more\n" * 5000))
    assert found is not None
    assert found.line_offset == 78
    assert len(found.diff.splitlines()) < 40
    found = compared(expected, expected.replace("line 77\n", "line 77\n" + "more\n" * 3))
    assert found is not None
    assert [line for line in found.diff.splitlines()[3:] if not line.startswith(" ")] == ["+more"] * 3
    long = "word " * 10_000
    found = compared(long + "cat", long + "dog")
    assert found is not None
    assert len(found.diff) < 500
    assert "-…" in found.diff and "cat" in found.diff and "dog" in found.diff


@pytest.mark.parametrize(
    ("expected", "printed"),
    [
        (" " * 200_000 + "1", "1"),
        ("1" * 100_000, "1" * 100_000 + "2"),
        ("1." * 100_000, "1." * 100_000 + "2"),
        ("a" * 200_000 + "...b", "a" * 200_000),
        ("..." * 20_000 + "b", "a" * 100_000),
        ("a 1 " * 3000 + "...", "a 1 " * 50_000),
        ("..." + "a 1\n" * 3000 + "b...", "a 1\n" * 50_000),
        ("x..." * 5000 + "y", "x" * 100_000),
        ("e1" * 100_000, "1e" * 100_000),
    ],
)
def test_no_text_takes_for_ever(expected: str, printed: str) -> None:
    """Long, repetitive texts are answered, one way or the other: the test ends."""
    compared(expected, printed)
    same_output(expected, printed, 1e-3)


LINES = st.lists(
    st.sampled_from(
        ["0.5", "-1e-3", " ", "  ", "a", "b 2", "nan", "...", ".", "x1", "1.13.0", "\n", "\n\n", "，", "0x7f", "-"]
    ),
    max_size=25,
).map("".join)


@given(st.one_of(LINES, st.text(max_size=60)))
@example("a...5  x")
@example("5  ... 5")
def test_every_text_matches_itself(text: str) -> None:
    """Whatever is in it, ellipses and numbers too."""
    assert compared(text, text, tolerance=0) is None
    assert same_output(text, text, 0) == ""


@given(st.lists(LINES, min_size=2, max_size=4))
def test_ellipsis_in_place_of_any_part_matches(parts: list[str]) -> None:
    """What was taken out is put back by the ellipsis."""
    whole = "\n".join(["first", *parts, "last"])
    if "..." not in whole:
        assert compared(f"first\n{parts[0]}\n...\n{parts[-1]}\nlast", whole) is None


@given(LINES, LINES)
def test_mismatch_points_to_a_line_and_shows_it(expected: str, printed: str) -> None:
    """The line is one of the expected text's, and the diff has something to show."""
    found = compared(expected, printed)
    if found is not None:
        assert 0 <= found.line_offset < max(1, expected.count("\n") + 1)
        assert any(line.startswith(("-", "+")) for line in found.diff.splitlines()[3:])


@given(st.floats(allow_nan=False, allow_infinity=False, width=32), st.floats(1e-6, 0.5))
def test_numbers_within_the_tolerance_are_equal_and_others_are_not(number: float, tolerance: float) -> None:
    """However they are written."""
    for shift, is_equal in ((tolerance * 0.99, True), (tolerance * 2.5, False)):
        other = number * (1 + shift) if number else shift
        for text in (repr(other), f"{other:.17e}"):
            assert (compared(f"x = {number!r}", f"x = {text}", tolerance) is None) is is_equal
            assert (same_output(f"x = {number!r}", f"x = {text}", tolerance) == "") is is_equal


@given(LINES, LINES)
def test_sameness_of_two_runs_does_not_depend_on_their_order(first: str, second: str) -> None:
    """Neither of them is the right one."""
    assert (same_output(first, second, 1e-3) == "") is (same_output(second, first, 1e-3) == "")


def test_two_runs_that_differ_are_shown_side_by_side() -> None:
    """Lines that are the same to the tolerance are context."""
    diff = same_output("boxes 3\nscore 0.9\n", "boxes 3.0001\nscore 0.7\n", 1e-3)
    assert diff == "--- first run\n+++ second run\n@@ -1,2 +1,2 @@\n boxes 3\n-score 0.9\n+score 0.7"


def test_three_dots_are_no_ellipsis_between_two_runs() -> None:
    """numpy prints them in the middle of a long array."""
    assert same_output("[1 ... 3]", "[1 2 3]", 1e-3) != ""
