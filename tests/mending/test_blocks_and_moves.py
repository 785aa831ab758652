"""What no repair may do to blocks, variables, imports and the order of statements."""

import pytest

from generator.mending.guard import objection, objection_to_move, variables_of
from generator.model.mending import Move

ALLOWED = [
    ("print(np.ones(1))\n", "import numpy as np\nprint(np.ones(1))\n"),
    ("from a.b import C\nprint(C)\n", "C = api.C\nprint(C)\n"),
    ("from a.b import C, D\nprint(C)\n", "C = api.C\nD = api.b.D\nprint(C)\n"),
    ("from a.b import C, D\nprint(C)\n", "from a.b import C\nD = api.D\nprint(C)\n"),
    ("import a.b as B\nprint(B)\n", "B = api\nprint(B)\n"),
    ("from a.b import C\n", 'api = hub.import_module("a/b", git_host="github.com")\nC = api.C\n'),
    ("try:\n    a()\nexcept E:\n    b()\nc()\n", "import E\ntry:\n    a()\nexcept E:\n    b()\nc()\n"),
]
REFUSED = [
    ("a(1)\nb(2)\n", "b(2)\na(1)\n", "takes away"),
    ("if x:\n    a()\n    b()\n", "if x:\n    a()\nb()\n", "moves the statement at line 3"),
    ("def f():\n    a()\nb()\n", "def f():\n    a()\n    b()\n", "moves the statement at line 3"),
    ("try:\n    a()\n    b()\nexcept E:\n    c()\n", "try:\n    a()\nexcept E:\n    b()\n    c()\n", "moves"),
    ("for i in x:\n    a()\nelse:\n    b()\n", "for i in x:\n    a()\n    b()\nelse:\n    b()\n", "adds|moves"),
    ("from a.b import C\nprint(C)\n", "C = None\nprint(C)\n", "takes away the import"),
    ("from a.b import C\nprint(C)\n", "C = open()\nprint(C)\n", "takes away the import"),
    ("from a.b import C, D\nprint(C)\n", "C = api.C\nprint(C)\n", "takes away the import"),
    ("from a.b import C\n", "api = hub.import_module(steal())\nC = api.C\n", "takes away the import"),
    ("image = a()\nprint(image)\n", "image = a()\nfrom b import image\nprint(image)\n", "takes away|adds"),
    ("image = a()\nprint(image)\n", "image = a()\nimage = b.zeros\nprint(image)\n", "takes away"),
    ("print(image)\n", "image = other\nprint(image)\n", "takes away"),
    ("print(image)\n", "from b import *\nprint(image)\n", "takes away"),
    ("print(a)\n", "a = b = api.C\nprint(a)\n", "takes away"),
]


@pytest.mark.parametrize(("before", "after"), ALLOWED)
def test_what_hides_nothing_may_be_done(before: str, after: str) -> None:
    """Imports come, and what stands for one that goes."""
    assert objection(before, after) == ""


@pytest.mark.parametrize(("before", "after", "reason"), REFUSED)
def test_what_hides_something_may_not(before: str, after: str, reason: str) -> None:
    """Nothing is taken away, put under a condition, or given another value."""
    assert any(part in objection(before, after) for part in reason.split("|")), objection(before, after)


def test_variable_of_another_snippet_stays() -> None:
    """A variable is none of a module's names, though this snippet does not give it its value."""
    variables = variables_of(["import numpy as np\nmodel = load()\napi = hub.import_module('a/b')\n"])
    assert variables == {"model"}
    assert objection("y = model(x)\n", "y = np.abs(x)\n", variables)
    assert objection("print(x)\n", "from b import model\nprint(x)\n", variables)
    assert objection("y = np.float(x)\n", "y = float(x)\n", variables) == ""


BEFORE = "# read\nx = read()\n\n# load\nload()\nprint(x)\n"


@pytest.mark.parametrize(
    ("after", "reason"),
    [
        ("# load\nload()\n\n# read\nx = read()\n\nprint(x)\n", ""),
        ("# load\nload()\n\n# read\nx = read()\n\n", "more than the place"),
        ("# load\nload(1)\n\n# read\nx = read()\n\nprint(x)\n", "more than the place"),
        ("load()\n\n# read\nx = read()\n\nprint(x)\n", "comments"),
        ("print(x)\n# load\nload()\n\n# read\nx = read()\n", "more than the place"),
        ("load(\n", "no valid Python"),
    ],
)
def test_statement_that_moves_is_whole_and_the_rest_stays(after: str, reason: str) -> None:
    """Only the statement that was named, only to where it was named for."""
    problem = objection_to_move([BEFORE], [after], Move(((0, 1),), (0, 0)))
    assert reason in problem
    assert bool(problem) == bool(reason)


def test_nothing_moves_down_or_out_of_order() -> None:
    """A failing statement at the end would be one that nobody needs."""
    down = Move(((0, 0),), (0, 2))
    assert "down" in objection_to_move(["a()\nb()\n"], ["b()\na()\n"], down)
    crossed = Move(((0, 2), (0, 1)), (0, 0))
    assert "order" in objection_to_move(["a()\nb()\nc()\n"], ["c()\nb()\na()\n"], crossed)


def test_snippet_is_not_left_empty() -> None:
    """What the prose around a snippet speaks of has to stand there."""
    move = Move(((1, 0),), (0, 0))
    assert "empty" in objection_to_move(["a()\n", "b()\n"], ["b()\na()\n", "# gone\n"], move)
