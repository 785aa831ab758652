"""Every verdict, from what workers and the proxy saw: no kernel is started here."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from generator.evidence.judging import Circumstances, Trial, judge, wants_another
from generator.model.asset import AssetRequest
from generator.model.run import Frame, Output, Script, ScriptRun, SnippetError, SnippetRun
from generator.running.attempt import Attempt, Ending
from generator.running.executed import End
from generator.running.transcript import RanSnippet
from generator.scripts.planning import plan
from tests.pages import a_page, read
from tests.rendering.runs import ENVIRONMENT

LINES = {"zh_CN": 20}


def a_script(*snippets: str, above: str = "") -> Script:
    """The script of a page with these snippets, the last below a comment."""
    text = a_page(*snippets, en=None)
    if above:
        text = text.replace(f"```python\n{snippets[-1]}", f"<!-- verify: {above} -->\n\n```python\n{snippets[-1]}")
    (script,) = plan([read(text)])
    return script


def passed(text: str = "", started: float = 10.0) -> RanSnippet:
    """A snippet that printed this."""
    outputs = (Output("stdout", "text/plain", text),) if text else ()
    return RanSnippet(SnippetRun("passed", LINES, 0.1, outputs), "passed", started)


def failed(name: str = "ValueError", end: End = "raised", kinds: Sequence[str] = (), **more: object) -> RanSnippet:
    """A snippet that came to this end."""
    error = SnippetError(name, "as said", LINES, frames=more.pop("frames", ()))  # type: ignore[arg-type]
    return RanSnippet(SnippetRun("failed", LINES, 0.1, error=error), end, 10.0, tuple(kinds), **more)  # type: ignore[arg-type]


def a_trial(*ran: RanSnippet, requests: Sequence[AssetRequest] | None = ()) -> Trial:
    """A kernel's way through a sample that passed and these."""
    return Trial(Attempt((passed(), *ran), Ending(0.0, 1.0, {"zh_CN": repr(ran)})), requests)


def verdict_on(*trials: Trial, script: Script | None = None, repeats: int = 1) -> ScriptRun:
    """What is judged of these trials, of which each must have been wanted and none is missing."""
    script, circumstances = script or a_script("pass"), Circumstances(ENVIRONMENT, "none", repeats)
    for number in range(1, len(trials)):
        assert wants_another(script, trials[:number], circumstances), f"no trial {number + 1} is wanted"
    assert not wants_another(script, trials, circumstances)
    return judge(script, trials, circumstances).run


def asked(status: str, time: float = 11.0, **more: object) -> AssetRequest:
    """A request that the proxy saw."""
    reason = "not in hub.lock" if status == "refused" else None
    return AssetRequest("https://a.example/x", status, None, None, reason, time, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("ran", "cause"),
    [
        (failed(), "page"),
        (failed(frames=(Frame("tiny.md", 20, "<module>"), Frame("hub:/a.py", 3, "forward"))), "page-or-upstream"),
        (failed("NameError", frames=(Frame("hub:/a.py", 3, "forward"),)), "upstream"),
        (failed(frames=(Frame("hub:/hubconf.py", 3, "<module>"),)), "upstream"),
        (failed(frames=(Frame("hub:/a.py", 3, "f"), Frame("tiny.md", 20, "callback"))), "page"),
        (failed(kinds=["builtins.ModuleNotFoundError"], missing="skimage"), "environment"),
        (failed(kinds=["builtins.ModuleNotFoundError"], missing="megengine.nothing"), "page"),
        (failed(kinds=["urllib.error.URLError"]), "asset"),
        (failed("DeadlineExceeded", "deadline"), "limit"),
        (failed("OutputLimitExceeded", "flood"), "limit"),
        (failed("MemoryLimitExceeded", "limit"), "limit"),
        (failed("SIGSEGV", "died"), "crash"),
    ],
)
def test_a_failure_has_its_cause(ran: RanSnippet, cause: str) -> None:
    """By the way it ended, the classes of the exception, and the innermost frame that is the page's or the hub's."""
    run = verdict_on(a_trial(ran))
    assert (run.verdict, run.cause) == ("failed", cause)


def test_what_was_refused_since_is_the_cause() -> None:
    """A refusal before the snippet began is only told; what passed without what it asked for has not passed."""
    run = verdict_on(a_trial(failed(), requests=[asked("refused")]))
    assert (run.cause, run.reason) == ("asset", "refused: https://a.example/x (not in hub.lock)")
    run = verdict_on(a_trial(failed(), requests=[asked("refused", time=5.0)]))
    assert run.cause == "page"
    assert "an earlier snippet was refused https://a.example/x" in run.reason
    run = verdict_on(a_trial(passed(), requests=[asked("gone")]))
    assert (run.verdict, run.cause) == ("failed", "asset")


def test_package_that_pip_was_refused_is_no_asset() -> None:
    """It is the environment that lacks it; what else was refused is told first."""
    index = replace(asked("refused"), url="https://pypi.org/simple/imgaug/")
    own = replace(index, url="https://pypi.org/simple/pip/")
    lacks = failed("ModuleNotFoundError", kinds=["builtins.ModuleNotFoundError"], missing="imgaug")
    run = verdict_on(a_trial(lacks, requests=[index, own]))
    assert (run.cause, run.reason) == (
        "environment",
        "ModuleNotFoundError: as said (pip was refused https://pypi.org/simple/imgaug/ (not in hub.lock))",
    )
    assert verdict_on(a_trial(lacks, requests=[index, asked("refused")])).cause == "asset"
    run = verdict_on(a_trial(passed(), requests=[index]))
    assert (run.verdict, run.cause) == ("failed", "environment")
    assert verdict_on(a_trial(passed(), requests=[own])).verdict == "passed"


