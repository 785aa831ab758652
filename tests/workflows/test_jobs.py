"""Every job, all of its steps one after another as its runner runs them: on a small hub, with real kernels."""

import json
import sys
from pathlib import Path

import tomli_w

from generator.evidence.keeping import keep, read_evidence
from tests.gpus import faked_gpus
from tests.kernels import KERNEL_PYTHON, beside_kernel
from tests.pages import a_page, read, write
from tests.rendering.runs import a_run
from tests.workflows.jobs import Job, workflow_of

FAKED_GPU = """\
import numpy

def is_cuda_available():
    return True

def tensor(values, device):
    assert device == "gpu0"
    return Tensor()

class Tensor:
    def sum(self):
        return self

    def numpy(self):
        return numpy.float32(1)
"""
"""A MegEngine that finds what the fake of the driver names. No page here loads it."""


def set_up(job: Job, python: Path = KERNEL_PYTHON) -> None:
    """Where the job's kernels are."""
    (job.here / "hub.toml").write_text(tomli_w.dumps({"kernel": {"python": str(python)}}), encoding="utf-8")


def test_every_job_is_run_here() -> None:
    """Each that has a step to run."""
    jobs = {
        (name, job)
        for name in ("site", "test", "verify")
        for job, told in workflow_of(name)["jobs"].items()
        if any("run" in step for step in told["steps"])
    }
    source = Path(__file__).read_text(encoding="utf-8")
    assert all(f'.steps("{name}", "{job}"' in source for name, job in jobs)
    assert len(jobs) == 5


def test_site(job: Job) -> None:
    """Built with its address, from what was committed and what the nights saw."""
    set_up(job)
    run = a_run(read(a_page()), started="2026-01-01T02:00:00+00:00")
    keep(run, {}, job.here / "evidence-of-nights")
    job.steps("site", "build", {"steps.pages.outputs.base_url": "https://hub.example.org/x/"})
    card = (job.here / "site" / "en" / "models" / "tiny" / "index.html").read_text(encoding="utf-8")
    assert "https://hub.example.org/x/en/models/tiny/" in card
    assert "2026-01-01" in card
    assert "fonts-noto-cjk" in job.as_root.read_text()


def test_tests(job: Job) -> None:
    """The system's packages, and then what the README says."""
    told = job.steps("test", "test")
    assert told[".ci/run"].splitlines()[-1] == "all tests"
    called = job.as_root.read_text()
    assert "kernel.apparmor_restrict_unprivileged_userns=0" in called
    assert " chromium" not in called  # the runner's own is named in the step


def test_request_that_breaks_a_page(job: Job) -> None:
    """It is run, a repair is suggested in the summary, and the evidence is left to be taken along."""
    set_up(job)
    write(job.here, broken=a_page("print(numpy.array([1]))"), well=a_page("print(2)", title="Well"))
    base = job.commit()
    job.git("branch", "--quiet", "base", base)
    told = job.steps("verify", "changed", {"github.event.pull_request.base.sha": base}, verify=1)
    assert "::error file=hub_pages/broken.md" in told["Run what this request changes"]
    summary = job.summary.read_text(encoding="utf-8")
    assert "import numpy" in summary
    assert not job.git("status", "--porcelain", "--untracked-files=no")
    runs, _ = read_evidence([job.here / "evidence-of-this-run"])
    verdicts = {page: {run.verdict for run in own} for page, own in runs.items()}
    assert verdicts["well"] == {"passed"}
    assert verdicts["broken"] == {"failed", "passed"}  # as it stands, and as it is with the repair
    assert (job.here / "reports" / "junit.xml").exists()
    assert "bubblewrap" in job.as_root.read_text()


def test_night(job: Job, tmp_path: Path) -> None:
    """All pages on a GPU, with reports that are SARIF and nothing else, and what changed in the summary."""
    python = beside_kernel(tmp_path / "kernel")
    (own,) = (tmp_path / "kernel").glob("lib/python*/site-packages")
    (own / "megengine.py").write_text(FAKED_GPU)
    set_up(job, python)
    job.environ |= faked_gpus(tmp_path / "driver")
    job.program("bwrap", "#!/bin/sh\nexit 1\n")  # a sandbox would hide what this environment takes from the real one
    write(job.here, broken=a_page("print(nothing)"))
    before = a_run(read(a_page(), "broken.md"))
    keep(before, {}, job.here / "evidence-before")
    job.steps("verify", "nightly", verify=1)
    sarif = {name: json.loads((job.here / "reports" / f"{name}.sarif").read_bytes()) for name in ("check", "verify")}
    assert [found["version"] for found in sarif.values()] == ["2.1.0"] * 2
    assert "NameError" in str(sarif["verify"])
    runs, _ = read_evidence([job.here / "evidence-of-this-run"])
    assert {run.environment.device for own in runs.values() for run in own} == {"NVIDIA H100 80GB HBM3"}
    assert "broken" in job.summary.read_text(encoding="utf-8")
    assert [path.name for path in (job.here / "reports" / "issues" / "open").glob("*.md")] == ["broken.md"]


def test_what_follows_a_night(job: Job) -> None:
    """Evidence to its branch, the site anew, an issue for the broken page; no request where nothing was recorded."""
    night = job.here / "night"
    (night / "reports" / "issues" / "open").mkdir(parents=True)
    (night / "reports" / "issues" / "open" / "tiny.title").write_text("tiny does not run\n")
    (night / "reports" / "issues" / "open" / "tiny.md").write_text("text\n")
    keep(a_run(read(a_page())), {}, night / "evidence-of-this-run")
    told = job.steps("verify", "evidence", {"github.token": "a token"})
    assert "nothing was recorded" in told["A pull request for what was recorded"]
    assert job.git("ls-remote", "origin", "refs/heads/evidence")
    called = [words[:2] for words in job.asked()]
    assert called[:2] == [["auth", "setup-git"], ["workflow", "run"]]
    assert ["issue", "create"] in called


def test_python_of_a_step_is_the_one_that_runs_the_tests(job: Job) -> None:
    """Where the environment of the checkout is another, none of this proves anything."""
    assert (job.here / ".venv").resolve() == Path(sys.prefix).resolve()
