"""What a page tells its readers to install."""

import pytest

from generator.model.install_lines import install_lines, installed
from tests.pages import a_page, read

LANGUAGE = "zh_CN"


def a_page_with(block: str, language: str = "bash") -> str:
    """A page whose Chinese section holds a fence."""
    return a_page("print(1)").replace(
        "<!-- section: zh_CN -->\n", f"<!-- section: zh_CN -->\n\n```{language}\n{block}\n```\n"
    )


def lines_of(block: str, language: str = "bash") -> list[tuple[str, tuple[str, ...], bool]]:
    """The lines that are found in a fence."""
    found = install_lines(read(a_page_with(block, language)), LANGUAGE)
    return [(line.command, line.words, line.takes_more) for line in found]


@pytest.mark.parametrize(
    ("line", "command", "words"),
    [
        ("pip install a b", "pip install", ("a", "b")),
        ("pip3 install a", "pip3 install", ("a",)),
        ("$ python -m pip install a", "$ python -m pip install", ("a",)),
        ("!pip install a", "!pip install", ("a",)),
        ("  sudo pip install a", "  sudo pip install", ("a",)),
        ("pip install -U a", "pip install", ("-U", "a")),
        ('pip install "a>=1,<2" ', "pip install", ("a>=1,<2",)),
    ],
)
def test_line_that_takes_one_more(line: str, command: str, words: tuple[str, ...]) -> None:
    """However it is called."""
    assert lines_of(line) == [(command, words, True)]


@pytest.mark.parametrize(
    "line",
    [
        "pip install --no-deps a",
        "pip install -r requirements.txt",
        "pip install a && python run.py",
        "pip install a  # for the pictures",
        "pip install a | tee log",
        "pip install a \\\n    b",
        "pip install $NAME",
    ],
)
def test_line_that_takes_no_more(line: str) -> None:
    """Options that are for these packages alone, and what a shell makes of the rest of it."""
    assert [takes for *_, takes in lines_of(line)] == [False]


@pytest.mark.parametrize(
    "line", ["pip uninstall a", "conda install a", "echo pip install a", "pip installer", "# pip install a"]
)
def test_line_that_installs_nothing(line: str) -> None:
    """It only looks alike."""
    assert lines_of(line) == []


@pytest.mark.parametrize("language", ["python", "text", "yaml"])
def test_block_that_no_shell_runs(language: str) -> None:
    """A line in it is none of a shell's."""
    assert lines_of("pip install a", language) == []


def test_names_are_those_that_pypi_compares() -> None:
    """Without versions, extras, quotes, options and addresses."""
    block = (
        'pip install -U "Open_CV.python>=4,<5" PyYAML==6 uvicorn[standard] \'x; python_version<"3"\' \\\n  last ./here'
    )
    page = read(a_page_with(block))
    assert installed(page, LANGUAGE) == {"open-cv-python", "pyyaml", "uvicorn", "x", "last"}
    assert installed(page, "en_US") == frozenset()
