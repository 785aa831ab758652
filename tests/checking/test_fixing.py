"""Fixes change what they say and nothing else, whatever the file's encoding."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.checking.fixing import apply_fixes, apply_fixes_to_bytes
from generator.model.diagnostic import Edit
from generator.reading.source import decode


def test_edits_are_applied_in_order_of_place() -> None:
    """However they come."""
    assert apply_fixes("abcdef", [Edit(4, 5, "E"), Edit(0, 1, ""), Edit(3, 3, "-")]) == "bc-dEf"


def test_of_two_edits_at_one_place_one_is_applied() -> None:
    """The other one is for the next run, when its finding is still there."""
    assert apply_fixes("abcdef", [Edit(1, 4, "X"), Edit(2, 3, "Y")]) == "aXef"
    assert apply_fixes("abc", [Edit(1, 1, "X"), Edit(1, 1, "X")]) == "aXbc"


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_bytes_that_are_not_edited_stay(newline: str, mark: bytes) -> None:
    """Byte-order mark and line ends are the author's business."""
    data = mark + newline.join(["一", "two", "three", ""]).encode()
    text, _ = decode(data, "x.md")
    edits = [Edit(text.index("two"), text.index("two") + 3, "2\n2")]
    assert apply_fixes_to_bytes(data, text, edits) == mark + newline.join(["一", "2", "2", "three", ""]).encode()


@given(st.lists(st.tuples(st.text("ab汉"), st.sampled_from(["\n", "\r\n", "\r"])), max_size=8), st.data())
def test_one_edit_of_any_file_changes_those_characters_alone(lines: list[tuple[str, str]], data: st.DataObject) -> None:
    """Also where a file mixes its line ends."""
    original = "".join(line + end for line, end in lines).replace("\r\n\n", "\n").replace("\r\n", "\r\n")
    text, _ = decode(original.encode(), "x.md")
    place = data.draw(st.integers(0, len(text)))
    changed = apply_fixes_to_bytes(original.encode(), text, [Edit(place, place, "@")]).decode()
    assert changed.replace("@", "") == original
    assert decode(changed.encode(), "x.md")[0] == text[:place] + "@" + text[place:]
