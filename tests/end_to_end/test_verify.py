"""What `verify` runs, what it need not run, and what it leaves behind."""

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Thread
from xml.etree import ElementTree

import pytest

from tests.gpus import faked_gpus
from tests.kernels import ROOT, Called, a_hub_root, hubpages
from tests.pages import a_page, line_of, write
from tests.running.attempts import SANDBOX

OUTPUT = """\
```python
print({printed})
```

<!-- verify: output -->

```text
{expected}
```
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A hub without pages."""
    return a_hub_root(tmp_path)


def verify(root: Path, *options: str | Path, **environ: str) -> Called:
    """All pages of a hub, with the report as JSON."""
    return hubpages("-C", root, "verify", "--format", "json", *options, **environ)


def started(called: Called) -> list[str]:
    """The pages for which a kernel was started."""
    return sorted(line.split()[1] for line in called.err.splitlines() if line.startswith("… "))


def test_only_what_changed_runs_again(root: Path) -> None:
    """Nothing changed: no kernel. A word of prose: none. A snippet: that script alone. --fresh: everything."""
    write(root, one=a_page("print(1)"), two=a_page("print(2)"))
    first = verify(root)
    assert (first.status, started(first)) == (0, ["one", "two"])
    again = verify(root)
    assert (again.status, started(again)) == (0, [])
    assert again.json["runs"] == first.json["runs"]
    assert "2 of them passed before" in again.err
    moved = a_page("print(1)", zh="多几句话。\n\n又一段。")
    write(root, one=moved)
    called = verify(root)
    assert started(called) == []
    assert called.run_of("one")["snippets"][1]["lines"]["zh_CN"] == line_of(moved, "print(1)")
    write(root, two=a_page("print(3)"))
    assert started(verify(root)) == ["two"]
    assert started(verify(root, "--fresh")) == ["one", "two"]


@pytest.mark.skipif(SANDBOX != "bwrap", reason="bubblewrap does not work on this machine")
def test_pass_without_a_sandbox_says_nothing_of_one_within(root: Path) -> None:
    """Where the machine is open code may pass that fails in a sandbox; what passed there holds for both."""
    write(root, one=a_page("import os\nassert os.environ['HOME'] != '/run/hub/home'"))
    assert verify(root, "--sandbox", "none").status == 0
    assert started(verify(root, "--sandbox", "none")) == []
    assert verify(root).run_of("one")["snippets"][1]["error"]["name"] == "AssertionError"
    write(root, one=a_page("print(1)"))
    assert verify(root).status == 0
    assert started(verify(root, "--sandbox", "none")) == []


def test_longest_of_past_runs_starts_first(root: Path) -> None:
    """What is new starts before all; reports keep the order of pages. Committed evidence counts as well."""
    pages = {name: a_page(f"print('{name}')") for name in ("a", "b", "c")}
    write(root, **pages)
    assert verify(root).status == 0
    (root / "evidence").mkdir()
    for name, seconds in {"a": 1.0, "b": 30.0, "c": 20.0}.items():
        (path,) = (root / ".hub" / "evidence").glob(f"{name}-*.json")
        run = json.loads(path.read_text(encoding="utf-8")) | {"seconds": seconds}
        path.unlink()
        (root / "evidence" / path.name).write_text(json.dumps(run), encoding="utf-8")
    write(root, d=a_page("print('d')"))
    called = verify(root, "--fresh", "--jobs", "1")
    starts = [line.split()[1] for line in called.err.splitlines() if line.startswith("… ")]
    assert starts == ["d", "b", "c", "a"]
    assert [run["page"] for run in called.json["runs"]] == ["a", "b", "c", "d"]


MEETS = """\
import pathlib, time
pathlib.Path({own!r}).touch()
end = time.monotonic() + 100
while not pathlib.Path({other!r}).exists():
    assert time.monotonic() < end, "nobody came"
    time.sleep(0.01)"""
