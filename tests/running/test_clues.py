"""Where a module has what it was asked for, as the kernel is made to tell."""

from pathlib import Path
from traceback import walk_tb
from types import ModuleType
from typing import Any

import pytest

from generator.running.clues import MOST_MODULES, source_for


def places(owner: ModuleType, name: str) -> list[str]:
    """What the source that runs in a kernel answers."""
    known: dict[str, Any] = {}
    exec(source_for("megengine"), known)
    found: list[str] = known["moved"](owner, name)
    return found


def a_module(name: str, **names: object) -> ModuleType:
    """A module with these names."""
    module = ModuleType(name)
    vars(module).update(names)
    return module


def thing(module: str) -> type:
    """A class that this module defines."""
    return type("Thing", (), {"__module__": module})


def test_of_equally_near_modules_the_one_that_defines_a_name_is_told() -> None:
    """`functional.nn` shows what `functional.vision` defines."""
    nms = thing("f.vision")
    owner = a_module("f", nn=a_module("f.nn", nms=nms), vision=a_module("f.vision", nms=nms))
    assert places(owner, "nms") == ["vision.nms"]


def test_nearer_module_is_told_before_the_one_that_defines_a_name() -> None:
    """`jit.trace` is what pages write, not `jit.tracing.trace`."""
    trace = thing("m.jit.tracing")
    owner = a_module("m", jit=a_module("m.jit", trace=trace, tracing=a_module("m.jit.tracing", trace=trace)))
    assert places(owner, "trace") == ["jit.trace"]


def test_two_things_of_one_name_are_both_told() -> None:
    """Neither is certain then."""
    owner = a_module("f", a=a_module("f.a", relu=thing("f.a")), b=a_module("f.b", relu=thing("f.b")))
    assert places(owner, "relu") == ["a.relu", "b.relu"]


def test_modules_of_others_and_in_circles_are_not_looked_through() -> None:
    """What a module imports is no part of it."""
    inner = a_module("f.a", other=a_module("numpy", float=float))
    owner = a_module("f", a=inner)
    vars(inner).update(up=owner, again=inner, once_more=inner)
    assert places(owner, "float") == []
    deep = owner
    for depth in range(10):
        vars(deep)["z"] = a_module(f"f.{depth}")
        deep = deep.z
    vars(deep)["float"] = float
    assert places(owner, "float") == ["z" + ".z" * 9 + ".float"]


def test_search_ends_however_many_modules_there_are() -> None:
    """A kernel answers at once."""
    modules = {f"m{number:04}": a_module(f"f.m{number:04}") for number in range(MOST_MODULES * 2)}
    vars(modules["m0000"])["near"] = vars(modules[f"m{MOST_MODULES * 2 - 1:04}"])["far"] = 1
    owner = a_module("f", **modules)
    assert places(owner, "near") == ["m0000.near"]
    assert places(owner, "far") == []


class Silent:
    """It is not to be asked anything."""

    def __bool__(self) -> bool:
        raise ValueError

    def __len__(self) -> int:
        raise ValueError


def test_what_lacks_a_name_is_not_asked_whether_it_is_true() -> None:
    """An array of several numbers has no answer, and a page's own object may do anything."""
    known: dict[str, Any] = {}
    exec(source_for("megengine"), known)
    error = AttributeError("no attribute", name="detach", obj=Silent())
    told = known["clues_of"](error, [])
    assert told["owner"]["type"] == f"{__name__}.Silent"
    assert told["attribute"] == "detach"


def keyword_told(below: str, call: str) -> dict[str, Any]:
    """What a kernel tells of a call of the page's that raised, where this is below the page."""
    known: dict[str, Any] = {}
    exec(source_for("megengine"), known)
    space: dict[str, Any] = {}
    exec(compile(below, "/hub/hubconf.py", "exec"), space)
    try:
        exec(compile(call, "/tmp/ipykernel_1/2.py", "exec"), space)
    except TypeError as error:
        walked = list(walk_tb(error.__traceback__))
        told: dict[str, Any] = known["keyword_of"](error, walked)
        return told
    raise AssertionError(call)


TAKES = "class Net:\n    def __init__(self, width=1): pass\n    def run(self, count): pass\n"


@pytest.mark.parametrize(
    ("below", "call", "accepted"),
    [
        (TAKES, "Net(wide=2)", ["width"]),
        (TAKES, "Net().run(wide=2)", ["count"]),
        (TAKES + "def entry(depth, **more): return Net(**more)", "entry(1, wide=2)", ["width", "depth"]),
        (TAKES + "def entry(depth, *some, **more): return Net(**more)", "entry(1, **{'wide': 2})", ["width", "depth"]),
    ],
)
def test_keyword_that_was_handed_on_is_the_pages(below: str, call: str, accepted: list[str]) -> None:
    """With all that could have been given in its place."""
    assert keyword_told(below, call) == {"keyword": "wide", "accepted": accepted}


@pytest.mark.parametrize(
    "entry",
    [
        "def entry(wide): return Net(wide=wide)",
        "def entry(**more): return Net(wide=more['wide'])",
        "def entry(**more): return inner(more)\ndef inner(more): return Net(**more)",
        "def entry(wide, **more): return inner(wide=wide, **more)\ndef inner(**more): return Net(**more)",
    ],
)
def test_keyword_of_a_call_below_is_not_the_pages(entry: str) -> None:
    """Where anything between speaks of it, or has it otherwise than by `**`."""
    assert keyword_told(TAKES + entry, "entry(wide=2)") == {}


def test_pictures_that_are_no_files_are_told_by_the_texts_of_the_code(tmp_path: Path) -> None:
    """And nothing that is only known to the kernel."""
    known: dict[str, Any] = {}
    exec(source_for("megengine"), known)
    (tmp_path / "is.jpg").touch()
    code = f"a('{tmp_path}/is.jpg', 'https://a.example/x.png', \"nor.PNG\", 'text')"
    space = {"In": ["", code], "hidden": "hidden.jpg"}
    try:
        exec(compile("1 / 0", "/tmp/ipykernel_1/2.py", "exec"), space)
    except ZeroDivisionError as error:
        assert known["not_files"](list(walk_tb(error.__traceback__))) == ["nor.PNG"]
