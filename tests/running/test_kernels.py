"""Pages that misbehave, each in a real kernel: the right verdict at the right line, and nothing left running."""

import itertools
import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import nbformat
import psutil
import pytest

from tests.kernels import Called, a_hub_root, hubpages
from tests.pages import a_page, line_of, write

MARK = f"hubpages-test-{time.time_ns()}"
"""Stands in the arguments of every process that a snippet starts here, so that survivors can be told."""

SECONDS = 12
OUTPUT = 1_000_000


@dataclass(frozen=True)
class Case:
    """A page and what must be said of it."""

    snippet: str
    at: str
    """Part of the line that is to blame; empty where the page passes."""
    error: str
    cause: str | None
    sample: str = "x = 1"


CASES = {
    "passes": Case("print(x + 1)\nx + 41", "", "", None),
    "raises": Case("y = 2\nraise ValueError('no')", "raise ValueError", "ValueError", "page"),
    "raises_in_function_of_the_sample": Case(
        "f(0)", "return 1 / n", "ZeroDivisionError", "page", "def f(n):\n    return 1 / n"
    ),
    "fails_in_the_sample": Case("print(x)", "undefined", "NameError", "page", "undefined"),
    "syntax_error": Case("y = 2\nif y\n    pass", "if y", "SyntaxError", "page"),
    "exits": Case("import sys\nsys.exit(1)", "sys.exit", "SystemExit", "page"),
    "asks_for_input": Case("z = 1\ninput('?')", "input(", "StdinNotImplementedError", "page"),
    "lacks_a_module": Case("z = 1\nimport no_such_module", "import no_such", "ModuleNotFoundError", "environment"),
    "hangs_under_bare_excepts": Case(
        "import time\nwhile True:\n    try:\n        while True: time.sleep(0.01)\n    except: pass",
        "while True: time",
        "DeadlineExceeded",
        "limit",
    ),
    "hangs_without_end": Case("y = 1\nwhile True: pass", "while True: pass", "DeadlineExceeded", "limit"),
    "kills_itself": Case(
        "import os\nos.kill(os.getpid(), 9)", "import os", "SIGKILL", "crash", sample="x = 1\nprint('so far')"
    ),
    "crashes": Case("import ctypes\ny = 1\nctypes.string_at(0)", "string_at(0)", "SIGSEGV", "crash"),
    "prints_50_megabytes": Case(
        "for _ in range(50):\n    print('x' * 1_000_000)", "for _ in", "OutputLimitExceeded", "limit"
    ),
    "prints_50_megabytes_past_python": Case(
        "import os\nfor _ in range(50):\n    os.write(1, b'x' * 1_000_000)", "import os", "OutputLimitExceeded", "limit"
    ),
    "leaves_a_child": Case(
        f"import subprocess\nsubprocess.Popen(['sh', '-c', 'sleep 1000; :', '{MARK}'], start_new_session=True)",
        "",
        "",
        None,
    ),
    "leaves_a_daemon": Case(
        f"import os\nif os.fork() == 0:\n    os.setsid()\n    if os.fork() == 0:\n"
        f"        os.execvp('sh', ['sh', '-c', 'sleep 1000; :', '{MARK}'])\n    os._exit(0)\nos.wait()",
        "",
        "",
        None,
    ),
    "warns": Case("import warnings\nwarnings.warn('careful')", "", "", None),
}


@pytest.fixture(scope="module")
def texts() -> dict[str, str]:
    """Every case as a page; English has more words above its code, so its lines are others."""
    return {
        name: a_page(case.snippet, sample=case.sample, en="More words.\n\nAnd more.") for name, case in CASES.items()
    }


@pytest.fixture(scope="module")
def called(tmp_path_factory: pytest.TempPathFactory, texts: dict[str, str]) -> Iterator[Called]:
    """All cases verified in one call."""
    root = a_hub_root(tmp_path_factory.mktemp("hub"), snippet_seconds=SECONDS, page_seconds=60, output_bytes=OUTPUT)
    write(root, **texts)
    yield hubpages("-C", root, "verify", "--format", "json", HUBPAGES_TEST_TOKEN="secret")


