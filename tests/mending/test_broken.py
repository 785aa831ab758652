"""Where an import lands that a failing snippet needs."""

from typing import Any

import pytest

from generator.mending.applying import applied
from generator.mending.broken import Broken
from generator.mending.registry import candidates
from generator.mending.repairs import REPAIRS
from generator.model.clues import Clues, Value
from generator.model.mending import Candidate
from generator.model.page import Page
from generator.model.run import Frame, SnippetError
from generator.scripts.planning import plan
from tests.pages import a_page, read


def a_failure(page: Page, line: str, name: str, message: str, clues: Clues | None = None, *values: Value) -> Broken:
    """A failure at the first line of the page that contains this text, without the rest of a run."""
    script = plan([page])[0]
    number = next(number for number, text in enumerate(page.source.split("\n"), start=1) if line in text)
    frames = (Frame(page.path, number, "<module>", values),)
    error = SnippetError(name, message, script.lines_at(number), frames, clues=clues)
    run: Any = None  # no repair looks at it
    index = max(i for i, snippet in enumerate(script.snippets) if min(snippet.lines.values()) <= number)
    return Broken(page, script, run, index, error)


def mended(failure: Broken) -> list[str]:
    """What becomes of the failing snippet with each candidate; the objection to it where it may not be."""
    found = []
    for candidate in candidates(failure, REPAIRS):
        change = applied(failure.page, failure.script, candidate)
        page = read(change.text)
        found.append(change.objection or page.sections[0].snippets[failure.failed - 1].code.removesuffix("\n"))
    return found


@pytest.mark.parametrize(
    ("code", "after"),
    [
        ("x = 1\nneed()", "import a\nx = 1\nneed()"),
        ("# 说\n# 明\nx = 1\nneed()", "import a\n# 说\n# 明\nx = 1\nneed()"),
        ("# 题\n\nx = need()", "# 题\n\nimport a\nx = need()"),
        ("import b\n\nneed()", "import b\nimport a\n\nneed()"),
        ("import b; need()", "import a\nimport b; need()"),
        ("from b import (\n    c,\n)\nneed()", "from b import (\n    c,\n)\nimport a\nneed()"),
        ("@b\n@need()\ndef f():\n    pass", "import a\n@b\n@need()\ndef f():\n    pass"),
        ("@b\nclass C:\n    d = need()", "import a\n@b\nclass C:\n    d = need()"),
        ("if x:\n    import b\n    need()", "import a\nif x:\n    import b\n    need()"),
        ("%%time\nneed()", "%%time\nimport a\nneed()"),
        ("!pip install a\n# 说\nneed()", "!pip install a\nimport a\n# 说\nneed()"),
        ("need()\nimport b", "import a\nneed()\nimport b"),
    ],
)
def test_import_lands_below_the_others_and_above_what_needs_it(code: str, after: str) -> None:
    """Not between a comment or decorator and what it is of, nor above a cell's magic."""
    page = read(a_page(code))
    failure = a_failure(page, "need()", "NameError", "")
    change = applied(page, failure.script, Candidate((failure.import_first("import a"),), ""))
    assert change.objection == ""
    assert {section.snippets[0].code for section in read(change.text).sections} == {f"{after}\n"}


NO_NAME = "name '{}' is not defined"


@pytest.mark.parametrize(
    ("name", "code", "after"),
    [
        ("np", "print(np.ones(2))", ["import numpy as np\nprint(np.ones(2))"]),
        ("random", "x = random.random()", ["import random\nx = random.random()"]),
        ("np", "print(np)", []),
        ("T", "print(T * 2)", []),
        ("random", "print(random)", []),
        ("secrets", "print(len(secrets))", []),
        ("np", "print(np.ones(2))\nnp = 1", []),
        ("np", "def f(np):\n    return np\nprint(np.ones(2), f)", []),
    ],
)
def test_name_is_imported_where_it_is_used_as_a_module(name: str, code: str, after: list[str]) -> None:
    """And left alone where it may be a variable that the page lacks."""
    page = read(a_page(code))
    line = next(line for line in code.split("\n") if name in line and "def" not in line and "return" not in line)
    assert mended(a_failure(page, line, "NameError", NO_NAME.format(name))) == after


def test_import_of_another_language_is_taken_over_unless_the_name_is_a_variable() -> None:
    """Where the page gives the name a value further down, that is in the wrong order."""
    english = ["import cv2 as cv\nprint(cv.x)"]
    page = read(a_page("print(cv.x)", english_snippets=english))
    assert mended(a_failure(page, "print(cv.x)", "NameError", NO_NAME.format("cv"))) == [
        "import cv2 as cv\nprint(cv.x)"
    ]
    page = read(a_page("print(cv.x)\ncv = 1", english_snippets=english))
    assert mended(a_failure(page, "print(cv.x)", "NameError", NO_NAME.format("cv"))) == []


@pytest.mark.parametrize(
    ("code", "after"),
    [
        ("import xml\nxml.dom.x()", ["import xml.dom\nxml.dom.x()"]),
        ("import os, xml\nxml.dom.x()", ["import os, xml.dom\nxml.dom.x()"]),
        ("import xml as X\nX.dom.x()", ["import xml as X\nimport xml.dom\nX.dom.x()"]),
        (
            "import xml\nxml.dom.minidom.x()",
            ["import xml.dom\nxml.dom.minidom.x()", "import xml.dom.minidom\nxml.dom.minidom.x()"],
        ),
    ],
)
def test_submodule_is_imported_as_the_package_is(code: str, after: list[str]) -> None:
    """In the place of the package's import where that gives it its own name."""
    clues = Clues(Value("", "builtins.module", module="xml"), "dom", is_submodule=True)
    failure = a_failure(read(a_page(code)), code.split("\n")[1], "AttributeError", "", clues)
    assert mended(failure) == after