ALONE = """\
import pathlib
assert not pathlib.Path({other!r}).exists(), "somebody is there"
pathlib.Path({own!r}).touch()
import megengine
pathlib.Path({own!r}).unlink()"""


def _two(root: Path, code: str, peak: int | None) -> None:
    """Two pages that know of each other, with a past run of each that held so much."""
    if peak is not None:
        write(root, one=a_page("pass"), two=a_page("pass"))
        assert verify(root).status == 0
    for path in (root / ".hub" / "evidence").glob("*.json"):
        run = json.loads(path.read_text(encoding="utf-8"))
        run["facts"]["peak_memory"] = peak
        path.write_text(json.dumps(run), encoding="utf-8")
    one, two = str(root / "one.here"), str(root / "two.here")
    write(root, one=a_page(code.format(own=one, other=two)), two=a_page(code.format(own=two, other=one)))


def test_scripts_whose_past_peaks_fit_run_at_a_time(tmp_path: Path) -> None:
    """Each waits for the other; what a script may hold at most is more than any machine has."""
    root = a_hub_root(tmp_path, memory_bytes=1 << 60)
    _two(root, MEETS, peak=100_000_000)
    called = verify(root, "--jobs", "2", "--sandbox", "none")
    assert called.status == 0, called.err


def test_two_that_nobody_knows_run_at_a_time(tmp_path: Path) -> None:
    """Each counts as its part of the memory there is: a first run is not slower for what nobody has seen yet."""
    root = a_hub_root(tmp_path, memory_bytes=1 << 60)
    _two(root, MEETS, peak=None)
    called = verify(root, "--jobs", "2", "--sandbox", "none")
    assert called.status == 0, called.err


def test_scripts_that_do_not_fit_together_run_one_after_another(tmp_path: Path) -> None:
    """By what was seen of them, also where more slots are asked for."""
    root = a_hub_root(tmp_path, memory_bytes=1 << 60)
    _two(root, ALONE, 1 << 59)
    called = verify(root, "--jobs", "2", "--sandbox", "none")
    assert called.status == 0, called.err


def test_only_passes_are_reused(root: Path) -> None:
    """What failed is run again, as its cause may be gone."""
    write(root, one=a_page("1 / 0"))
    assert started(verify(root)) == ["one"]
    assert started(verify(root)) == ["one"]


