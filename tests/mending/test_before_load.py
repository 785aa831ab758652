"""Imports from a hub repository that stand above what loads it, and imports of its hubconf.py, without a kernel."""

import pytest

from generator.mending.applying import applied
from generator.mending.broken import Broken
from generator.mending.registry import candidates
from generator.mending.repairs.modules import REPAIRS
from generator.model.clues import Clues
from tests.mending.runs import a_failure
from tests.pages import a_page, read

NO_OFFICIAL = "No module named 'official'"
LOAD = 'from megengine import hub\nmodel = hub.load("a/b", "net")'


def _failure(sample: str, message: str = NO_OFFICIAL, failing: str = "official") -> Broken:
    page = read(a_page("print(1)", sample=sample))
    return a_failure(page, failing, "ModuleNotFoundError", message, clues=Clues(attribute=failing))


def _mended(failure: Broken) -> list[str]:
    """The sample with each of the candidates in it."""
    texts = [applied(failure.page, failure.script, candidate) for candidate in candidates(failure, REPAIRS)]
    assert not any(text.objection for text in texts)
    return [read(text.text).sample.code for text in texts]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (f"from official.a import B\n{LOAD}", f"{LOAD}\nfrom official.a import B"),
        (f"import official.a as a\n{LOAD}\nmodel.eval()", f"{LOAD}\nimport official.a as a\nmodel.eval()"),
        (
            'from megengine import hub\nfrom official.a import B\nentry = "net"\nm = hub.load("a/b", entry)\nm.eval()',
            'from megengine import hub\nentry = "net"\nm = hub.load("a/b", entry)\nfrom official.a import B\nm.eval()',
        ),
        (
            f'import official\n{LOAD}\n# model = hub.load("a/b", "other")\n# Without dropout\nmodel.eval()',
            f'{LOAD}\n# model = hub.load("a/b", "other")\nimport official\n# Without dropout\nmodel.eval()',
        ),
    ],
)
def test_repository_is_loaded_before_what_is_imported_from_it(before: str, after: str) -> None:
    """With what the load needs, and with the entries that the sample offers in its place."""
    assert _mended(_failure(before)) == [f"{after}\n"]


@pytest.mark.parametrize(
    ("sample", "message"),
    [
        (f"{LOAD}\nfrom official.a import B", NO_OFFICIAL),
        (f"{LOAD}\nfrom official.a import B\nother = hub.load('a/b', 'c')", NO_OFFICIAL),
        ("from official.a import B\nmodel = B()", NO_OFFICIAL),
        ("from official.a import B\nimport numpy as np\nx = np.load('a')", NO_OFFICIAL),
        (f"from official.a import B\n{LOAD}", "No module named 'official.a'"),
        (f"from official.a import B\n{LOAD}", "No module named 'other'"),
        ("from official.a import B\nfrom megengine import hub\nmodel = hub.load('a/b', B)", NO_OFFICIAL),
        (f"from official.a import B\nB.seed(1)\n{LOAD}", NO_OFFICIAL),
        (f"if True:\n    import official\n{LOAD}", NO_OFFICIAL),
    ],
    ids=["below", "between-loads", "no-load", "of-numpy", "package-is-there", "within", "needed", "call", "in-a-block"],
)
def test_load_that_would_not_help_stays(sample: str, message: str) -> None:
    """Nothing is loaded below, something is loaded above, or something may depend on the order."""
    assert not candidates(_failure(sample, message), REPAIRS)


def test_package_that_is_none_of_a_repository_is_no_reason_to_load() -> None:
    """Readers are to install it."""
    failure = _failure(f"import cv2\n{LOAD}", "No module named 'cv2'", "cv2")
    assert not candidates(failure, REPAIRS)


@pytest.mark.parametrize(
    ("statement", "name"),
    [("import hubconf", "hubconf"), ("import hubconf as api", "api"), ("import hubconf, sys", "")],
)
def test_hubconf_is_what_import_module_gives(statement: str, name: str) -> None:
    """Under the name that the page has for it."""
    page = read(a_page(statement, sample=LOAD))
    clues = Clues(attribute="hubconf", is_of_repository=True)
    failure = a_failure(page, "hubconf", "ModuleNotFoundError", "No module named 'hubconf'", clues=clues)
    texts = [applied(page, failure.script, candidate).text for candidate in candidates(failure, REPAIRS)]
    assert [f'\n{name} = hub.import_module("a/b", git_host="github.com")\n' in text for text in texts] == [True] * bool(
        name
    )
