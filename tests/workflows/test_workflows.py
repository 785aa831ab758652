"""The workflows do no more than they say and may do no more than they need."""

import os
import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.kernels import ROOT, hubpages
from tests.workflows.jobs import TARGETS

FOLDER: Path = ROOT / ".github" / "workflows"
WORKFLOWS = {path.stem: yaml.safe_load(path.read_text(encoding="utf-8")) for path in FOLDER.glob("*.yml")}
WORKFLOW, VERIFY, TEST = WORKFLOWS["site"], WORKFLOWS["verify"], WORKFLOWS["test"]
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")


def steps() -> Iterator[dict[str, Any]]:
    """Every step of every job."""
    for workflow in WORKFLOWS.values():
        for job in workflow["jobs"].values():
            yield from job["steps"]


def calls(script: str) -> Iterator[list[str]]:
    """The words of each command line of a step; what stands in ARGS of make is what hubpages is called with."""
    for line in re.split(r"\n|&&", script.replace("\\\n", " ")):
        words = shlex.split(line)
        if words[:1] == ["make"] and words[2:]:
            yield ["make", words[1]]
            yield [".venv/bin/hubpages", *({"site": ["build"]}.get(words[1], words[1:2])), *shlex.split(words[2][5:])]
        elif words:
            yield words


PROGRAM = (".venv/bin/hubpages",)
CALLS = [words for step in steps() for words in calls(step.get("run", ""))]
SCRIPTS = {f".ci/{path.name}" for path in (ROOT / ".ci").iterdir()} - {".ci/run"}
"""What jobs that may write do: none of it starts a kernel."""
HUBPAGES = [words[1:] for words in CALLS if words[0].endswith("hubpages")]


def test_only_the_publishing_job_may_write() -> None:
    """And it runs nothing of this repository."""
    jobs = WORKFLOW["jobs"]
    assert WORKFLOW["permissions"] == {"contents": "read"}
    assert set(jobs["build"]["permissions"].values()) == {"read"}
    assert jobs["publish"]["permissions"] == {"pages": "write", "id-token": "write"}
    assert not [step for step in jobs["publish"]["steps"] if "run" in step]


def test_actions_are_official_and_pinned_to_a_major_version() -> None:
    """A stranger's action would publish whatever it likes."""
    used = [step["uses"] for step in steps() if "uses" in step]
    assert used
    assert all(re.fullmatch(r"(actions/[a-z-]+|github/codeql-action/upload-sarif)@v\d+", action) for action in used)


def test_site_is_built_as_anybody_builds_it() -> None:
    """By the target that the README names, with the whole history and the published address."""
    steps = WORKFLOW["jobs"]["build"]["steps"]
    (made,) = [step["run"] for step in steps if step.get("run", "").startswith("make site")]
    target = made.split()[1]
    assert target == "site"
    assert {"--strict", "--base-url"} <= set(made.replace('"', " ").replace("=", " ").split())
    checkouts = [step["with"] for step in steps if step.get("uses", "").startswith("actions/checkout")]
    assert [(one.get("ref"), one.get("fetch-depth")) for one in checkouts] == [(None, 0), ("evidence", None)]


def test_workflows_may_write_nothing_unless_they_run_nothing_of_the_pages() -> None:
    """A pull request's code runs in them: no token to write with, no credentials left in the checkout."""
    for workflow in WORKFLOWS.values():
        assert workflow["permissions"] == {"contents": "read"}
        for job in workflow["jobs"].values():
            if "write" in job.get("permissions", {}).values():
                assert "pull_request" not in str(job.get("if", ""))
                called = [words[:2] for step in job["steps"] for words in calls(step.get("run", ""))]
                assert {words[0] for words in called} <= {"gh", "make", *SCRIPTS}
                assert ["make", "program"] in called or not called
                assert not [words for words in called if words[0] == "make" and words[1] != "program"]
            for step in job["steps"]:
                if step.get("uses", "").startswith("actions/checkout"):
                    assert step["with"]["persist-credentials"] is False


@pytest.mark.parametrize("words", HUBPAGES, ids=" ".join)
def test_commands_and_options_are_those_that_there_are(words: list[str]) -> None:
    """What a step calls is known to the program."""
    action = words[:2] if words[0] == "evidence" else words[:1]
    known = set(re.findall(r"--[a-z-]+", hubpages(*action, "--help").out))
    assert {word for word in words if word.startswith("--")} <= known


