"""The search for what mends a page: one failure after the other, each repair proven by a run before the next.

It runs nothing itself. It asks for runs by yielding scripts, so that the searches of many pages share a machine.
"""

from collections.abc import Generator, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from generator.mending.advice import advice
from generator.mending.applying import applied
from generator.mending.broken import Broken, broken
from generator.mending.proof import harm, is_further, objection
from generator.mending.registry import Repair, candidates
from generator.mending.repairs import REPAIRS
from generator.model.hub import Hub
from generator.model.install_lines import installed
from generator.model.mending import Candidate, Mended, Refused, Step, Unmended
from generator.model.page import Page
from generator.model.run import Script, ScriptRun
from generator.reading.hub import read_page
from generator.scripts.planning import plan

MOST_STEPS = 8
"""Failures of one script that are mended in turn: a page with more is not what its author wrote."""

MOST_AT_ONCE = 4
"""Failures of one snippet that are mended before it passes: none of the repairs is shown unless all of them are."""

MOST_TRIED = 30
"""Candidates for one failure, with those for what follows it: each takes a kernel."""

MENDABLE = frozenset({"page", "page-or-upstream", "environment"})
"""Causes that an edit of the page may do away with."""


Key = tuple[str, tuple[str, ...]]
"""What a run depends on, within one page: its script's digest, and the packages that it has for itself."""

Search = Generator[Script, ScriptRun, Mended]
_Found = TypeVar("_Found")
_Asking = Generator[Script, ScriptRun, _Found]


def search(mended: Mended, runs: Iterable[ScriptRun], repairs: Sequence[Repair], hub: Hub) -> Search:
    """Look for what mends the scripts of a page that failed.

    Args:
        mended: the page as it is; what is found is put into it as it is found.
        runs: what came of its scripts.
        repairs: what may be proposed.
        hub: whose page it is, to read it again.

    Yields scripts to be run, and is sent the run of each; `CannotRunError` is thrown in for one that cannot be had.
    """
    known: dict[Key, ScriptRun] = {(run.script, ()): run for run in runs if run.variant is None}
    return _Search(mended.page, known, repairs, hub).all(mended)


class CannotRunError(Exception):
    """A script cannot be run with the packages that it names; the message says why, in a line."""


def with_attempts(
    pages: Iterable[Page], scripts: Iterable[Script], runs: Iterable[ScriptRun], repairs: Sequence[Repair] = REPAIRS
) -> list[ScriptRun]:
    """These runs, those that failed with advice and what a search would try first; nobody has seen that run yet."""
    page_of = {page.path: page for page in pages}
    script_of = {(script.path, script.digest): script for script in scripts}
    return [_with_attempt(page_of[run.path], script_of.get((run.path, run.script)), run, repairs) for run in runs]


def _with_attempt(page: Page, script: Script | None, run: ScriptRun, repairs: Sequence[Repair]) -> ScriptRun:
    failure = broken(page, script, run) if script is not None else None
    if script is not None and failure:
        run = replace(run, advice=advice(failure))
        for candidate in candidates(failure, repairs) if run.cause in MENDABLE else ():
            if not applied(page, script, candidate, failure.missing).objection:
                return replace(run, repair=candidate.what)
    return run