API = Value("api", "builtins.module", module="hubconf.py", names=("Det", "tools.Det", "tools.utils.Sum", "load_all"))


@pytest.mark.parametrize(
    ("code", "after"),
    [
        ("from old.tools import Det", ["Det = api.Det"]),
        ("from old.tools import Sum as S", ["S = api.tools.utils.Sum"]),
        ("from old.tools import Det, Sum", ["Det = api.Det\nSum = api.tools.utils.Sum"]),
        ("if x:\n    from old import Det, Sum", ["if x:\n    Det = api.Det\n    Sum = api.tools.utils.Sum"]),
        ("from old import tools\ntools.Det()", ["tools = api.tools\ntools.Det()"]),
        ("import tools.utils\ntools.utils.Sum()", ["tools = api.tools\ntools.utils.Sum()"]),
        ("import old.tools as t\nt.Det()", ["t = api\nt.Det()"]),
        ("import old.tools as t\nt.Gone()", []),
        ("import old.tools as t\nprint(t)\nt.Det()", []),
        ("from old.tools import Gone", []),
        ("from old.tools import Det, Gone", []),
        ("from old.tools import *", []),
        ("from old import (\n    Det,  # 要\n)", ["it changes comments"]),
    ],
)
def test_import_becomes_what_the_hub_module_offers(code: str, after: list[str]) -> None:
    """The shortest way to it; nothing where one of its names is not to be had."""
    clues = Clues(attribute="old", is_of_repository=True)
    line = next(line for line in code.split("\n") if "import" in line)
    failure = a_failure(read(a_page(code)), line, "ModuleNotFoundError", "No module named 'old'", clues, API)
    assert mended(failure) == after


def test_what_a_kernel_calls_things_is_no_code() -> None:
    """A repository may give its module attributes of any name, and a module may call itself anything."""
    names = ("x;import os;y.Det", "x\nimport os\nDet", "class.Det", "")
    odd = Value("api", "builtins.module", module="hubconf.py", names=names)
    page = read(a_page("from old.tools import Det"))
    clues = Clues(attribute="old", is_of_repository=True)
    assert mended(a_failure(page, "from old", "ModuleNotFoundError", "No module named 'old'", clues, odd)) == []
    clues = Clues(Value("", "builtins.module", module="os; import a"), "dom", is_submodule=True)
    assert mended(a_failure(read(a_page("xml.dom.x()")), "xml.dom", "AttributeError", "", clues)) == []


def test_hub_module_is_made_by_the_way_that_the_page_loads() -> None:
    """With the host that it names, under a name that is free."""
    sample = 'import megengine.hub as h\nmodels_api = 1\nh.load("a/b", "c", git_host="git.example")'
    page = read(a_page("from old.tools import Det", sample=sample))
    clues = Clues(attribute="old", is_of_repository=True)
    taken = Value("models_api", "builtins.int")
    failure = a_failure(page, "from old", "ModuleNotFoundError", "No module named 'old'", clues, taken)
    assert mended(failure) == [
        'hub_repository = h.import_module("a/b", git_host="git.example")\nDet = hub_repository.Det'
    ]


LATE = "image = cv2.imread('a.png')\nprint(image.shape)\n"


@pytest.mark.parametrize(
    ("below", "above"),
    [
        ("urlretrieve(u + '/a.png', 'a.png')", "urlretrieve(u + '/a.png', 'a.png')"),
        ("f = 'a.png'\nprint(f)\nurlretrieve(u, f)", "f = 'a.png'\nurlretrieve(u, f)"),
        ("with open('a.png', 'wb') as f:\n    f.write(g())", "with open('a.png', 'wb') as f:\n    f.write(g())"),
        ("!wget http://u/a.png", "!wget http://u/a.png"),
        ("!wget http://u/a.png2", None),
        ("!wget http://u/ba.png", None),
        ("urlretrieve(u, 'b.png')", None),
        ("cv2.imwrite('a.png', image)", None),
        ("with open('a.png', 'wb') as f:\n    f.write(image)", None),
    ],
)
def test_download_moves_above_its_use_with_what_it_needs(below: str, above: str | None) -> None:
    """Unless it is no download of that file, or needs what is read from it."""
    page = read(a_page(LATE + below))
    failure = a_failure(page, "image.shape", "AttributeError", "'NoneType' object has no attribute 'shape'")
    found = mended(failure)
    if above is None:
        assert found == []
    else:
        rest = "print(f)\n" if "print(f)" in below else ""
        assert found == [f"{above}\n{LATE}{rest}".removesuffix("\n")]


def test_nothing_moves_out_of_a_snippet_that_is_not_run() -> None:
    """Its author has a reason."""
    text = a_page(LATE, "x = 1\nurlretrieve('u', 'a.png')")
    message = "'NoneType' object has no attribute 'shape'"
    assert len(mended(a_failure(read(text), "image.shape", "AttributeError", message))) == 1
    skipped = text.replace("```python\nx = 1", '<!-- verify: skip reason="GPU" -->\n```python\nx = 1')
    page = read(skipped)
    assert any(one.directives.skip for one in page.sections[0].snippets), "the directive is read"
    assert mended(a_failure(page, "image.shape", "AttributeError", message)) == []
