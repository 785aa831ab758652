"""The workflows that `hubpages init` writes: what they may do, and every job of theirs, on the hub that it begins."""

import re
import shlex
import sys
from pathlib import Path
from typing import Any

import pytest

from generator import __version__
from generator.commands.init import init_hub
from generator.evidence.keeping import read_evidence
from tests.kernels import KERNEL_PYTHON, hubpages
from tests.workflows.jobs import Job, workflow_of

PAGE = "megengine_vision_sobel"
HUBPAGES = f'#!/bin/sh\nexec {sys.executable} -m generator "$@"\n'
PIP = '#!/bin/sh\necho "$*" >>"$PIP_CALLS"\n'


@pytest.fixture
def begun(job: Job, tmp_path: Path) -> Job:
    """A checkout of a new hub, and of nothing else."""
    for name in (".venv", ".ci", "Makefile", "hub.lock"):
        (job.here / name).unlink()
    job.git("rm", "--quiet", "-r", "--cached", ".")
    (job.here / "hub_pages" / "tiny.md").unlink()
    init_hub(job.here, "megengine", ["zh_CN", "en_US"])
    job.workflows = job.here / ".github" / "workflows"
    (job.here / ".venv-megengine").symlink_to(KERNEL_PYTHON.parents[1])
    job.environ["PIP_CALLS"] = str(tmp_path / "pip")
    job.program("hubpages", HUBPAGES)
    job.program("pip", PIP)
    job.git("add", "--all")
    job.git("-c", "user.name=A", "-c", "user.email=a@example.org", "commit", "--quiet", "--message", "A new hub")
    job.git("push", "--quiet", "origin", "HEAD:refs/heads/main")
    return job


def verdicts(folder: Path) -> dict[str, set[str]]:
    """Of each page."""
    runs, _ = read_evidence([folder])
    return {page: {run.verdict for run in own} for page, own in runs.items()}


def test_request_is_checked_and_run(begun: Job, tmp_path: Path) -> None:
    """What it changes, and nothing else, by hubpages of the version that wrote the workflow."""
    page = begun.here / "hub_pages" / f"{PAGE}.md"
    other = begun.here / "hub_pages" / "megengine_vision_other.md"
    other.write_text(page.read_text(encoding="utf-8").replace("title: Sobel", "title: Other"), encoding="utf-8")
    base = begun.commit()
    told = begun.steps("pull-request", "changed", {"github.event.pull_request.base.sha": base})
    assert verdicts(begun.here / "evidence-of-this-run") == {"megengine_vision_other": {"passed"}}
    assert (begun.here / "reports" / "junit.xml").exists()
    assert "is as pinned" in told["What runs the pages"]
    assert (tmp_path / "pip").read_text() == f"install hubpages[verify]=={__version__}\n"
    assert "bubblewrap" in begun.as_root.read_text()


def test_push_is_run_kept_and_published(begun: Job, tmp_path: Path) -> None:
    """All pages where no commit was before; then what changed. The branch of evidence has one commit and both pages."""
    begun.steps("site", "verify", {"github.event.before": ""})
    seen = begun.here / "evidence-of-this-run"
    assert verdicts(seen) == {PAGE: {"passed"}}
    keep(begun)
    page = begun.here / "hub_pages" / f"{PAGE}.md"
    other = begun.here / "hub_pages" / "megengine_vision_other.md"
    other.write_text(page.read_text(encoding="utf-8").replace("title: Sobel", "title: Other"), encoding="utf-8")
    begun.steps("site", "verify", {"github.event.before": begun.commit()})
    assert verdicts(seen) == {"megengine_vision_other": {"passed"}}
    keep(begun)
    kept = begun.published("evidence", begun.here / "evidence-so-far")
    assert set(verdicts(kept)) == {PAGE, "megengine_vision_other"}
    assert begun.git("-C", str(kept), "rev-list", "--count", "HEAD") == "1"

    begun.steps("site", "build", {"steps.pages.outputs.base_url": "https://hub.example.org/x"})
    card = (begun.here / "site" / "en" / "models" / PAGE / "index.html").read_text(encoding="utf-8")
    assert f"https://hub.example.org/x/en/models/{PAGE}/" in card
    assert "178 179 180" in card
    assert "fonts-noto-cjk" in begun.as_root.read_text()
    assert f"install hubpages=={__version__}\n" in (tmp_path / "pip").read_text()


def keep(job: Job) -> None:
    """What the second job does with what the first one saw, on a machine of its own."""
    (job.here / "evidence-of-this-run").rename(job.here / "seen")
    job.steps("site", "evidence", {"github.token": "a token"})
    for name in ("seen", "kept"):
        job.run(f"mv {name} {name}-before-$RANDOM")


def test_nothing_seen_is_nothing_kept(begun: Job) -> None:
    """Where no page was run there is nothing to publish, and nothing fails."""
    begun.steps("site", "evidence", {"github.token": "a token"})
    (begun.here / "seen").mkdir()
    begun.steps("site", "evidence", {"github.token": "a token"})
    assert not begun.git("ls-remote", "origin", "refs/heads/evidence")


def jobs(folder: Path) -> dict[str, dict[str, Any]]:
    """Every job of both workflows."""
    found = {name: workflow_of(name, folder) for name in ("pull-request", "site")}
    assert all(workflow["permissions"] == {"contents": "read"} for workflow in found.values())
    return {f"{name} {job}": told for name, whole in found.items() for job, told in whole["jobs"].items()}


def test_jobs_that_may_write_run_nothing_of_the_pages(begun: Job) -> None:
    """Actions are GitHub's own, and no checkout leaves a token behind."""
    for job in jobs(begun.workflows).values():
        called = " ".join(step.get("run", "") for step in job["steps"])
        if "write" in job.get("permissions", {}).values():
            assert set(re.findall(r"hubpages (\w+)", called)) <= {"evidence"}
        for step in job["steps"]:
            if "uses" in step:
                assert re.fullmatch(r"actions/[a-z-]+@v\d+", step["uses"])
            if step.get("uses", "").startswith("actions/checkout"):
                assert step["with"]["persist-credentials"] is False


def test_commands_and_options_are_those_that_there_are(begun: Job) -> None:
    """Of every call of hubpages."""
    scripts = [step["run"] for job in jobs(begun.workflows).values() for step in job["steps"] if "run" in step]
    calls = [line for script in scripts for line in script.replace("\\\n", " ").splitlines() if "hubpages " in line]
    assert len(calls) == 10
    for line in calls:
        words = shlex.split(line.strip().partition("hubpages ")[2])
        action = words[: 2 if words[0] in ("evidence", "kernel") else 1]
        known = set(re.findall(r"--[a-z-]+", hubpages(*action, "--help").out))
        assert {word for word in words if word.startswith("--")} <= known, line


def test_every_job_that_runs_something_is_run_here(begun: Job) -> None:
    """Each that has a step to run."""
    source = Path(__file__).read_text(encoding="utf-8")
    running = [name.split() for name, job in jobs(begun.workflows).items() if any("run" in one for one in job["steps"])]
    assert len(running) == 4
    assert all(f'.steps("{name}", "{job}"' in source for name, job in running)