@dataclass(frozen=True, slots=True)
class _Search:
    page: Page
    known: dict[Key, ScriptRun]
    """Every run so far."""
    repairs: Sequence[Repair]
    hub: Hub

    def all(self, mended: Mended) -> Search:
        """Mend each script that failed."""
        for run in [run for run in self.known.values() if run.verdict == "failed"]:
            yield from self._mend(mended, run.languages[0])
        # What was mended for one language may stand in a script of another, which then has to speak for itself.
        for script in self._scripts(mended.text) if mended.steps else ():
            mended.runs.append((yield from self._run(script)))
        return mended

    def _mend(self, mended: Mended, language: str) -> _Asking[None]:
        """Mend what fails for the readers of one language, one failure after the other."""
        left = MOST_STEPS
        while True:
            script = self._script(mended.text, language)
            assert script is not None, "only texts that are pages are kept"
            run = yield from self._run(script)
            if run.is_green:
                return
            failure = broken(self._page(mended.text), script, run) if run.cause in MENDABLE else None
            tried: list[Refused] = []
            steps: Sequence[Step] = ()
            if failure and left:
                steps = yield from self._steps(failure, mended.text, failure, tried)
            if not steps or len(steps) > left:
                reason = "" if left and len(steps) <= left else f"it failed anew after {MOST_STEPS - left} repairs"
                mended.unmended.append(Unmended(run, tried, reason))
                return
            left -= len(steps)
            mended.steps += steps
            mended.text = steps[-1].after

    def _steps(
        self, failure: Broken, text: str, first: Broken, tried: list[Refused], depth: int = 1
    ) -> _Asking[Sequence[Step]]:
        """The first candidate that a run proves, or the first few that do so together.

        A candidate with which the snippet gets further, and fails there, is kept for what may follow it.

        Args:
            first: the failure as the page without any of them has it.
            tried: what was tried is told here.
        """
        further: list[tuple[Candidate, Broken]] = []
        for candidate in candidates(failure, self.repairs):
            if len(tried) >= MOST_TRIED:
                break
            change = applied(failure.page, failure.script, candidate, failure.missing)
            trial = self._script(change.text, failure.script.languages[0])
            if change.objection or trial is None or _key(trial) == _key(failure.script):
                tried.append(Refused(candidate, change.objection or "it leaves no page that can be read"))
                continue
            try:
                proof = yield from self._run(trial)
            except CannotRunError as error:
                tried.append(Refused(candidate, str(error)))
                continue
            problem = objection(trial, first.run, proof, first.failed)
            problem = problem or (yield from self._harm(first.page.source, change.text))
            if not problem:
                return [Step(candidate, failure.error, text, change.text, proof)]
            tried.append(Refused(candidate, problem))
            following = broken(self._page(change.text), trial, proof) if proof.cause in MENDABLE else None
            if following and depth < MOST_AT_ONCE and is_further(failure, following):
                further.append((candidate, following))
        for candidate, following in further:
            changed = following.page.source
            steps = yield from self._steps(following, changed, first, tried, depth + 1)
            if steps:
                return [Step(candidate, failure.error, text, changed, steps[-1].run), *steps]
        return []

    def _harm(self, old: str, new: str) -> _Asking[str]:
        """What an edit does to scripts that passed before it: those of languages that share the snippet."""
        for script in self._scripts(old):
            before = self.known.get(_key(script))
            other = self._script(new, script.languages[0])
            if before is None or before.verdict == "failed" or other is None or _key(other) == _key(script):
                continue
            if problem := harm(other, before, (yield from self._run(other))):
                return problem
        return ""

    def _run(self, script: Script) -> _Asking[ScriptRun]:
        """The run of a script, asked for where none is known yet."""
        if _key(script) not in self.known:
            self.known[_key(script)] = yield script
        return self.known[_key(script)]

    def _page(self, text: str) -> Page:
        page, findings = read_page(text, self.page.path, self.hub.languages, form=self.hub.form)
        assert page is not None, findings
        return page

    def _scripts(self, text: str) -> Sequence[Script]:
        """The scripts of a text; none where it is no page."""
        page, _ = read_page(text, self.page.path, self.hub.languages, form=self.hub.form)
        scripts = plan([page], self.hub.framework) if page else []
        return [replace(one, packages=self._packages(page, one.languages)) for one in scripts] if page else []

    def _packages(self, page: Page, languages: Sequence[str]) -> tuple[str, ...]:
        """What a reader of the edited page is told to install, and a reader of the page as it was is not."""
        told = (installed(page, language) - installed(self.page, language) for language in languages)
        return tuple(sorted(frozenset().union(*told)))

    def _script(self, text: str, language: str) -> Script | None:
        return next((script for script in self._scripts(text) if language in script.languages), None)


def _key(script: Script) -> Key:
    return script.digest, script.packages