def test_evidence_of_another_checkout_speaks_for_the_same_code(
    root: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """The folder can be committed and copied: one file a run, no index."""
    write(root, one=a_page("print(1)"))
    assert verify(root).status == 0
    other = a_hub_root(tmp_path_factory.mktemp("other"))
    write(other, one=a_page("print(1)"), two=a_page("print(2)"))
    shutil.copytree(root / ".hub" / "evidence", other / "evidence")
    assert started(verify(other)) == ["two"]


def test_changed_since_asks_git(root: Path) -> None:
    """Pages that differ from the revision, committed or not; a template's change runs nothing; no revision, no run."""

    def git(*words: str) -> None:
        author = {
            "GIT_AUTHOR_NAME": "a",
            "GIT_AUTHOR_EMAIL": "a@b",
            "GIT_COMMITTER_NAME": "a",
            "GIT_COMMITTER_EMAIL": "a@b",
        }
        subprocess.run(["git", "-C", str(root), *words], check=True, capture_output=True, env={**os.environ, **author})

    (root / ".gitignore").write_text(".hub\n")
    write(root, one=a_page("print(1)"), two=a_page("print(2)"))
    git("init", "-q", "-b", "main")
    git("add", ".")
    git("commit", "-qm", "pages")
    (root / "templates").mkdir()
    (root / "templates" / "index.html").write_text("x")
    (root / "README.md").write_text("x")
    called = verify(root, "--changed-since", "main")
    assert (called.status, started(called), called.json["runs"]) == (0, [], [])
    write(root, two=a_page("print(3)"))
    called = verify(root, "--changed-since", "main")
    assert [run["page"] for run in called.json["runs"]] == started(called) == ["two"]
    called = verify(root, "--changed-since", "nowhere")
    assert called.status == 2
    told = "hubpages: --changed-since: git knows no 'nowhere' here: name a commit, branch or tag of this repository"
    assert called.err.startswith(told)


def test_repeats_find_what_prints_something_else(root: Path) -> None:
    """Numbers within the tolerance are the same; others are shown with their line."""
    close = "import time\nprint('score', 0.5 + (time.time_ns() % 1000) * 1e-9)"
    text = a_page("import random\nprint('steady')\nprint(random.random())")
    write(root, steady=a_page(close), dice=text)
    called = verify(root, "--repeat", "3")
    assert called.status == 1
    steady, dice = called.run_of("steady"), called.run_of("dice")
    assert (steady["verdict"], steady["repeats"]) == ("passed", 3)
    assert (dice["verdict"], dice["repeats"]) == ("unstable", 2)
    assert f"line {line_of(text, 'import random')}" in dice["difference"]
    assert "\n-0." in dice["difference"]
    assert "\n steady" in dice["difference"]
    assert started(verify(root)) == ["dice"]
    assert started(verify(root, "--repeat", "4")) == ["dice", "steady"]


def test_outputs_are_rewritten_and_nothing_else(root: Path) -> None:
    """A text that still matches stays with its dots; the run then speaks for the page as it is now."""
    text = a_page().replace("正文", "正文\n\n" + OUTPUT.format(printed="1 + 1", expected="3"))
    text = text.replace("Text", "Text\n\n" + OUTPUT.format(printed="1 + 1", expected="3"))
    text = text.replace("Text", "Text\n\n" + OUTPUT.format(printed="'a', 'b'", expected="a..."), 1)
    (path,) = write(root, one=text).glob("one.md")
    path.write_bytes(text.replace("\n", "\r\n").encode())
    failed = verify(root)
    assert failed.status == 1
    errors = [snippet["error"] for run in failed.json["runs"] for snippet in run["snippets"] if snippet["error"]]
    assert {error["name"] for error in errors} == {"OutputMismatch"}
    called = verify(root, "--update-outputs")
    assert called.status == 0, called.err
    assert "one.md: expected outputs rewritten" in called.err
    assert path.read_bytes() == text.replace("```text\n3\n", "```text\n2\n").replace("\n", "\r\n").encode()
    again = verify(root)
    assert (again.status, started(again)) == (0, [])


def test_an_author_who_goes_on_writing_loses_nothing(root: Path) -> None:
    """A page that changed while it ran is left as it now is, and told; the others are rewritten."""
    pages = root / "hub_pages"
    edits = f"open({str(pages / 'edited.md')!r}, 'a').write('\\nOne more sentence.\\n')"
    expects = a_page().replace("Text", "Text\n\n" + OUTPUT.format(printed="1 + 1", expected="3"))
    write(root, edited=a_page(edits, en=None) + "\n" + OUTPUT.format(printed="1 + 1", expected="3"), other=expects)
    before = (pages / "edited.md").read_text(encoding="utf-8")
    called = verify(root, "--update-outputs", "--sandbox", "none")
    assert called.status == 1
    assert "edited.md has changed since it was read, and is left as it is" in called.err
    assert (pages / "edited.md").read_text(encoding="utf-8") == before + "\nOne more sentence.\n"
    assert "```text\n2\n```" in (pages / "other.md").read_text(encoding="utf-8")
    assert {path.name[:5] for path in (root / ".hub" / "evidence").glob("*.json")} == {"other"}


def test_a_single_pass_leaves_what_repeats_found(root: Path) -> None:
    """The verdict stays what three kernels showed, until three kernels show something else."""
    flips = "import random\nprint(random.random())"
    write(root, dice=a_page(flips))
    assert verify(root, "--repeat", "3").run_of("dice")["verdict"] == "unstable"
    called = verify(root)
    assert (called.status, called.run_of("dice")["verdict"]) == (1, "unstable")
    assert "it passed now" in called.run_of("dice")["reason"]


def test_skips_are_listed_and_kept_within_a_budget(root: Path) -> None:
    """Every skip with its reason, whatever the verdict; one more than hub.toml allows fails."""
    text = a_page("no_such_name").replace(
        "\n```python\nno", '\n<!-- verify: skip reason="needs a camera" -->\n\n```python\nno'
    )
    write(root, one=text)
    called = verify(root)
    assert called.status == 0
    assert f"one.md:{line_of(text, 'no_such')}: skipped in zh_CN: needs a camera" in called.err
    assert "passed in" in called.err and "; 1 of 2 snippets ran; 1 skipped: needs a camera\n" in called.err
    assert called.run_of("one")["extent"]["skipped"] == 1
    settings = (root / "hub.toml").read_text(encoding="utf-8")
    (root / "hub.toml").write_text("skip_budget = 0\n" + settings, encoding="utf-8")
    called = verify(root)
    assert called.status == 1
    assert "1 snippet skipped, and hub.toml allows 0" in called.err


def test_skip_past_its_day_is_an_error(root: Path) -> None:
    """`check` and `verify` both say so."""
    text = a_page("x").replace(
        "\n```python\nx\n", '\n<!-- verify: skip reason="r" until=2020-01-01 -->\n\n```python\nx\n'
    )
    write(root, one=text)
    for command in ("check", "verify"):
        called = hubpages("-C", root, command)
        assert called.status == 1
        assert "(expired-skip)" in called.out + called.err


@pytest.fixture
def shaky() -> Iterator[str]:
    """The address of a server that is overloaded at first."""
    answers = iter([503])

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(next(answers, 200))
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()


def test_network_failure_is_tried_again_and_told_as_flaky(root: Path, shaky: str) -> None:
    """In a fresh kernel, and never told as a plain pass; other failures are not tried again."""
    count = "import os, pathlib\nprint(sorted(os.listdir('.')))\npathlib.Path('seen').touch()"
    write(root, shaky=a_page(count, f"import urllib.request\nurllib.request.urlopen({shaky!r})"))
    called = verify(root)
    run = called.run_of("shaky")
    assert called.status == 1
    assert run["verdict"] == "flaky"
    assert "passed at try 2" in run["reason"]
    assert "503" in run["reason"]
    assert run["snippets"][1]["outputs"][0]["data"] == "[]\n"


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_interruption_keeps_and_reports_what_was_done(root: Path, how: signal.Signals) -> None:
    """The run that had ended is in the report and in the evidence; nothing goes on, and no folder stays."""
    mark = f"hubpages-interrupted-{os.getpid()}"
    hang = f"import subprocess\nsubprocess.run(['sh', '-c', 'sleep 600; :', '{mark}'])"
    write(root, quick=a_page("print(1)"), slow=a_page(hang))
    options = ["--format", "json", "--jobs", "2", "--assets", "replay"]
    command = [sys.executable, "-m", "generator", "-C", str(root), "verify", *options]
    with TemporaryDirectory(prefix="int") as temporary:  # a short path: the kernels' sockets lie in it
        environ = {**os.environ, "TMPDIR": temporary}
        process = subprocess.Popen(
            command, cwd=ROOT, env=environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        assert process.stderr is not None
        for line in process.stderr:
            if line.startswith("✔ quick"):
                break
        process.send_signal(how)
        out, err = process.communicate(timeout=60)
        assert list(Path(temporary).iterdir()) == []
    assert process.returncode == 130, err
    assert [run["page"] for run in json.loads(out)["runs"]] == ["quick"]
    assert "interrupted; what was done so far is kept" in err
    assert len(list((root / ".hub" / "evidence").glob("quick-*.json"))) == 1
    left = subprocess.run(["pgrep", "-f", mark], capture_output=True, text=True).stdout
    assert left == ""


def test_reports_for_programs(root: Path, tmp_path: Path) -> None:
    """JUnit, GitHub annotations and SARIF say the same as the table, each in its own form; the summary is appended."""
    text = a_page("1 / 0")
    write(root, bad=text, good=a_page("print(1)"))
    junit, summary = tmp_path / "reports" / "junit.xml", tmp_path / "summary.md"
    summary.write_text("# Before\n")
    called = hubpages("-C", root, "verify", "--junit", junit, "--format", "github", GITHUB_STEP_SUMMARY=str(summary))
    assert called.status == 1
    suites = ElementTree.parse(junit).getroot()
    assert (suites.get("tests"), suites.get("failures")) == ("8", "2")
    lines = {line_of(text, "1 / 0", occurrence) for occurrence in (1, 2)}
    assert all(any(f"line={line}," in told for told in called.out.splitlines()) for line in lines)
    assert summary.read_text(encoding="utf-8").startswith("# Before\n")
    assert "ZeroDivisionError" in summary.read_text(encoding="utf-8")
    sarif = json.loads(hubpages("-C", root, "verify", "--format", "sarif").out)
    (result,) = sarif["runs"][0]["results"]
    places = [result["locations"][0], *result["relatedLocations"]]
    assert {place["physicalLocation"]["region"]["startLine"] for place in places} >= lines


def test_page_that_cannot_be_read_is_in_every_report(root: Path, tmp_path: Path) -> None:
    """Status 1 is never beside reports in which all is well."""
    write(root, good=a_page("print(1)"), bad=a_page().replace("title:", "titel:"))
    junit, summary = tmp_path / "junit.xml", tmp_path / "summary.md"
    options = ("-C", root, "verify", "--junit", junit)
    called = hubpages(*options, GITHUB_STEP_SUMMARY=str(summary))
    tally = "1 script run: 1 passed, 0 failed; 1 page could not be read"
    assert (called.status, called.err.splitlines()[-1]) == (1, tally)
    assert "(unknown-key)" in called.err and called.out == ""
    assert int(ElementTree.parse(junit).getroot().get("errors", 0)) > 0
    assert tally in summary.read_text(encoding="utf-8")
    assert "bad.md" in hubpages(*options, "--format", "github").out
    results = hubpages(*options, "--format", "sarif").json["runs"][0]["results"]
    assert {result["ruleId"] for result in results} >= {"unknown-key"}
    assert len(hubpages(*options, "--format", "json").json["summary"]["unread"]) == 1


@pytest.mark.parametrize("option", ["--evidence", "--junit"])
@pytest.mark.parametrize("place", ["file/below", "/proc/nowhere/below", "folder"])
def test_what_cannot_be_written_is_said_before_anything_runs(root: Path, option: str, place: str) -> None:
    """An hour of kernels must not end in a report that nobody gets."""
    write(root, one=a_page())
    (root / "file").touch()
    (root / "folder").mkdir()
    path = root / place
    if (option, place) == ("--evidence", "folder"):
        path = root / "file"
    called = verify(root, option, path)
    assert (called.status, called.out, started(called)) == (2, "", [])
    assert called.err.startswith("hubpages: ") and str(path.parent) in called.err and "Errno" not in called.err


def test_nothing_of_the_trial_is_left(root: Path, tmp_path: Path) -> None:
    """Neither in the evidence nor beside the report."""
    write(root, one=a_page())
    verify(root, "--evidence", tmp_path / "evidence", "--junit", tmp_path / "junit" / "report.xml")
    assert [path.name for path in (tmp_path / "junit").iterdir()] == ["report.xml"]
    kept = {path.suffix or path.name for path in (tmp_path / "evidence").iterdir()}
    assert kept == {".json", ".ipynb", "history"}


def test_summary_that_cannot_be_written_loses_no_other_report(root: Path, tmp_path: Path) -> None:
    """The run is told, kept and in the JUnit report; the job's summary is somebody else's file."""
    write(root, one=a_page())
    junit = tmp_path / "junit.xml"
    called = verify(root, "--junit", junit, GITHUB_STEP_SUMMARY="/proc/nowhere/summary.md")
    assert (called.status, called.run_of("one")["verdict"], junit.exists()) == (0, "passed", True)
    assert "no summary of the job: /proc/nowhere/summary.md cannot be written" in called.err


def test_every_run_says_what_it_was(root: Path) -> None:
    """Facts measured in the kernel, the sandbox, and the version that ran it."""
    page = a_page("import megengine.module as M\nnet = M.Linear(3, 4)\nsame = net\nlist = len = None")
    loaded = "import megengine.module as M\nnet = M.Linear(3, 4)"
    write(root, one=page, no_model=a_page("y = 2"), changed=a_page("net = M.Linear(9, 9)", sample=loaded))
    called = verify(root)
    facts = called.run_of("one")["facts"]
    assert facts["parameters"] == 16
    assert facts["peak_memory"] > 50_000_000
    assert facts["peak_gpu_memory"] is None
    assert called.run_of("no_model")["facts"]["parameters"] is None
    assert called.run_of("changed")["facts"]["parameters"] == 16  # of what its sample loads, not of what comes of it
    assert called.run_of("one")["sandbox"] == ("bwrap" if shutil.which("bwrap") else "none")
    assert called.run_of("one")["version"]


def test_what_is_demanded_and_absent_is_said(root: Path, tmp_path: Path) -> None:
    """A GPU or a sandbox that is not there ends with status 3; `auto` says once that there is no sandbox."""
    write(root, one=a_page())
    programs = tmp_path / "programs"
    programs.mkdir()
    (programs / "git").symlink_to(shutil.which("git") or "git")
    called = verify(root, "--device", "gpu", PATH=str(programs), LD_LIBRARY_PATH="", CUDA_VISIBLE_DEVICES="")
    assert called.status == 3
    assert "there is no GPU to run on: " in called.err
    called = verify(root, "--sandbox", "bwrap", PATH=str(programs))
    assert called.status == 3
    assert "bwrap" in called.err
    called = verify(root, PATH=f"{programs}:/nowhere")
    assert called.err.count("without a sandbox") == 1
    assert called.run_of("one")["sandbox"] == "none"
    assert "sandbox" not in verify(root, "--fresh", "--sandbox", "none").err


def test_gpu_that_megengine_cannot_use_is_none(root: Path, tmp_path: Path) -> None:
    """The driver's word is not enough."""
    gpus = faked_gpus(tmp_path / "driver")
    write(root, one=a_page())
    environment = verify(root, **gpus).run_of("one")["environment"]
    assert (environment["device"], environment["driver"]) == ("cpu", "")
    called = verify(root, "--device", "gpu", **gpus)
    assert called.status == 3
    assert "cannot use NVIDIA H100 80GB HBM3" in called.err


def test_command_that_repeats_a_failure_does_so_where_it_is_pasted(root: Path) -> None:
    """From a folder below the hub, whatever the program was called as."""
    write(root, one=a_page("print(1 / 0)"), two=a_page("print(2)"))
    (root / "a folder").mkdir()
    first = hubpages("verify", cwd=root / "a folder")
    (again,) = [line.partition("again: ")[2] for line in first.err.splitlines() if "again: " in line]
    assert again.endswith("-m generator verify ../hub_pages/one.md")
    pasted = subprocess.run(again, shell=True, cwd=root / "a folder", capture_output=True, text=True)
    assert (first.status, pasted.returncode) == (1, 1)
    assert f"again: {again}" in pasted.stderr
    assert "two" not in pasted.stderr


def test_request_that_contradicts_itself_is_a_wrong_call(root: Path) -> None:
    """What is asked for would not be done."""
    called = hubpages("-C", root, "verify", "--accept-changes")
    assert (called.status, called.err) == (
        2,
        "hubpages: --accept-changes needs --assets record: nothing else locks a file anew\n",
    )
