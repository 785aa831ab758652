"""The workflows do no more than they say and may do no more than they need."""

import re
from pathlib import Path

import yaml

from tests.kernels import ROOT, hubpages

FOLDER: Path = ROOT / ".github" / "workflows"
WORKFLOW = yaml.safe_load((FOLDER / "site.yml").read_text(encoding="utf-8"))
VERIFY = yaml.safe_load((FOLDER / "verify.yml").read_text(encoding="utf-8"))


def test_only_the_publishing_job_may_write() -> None:
    """And it runs nothing of this repository."""
    jobs = WORKFLOW["jobs"]
    assert WORKFLOW["permissions"] == {"contents": "read"}
    assert set(jobs["build"]["permissions"].values()) == {"read"}
    assert jobs["publish"]["permissions"] == {"pages": "write", "id-token": "write"}
    assert not [step for step in jobs["publish"]["steps"] if "run" in step]


def test_actions_are_official_and_pinned_to_a_major_version() -> None:
    """A stranger's action would publish whatever it likes."""
    steps = [step for workflow in (WORKFLOW, VERIFY) for job in workflow["jobs"].values() for step in job["steps"]]
    used = [step["uses"] for step in steps if "uses" in step]
    assert used
    assert all(re.fullmatch(r"actions/[a-z-]+@v\d+", action) for action in used)


def test_site_is_built_as_anybody_builds_it() -> None:
    """By the target that the README names, with the whole history and the published address."""
    steps = WORKFLOW["jobs"]["build"]["steps"]
    (made,) = [step["run"] for step in steps if "make" in step.get("run", "")]
    target = made.split()[1]
    assert re.search(rf"^{target}:", (ROOT / "Makefile").read_text(encoding="utf-8"), re.M)
    assert {"--strict", "--base-url"} <= set(made.replace('"', " ").replace("=", " ").split())
    (checkout,) = [step for step in steps if step.get("uses", "").startswith("actions/checkout")]
    assert checkout["with"]["fetch-depth"] == 0


def test_verification_may_write_nothing_and_is_called_with_options_that_there_are() -> None:
    """A pull request's code runs in it: no token to write with, no credentials left in the checkout."""
    assert VERIFY["permissions"] == {"contents": "read"}
    options = hubpages("verify", "--help").out
    for job in VERIFY["jobs"].values():
        assert "permissions" not in job
        (checkout,) = [step for step in job["steps"] if step.get("uses", "").startswith("actions/checkout")]
        assert checkout["with"]["persist-credentials"] is False
        (made,) = [step["run"] for step in job["steps"] if "make verify" in step.get("run", "")]
        words = made[made.index("make verify") :].replace('"', " ").replace("=", " ").split()
        assert {word for word in words if word.startswith("--")} <= set(re.findall(r"--[a-z-]+", options))
