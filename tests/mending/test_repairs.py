"""Repairs of what the kernel environment of the tests does not fail at."""

from dataclasses import replace

import pytest

from generator.mending.applying import applied
from generator.mending.registry import candidates
from generator.mending.repairs import REPAIRS
from generator.model.clues import Clues, Value
from tests.mending.runs import HERE, a_failure
from tests.pages import a_page, read

NUMPY = Value("np", "builtins.module", module="numpy")


@pytest.mark.parametrize(("name", "new"), [("float", "float"), ("bool", "bool"), ("long", "int"), ("unicode", "str")])
def test_alias_that_numpy_removed_is_the_builtin_type(name: str, new: str) -> None:
    """NumPy 1.24 has them no more; that of the tests still warns."""
    page = read(a_page(f"import numpy as np\nx = np.zeros(3, dtype=np.{name})\ny = x.astype(np.{name})"))
    clues = Clues(owner=Value("", "builtins.module", module="numpy"), attribute=name)
    failure = a_failure(page, "np.", "AttributeError", "module 'numpy' has no attribute", {"np": NUMPY}, clues)
    text = applied(page, failure.script, candidates(failure, REPAIRS)[0]).text
    assert text.count(f"dtype={new})\ny = x.astype({new})") == 2


@pytest.mark.parametrize("more", [{"float": Value("float", "builtins.str")}, {}])
def test_alias_is_left_alone_where_the_type_is_hidden_or_the_module_another(more: dict[str, Value]) -> None:
    """`float` may be the page's own name, and `np` no NumPy."""
    page = read(a_page("x = np.float(1)"))
    clues = Clues(owner=Value("", "builtins.module", module="numpy"), attribute="float")
    other = {"np": NUMPY} if more else {"np": Value("np", "builtins.module", module="mine")}
    failure = a_failure(page, "np.", "AttributeError", "no attribute", {**other, **more}, clues)
    assert not candidates(failure, REPAIRS)


def test_loss_with_arguments_that_mean_something_else_now_is_left_alone() -> None:
    """The fourth argument was the smoothing, and is whether logits are given."""
    values = {"F": Value("F", "builtins.module", module="megengine.functional")}
    owner = Value("", "builtins.module", module="megengine.functional")
    clues = Clues(owner=owner, attribute="cross_entropy_with_softmax")
    proposed = []
    for arguments in ("p, q, 1", "p, q, 1, 0.1"):
        page = read(a_page(f"x = F.cross_entropy_with_softmax({arguments})"))
        proposed.append(len(candidates(a_failure(page, "F.", "AttributeError", "", values, clues), REPAIRS)))
    assert proposed == [1, 0]


def test_gpu_is_asked_for_still_where_there_is_one() -> None:
    """On a machine with a GPU that fails for another reason the page is right."""
    page = read(a_page('x = mge.tensor(1, device="gpu3")'))
    failure = a_failure(page, "mge.", "RuntimeError", "request gpu3 out of valid range [0, 1)")
    texts = [applied(page, failure.script, candidate).text for candidate in candidates(failure, REPAIRS)]
    assert [text.count(f'device="{device}"') for text, device in zip(texts, ("xpux", "cpu0"), strict=True)] == [2, 2]
    elsewhere = replace(failure.run, environment=replace(HERE, device="H100"))
    assert not candidates(replace(failure, run=elsewhere), REPAIRS)


TENSOR = "megengine.core.tensor.tensor.Tensor"


@pytest.mark.parametrize(
    ("error", "message", "shape", "is_given_an_axis"),
    [
        ("ValueError", "not enough values to unpack (expected 4, got 3)", (3, 8, 8), True),
        ("ValueError", "pictures must be (N, 3, 8, 8)", (3, 8, 8), True),
        ("ValueError", "not enough values to unpack (expected 4, got 2)", (8, 8), False),
        ("ValueError", "too many values to unpack (expected 2)", (3, 8, 8), False),
        ("ValueError", "pictures must be square", (3, 8, 8), False),
    ],
)
def test_picture_becomes_a_batch_where_the_model_speaks_of_one(
    error: str, message: str, shape: tuple[int, ...], is_given_an_axis: bool
) -> None:
    """Or where it takes a shape apart that has too few parts."""
    page = read(a_page("y = model(image)"))
    values = {"image": Value("image", TENSOR, dtype="float32", shape=shape), "model": Value("model", "hubconf.py.Net")}
    failure = a_failure(page, "model", error, message, values, below=1)
    texts = [applied(page, failure.script, candidate).text for candidate in candidates(failure, REPAIRS)]
    assert [text.count("y = model(image[None])") for text in texts] == [2] * is_given_an_axis


@pytest.mark.parametrize(
    ("code", "statement"),
    [
        ('Image("a.jpg")', "from IPython.display import Image"),
        ('Image.open("a.jpg")', "from PIL import Image"),
        ('x = Image.open("a.jpg") if Image("a.jpg") else 1', "from PIL import Image"),
        ("x = Image", ""),
    ],
)
def test_picture_that_is_called_is_no_module(code: str, statement: str) -> None:
    """IPython shows `Image("a.jpg")`; what PIL has of that name is a module."""
    page = read(a_page(code))
    failure = a_failure(page, "Image", "NameError", "name 'Image' is not defined")
    texts = [applied(page, failure.script, candidate).text for candidate in candidates(failure, REPAIRS)]
    assert [text.count(statement) for text in texts] == [2] * bool(statement)
