"""What a sample loads from a hub, and the alternatives that it offers."""

import pytest

from generator.scripts.entries import entry_uses, repositories_asked

SAMPLE = """\
from megengine import hub
model = hub.load("megengine/models", "resnet18", pretrained=True)
# or any of these variants
# model = hub.load("megengine/models", "resnet34", pretrained=True)
# model = hub.load(
#     "megengine/models:dev",
#     "resnet50",
#     pretrained=True,
# )
# load the model first, then hub.load("it") again
model.eval()"""


def test_active_entry_and_every_variant_are_found() -> None:
    """Also over several lines; prose between them is left alone."""
    uses = entry_uses(SAMPLE)
    assert [(use.repository, use.entry, use.first, use.end, use.is_active) for use in uses] == [
        ("megengine/models", "resnet18", 1, 2, True),
        ("megengine/models", "resnet34", 3, 4, False),
        ("megengine/models:dev", "resnet50", 4, 9, False),
    ]


def test_other_spellings_of_the_call_are_found() -> None:
    """By keyword, from a module, without an assignment."""
    code = """\
import megengine
megengine.hub.load(repo_info="megengine/models", entry="resnet18")
# model = load("megengine/models", "resnet34")
#model = hub.load('megengine/models', 'resnet50')"""
    assert [use.entry for use in entry_uses(code)] == ["resnet18", "resnet34", "resnet50"]


@pytest.mark.parametrize("character", ["\u2028", "\u2029", "\x0b", "\x0c", "\x1c", "\x85"])
def test_what_only_looks_like_a_line_end_shifts_nothing(character: str) -> None:
    """Lines end where Python and the page end them."""
    code = f"text = 'one{character}two'\n{SAMPLE}"
    assert [(use.first, use.end) for use in entry_uses(code)] == [(2, 3), (4, 5), (5, 10)]


def test_prose_and_other_calls_are_no_variants() -> None:
    """What cannot be parsed, or is no call of hub.load, is left alone."""
    code = """\
# hub.load loads a model
# weights = numpy.load("weights/file", "r")
# model = hub.load(name, "resnet34")
# model = hub.load("models", "resnet34")
# x = 1"""
    assert entry_uses(code) == ()


def test_marks_may_stand_twice_and_far_from_the_code() -> None:
    """What the check reads as a commented-out call, the card offers, as code that runs."""
    code = """\
##   model = hub.load(
##       "megengine/models", "resnet34"
##   )
# # model = hub.load("megengine/models", "resnet50")"""
    assert [use.code for use in entry_uses(code)] == [
        'model = hub.load(\n    "megengine/models", "resnet34"\n)',
        'model = hub.load("megengine/models", "resnet50")',
    ]


@pytest.mark.parametrize("nest", ["({})", "[{}]", "{}.a", "-{}", "{} + 1", "{}()", "f({})"])
@pytest.mark.parametrize("comment", ["", "# load(0)  # "])
def test_code_that_is_nested_too_deeply_has_no_entries(nest: str, comment: str) -> None:
    """However deep: Python gives up on reading it in more than one way."""
    before, after = nest.split("{}")
    for depth in (100, 5000, 100_000):
        hub_load = 'hub.load("megengine/models", "resnet18")'
        entry_uses(f"{comment}x = {before * depth}{hub_load}{after * depth}\n")


@pytest.mark.parametrize(
    "deep",
    [
        "(" * 20_000,
        "-" * 20_000 + "1",
        "1" + " + 1" * 20_000,
        "x" + ".x" * 20_000,
        "x" + "()" * 20_000,
        "hub" + ".load('a/b', 'c')" * 400,
    ],
    ids=["parentheses", "signs", "a sum", "attributes", "calls", "loads"],
)
def test_code_that_is_nested_too_deeply_offers_nothing(deep: str) -> None:
    """Python's own parser gives up on it; what stands in comments beside it is found all the same."""
    commented = '# m = hub.load("megengine/models", "resnet34")\n'
    assert [use.entry for use in entry_uses(f"{commented}{deep}\n# {deep}\n")] == ["resnet34"]


def test_entry_may_be_named_above() -> None:
    """By a text that is written there; what is computed is not known."""
    code = """\
name = "resnet18"
one = hub.load("a/b", name)
name = "resnet34"
two = hub.load("a/b", name)
name = other(name)
three = hub.load("a/b", name)
four = hub.load("a/b", names[0])"""
    assert [use.entry for use in entry_uses(code)] == ["resnet18", "resnet34"]


def test_repositories_are_known_whatever_is_asked_of_them() -> None:
    """Also where the entry is computed, and where only its list is wanted."""
    code = """\
for name in names:
    models[name] = torch.hub.load("a/b:v1", name)
print(torch.hub.list("c/d"), numpy.load("weights.npy"), hub.help(repo_or_dir="e/f", model=x))"""
    assert repositories_asked(code) == ("a/b", "c/d", "e/f")


def test_what_an_entry_is_given_is_known_where_it_is_written_plainly() -> None:
    """By place, by name and spread; not what is computed, nor what only the loader sees."""
    code = """\
import torch
one = torch.hub.load("a/b", "net", 3, pretrained=True, width=size, force_reload=True, trust_repo=True)
two = torch.hub.load(repo_or_dir="a/b:v1", model="net", **{"topN": 6, "device": "cpu"}).eval()
three = torch.hub.load("here/b", "net", source="local")
four = torch.hub.load("./here/b", "net")"""
    assert [(use.repository, use.entry, use.given) for use in entry_uses(code)] == [
        ("a/b", "net", '[[3], {"pretrained": true}]'),
        ("a/b:v1", "net", '[[], {"device": "cpu", "topN": 6}]'),
    ]
