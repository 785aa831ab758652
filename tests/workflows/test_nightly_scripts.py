"""What the nightly jobs run, as shell scripts on a repository of their own: with git, and a `gh` that notes calls."""

import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from generator.evidence.history import history_file, read_history
from generator.evidence.keeping import keep, read_evidence
from generator.model.run import Output, ScriptRun, SnippetError
from tests.pages import a_page, read
from tests.rendering.runs import a_run
from tests.workflows.jobs import OWNER, Job, block


def a_night(number: int, *, passed: bool = True) -> ScriptRun:
    """The run of a night, from 1."""
    error = None if passed else SnippetError("TypeError", "no `such` thing", {"zh_CN": 13, "en_US": 13})
    run = a_run(read(a_page()), [Output("stdout", "text/plain", "1\n")], error=error)
    return replace(run, started=f"2026-01-{number:02}T02:00:00+00:00")


def left(run: ScriptRun, place: Path) -> Path:
    """A folder as the nightly `verify` leaves it."""
    keep(run, {"zh_CN": "{}"}, place)
    return place


def test_nights_are_appended_to_a_branch_that_stays_small(job: Job, tmp_path: Path) -> None:
    """A commit a night, all in one once there are many; every night is remembered, and main is left alone."""
    publish = block("verify", "evidence", "Evidence to its branch")
    for number in range(1, 4):
        night = job.here / "night" / "evidence-of-this-run"
        left(a_night(number, passed=number != 2), night)
        job.run(publish, HUBPAGES_MOST_COMMITS="2")
        place = job.published("evidence", tmp_path / f"branch-{number}")
        log = subprocess.run(["git", "log", "--format=%s"], cwd=place, capture_output=True, text=True).stdout
        assert log.count("\n") == (number if number < 3 else 1)
        history = read_history(history_file(place, "tiny"))
        assert [run.started[8:10] for run in history] == [f"{day:02}" for day in range(1, number + 1)]
    runs, findings = read_evidence([place])
    assert [run.verdict for run in runs["tiny"]] == ["passed", "failed", "passed"]
    assert not findings
    assert "nothing new" in job.run(publish)
    assert job.git("ls-remote", "origin", "refs/heads/main").split()[0] == job.git("rev-parse", "HEAD")


def test_night_without_evidence_publishes_nothing(job: Job) -> None:
    """As where the environment could not be made."""
    assert "nothing is published" in job.run(block("verify", "evidence", "Evidence to its branch"))
    assert not job.git("ls-remote", "origin", "refs/heads/evidence")


def test_remote_that_is_not_there_is_no_first_night(job: Job) -> None:
    """What the branch holds would be lost."""
    left(a_night(1), job.here / "night" / "evidence-of-this-run")
    with pytest.raises(AssertionError, match=r"does not (exist|appear)"):
        job.run(".ci/publish-evidence night/evidence-of-this-run", GITHUB_REPOSITORY="owner/other")


def test_what_changed_is_in_the_summary_and_each_broken_page_has_an_issue(job: Job) -> None:
    """Opened once, brought up to date the next night, closed when the page runs again."""
    told = block("verify", "nightly", "What changed since")
    update = block("verify", "evidence", "An issue for each broken page")
    left(a_night(1), job.here / "evidence-before")
    left(a_night(2, passed=False), job.here / "evidence-of-this-run")
    job.run(told)
    assert job.summary.read_text(encoding="utf-8").startswith("## 1 newly broken\n")
    (job.here / "night").mkdir()
    (job.here / "reports").rename(job.here / "night" / "reports")
    job.run(update)
    (made,) = [words for words in job.asked() if words[:2] == ["issue", "create"]]
    assert made[made.index("--title") + 1] == "tiny does not run"
    assert made[made.index("--repo") + 1] == OWNER
    assert "TypeError" in (job.here / made[made.index("--body-file") + 1]).read_text(encoding="utf-8")
    job.open.write_text("17\n")
    job.run(update)
    assert [words[2] for words in job.asked() if words[:2] == ["issue", "edit"]] == ["17"]
    listed = next(words for words in job.asked() if words[:2] == ["issue", "list"])
    assert listed[listed.index("--jq") + 1] == 'map(select(.title == "tiny does not run"))[0].number // empty'


