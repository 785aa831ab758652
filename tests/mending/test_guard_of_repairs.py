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
    ],
)
def test_what_means_something_else_may_not(before: str, after: str, problem: str) -> None:
    """Another model, another number, an import that is still needed."""
    assert problem in objection(before, after)
    assert objection(before, after)