@pytest.mark.parametrize("name", CASES)
def test_verdict_cause_and_lines(called: Called, texts: dict[str, str], name: str) -> None:
    """Each page gets its verdict, and a failure its name, cause and line in both languages."""
    case, run = CASES[name], called.run_of(name)
    assert run["languages"] == ["zh_CN", "en_US"]
    assert (run["verdict"], run["cause"]) == ("failed" if case.error else "passed", case.cause)
    errors = [snippet["error"] for snippet in run["snippets"] if snippet["error"]]
    if not case.error:
        assert errors == []
        return
    (error,) = errors
    english = 1 if case.at in case.sample else 2
    expected = {"zh_CN": line_of(texts[name], case.at), "en_US": line_of(texts[name], case.at, english)}
    assert (error["name"], error["lines"]) == (case.error, expected)


def test_two_scripts_run_at_a_time(called: Called) -> None:
    """On a machine with two cores or more, some runs overlap."""
    times = sorted(_span(run) for run in called.json["runs"])
    overlaps = [earlier for earlier, later in itertools.pairwise(times) if later[0] < earlier[1]]
    assert bool(overlaps) == ((os.cpu_count() or 1) > 1)


def test_exit_status_tells_of_failures(called: Called) -> None:
    """Some page failed."""
    assert called.status == 1


def test_nothing_that_a_page_started_is_left(called: Called) -> None:
    """Neither detached children nor daemons outlive the call."""
    survivors = [process.info for process in psutil.process_iter(["pid", "cmdline"]) if MARK in _words(process)]
    assert survivors == []


def test_no_kernel_is_left(called: Called) -> None:
    """Also those that hung or flooded are gone."""
    kernels = [process.pid for process in psutil.process_iter(["cmdline"]) if "hub-" in _words(process)]
    assert kernels == []


def test_what_follows_a_failure_is_not_run(called: Called) -> None:
    """The snippet below a failing sample is told apart from one that passed."""
    statuses = [snippet["status"] for snippet in called.run_of("fails_in_the_sample")["snippets"]]
    assert statuses == ["failed", "not-run"]


def test_snippets_carry_their_lines_in_every_language(called: Called, texts: dict[str, str]) -> None:
    """A snippet's lines are those of its first line of code."""
    text = texts["passes"]
    lines = [snippet["lines"] for snippet in called.run_of("passes")["snippets"]]
    first = line_of(text, "x = 1")
    assert lines == [
        {"zh_CN": first, "en_US": first},
        {"zh_CN": line_of(text, "print(x"), "en_US": line_of(text, "print(x", 2)},
    ]


def test_outputs_are_kept_in_order(called: Called) -> None:
    """What was printed, then the value of the last expression."""
    outputs = called.run_of("passes")["snippets"][1]["outputs"]
    assert [(output["kind"], output["data"]) for output in outputs] == [("stdout", "2\n"), ("result", "42")]


def test_output_of_snippets_before_a_death_is_kept(called: Called) -> None:
    """What was printed before the snippet in which the kernel died tells how far the page came."""
    assert _data(called.run_of("kills_itself")) == "so far\n"


def test_flood_is_cut_off(called: Called) -> None:
    """No more is kept than a page can show, and the call itself ended."""
    assert len(_data(called.run_of("prints_50_megabytes"))) < 2 * OUTPUT


def test_warnings_and_tracebacks_name_the_page(called: Called, texts: dict[str, str]) -> None:
    """No temporary file of a kernel, but the page's name and its line."""
    line = line_of(texts["warns"], "warnings.warn")
    assert f"warns.md:{line}: UserWarning: careful" in _data(called.run_of("warns"))
    failed = called.run_of("raises")["snippets"][1]["error"]
    assert f"raises.md, line {line_of(texts['raises'], 'raise ValueError')}" in failed["traceback"]
    assert "/ipykernel_" not in called.out


