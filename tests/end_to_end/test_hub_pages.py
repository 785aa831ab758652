"""The hub's own pages: no finding, and on the zoo every snippet passes and prints what a reader can read."""

import re
from pathlib import Path

import pytest

from generator.reading.hub import read_hub
from tests.kernels import ROOT, Called, hubpages
from tests.pages import LANGUAGES
from tests.zoo.names import ENTRIES, NEIGHBOURS, ON_GPU

EXPORTED = Path(__file__).parent / "exported_entries.txt"
PAGES = sorted((ROOT / "hub_pages").glob("*.md"))


@pytest.fixture(scope="module")
def called(clone: Path) -> Called:
    """All pages verified in the folder that they are in, offline."""
    return hubpages("verify", "--format", "json", cwd=clone)


def test_pages_are_without_a_finding() -> None:
    """Not even a warning: these pages are what others are written after."""
    checked = hubpages("check", Path("hub_pages"))
    assert (checked.status, f"{len(PAGES)} pages read, 0 findings" in checked.err) == (0, True), checked.err


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_page_passes_in_one_script_for_both_languages(called: Called, page: Path) -> None:
    """Its languages show the same code, nothing of it fails, and something is printed."""
    run = called.run_of(page.stem)
    assert (run["verdict"], run["cause"], run["languages"]) == ("passed", None, ["zh_CN", "en_US"]), called.err
    outputs = [output for snippet in run["snippets"] for output in snippet["outputs"]]
    printed = "".join(output["data"] for output in outputs if output["kind"] == "stdout")
    assert printed.strip()
    # A tensor or an object is no result that a reader can read.
    assert "Tensor(" not in printed
    assert " object at 0x" not in printed


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_page_offers_only_entries_that_the_zoo_has(page: Path) -> None:
    """The one that it loads and those in comments, which a reader may swap in."""
    text = page.read_text(encoding="utf-8")
    offered = re.findall(r'hub\.load\("([\w/-]+)", "(\w+)"', text)
    assert offered or "\nkind: guide\n" in text
    had = {"megengine/models": ENTRIES | ON_GPU, **NEIGHBOURS}
    assert [(repository, entry) for repository, entry in offered if entry not in had[repository]] == []


def test_every_entry_of_the_repository_is_in_some_page_s_code() -> None:
    """Loaded, or offered in a comment: a reader who knows a name finds the page, and what to type."""
    commit, *exported = EXPORTED.read_text(encoding="utf-8").splitlines()
    assert (commit[:1], len(exported)) == ("#", 72)
    pages, _ = read_hub(PAGES, LANGUAGES)
    code = [snippet.code for page in pages for section in page.sections for snippet in page.snippets_in(section)]
    words = {word for text in code for word in re.findall(r"\w+", text)}
    assert sorted(set(exported) - words) == []
