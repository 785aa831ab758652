"""What the evidence says of a page in one language."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from generator.model.history import NO_HISTORY, History, Stale
from generator.model.messages import abridged, headline
from generator.model.run import EntryCheck, Extent, Lines, Script, ScriptRun, SnippetRun, Status
from generator.rendering.outputs import ShownOutput, show_outputs

State = Literal["passed", "standin", "failed", "flaky", "unstable", "skipped", "stale", "never"]
"""standin: passed, with weights that stand in for the published ones. stale: run with other code than the page has."""

STATES: tuple[State, ...] = get_args(State)

BY_URGENCY: tuple[State, ...] = ("failed", "flaky", "unstable", "stale", "never", "skipped", "standin", "passed")
"""The states as maintainers want to read of them: what is broken first."""

Sign = Literal["passed", "partial", "flaky", "failed", "stale", "skipped", "never"]
"""What is seen of a state at a glance. passed: all of the code runs, whatever came of it. partial: some of it."""

SIGNS: tuple[Sign, ...] = get_args(Sign)

_SIGNS_BY_URGENCY: tuple[Sign, ...] = ("failed", "flaky", "stale", "never", "skipped", "partial", "passed")

Results = Literal["random", "compared", "recorded", "varies"]
"""What is known of what the code computed. random: the weights were. compared: it is what the page says. recorded: it
is shown as it came. varies: it was another each time."""

_OF_PUBLISHED: Sequence[Results] = ("compared", "recorded")
"""What may be known of results that were computed with the published weights, or with none."""

WhyStale = Callable[[ScriptRun], tuple[Stale, ...]]
"""Why a run holds no more: first of all, that the page has other code; empty where it does."""


def all_hold(run: ScriptRun) -> tuple[Stale, ...]:
    """Where nothing is known that runs could be held against."""
    return ()


@dataclass(frozen=True, slots=True)
class PageRuns:
    """All that is known of running a page."""

    runs: Sequence[ScriptRun] = ()
    """Those that are there whole, the latest first."""
    checks: Sequence[EntryCheck] = ()
    """What came of looking up the entries that it offers, the latest first."""
    history: History = NO_HISTORY
    why_stale: WhyStale = all_hold


NOTHING_RUN = PageRuns()


@dataclass(frozen=True, slots=True)
class ShownError:
    """Why a snippet failed, at its line in the page as it now is."""

    name: str
    message: str
    """Abridged: all of it is in the traceback."""
    line: int
    code_line: int
    """That line within the snippet's code, from 1; 0 where it is outside."""
    traceback: str
    headline: str
    """What it is called and says, in a line."""


@dataclass(frozen=True, slots=True)
class ShownRun:
    """What stands below one snippet."""

    status: Status
    seconds: float
    outputs: tuple[ShownOutput, ...]
    error: ShownError | None
    reason: str
    """Why it was skipped, or is expected to fail."""
    is_real: bool
    """Whether what it shows was computed with the published weights."""
    is_compared: bool = False
    """Whether what it printed is what the page says that it prints."""

    @property
    def shows_output(self) -> bool:
        """Whether it stands for what the page says that its snippet prints."""
        return self.is_real and self.status == "passed" and any(output.kind != "log" for output in self.outputs)


@dataclass(frozen=True, slots=True)
class RanElsewhere:
    """What came of the same code on another device than that of the run which is shown."""

    state: State
    run: ScriptRun


@dataclass(frozen=True, slots=True)
class Verification:
    """The state of a page in one language, and the run that tells it."""

    state: State
    run: ScriptRun | None
    """The run that `state` speaks of; of a stale page its latest one, with other code than the page now has."""
    snippets: tuple[ShownRun, ...]
    """One for each snippet, the sample first; none where nothing was run, or other code."""
    elsewhere: tuple[RanElsewhere, ...] = ()
    """What came of the same code on other devices, by their names."""
    stale: tuple[Stale, ...] = ()
    """Why the run holds no more."""

    @property
    def extent(self) -> Extent | None:
        """How much of the code the state speaks of, where that is not all; None also where the state says why."""
        if self.run is None or not self.snippets or self.state in ("failed", "skipped") or self.run.extent.is_whole:
            return None
        return self.run.extent

    @property
    def sign(self) -> Sign:
        """What is seen of the state at a glance: whether the code runs, whatever came of it; or only part of it."""
        if self.extent and self.extent.ran < self.extent.snippets:
            return "partial"
        return "passed" if self.state == "standin" or self.state == "unstable" else self.state

    @property
    def urgency(self) -> int:
        """Its place among others as maintainers want to read of them: by its sign, then by its state."""
        return _SIGNS_BY_URGENCY.index(self.sign) * len(BY_URGENCY) + BY_URGENCY.index(self.state)

    @property
    def results(self) -> Results | None:
        """What is known of the results; None where there are none."""
        if self.run is None or self.state not in ("passed", "standin", "flaky", "unstable"):
            return None
        if self.state == "unstable":
            return "varies"
        if self.run.weights == "standin":
            return "random"
        return "compared" if any(snippet.is_compared for snippet in self.snippets) else "recorded"

    @property
    def results_word(self) -> str:
        """The name of the word for that; empty for none. It tells of weights where the code may have loaded any."""
        if self.results is None:
            return ""
        is_without = self.run is not None and not self.run.may_load_weights and self.results in _OF_PUBLISHED
        return f"results_{self.results}{'_without' if is_without else ''}"