def test_made_targets_are_those_that_there_are() -> None:
    """Where make's own status does."""
    made = {words[1] for words in CALLS if words[0] == "make"}
    assert made == {"site", "environments", "program"} <= set(TARGETS)
    assert all(re.search(rf"^{target}:", MAKEFILE, re.M) for target in made)


def test_code_scanning_is_given_every_sarif_file_and_nothing_but_sarif_is_written_into_them() -> None:
    """make may say something on standard output; the program says nothing but what it was asked for."""
    written = [words for words in CALLS if words[-1].endswith(".sarif")]
    assert [words[0] for words in written] == [".venv/bin/hubpages"] * 2
    assert all("sarif" in words[words.index("--format") + 1] and words[-2] == ">" for words in written)
    uploads = [step["with"] for step in steps() if "upload-sarif" in step.get("uses", "")]
    assert sorted(one["sarif_file"] for one in uploads) == sorted(Path(words[-1]).name for words in written)
    assert len({one["category"] for one in uploads}) == len(uploads)
    (job,) = [job for job in VERIFY["jobs"].values() if "upload-sarif" in str(job)]
    assert job["permissions"] == {"contents": "read", "security-events": "write"}
    assert "always()" in job["if"]


def test_finding_keeps_no_code_from_being_run_and_an_error_ends_red() -> None:
    """`check` fails for a warning too; `build` for what keeps a page off the site."""
    found = [(step, words) for step in VERIFY["jobs"]["changed"]["steps"] for words in calls(step.get("run", ""))]
    called = {words[1]: step for step, words in found if words[0].endswith("hubpages")}
    assert list(called) == ["check", "verify", "mend", "build"]
    assert [name for name, step in called.items() if step.get("continue-on-error")] == ["check"]
    assert called["build"]["if"] == "always()"
    assert "if" not in called["verify"]


def test_repairs_are_suggested_for_what_fails_and_never_made() -> None:
    """In the summary of the job, under the circumstances of the run that failed."""
    (step,) = [step for step in VERIFY["jobs"]["changed"]["steps"] if " mend " in step.get("run", "")]
    (words,) = calls(step["run"])
    (verified,) = [words for words in HUBPAGES if words[0] == "verify" and "--changed-since" in words]
    assert step["if"] == "failure() && steps.verify.outcome == 'failure'"
    assert words[-2:] == [">>", "$GITHUB_STEP_SUMMARY"]
    assert words[words.index("--format") + 1] == "github"
    how = ("--changed-since", "--assets", "--weights", "--device", "--sandbox", "--evidence")
    assert all(words[words.index(name) + 1] == verified[verified.index(name) + 1] for name in how)
    assert not [words for words in HUBPAGES if "--write" in words]


def test_no_script_of_a_job_that_may_write_runs_pages() -> None:
    """They know but one command of hubpages."""
    called = {
        tuple(re.findall(r"\.venv/bin/hubpages ([a-z]+)", (ROOT / script).read_text(encoding="utf-8")))
        for script in SCRIPTS
    }
    assert called == {(), ("evidence", "evidence")}
    assert all(os.access(ROOT / script, os.X_OK) for script in SCRIPTS)


def test_nights_record_and_are_told() -> None:
    """So that it is known what each page ran with; what changed stands in the job's summary."""
    nightly = VERIFY["jobs"]["nightly"]
    found = [words[1:] for step in nightly["steps"] for words in calls(step.get("run", "")) if words[0] in PROGRAM]
    (verified,) = [words for words in found if words[0] == "verify"]
    assert verified[verified.index("--assets") + 1] == "record"
    assert {"--fresh", "--accept-changes"} <= set(verified)
    told = [words[1] for words in found if words[0] == "evidence"]
    assert told == ["issues", "diff"]
    assert "permissions" not in nightly
    kept = next(step["with"]["path"] for step in nightly["steps"] if step.get("with", {}).get("name") == "evidence")
    assert kept.split() == ["evidence-of-this-run", "reports", "hub.lock"]


def test_what_ci_runs_is_what_anybody_runs() -> None:
    """For each push and each request: the script that the README names, which ends in `make test`."""
    assert {"push", "pull_request"} <= set(TEST[True])  # YAML reads `on` as a truth
    (job,) = TEST["jobs"].values()
    assert [step["run"] for step in job["steps"] if "run" in step][-1] == ".ci/run"
    assert (ROOT / ".ci" / "run").read_text(encoding="utf-8").rstrip().endswith("make test")
