"""Where edits of a snippet land in the page, in each language; all else stays as it was."""

import pytest

from generator.mending.applying import Applied, applied
from generator.model.mending import Candidate, CodeEdit, Move
from generator.model.page import Page
from generator.scripts.planning import plan
from tests.pages import a_page, read

LOAD = "import os\n\n# 读取\n# 图片\nx = os.getcwd()\n# 完"
ENGLISH = "import os  # the system\n\n# read\nx = os.getcwd()\n# that\n# is all"


def put(page: Page, at: int, text: str, end: int | None = None, snippet: int = 1) -> str:
    """The page with a text at a place of the first script's snippet; the reason where it has no place."""
    change = applied(page, plan([page])[0], Candidate((CodeEdit(snippet, at, end or at, text),), ""))
    return change.objection or change.text


def snippets(text: str) -> list[str]:
    """The code of each section's only snippet."""
    return [section.snippets[0].code for section in read(text).sections]


def test_line_comes_between_comments_that_differ_in_number() -> None:
    """Next to the statement above it, or as far above the one below it."""
    page = read(a_page(LOAD, english_snippets=[ENGLISH]))
    code = LOAD + "\n"
    below_import = put(page, code.index("\n") + 1, "import sys\n")
    assert [each.split("\n")[1] for each in snippets(below_import)] == ["import sys"] * 2
    page = read(a_page(LOAD, english_snippets=[ENGLISH.replace("# read", "# read\n# it\n# all")]))
    below_import = put(page, code.index("\n") + 1, "import sys\n")
    assert [each.split("\n")[1] for each in snippets(below_import)] == ["import sys"] * 2
    page = read(a_page(LOAD, english_snippets=[ENGLISH]))
    above_comments = snippets(put(page, code.index("# 读取"), "import sys\n"))
    assert above_comments == [
        code.replace("# 读取", "import sys\n# 读取"),
        f"{ENGLISH}\n".replace("system\n", "system\nimport sys\n"),
    ]
    above_statement = snippets(put(page, code.index("x ="), "import sys\n"))
    assert all("import sys\nx =" in each for each in above_statement)
    at_the_end = snippets(put(page, len(code), "y = {}\n"))
    assert all(each.endswith("y = {}\n") for each in at_the_end)


def test_line_comes_above_the_first_comment() -> None:
    """Also where the other language has none there."""
    page = read(a_page("# 读取\nx = 1", english_snippets=["x = 1"]))
    assert snippets(put(page, 0, "import os\n")) == ["import os\n# 读取\nx = 1\n", "import os\nx = 1\n"]
    page = read(a_page("# 读取\n# 图片\nx = 1", english_snippets=["x = 1"]))
    assert snippets(put(page, 5, "import os\n"))[1] == "import os\nx = 1\n"


def test_language_where_it_has_no_place_is_no_half_mended_page() -> None:
    """All languages or none."""
    page = read(a_page('load("a", "甲")', english_snippets=['load("a", "b")']))
    assert "place" in put(page, 11, "b", 12)


def in_a_list(mark: str, *lines: str) -> str:
    """A page whose only snippet stands in a list or quote."""
    first = "- " if mark == "  " else mark
    own = "\n".join([f"{first}```python", *(f"{mark}{line}".rstrip() for line in lines), f"{mark}```"])
    return a_page(zh=own, en=own)


def test_lines_in_a_list_stay_in_it() -> None:
    """Also where a blank line of the list has no indentation."""
    for mark in ("  ", "> "):
        page = read(in_a_list(mark, "import os", "", "x = 1"))
        code = "import os\n\nx = 1\n"
        text = put(page, len("import os\n"), "import sys\n")
        assert snippets(text) == [code.replace("\n", "\nimport sys\n", 1)] * 2, text
        text = put(page, code.index("x"), "if x:\n    y = 2\n")
        assert "adds If" in text
        text = put(page, code.index("x"), "y = {}\n\n")
        assert snippets(text) == ["import os\n\ny = {}\n\nx = 1\n"] * 2, text
        assert not any(line != line.rstrip() for line in text.split("\n"))


READ = "import os\n# 读取\nimage = os.stat('a')\n\n# 下载\nurl = 'b/a'\nopen(url)  # 好\n\nprint(image)"


def move(page: Page, *statements: tuple[int, int], to: tuple[int, int]) -> str:
    """The page with statements moved; the reason where it cannot be."""
    change = applied(page, plan([page])[0], Candidate((), "", move=Move(statements, to)))
    return change.objection or change.text


