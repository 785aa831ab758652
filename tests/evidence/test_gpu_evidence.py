"""What evidence of a GPU says of what drives it, and that evidence without a word of it holds as before."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from generator import __version__
from generator.evidence.changes import changes
from generator.evidence.history import past_run
from generator.evidence.holding import Today, moved_packages, why_stale
from generator.evidence.keeping import digest, evidence_files, keep, name_of, read_run
from generator.evidence.reuse import reusable
from generator.model.run import Environment, ScriptRun
from generator.reporting.changes import change_lines, changes_json, issues
from generator.reporting.text import environment_line
from generator.scripts.planning import plan
from tests.kernels import ROOT
from tests.pages import a_page, read
from tests.rendering.runs import ENVIRONMENT, a_run
from tests.rendering.sites import Elements, a_site

PAGE = read(a_page("print(1)"))
GPU = replace(ENVIRONMENT, device="NVIDIA A100", driver="580.65.06", cuda="13.0")
NEWER = replace(GPU, driver="590.44.01", cuda="13.1")
SILENT = replace(GPU, driver="", cuda="")
"""As evidence was before it said so."""


def on(environment: Environment, **changes: object) -> ScriptRun:
    """A pass there, just now."""
    now = datetime.now(UTC).isoformat(timespec="seconds")
    return replace(a_run(PAGE), environment=environment, started=now, **changes)  # type: ignore[arg-type]


def test_run_is_named_by_what_drives_its_gpu() -> None:
    """Either can change what comes of a run."""
    names = {digest(on(one)) for one in (GPU, NEWER, SILENT, replace(GPU, cuda="12.9"))}
    assert len(names) == 4


def test_evidence_that_is_committed_keeps_its_names() -> None:
    """Written before there were drivers in it, and read as it was."""
    for path in evidence_files([ROOT / "evidence"]):
        run = read_run(path)
        assert isinstance(run, ScriptRun), run
        assert path.stem == name_of(run)
        assert run.environment.under_device == ()


def test_evidence_without_a_driver_is_read(tmp_path: Path) -> None:
    """It is that of the same GPU, of which less is known."""
    keep(on(SILENT), {}, tmp_path)
    (path,) = evidence_files([tmp_path])
    whole = json.loads(path.read_bytes())
    del whole["environment"]["driver"], whole["environment"]["cuda"]
    path.write_text(json.dumps(whole))
    run = read_run(path)
    assert isinstance(run, ScriptRun), run
    assert run.environment == SILENT
    assert path.stem == name_of(run)


@pytest.mark.parametrize("other", [NEWER, SILENT, replace(GPU, device="NVIDIA H100")])
def test_pass_under_another_driver_is_run_again(other: Environment) -> None:
    """What is known of one says nothing of the next."""
    (script, *_) = plan([PAGE])
    run = on(GPU, version=__version__)
    assert reusable(script, [run], GPU, None, 1, "none") is not None
    assert reusable(script, [run], other, None, 1, "none") is None


def test_what_moved_names_driver_and_cuda() -> None:
    """Before the packages: whoever looks for a cause begins there."""
    assert moved_packages(on(GPU), on(NEWER)) == "driver 580.65.06 → 590.44.01, CUDA 13.0 → 13.1"
    assert moved_packages(on(SILENT), on(GPU)) == "driver (unknown) → 580.65.06, CUDA (unknown) → 13.0"
    today = Today({"tiny": {on(GPU).script}}, {}, datetime.now(UTC), 30)
    assert [one.why for one in why_stale(on(GPU), today, on(NEWER))] == ["environment"]


def test_what_is_remembered_tells_drivers_apart() -> None:
    """In words, and in the digest of its environment; a CPU's is what it was."""
    past = past_run(on(GPU))
    assert past.environment == "MegEngine 1.13.0, Python 3.10.13, Linux x86_64, driver 580.65.06, CUDA 13.0"
    assert past_run(on(ENVIRONMENT)).environment == "MegEngine 1.13.0, Python 3.10.13, Linux x86_64"
    assert len({past_run(on(one)).packages for one in (GPU, NEWER, SILENT)}) == 3
    assert past_run(on(ENVIRONMENT)).packages == "da9b6750d1f4"


def test_reports_name_driver_and_cuda() -> None:
    """Where they name the GPU."""
    assert environment_line(GPU) == "MegEngine 1.13.0, Python 3.10.13, NVIDIA A100, driver 580.65.06, CUDA 13.0"
    assert environment_line(ENVIRONMENT) == "MegEngine 1.13.0, Python 3.10.13, cpu"


def test_diff_of_two_nights_names_driver_and_cuda() -> None:
    """With each change, for people and for programs, and in the issue of a page that is broken."""
    broken = on(NEWER, verdict="failed", cause="crash", reason="SIGSEGV")
    found = changes({"tiny": [on(GPU)]}, {"tiny": [broken]}, {}, 1.5)
    moved = "driver 580.65.06 → 590.44.01, CUDA 13.0 → 13.1"
    assert f"  environment: {moved}" in [line.text for line in change_lines(found)]
    (row,) = json.loads(changes_json(found))["changes"]
    assert (row["device"], row["driver"], row["cuda"]) == ("NVIDIA A100", "590.44.01", "13.1")
    assert row["environment"] == moved
    (issue,) = issues(found, lambda run: "again", lambda page: page)
    assert "NVIDIA A100, driver 590.44.01, CUDA 13.1" in issue.body


@pytest.mark.parametrize(
    ("language", "names"),
    [
        ("en", ("Device", "GPU driver", "CUDA of the driver")),
        ("zh", ("设备", "GPU 驱动", "驱动支持的 CUDA")),
    ],
)
def test_card_shows_driver_and_cuda_below_the_gpu(language: str, names: tuple[str, ...]) -> None:
    """In the record of its run; on a CPU there is nothing to show."""
    card = a_site(PAGE, evidence={"tiny": [on(GPU)]})[f"{language}/models/tiny/index.html"]
    for name, value in zip(names, ("NVIDIA A100", "580.65.06", "13.0"), strict=True):
        assert f"<dt>{name}</dt><dd>{value}</dd>" in card
    card = a_site(PAGE, evidence={"tiny": [on(ENVIRONMENT)]})[f"{language}/models/tiny/index.html"]
    assert "CUDA" not in Elements(card).text
