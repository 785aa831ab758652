"""What is kept and told of pages that misbehave, each in a real kernel, and that nothing is left running."""

import os
import socket
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import nbformat
import psutil
import pytest

from tests.kernels import Called, a_hub_root, hubpages
from tests.pages import a_page, line_of, write
from tests.running.conftest import EXPECTED, Cases


@pytest.fixture
def called(cases: Cases) -> Called:
    """All pages of cases/, verified in one call."""
    return cases.called


@pytest.fixture
def texts(cases: Cases) -> dict[str, str]:
    """Their texts."""
    return cases.texts


def test_two_scripts_run_at_a_time(tmp_path: Path) -> None:
    """Each waits for a word that is said once both have asked for it, so never if they ran one after another."""
    with socket.create_server(("127.0.0.1", 0)) as server, ThreadPoolExecutor() as pool:
        server.settimeout(200)
        both = pool.submit(_answer_both, server)
        ask = f"import socket\nprint(socket.create_connection({server.getsockname()}, timeout=100).recv(4))"
        root = a_hub_root(tmp_path)
        write(root, one=a_page(ask), other=a_page(f"{ask}  # the other"))
        called = hubpages("-C", root, "verify", "--jobs", "2", "--format", "json")
        assert called.status == 0, called.err
        assert [_data(called.run_of(name)) for name in ("one", "other")] == ["b'word'\n", "b'word'\n"]
        both.result()


def _answer_both(server: socket.socket) -> None:
    asking = [server.accept()[0] for _ in range(2)]
    for connection in asking:
        with connection:
            connection.sendall(b"word")


def test_exit_status_tells_of_failures(called: Called) -> None:
    """Some page failed."""
    assert called.status == 1


def test_nothing_that_a_page_started_is_left(cases: Cases) -> None:
    """Neither detached children nor daemons outlive the call."""
    survivors = [process.info for process in psutil.process_iter(["pid", "cmdline"]) if cases.mark in _words(process)]
    assert survivors == []


def test_no_kernel_and_no_file_is_left(cases: Cases) -> None:
    """Also those that hung or flooded are gone, with all that they wrote."""
    kernels = [process.info for process in psutil.process_iter(["cmdline"]) if str(cases.temporary) in _words(process)]
    assert kernels == []
    assert list(cases.temporary.iterdir()) == []


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


def test_flood_is_cut_off(cases: Cases) -> None:
    """No more is kept than a page can show, and the call itself ended."""
    assert len(_data(cases.called.run_of("prints_50_megabytes"))) < 2 * cases.output_bytes


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
    assert "python -m generator -C" in report
    verdicts = [row["verdict"] for row in EXPECTED.values()]
    passed, failed = verdicts.count("passed"), verdicts.count("failed")
    assert f"{passed + failed} scripts run: {passed} passed, {failed} failed; 1 skipped" in report


def test_page_deadline_counts_all_snippets(tmp_path: Path) -> None:
    """Snippets that are each quick enough may still be too slow together."""
    root = a_hub_root(tmp_path, snippet_seconds=600, page_seconds=60)
    text = a_page("import time\ntime.sleep(3)", "y = 1\ntime.sleep(600)")
    write(root, slow=text)
    run = hubpages("-C", root, "verify", "--format", "json").run_of("slow")
    assert [snippet["status"] for snippet in run["snippets"]] == ["passed", "passed", "failed"]
    assert run["snippets"][2]["error"]["lines"]["zh_CN"] == line_of(text, "time.sleep(600)")


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


def test_number_of_threads_is_the_libraries_own_or_the_callers(tmp_path: Path) -> None:
    """None is set, as another number changes the last digits that numpy computes, and gains nothing."""
    root = a_hub_root(tmp_path)
    names = ["OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"]
    ask = f"import os\nprint([os.environ.get(name) for name in {names}], len(os.sched_getaffinity(0)))"
    write(root, tiny=a_page(ask))
    processors = len(os.sched_getaffinity(0))
    for own, seen in ({}, None), ({"OMP_NUM_THREADS": "3"}, "3"):
        called = hubpages("-C", root, "verify", "--fresh", "--format", "json", **own)
        assert called.status == 0, called.err
        assert _data(called.run_of("tiny")) == f"{[seen, None, None]} {processors}\n"


def test_missing_kernel_environment_is_one_sentence(tmp_path: Path) -> None:
    """The machine's fault has a status of its own and says what to do."""
    (tmp_path / "hub.toml").write_text('[kernel]\npython = "nowhere/python"\n', encoding="utf-8")
    write(tmp_path, tiny=a_page())
    called = hubpages("-C", tmp_path, "verify")
    assert called.status == 3
    assert "no kernel environment" in called.err
    assert "`hubpages kernel install` makes one" in called.err


def test_every_language_has_a_notebook_as_its_reader_would_have_it(tmp_path: Path) -> None:
    """The executed notebook holds the snippets as they stand on the page, with their outputs; nothing hidden."""
    root = a_hub_root(tmp_path)
    text = a_page("print(x + 1)").replace("\n```python\nprint", "\n<!-- verify: timeout=60 -->\n```python\nprint")
    hidden = "<!-- verify: hide -->\n\n```python\nx = 5\n```\n\n<!-- verify: timeout=60 -->"
    text = text.replace("<!-- verify: timeout=60 -->", hidden)
    write(root, tiny=text)
    called = hubpages("-C", root, "verify")
    assert called.status == 0, called.err
    for language in ("zh_CN", "en_US"):
        (path,) = (root / ".hub" / "evidence").glob(f"tiny-*.{language}.ipynb")
        notebook = nbformat.read(path, as_version=4)
        nbformat.validate(notebook)
        assert [cell.source for cell in notebook.cells] == ["x = 1", "print(x + 1)"]
        assert notebook.cells[1].outputs[0].text == "6\n"
        section = text.index(f"section: {language}")
        line = text.count("\n", 0, text.index("print(", section)) + 1
        assert notebook.cells[1].metadata["hubpages"]["line"] == line
        assert str(tmp_path) not in path.read_text(encoding="utf-8")


def _words(process: psutil.Process) -> str:
    return " ".join(process.info["cmdline"] or [])


def _data(run: dict[str, Any]) -> str:
    return "".join(output["data"] for snippet in run["snippets"] for output in snippet["outputs"])
