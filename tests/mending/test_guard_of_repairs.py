"""What a repair may take away, and nothing like it."""

import pytest

from generator.mending.guard import objection

SETS = 'model = load()\nmodel.inputs["image"].set_value(data)\nprint(model(model.inputs))\n'


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (SETS, 'model = load()\ninputs = {}\ninputs["image"] = tensor(data)\nprint(model(**inputs))\n'),
        ("@trace(symbolic=True)\ndef f():\n    pass\n", "@trace(symbolic=False)\ndef f():\n    pass\n"),
        ("f = trace(g, symbolic=True)\n", "f = trace(g, symbolic=True, capture_as_const=True)\n"),
        ("import cPickle\nx = cPickle.load(f)\n", "import pickle\nx = pickle.load(f)\n"),
        ("x = d.has_key(k)\n", "x = k in d\n"),
        ("x = f(y, dim=1)\n", "x = f(y, axis=1)\n"),
        ("a = parser.parse_args()\n", "a = parser.parse_args([])\n"),
    ],
)
def test_what_means_the_same_may_come_in_its_place(before: str, after: str) -> None:
    """A model's inputs become a dictionary, a trace one without symbols, a module the same under another name."""
    assert objection(before, after) == ""


@pytest.mark.parametrize(
    ("before", "after", "problem"),
    [
        (SETS, 'model = load()\ninputs = {}\ninputs["image"] = tensor(data)\nprint(other(**inputs))\n', "model"),
        ("model = load()\nprint(model(data))\n", "model = load()\nprint(run(data))\n", "takes away model"),
        ("f(exact=True)\n", "f(exact=False)\n", "takes away True"),
        ("f(True, symbolic=True)\n", "f(False, symbolic=True)\n", "takes away True"),
        ("f(True, symbolic=True)\n", "f(False, symbolic=False)\n", "takes away True"),
        ("f = trace(g)\n", "f = trace(g, capture_as_const=x)\n", "changes more"),
        ("f = trace(g)\n", "f = trace(g, symbolic=True)\n", "changes more"),
        ("f = make(g)\n", "f = make(g, capture_as_const=True)\n", "changes more"),
        ("import cPickle\nx = cPickle.load(f)\n", "import pickle\nx = cPickle.load(f)\n", "takes away the import"),
        ("import math\nx = 1\n", "math = 2\nx = 1\n", ""),
        ("import math\nx = 1\n", "import os\nx = 1\n", "takes away the import"),
        ("x = d.has_key(k)\n", "x = (d, k)\n", "takes away Compare"),
        ("x = d.keys(k)\n", "x = k in d\n", "adds Compare"),
        ("x = f(y, dim=1)\n", "x = f(y, axis=2)\n", "takes away 1"),
        ("z = y = 1\nf(y, dim=z)\n", "z = y = 1\nf(y, axis=y)\n", "takes away z"),
        ("z = y = 1\nf(dim=z, axis=y)\n", "z = y = 1\nf(z=z, axis=z)\n", "takes away y"),
        ("x = f(dim=1, axis=1)\n", "x = f(axis=1, dim=1)\n", "changes more"),
        ("x = f(y, **z)\n", "x = f(y, z=z)\n", "changes more"),
        ("a = run()\n", "a = run([])\n", "changes more"),
        ("a = parser.parse_args()\n", 'a = parser.parse_args(["--size=8"])\n', "changes more"),
        ("a = b = make()\na.parse_args()\n", "a = b = make()\nb.parse_args([])\n", "takes away a"),
    ],
)
def test_what_means_something_else_may_not(before: str, after: str, problem: str) -> None:
    """Another model, another number, an import that is still needed."""
    assert problem in objection(before, after)
    assert objection(before, after)


def test_keyword_that_something_takes_stays() -> None:
    """Only the one that the kernel says nothing takes may be another."""
    before, after = "x = f(y, dim=1)\n", "x = f(y, axis=1)\n"
    assert objection(before, after, missing={"dim"}) == ""
    assert objection(before, after, missing={"y"})
    assert objection(before, after, missing=set())