NEVER = Verification("never", None, ())


def verification_of(
    script: Script | None, language: str, runs: Sequence[ScriptRun], why_stale: WhyStale = all_hold
) -> Verification:
    """What is known of a script as the readers of one language meet it.

    Args:
        runs: all evidence of the page, the latest first; what is said of other entries than the script's is left aside.
        why_stale: asked of each: one that holds tells more than all that do not.
    """
    if script is None:
        return NEVER
    own = [run for run in runs if run.variant == script.variant]
    of_this_code = [run for run in own if run.script == script.digest and len(run.snippets) == len(script.snippets)]
    if of_this_code:
        run, *others = _most_telling(of_this_code, why_stale)
        shown = tuple(_show(snippet, index, run, script, language) for index, snippet in enumerate(run.snippets))
        elsewhere = sorted(
            (RanElsewhere(_state(one), one) for one in others), key=lambda one: one.run.environment.device
        )
        return Verification(_state(run), run, shown, tuple(elsewhere), why_stale(run))
    earlier = next((run for run in own if language in run.languages), None)
    if earlier is None:
        return NEVER
    other = tuple(one for one in why_stale(earlier) if one.why == "code") or (Stale("code", "the page has other code"),)
    return Verification("stale", earlier, (), stale=other)


def sign_word(sign: str) -> str:
    """The name of the word for what is seen of a state at a glance."""
    return {"passed": "code_runs", "partial": "code_partial"}.get(sign, f"state_{sign}")


def stale_note(stale: Stale) -> str:
    """The name of the word for why a run holds no more; another one where it is not known since when."""
    name = "note_stale" if stale.why == "code" else f"note_stale_{stale.why}"
    return f"{name}_since" if stale.since and stale.why != "age" else name


def _state(run: ScriptRun) -> State:
    return "standin" if run.verdict == "passed" and run.weights == "standin" else run.verdict


def _most_telling(runs: Sequence[ScriptRun], why_stale: WhyStale) -> list[ScriptRun]:
    """One run of each device, the strongest first: one that holds, then the published weights, then the latest.

    Args:
        runs: the latest first.
    """
    by_device: dict[str, list[ScriptRun]] = {}
    stale = {id(run): bool(why_stale(run)) for run in runs}
    for run in runs:
        by_device.setdefault(run.environment.device, []).append(run)
    holding = ([run for run in own if not stale[id(run)]] or own for own in by_device.values())
    found = sorted(map(_strongest, holding), key=lambda run: run.started, reverse=True)
    return sorted(found, key=lambda run: (stale[id(run)], run.weights != "published"))


def _strongest(runs: Sequence[ScriptRun]) -> ScriptRun:
    """Of one device: the latest, unless it used stand-in weights and the latest with the published ones passed."""
    published = next((run for run in runs if run.weights == "published"), None)
    return published if published and published.verdict == "passed" else runs[0]


def _show(snippet: SnippetRun, index: int, run: ScriptRun, script: Script, language: str) -> ShownRun:
    error = None
    if snippet.error is not None:
        line = _line_now(snippet.error.lines, run, script, language)
        offset = line - script.snippets[index].lines[language]
        inside = 0 <= offset <= script.snippets[index].code.count("\n")
        name, message = snippet.error.name, snippet.error.message
        code_line = offset + 1 if inside else 0
        error = ShownError(name, abridged(message), line, code_line, snippet.error.traceback, headline(name, message))
    return ShownRun(
        snippet.status,
        snippet.seconds,
        show_outputs(snippet.outputs),
        error,
        snippet.reason,
        run.weights == "published",
        run.weights == "published" and snippet.status == "passed" and script.snippets[index].expected is not None,
    )


def _line_now(lines: Lines, run: ScriptRun, script: Script, language: str) -> int:
    """The page's line today: prose may have moved the code since it ran, which changes nothing else about the run."""
    ran_in = language if language in lines else next(iter(lines))
    line = int(lines[ran_in])
    for ran, now in zip(run.snippets, script.snippets, strict=True):
        offset = line - ran.lines.get(ran_in, line + 1)
        if 0 <= offset <= now.code.count("\n"):
            return now.lines[language] + offset
    return line