def test_issue_of_a_page_that_runs_again_is_closed(job: Job) -> None:
    """With a word why; where there is none, nothing is done."""
    told = block("verify", "nightly", "What changed since")
    update = block("verify", "evidence", "An issue for each broken page")
    left(a_night(1, passed=False), job.here / "evidence-before")
    left(a_night(2), job.here / "evidence-of-this-run")
    job.run(told)
    (job.here / "night").mkdir()
    (job.here / "reports").rename(job.here / "night" / "reports")
    job.run(update)
    assert not [words for words in job.asked() if words[:2] in (["issue", "close"], ["issue", "create"])]
    job.open.write_text("17\n")
    job.run(update)
    done = [words[1:3] for words in job.asked() if words[1] in ("comment", "close")]
    assert done == [["comment", "17"], ["close", "17"]]


def test_title_that_hubpages_does_not_write_is_left_aside(job: Job) -> None:
    """The machine that runs pages made it, and gh would take a part of it for a program."""
    place = job.here / "night" / "reports" / "issues" / "open"
    place.mkdir(parents=True)
    for name, title in {"bad": 'x") // $ENV.GH_TOKEN //(" does not run', "good": "good does not run"}.items():
        (place / f"{name}.title").write_text(f"{title}\n")
        (place / f"{name}.md").write_text("text\n")
    assert "no title of an issue" in job.run(block("verify", "evidence", "An issue for each broken page"))
    made = [words[words.index("--title") + 1] for words in job.asked() if words[:2] == ["issue", "create"]]
    assert made == ["good does not run"]


def test_first_night_is_told_too(job: Job) -> None:
    """When there is no branch yet, and when nothing could be run."""
    told = block("verify", "nightly", "What changed since")
    job.run(told)
    assert job.summary.read_text(encoding="utf-8") == "## Nothing changed\n"
    left(a_night(1), job.here / "evidence-of-this-run")
    job.run(told)
    assert "1 run for the first time" in job.summary.read_text(encoding="utf-8")


def test_recorded_files_become_a_pull_request(job: Job, tmp_path: Path) -> None:
    """One, which the next night brings up to date; none where hub.lock says the same, or nothing was recorded."""
    propose = block("verify", "evidence", "A pull request for what was recorded")
    assert "nothing was recorded" in job.run(propose)
    (job.here / "night").mkdir()
    lock = job.here / "night" / "hub.lock"
    lock.write_text("# nothing\n")
    assert "as it was" in job.run(propose)
    assert not job.asked()
    lock.write_text("# something\n")
    job.run(propose)
    (made,) = [words for words in job.asked() if words[:2] == ["pr", "create"]]
    assert (made[made.index("--head") + 1], made[made.index("--base") + 1]) == ("hub-lock", "main")
    assert (job.published("hub-lock", tmp_path / "first") / "hub.lock").read_text() == "# something\n"
    job.open.write_text("4\n")
    lock.write_text("# something else\n")
    job.run(propose)
    assert len([words for words in job.asked() if words[:2] == ["pr", "create"]]) == 1
    assert (job.published("hub-lock", tmp_path / "second") / "hub.lock").read_text() == "# something else\n"


def test_site_is_built_from_what_the_nights_saw(job: Job) -> None:
    """Their branch, merged into the hub's own evidence; before the first night it has none."""
    merged = block("site", "build", "Merge it with what is committed")
    job.run(merged)
    left(a_night(1), job.here / "evidence-of-nights")
    job.run(merged)
    runs, _ = read_evidence([job.here / ".hub" / "evidence"])
    assert [run.started for run in runs["tiny"]] == ["2026-01-01T02:00:00+00:00"]


def test_site_is_asked_for_anew(job: Job) -> None:
    """A push with the job's own token starts no workflow."""
    job.run(block("verify", "evidence", "The site anew"))
    assert job.asked() == [["workflow", "run", "site.yml", "--repo", OWNER, "--ref", "main"]]