def test_what_was_held_against_the_page_is_marked() -> None:
    """Not what the page says nothing of, and nothing that came of stand-in weights."""
    text = a_page("print(seconds)", en=None).replace(
        "print(seconds)\n```\n", "print(seconds)\n```\n\n<!-- verify: output -->\n```text\n... s\n```\n"
    )
    (script,) = plan([read(text)])
    run = verdict_on(a_trial(passed("0.31 s\n")), script=script)
    assert (run.verdict, [snippet.compared for snippet in run.snippets]) == ("passed", [False, True])
    run = verdict_on(a_trial(passed("a while\n")), script=script)
    assert (run.verdict, [snippet.compared for snippet in run.snippets]) == ("failed", [False, False])
    run = verdict_on(a_trial(passed("0.31 s\n"), requests=[asked("served", standin=True)]), script=script)
    assert (run.weights, [snippet.compared for snippet in run.snippets]) == ("standin", [False, False])


def test_expected_failures() -> None:
    """The error that the page names, and no pass, no other error and no death in its place."""
    script = a_script("f()", above='xfail error="TypeError" reason="old"')
    assert verdict_on(a_trial(failed("TypeError")), script=script).verdict == "passed"
    for ran, told in [
        (passed(), "it passed: remove xfail"),
        (failed("KeyError"), "(the page expects TypeError)"),
        (failed("TypeError", "died"), "the page expects"),
    ]:
        run = verdict_on(a_trial(ran), script=script)
        assert run.verdict == "failed"
        assert told in run.reason


def test_nothing_that_ran_is_skipped() -> None:
    """Green, and not called passed."""
    skipped = RanSnippet(SnippetRun("skipped", LINES, 0.0, reason="needs a camera"), "skipped", 0.0)
    trial = Trial(Attempt((replace(skipped), skipped), Ending(0.0, 1.0)))
    run = verdict_on(trial)
    assert (run.verdict, run.reason, run.is_green) == ("skipped", "needs a camera", True)


def test_network_failures_are_tried_three_times_in_live_mode() -> None:
    """A pass then is flaky; another failure is that failure; in replay it would come again, and is not tried."""
    offline = a_trial(failed(kinds=["builtins.ConnectionError"]), requests=None)
    run = verdict_on(offline, a_trial(passed(), requests=None))
    assert (run.verdict, run.is_green) == ("flaky", False)
    assert run.reason.startswith("passed at try 2; the first one failed: ValueError")
    assert verdict_on(offline, a_trial(failed("KeyError"), requests=None)).reason == "KeyError: as said"
    assert verdict_on(offline, offline, offline).cause == "asset"
    verdict_on(a_trial(failed(kinds=["builtins.ConnectionError"]), requests=[]))


def test_repeats_must_pass_and_print_the_same() -> None:
    """The first that does not ends it, and is told with its number."""
    same = [a_trial(passed("0.5000\n")), a_trial(passed("0.5001\n")), a_trial(passed("0.5\n"))]
    run = verdict_on(*same, repeats=3)
    assert (run.verdict, run.repeats) == ("passed", 3)
    run = verdict_on(same[0], a_trial(passed("0.7\n")), repeats=3)
    assert (run.verdict, run.repeats, run.reason) == ("unstable", 2, "printed something else the second time")
    assert "-0.5" in run.difference
    run = verdict_on(same[0], same[1], a_trial(failed()), repeats=3)
    assert (run.verdict, run.repeats) == ("failed", 3)
    assert run.reason.startswith("passed 2 of 3 times, then: ValueError")


@pytest.mark.parametrize(
    ("again", "verdict"), [("loss 0.51 after 2 s\n", "passed"), ("loss 0.9 after 2 s\n", "failed")]
)
def test_what_the_page_says_may_vary_may(again: str, verdict: str) -> None:
    """`...` stands for any text, and numbers have the page's tolerance; the rest is as the page says or fails."""
    text = a_page("print(1)", en=None) + "\n<!-- verify: output tolerance=0.05 -->\n\n```text\nloss 0.5 after ... s\n```\n"
    (script,) = plan([read(text)])
    run = verdict_on(a_trial(passed("loss 0.49 after 1 s\n")), a_trial(passed(again)), script=script, repeats=2)
    assert (run.verdict, run.repeats) == (verdict, 2)


def test_the_notebooks_are_those_of_the_run() -> None:
    """Of the trial that the verdict tells of, not of any other."""
    first, again = a_trial(passed("1\n")), a_trial(failed())
    judged = judge(a_script("pass"), [first, again], Circumstances(ENVIRONMENT, "none", 2))
    assert judged.notebooks == again.attempt.ending.notebooks
    judged = judge(a_script("pass"), [first, a_trial(passed("2\n"))], Circumstances(ENVIRONMENT, "none", 2))
    assert judged.notebooks == first.attempt.ending.notebooks


def test_outputs_mean_nothing_with_stand_ins() -> None:
    """They are compared where the published weights were used, and there alone."""
    text = a_page("print(1)", en=None) + "\n<!-- verify: output -->\n\n```text\n2\n```\n"
    (script,) = plan([read(text)])
    run = verdict_on(a_trial(passed("1\n")), script=script)
    assert (run.verdict, run.cause) == ("failed", "page")
    assert run.failed_snippet is not None
    assert run.failed_snippet.error is not None
    assert run.failed_snippet.error.name == "OutputMismatch"
    run = verdict_on(a_trial(passed("1\n"), requests=[asked("served", standin=True)]), script=script)
    assert (run.verdict, run.weights) == ("passed", "standin")