def test_statements_move_with_the_comments_of_their_language() -> None:
    """Each language's own lines, the blank line between groups with them."""
    english = READ.replace("# 读取", "# read").replace("# 下载", "# download\n# it").replace("# 好", "# good")
    page = read(a_page(READ, english_snippets=[english]))
    chinese, other = snippets(move(page, (1, 2), (1, 3), to=(1, 1)))
    assert chinese == (
        "import os\n# 下载\nurl = 'b/a'\nopen(url)  # 好\n\n# 读取\nimage = os.stat('a')\n\nprint(image)\n"
    )
    assert other == (
        "import os\n# download\n# it\nurl = 'b/a'\nopen(url)  # good\n\n# read\nimage = os.stat('a')\n\nprint(image)\n"
    )


def test_import_moves_next_to_the_imports_there() -> None:
    """Though it stood apart, and so does what is below them."""
    page = read(a_page("import os\n\n# 甲\na = 1\n\nimport sys  # 乙\nprint(a)"))
    after = "import os\nimport sys  # 乙\n\n# 甲\na = 1\n\nprint(a)\n"
    assert snippets(move(page, (1, 2), to=(1, 1))) == [after] * 2


def test_last_statement_leaves_no_blank_lines() -> None:
    """Where it stood apart it stands apart again."""
    page = read(a_page("a = 1\nprint(a)\n\n\nb = 2"))
    assert snippets(move(page, (1, 2), to=(1, 0))) == ["b = 2\n\na = 1\nprint(a)\n"] * 2
    page = read(a_page("a = 1\n\nb = 2\nc = 3"))
    assert snippets(move(page, (1, 1), (1, 2), to=(1, 0))) == ["b = 2\nc = 3\n\na = 1\n"] * 2


def test_statements_move_between_snippets_in_every_language() -> None:
    """And stay in the list in which they are put."""
    page = read(a_page("# 甲\na = 1", "b = 2\n# 乙\nc = 3", english_snippets=["a = 1", "b = 2\n# B\nc = 3"]))
    text = move(page, (2, 1), to=(1, 0))
    codes = [[snippet.code for snippet in section.snippets] for section in read(text).sections]
    assert codes == [["# 乙\nc = 3\n# 甲\na = 1\n", "b = 2\n"], ["# B\nc = 3\na = 1\n", "b = 2\n"]]


def test_move_that_is_none_is_refused() -> None:
    """Into the sample, of a statement that shares its line, or of all that a snippet has."""
    page = read(a_page("a = 1; b = 2", "c = 3"))
    assert "sample" in move(page, (1, 1), to=(0, 0))
    assert "cannot be told" in move(page, (1, 1), to=(1, 0))
    assert "empty" in move(read(a_page("a = 1", "c = 3")), (2, 0), to=(1, 0))


def test_language_that_shares_only_a_part_of_a_move_keeps_its_own() -> None:
    """Its script is another one."""
    page = read(a_page("a = 1", "b = 2\nc = 3", english_snippets=["a = 2", "b = 2\nc = 3"]))
    text = move(page, (2, 1), to=(1, 0))
    assert [len(section.snippets[0].code.splitlines()) for section in read(text).sections] == [2, 1]


USE = "y = np.zeros(2)\nprint(y)"
LISTED = """- 一

    ```python
    import math

    y = np.zeros(2)
    print(y)
    ```
"""
QUOTED = """> ```python
> import math
>
> y = np.zeros(2)
> print(y)
> ```
"""


def edited(text: str, *edits: tuple[int, int, str], snippet: int = 1, script: int = 0) -> Applied:
    """A page with these edits in a snippet of one of its scripts."""
    page = read(text)
    made = tuple(CodeEdit(snippet, *edit) for edit in edits)
    return applied(page, plan([page])[script], Candidate(made, "mend it"))


def test_an_import_stands_in_both_languages_and_nowhere_else() -> None:
    """The page is the same line by line, but for two new ones."""
    text = a_page(USE, "z = 1")
    assert edited(text, (0, 0, "import numpy as np\n")).text == a_page(f"import numpy as np\n{USE}", "z = 1")


def test_the_sample_is_edited_once() -> None:
    """Both languages share it."""
    assert edited(a_page(USE), (0, 0, "import math\n"), snippet=0).text == a_page(USE, sample="import math\nx = 1")


def test_several_edits_of_one_candidate_count_in_the_code_as_it_was() -> None:
    """The first does not move the second."""
    made = edited(a_page(USE), (0, 0, "import megengine as mge\n"), (4, 4, "mge.tensor("), (15, 15, ")"))
    assert made.text == a_page("import megengine as mge\ny = mge.tensor(np.zeros(2))\nprint(y)")


