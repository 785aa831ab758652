"""Edits of a snippet in a page: in every language that has it."""

from collections.abc import Sequence

import pytest

from generator.mending.applying import applied
from generator.model.mending import Candidate, CodeEdit
from generator.scripts.planning import plan
from tests.pages import a_page, read


def changed(zh: str, en: str, *edits: tuple[str, str, str]) -> str:
    """The page after edits of the Chinese snippet: what they stand before, how much of it goes, what comes."""
    page = read(a_page(zh, english_snippets=[en]))
    code = page.sections[0].snippets[0].code
    script = plan([page])[0]
    places: Sequence[CodeEdit] = [
        CodeEdit(1, code.index(at), code.index(at) + len(gone), text) for at, gone, text in edits
    ]
    change = applied(page, script, Candidate(tuple(places), ""))
    assert not change.objection
    return change.text


@pytest.mark.parametrize("between", ["", "\n", "\n\n"])
def test_line_below_another_has_its_place_whatever_comments_stand_there(between: str) -> None:
    """Below the imports, above comments that each language has of its own."""
    zh = f"import a\n{between}# 甲\n# 乙\na.b()  # 丙"
    en = f"import a  # needed\n{between}# one\na.b()"
    page = read(a_page(zh, english_snippets=[en]))
    at = page.sections[0].snippets[0].code.index("\n") + 1
    change = applied(page, plan([page])[0], Candidate((CodeEdit(1, at, at, "import c\n"),), ""))
    assert f"import a\nimport c\n{between}# 甲\n" in change.text
    assert f"import a  # needed\nimport c\n{between}# one\n" in change.text


def test_two_edits_at_one_place_are_both_made() -> None:
    """An import and a dictionary above the first line; what closes a bracket behind what is renamed."""
    text = changed(
        "f(x)", "f(x)", ("f(x)", "", "import g\n"), ("f(x)", "", "d = {}\n"), ("x", "", "tensor("), (")", "", ")")
    )
    assert text.count("import g\nd = {}\nf(tensor(x))\n") == 2
    assert changed("f(x)", "f(x)", ("f(", "f", "g.f"), ("(x", "", "")).count("g.f(x)") == 2
