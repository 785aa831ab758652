"""A framework is added by one file, and by a folder of cases that say how its pages are judged."""

import pytest

from tests.frameworks.third import CASES, Program
from tests.kernels import Called


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Program:
    """One for all tests here."""
    return Program(tmp_path_factory.mktemp("third"))


@pytest.fixture(scope="module")
def verified(program: Program) -> Called:
    """What came of all cases."""
    return program.call("verify", "--format", "json", "--sandbox", "none")


@pytest.mark.parametrize("name", CASES)
def test_page_gets_its_verdict(verified: Called, name: str) -> None:
    """Run with stand-ins of its own repository, and judged like any other."""
    run = verified.run_of(name)
    assert {"verdict": run["verdict"], **({"cause": run["cause"]} if run["cause"] else {})} == CASES[name], verified.err


def test_run_says_what_it_ran_on(verified: Called) -> None:
    """The framework by its own name, what was measured as it measures, and what it lacks."""
    assert "TinyNet 1.0, Python 3.10" in verified.err
    run = verified.run_of("passes")
    assert (run["environment"]["framework"], run["facts"]["parameters"]) == ("tinynet", 6)
    assert run["snippets"][1]["outputs"][0]["data"] == "(4, 3)\n"
    assert "none that TinyNet can use" in verified.run_of("needs_a_gpu")["snippets"][1]["reason"]


def test_check_knows_its_hub_and_its_imports(program: Program) -> None:
    """Entries of its repositories, and what its names stand for."""
    called = program.call("check", "hub_pages/names_no_entry.md", "hub_pages/forgets_an_import.md")
    assert "'lime' is not an entry of tiny/models: did you mean line?" in called.out
    assert "tinynet is not defined: add import tinynet" in called.out


def test_new_page_is_for_it(program: Program) -> None:
    """With its own sample, whose code runs as it stands."""
    called = program.call("new", "tiny_vision_line", "--title", "Line", "--tags", "vision")
    assert called.status == 0, called.err
    assert 'hub.load("tiny/models", "line")' in (program.hub / "hub_pages" / "tiny_vision_line.md").read_text()
    run = program.call("verify", "hub_pages/tiny_vision_line.md", "--format", "json", "--sandbox", "none").run_of(
        "tiny_vision_line"
    )
    assert (run["verdict"], run["snippets"][1]["outputs"][0]["data"]) == ("passed", "(1, 3)\n")


def test_card_says_what_it_ran_on(program: Program, verified: Called) -> None:
    """The site knows the framework by the same file."""
    assert program.call("build", "--no-search").status in (0, 1)
    card = (program.hub / "site" / "en" / "models" / "passes" / "index.html").read_text(encoding="utf-8")
    assert "TinyNet 1.0, Python 3.10" in card