@pytest.mark.parametrize("place", ["first line", "last line", "behind the last line"])
def test_edits_at_the_ends_of_a_snippet(place: str) -> None:
    """At its first character, in its last, and below all of it."""
    edit, code = {
        "first line": ((0, 0, "import math\n"), f"import math\n{USE}"),
        "last line": ((len(USE) - 2, len(USE) - 1, "list(y)"), USE.replace("(y)", "(list(y))")),
        "behind the last line": ((len(USE) + 1, len(USE) + 1, "import math\n"), f"{USE}\nimport math"),
    }[place]
    assert edited(a_page(USE), edit).text == a_page(code)


@pytest.mark.parametrize("block", [LISTED, QUOTED], ids=["list", "quote"])
def test_lines_stand_in_the_list_or_quote_around_the_snippet(block: str) -> None:
    """New lines begin like those around them, also in the place of a blank one, which may do without."""
    text = a_page(zh=f"正文\n\n{block}", en=f"Text\n\n{block}")
    mark = "    " if block is LISTED else "> "
    above = edited(text, (0, 0, "import numpy as np\n")).text
    assert above == text.replace(f"{mark}import math\n", f"{mark}import numpy as np\n{mark}import math\n")
    blank = edited(text, (12, 12, "import numpy as np\n")).text
    assert blank == text.replace(f"{mark}import math\n", f"{mark}import math\n{mark}import numpy as np\n")
    two_lines = edited(text, (26, 27, "(\n    2\n)")).text.replace(f"(\n{mark}    2\n{mark})", "2")
    assert two_lines.replace("np.zeros(2)", "") == text.replace("np.zeros(2)", "")
    assert [snippet.code for snippet in read(blank).sections[0].snippets] == [
        "import math\nimport numpy as np\n\ny = np.zeros(2)\nprint(y)\n"
    ]


def test_a_list_in_one_language_alone() -> None:
    """Each language has its own place and indentation."""
    text = a_page(zh=f"正文\n\n{LISTED}", en=f"Text\n\n{QUOTED}")
    made = edited(text, (0, 0, "import numpy as np\n")).text
    codes = {section.snippets[0].code for section in read(made).sections}
    assert codes == {"import numpy as np\nimport math\n\ny = np.zeros(2)\nprint(y)\n"}
    assert made.count("\n") == text.count("\n") + 2


def test_languages_that_differ_by_comments_are_both_mended() -> None:
    """Each keeps its own comments."""
    chinese, english = "# 全是零\ny = np.zeros(2)  # 两个", "# Nothing\n# but zeros\ny = np.zeros(2)  # two"
    text = a_page(chinese, english_snippets=[english])
    start = chinese.index("np")
    made = edited(text, (start, start, "list("), (start + 11, start + 11, ")")).text
    assert made == text.replace("np.zeros(2)", "list(np.zeros(2))")


def test_a_translated_string_is_never_replaced_by_the_other_language() -> None:
    """An edit that holds one has no place in the other's snippet; one around it has."""
    chinese, english = 'print("猫", y)', 'print("cat", y)'
    text = a_page(chinese, sample="y = 1", english_snippets=[english])
    made = edited(text, (6, 12, '"猫", list(y)'))
    assert (made.text, made.objection) == (text, "its place in the page cannot be told")
    both = edited(text, (11, 11, "list("), (12, 12, ")"))
    assert both.text == a_page('print("猫", list(y))', sample="y = 1", english_snippets=['print("cat", list(y))'])


def test_a_language_whose_snippet_is_other_code_is_left_alone() -> None:
    """Its readers run something else."""
    text = a_page(USE, english_snippets=["y = 3\nprint(y)"])
    made = edited(text, (0, 0, "import numpy as np\n")).text
    assert made == a_page(f"import numpy as np\n{USE}", english_snippets=["y = 3\nprint(y)"])
    assert edited(text, (0, 0, "import math\n"), script=1).text.endswith("import math\ny = 3\nprint(y)\n```\n")


def test_wide_characters_before_the_column_count_as_one() -> None:
    """Also those that take two units or four bytes."""
    code = 'names = ["猫", "🐈", "é", "한"]; y = np.zeros(2)'
    at = code.index("np")
    assert edited(a_page(code), (at, at + 2, "mge")).text == a_page(code.replace("np", "mge"))


def test_nothing_is_done_by_halves() -> None:
    """A candidate of two edits of which one may not be changes nothing, and says why."""
    page = read(a_page(USE, "print(7)"))
    edits = (CodeEdit(1, 0, 0, "import numpy as np\n"), CodeEdit(2, 6, 7, "8"))
    made = applied(page, plan([page])[0], Candidate(edits, "mend it"))
    assert (made.text, made.objection) == (page.source, "it takes away 7 at line 1")