def test_hang_and_crash_come_with_the_stack(called: Called, texts: dict[str, str]) -> None:
    """faulthandler's stack names the page and the line that was running."""
    line = line_of(texts["crashes"], "string_at(0)")
    (error,) = [s["error"] for s in called.run_of("crashes")["snippets"] if s["error"]]
    assert f'File "crashes.md", line {line}' in error["traceback"]


def test_environment_is_on_record(called: Called) -> None:
    """Every run says where it ran."""
    environment = called.run_of("passes")["environment"]
    assert environment["packages"]["megengine"] == "1.13.0"
    assert environment["python"].startswith("3.10.")
    assert environment["device"] == "cpu"


def test_people_are_told_page_line_and_how_to_repeat(called: Called, texts: dict[str, str]) -> None:
    """The report ends with every failure, where an editor can jump to it."""
    report = called.err
    line = line_of(texts["raises"], "raise ValueError")
    assert f"raises.md:{line}: in zh_CN" in report
    assert "ValueError: no" in report
    assert "again: hubpages -C" in report
    failing = sum(bool(case.error) for case in CASES.values())
    assert f"{len(CASES)} scripts run: {len(CASES) - failing} passed, {failing} failed" in report


def test_page_deadline_counts_all_snippets(tmp_path: Path) -> None:
    """Snippets that are each quick enough may still be too slow together."""
    root = a_hub_root(tmp_path, snippet_seconds=40, page_seconds=15)
    text = a_page("import time\ntime.sleep(3)", "y = 1\ntime.sleep(60)")
    write(root, slow=text)
    run = hubpages("-C", root, "verify", "--format", "json").run_of("slow")
    assert [snippet["status"] for snippet in run["snippets"]] == ["passed", "passed", "failed"]
    assert run["snippets"][2]["error"]["lines"]["zh_CN"] == line_of(text, "time.sleep(60)")


def test_kernels_see_a_fresh_home_and_no_token(tmp_path: Path) -> None:
    """HOME, MGE_HOME and the working directory are new and empty for each script; the environment is an allow-list."""
    root = a_hub_root(tmp_path)
    snippet = """\
import os
for folder in (os.environ["HOME"], os.environ["MGE_HOME"], "."):
    assert os.listdir(folder) == [], os.listdir(folder)
open("left", "w").close()
print("HUBPAGES_TEST_TOKEN" in os.environ)"""
    write(root, first=a_page(snippet), second=a_page(snippet))
    called = hubpages("-C", root, "verify", "--jobs", "1", "--format", "json", HUBPAGES_TEST_TOKEN="secret")
    assert called.status == 0, called.err
    assert _data(called.run_of("first")) == _data(called.run_of("second")) == "False\n"


def test_missing_kernel_environment_is_one_sentence(tmp_path: Path) -> None:
    """The machine's fault has a status of its own and says what to do."""
    (tmp_path / "hub.toml").write_text('[kernel]\npython = "nowhere/python"\n', encoding="utf-8")
    write(tmp_path, tiny=a_page())
    called = hubpages("-C", tmp_path, "verify")
    assert called.status == 3
    assert "no kernel environment" in called.err
    assert "make verify" in called.err


def test_notebook_is_valid_and_as_a_reader_would_have_it(called: Called, tmp_path: Path) -> None:
    """The executed notebook holds the snippets as they stand on the page, with their outputs."""
    root = a_hub_root(tmp_path)
    write(root, tiny=a_page("print(x + 1)"))
    assert hubpages("-C", root, "verify").status == 0
    (path,) = (root / ".hub" / "evidence").glob("tiny-*.ipynb")
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    assert [cell.source for cell in notebook.cells] == ["x = 1\n", "print(x + 1)\n"]
    assert notebook.cells[1].outputs[0].text == "2\n"
    assert str(tmp_path) not in path.read_text(encoding="utf-8")


def _span(run: dict[str, Any]) -> tuple[float, float]:
    start = datetime.fromisoformat(run["started"]).timestamp()
    return start, start + run["seconds"]


def _words(process: psutil.Process) -> str:
    return " ".join(process.info["cmdline"] or [])


def _data(run: dict[str, Any]) -> str:
    return "".join(output["data"] for snippet in run["snippets"] for output in snippet["outputs"])
