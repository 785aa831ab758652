"""A candidate's edits in a page's text: in every language that has the snippet, with all else as it was."""

import pytest

from generator.mending.applying import Applied, applied
from generator.model.mending import Candidate, CodeEdit
from generator.scripts.planning import plan
from tests.pages import a_page, read

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


def put(text: str, *edits: tuple[int, int, str], snippet: int = 1, script: int = 0) -> Applied:
    """A page with these edits in a snippet of one of its scripts."""
    page = read(text)
    made = tuple(CodeEdit(snippet, *edit) for edit in edits)
    return applied(page, plan([page])[script], Candidate(made, "mend it"))


def test_an_import_stands_in_both_languages_and_nowhere_else() -> None:
    """The page is the same line by line, but for two new ones."""
    text = a_page(USE, "z = 1")
    assert put(text, (0, 0, "import numpy as np\n")).text == a_page(f"import numpy as np\n{USE}", "z = 1")


def test_the_sample_is_edited_once() -> None:
    """Both languages share it."""
    assert put(a_page(USE), (0, 0, "import math\n"), snippet=0).text == a_page(USE, sample="import math\nx = 1")


def test_several_edits_of_one_candidate_count_in_the_code_as_it_was() -> None:
    """The first does not move the second."""
    made = put(a_page(USE), (0, 0, "import megengine as mge\n"), (4, 4, "mge.tensor("), (15, 15, ")"))
    assert made.text == a_page("import megengine as mge\ny = mge.tensor(np.zeros(2))\nprint(y)")


@pytest.mark.parametrize("place", ["first line", "last line", "behind the last line"])
def test_edits_at_the_ends_of_a_snippet(place: str) -> None:
    """At its first character, in its last, and below all of it."""
    edit, code = {
        "first line": ((0, 0, "import math\n"), f"import math\n{USE}"),
        "last line": ((len(USE) - 2, len(USE) - 1, "np.sum(y)"), USE.replace("(y)", "(np.sum(y))")),
        "behind the last line": ((len(USE) + 1, len(USE) + 1, "import math\n"), f"{USE}\nimport math"),
    }[place]
    assert put(a_page(USE), edit).text == a_page(code)


@pytest.mark.parametrize("block", [LISTED, QUOTED], ids=["list", "quote"])
def test_lines_stand_in_the_list_or_quote_around_the_snippet(block: str) -> None:
    """New lines begin like those around them, also in the place of a blank one, which may do without."""
    text = a_page(zh=f"正文\n\n{block}", en=f"Text\n\n{block}")
    mark = "    " if block is LISTED else "> "
    above = put(text, (0, 0, "import numpy as np\n")).text
    assert above == text.replace(f"{mark}import math\n", f"{mark}import numpy as np\n{mark}import math\n")
    blank = put(text, (12, 12, "import numpy as np\n")).text
    assert blank == text.replace(f"{mark}import math\n", f"{mark}import math\n{mark}import numpy as np\n")
    two_lines = put(text, (26, 27, "(\n    2\n)")).text.replace(f"(\n{mark}    2\n{mark})", "2")
    assert two_lines.replace("np.zeros(2)", "") == text.replace("np.zeros(2)", "")
    assert [snippet.code for snippet in read(blank).sections[0].snippets] == [
        "import math\nimport numpy as np\n\ny = np.zeros(2)\nprint(y)\n"
    ]


def test_a_list_in_one_language_alone() -> None:
    """Each language has its own place and indentation."""
    text = a_page(zh=f"正文\n\n{LISTED}", en=f"Text\n\n{QUOTED}")
    made = put(text, (0, 0, "import numpy as np\n")).text
    codes = {section.snippets[0].code for section in read(made).sections}
    assert codes == {"import numpy as np\nimport math\n\ny = np.zeros(2)\nprint(y)\n"}
    assert made.count("\n") == text.count("\n") + 2


def test_languages_that_differ_by_comments_are_both_mended() -> None:
    """Each keeps its own comments."""
    chinese, english = "# 全是零\ny = np.zeros(2)  # 两个", "# Nothing\n# but zeros\ny = np.zeros(2)  # two"
    text = a_page(chinese, english_snippets=[english])
    start = chinese.index("np")
    made = put(text, (start, start, "mge."), (start + 3, start + 8, "ones")).text
    assert made == text.replace("np.zeros", "mge.np.ones")


def test_a_line_above_the_code_stands_above_the_same_statement_in_each_language() -> None:
    """However many lines of comments there are, and above or below them as in the first."""
    chinese, english = "# 全是零\ny = np.zeros(2)", "# Nothing\n# but zeros\ny = np.zeros(2)"
    made = put(a_page(chinese, english_snippets=[english]), (6, 6, "import numpy as np\n"))
    codes = [code.replace("y =", "import numpy as np\ny =") for code in (chinese, english)]
    assert made.text == a_page(codes[0], english_snippets=[codes[1]])
    chinese, english = "import math\n# 全是\n# 零\ny = np.zeros(2)", "import math\n# zeros\ny = np.zeros(2)"
    made = put(a_page(chinese, english_snippets=[english]), (12, 12, "import numpy as np\n"))
    codes = [code.replace("math\n", "math\nimport numpy as np\n") for code in (chinese, english)]
    assert made.text == a_page(codes[0], english_snippets=[codes[1]])


def test_a_translated_string_is_never_replaced_by_the_other_language() -> None:
    """An edit that holds one is made for its own readers alone; the others have a script of their own."""
    chinese, english = 'print("猫", y)', 'print("cat", y)'
    text = a_page(chinese, sample="y = 1", english_snippets=[english])
    made = put(text, (6, 12, '("猫", y)'))
    assert made.text == a_page('print(("猫", y))', sample="y = 1", english_snippets=[english])
    both = put(text, (6, 6, "("), (12, 12, ")"))
    assert both.text == a_page('print(("猫", y))', sample="y = 1", english_snippets=['print(("cat", y))'])


def test_a_language_whose_snippet_is_other_code_is_left_alone() -> None:
    """Its readers run something else."""
    text = a_page(USE, english_snippets=["y = 3\nprint(y)"])
    made = put(text, (0, 0, "import numpy as np\n")).text
    assert made == a_page(f"import numpy as np\n{USE}", english_snippets=["y = 3\nprint(y)"])
    assert put(text, (0, 0, "import math\n"), script=1).text.endswith("import math\ny = 3\nprint(y)\n```\n")


def test_wide_characters_before_the_column_count_as_one() -> None:
    """Also those that take two units or four bytes."""
    code = 'names = ["猫", "🐈", "é", "한"]; y = np.zeros(2)'
    at = code.index("np")
    assert put(a_page(code), (at, at + 2, "mge")).text == a_page(code.replace("np", "mge"))


def test_nothing_is_done_by_halves() -> None:
    """A candidate of two edits of which one may not be changes nothing, and says why."""
    page = read(a_page(USE, "print(7)"))
    edits = (CodeEdit(1, 0, 0, "import numpy as np\n"), CodeEdit(2, 6, 7, "8"))
    made = applied(page, plan([page])[0], Candidate(edits, "mend it"))
    assert (made.text, made.objection) == (page.source, "it takes away 7 at line 1")
