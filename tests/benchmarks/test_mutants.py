"""Pages that are broken on purpose, and what is measured with them."""

import json
from collections.abc import Iterator
from difflib import ndiff
from pathlib import Path

import pytest

from benchmarks.mutants import Result, main, report, taken
from benchmarks.mutations import MUTATIONS, Mutant, mutants
from generator.config import Config
from generator.model.page import Page
from generator.reading.hub import read_hub
from tests.kernels import ROOT
from tests.pages import a_page, read

PAGE = a_page(
    "import urllib.request\n\nimport megengine\nimport megengine.functional as F\nimport numpy as np\n\n"
    'urllib.request.urlretrieve("https://a/b", "b")\n'
    'batch = F.expand_dims(megengine.tensor(np.zeros((3, 8, 8)), dtype="float32"), axis=0)\n'
    "for name, value in model(batch).items():\n    print(name, value.numpy().astype(int))",
    'tools = hub.import_module("a/b", git_host="github.com").DetEvaluator\nprint(tools)',
    sample='from megengine import hub\n\nmodel = hub.load("a/b", "net_res50_3x_800size")\nmodel.eval()',
)


@pytest.fixture(scope="module")
def pages() -> list[Page]:
    """The hub's own."""
    return read_hub([ROOT / "hub_pages"], Config().languages)[0]


def changes(kind: str) -> Iterator[tuple[list[str], list[str]]]:
    """The lines that go and come with each mutant of the page, those of one language."""
    for mutant in mutants(read(PAGE), kind):
        lines = list(ndiff(PAGE.split("\n"), mutant.text.split("\n")))
        gone, come = ([line[2:] for line in lines if line[0] == mark] for mark in "-+")
        is_of_sample = len(gone) % 2 or len(come) % 2
        yield (gone, come) if is_of_sample else (gone[: len(gone) // 2], come[: len(come) // 2])


@pytest.mark.parametrize(
    ("kind", "gone", "come"),
    [
        ("drop-import", ["import numpy as np"], []),
        ("unwrap-tensor", None, ["batch = F.expand_dims(np.zeros((3, 8, 8)), axis=0)"]),
        ("rename-entry", None, ['model = hub.load("a/b", "net_res50_1x_800size")']),
        ("rename-entry", None, ['model = hub.load("a/b", "net_res50_3x")']),
        (
            "cast-float64",
            None,
            ['batch = F.expand_dims(megengine.tensor(np.zeros((3, 8, 8)), dtype="float64"), axis=0)'],
        ),
        ("python-2", None, ["    print name, value.numpy().astype(int)"]),
        ("python-2", None, ["import urllib", 'urllib.urlretrieve("https://a/b", "b")']),
        ("python-2", None, ["for name, value in model(batch).iteritems():"]),
        ("removed-name", None, ["    print(name, value.numpy().astype(np.int))"]),
        (
            "removed-name",
            None,
            ['batch = F.add_axis(megengine.tensor(np.zeros((3, 8, 8)), dtype="float32"), axis=0)'],
        ),
        ("forget-batch", None, ['batch = megengine.tensor(np.zeros((3, 8, 8)), dtype="float32")']),
        (
            "ask-for-gpu",
            None,
            ['batch = F.expand_dims(megengine.tensor(np.zeros((3, 8, 8)), dtype="float32", device="gpu0"), axis=0)'],
        ),
        ("ask-for-gpu", [], ['megengine.set_default_device("gpu0")', ""]),
        ("import-within", None, ["from hubconf import DetEvaluator as tools"]),
    ],
)
def test_a_mutation_does_what_it_says(kind: str, gone: list[str] | None, come: list[str]) -> None:
    """In both languages, and nothing else; gone are as many lines as have come, unless they are given."""
    found = list(changes(kind))
    assert any(new == come and (len(old) == len(new) if gone is None else old == gone) for old, new in found), found


@pytest.mark.parametrize("kind", MUTATIONS)
def test_mutants_of_the_hubs_own_pages(kind: str, pages: list[Page]) -> None:
    """Each is a page, another one than the original and than all others; every language has the same code still."""
    found = [mutant for page in pages for mutant in mutants(page, kind)]
    assert len({mutant.text for mutant in found}) == len(found) > 0
    for mutant in found:
        page, original = read(mutant.text), next(page for page in pages if page.id == mutant.page)
        codes = {tuple(snippet.code for snippet in section.snippets) for section in page.sections}
        assert len(codes) == 1, mutant.name
        assert mutant.text != original.source
        assert len(page.sections) == len(original.sections)


def test_the_seed_alone_says_which_are_taken(pages: list[Page]) -> None:
    """Another one takes others; each kind has as many as were asked for, of as many pages as it can."""
    first = taken(pages, ["drop-import", "ask-for-gpu"], 12, 1)
    assert first == taken(pages, ["drop-import", "ask-for-gpu"], 12, 1)
    assert first != taken(pages, ["drop-import", "ask-for-gpu"], 12, 2)
    assert [sum(mutant.kind == kind for mutant in first) for kind in ("drop-import", "ask-for-gpu")] == [12, 12]
    assert len({mutant.page for mutant in first if mutant.kind == "drop-import"}) == 12


def test_table_counts_what_fails_alone() -> None:
    """A mutant that passes is none; one that prints something else was mended, and is told."""
    a, b, c, d = (Mutant("drop-import", "page", "", number) for number in range(4))
    results = [Result(a, False), Result(b, True), Result(c, True, "KeyError"), Result(d, True, difference="-1\n+2")]
    told = list(report(results))
    assert told[2:4] == ["| drop-import | 3 | 2 (67%) | 1 | 1 |", "| all | 3 | 2 (67%) | 1 | 1 |"]
    assert told[5:] == [
        "not mended: page_drop_import_2: KeyError",
        "printed something else: page_drop_import_3: \n-1\n+2",
    ]


def test_mutants_are_mended_on_real_kernels(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Three of one page, through the tool's own entry: they are mended and then print what the page prints."""
    page = ROOT / "hub_pages" / "megengine_quantization_resnet18.md"
    kinds = ["drop-import", "unwrap-tensor", "rename-entry"]
    status = main([str(page), "--kinds", *kinds, "--most", "1", "--json", str(tmp_path / "found.json")])
    table = capsys.readouterr().out.split("\n")
    assert status == 0, table
    assert table[2:6] == [f"| {kind} | {count} | 0 | 0 |" for kind, count in [
        ("drop-import", "1 | 1 (100%)"),
        ("unwrap-tensor", "1 | 1 (100%)"),
        ("rename-entry", "1 | 1 (100%)"),
        ("all", "3 | 3 (100%)"),
    ]]  # fmt: skip
    found = json.loads((tmp_path / "found.json").read_text())
    assert [len(result["steps"]) for result in found] == [1, 1, 1]
    assert all(result["is_broken"] and not result["reason"] for result in found)
