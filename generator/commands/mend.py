"""Look for repairs of the pages that fail, and keep what was proven."""

import contextlib
from collections import deque
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from pathlib import Path

from generator.assets.proxy import ProxyError
from generator.commands.machine import Machine, Request, downloads_for, machine_for, run_on
from generator.commands.rewriting import PageChangedError, read_unchanged, rewrite_text, rewritten
from generator.commands.root import HubRoot
from generator.commands.verify import Progress, Verified, verify
from generator.evidence.judging import Judged
from generator.evidence.keeping import keep
from generator.mending.repairs import REPAIRS
from generator.mending.search import CannotRunError, Search, search
from generator.model.entry import LoadCall
from generator.model.mending import Mended, Unmended
from generator.model.run import Needs, Script, ScriptRun
from generator.running.executed import KernelError
from generator.running.packages import Installed, PackageError, install
from generator.scheduling.slots import Kernels
from generator.scripts.loading import load_calls
from generator.scripts.planning import plan


@dataclass(slots=True)
class Outcome:
    """What `mend` found out."""

    verified: Verified
    """The pages as they are."""
    mended: Sequence[Mended] = ()
    """Every page that failed, in their order."""
    texts: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """Of each of their paths, the file's text as it is and with each repair, its own line ends and mark in it."""
    written: list[Path] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    """Why other pages were not written."""
    is_interrupted: bool = False
    fault: str = ""
    """What of this machine kept the rest from being tried, and what to do."""

    @property
    def is_whole(self) -> bool:
        """Whether all that failed is mended."""
        is_read = not any(finding.severity == "error" for finding in self.verified.findings)
        ended = not (self.is_interrupted or self.fault or self.verified.is_interrupted or self.verified.fault)
        return is_read and ended and not self.refused and not any(one.unmended for one in self.mended)


def mend(root: HubRoot, paths: Sequence[Path], progress: Progress, request: Request, *, write: bool) -> Outcome:
    """Verify pages, look for repairs of what fails, and prove each in a kernel under the same circumstances.

    Args:
        write: whether the pages are rewritten.

    Raises as `verify` does.
    """
    outcome = Outcome(verify(root, paths, progress, request))
    if outcome.verified.is_interrupted or outcome.verified.fault:
        return outcome
    pages = outcome.verified.pages
    runs = {page.path: [run for run in outcome.verified.runs if run.path == page.path] for page in pages}
    failing = [page for page in pages if any(run.verdict == "failed" for run in runs[page.path])]
    if failing:
        mended = [Mended(page, page.source) for page in failing]
        hub = root.config.hub
        found = {one.page.path: search(one, runs[one.page.path], REPAIRS, hub) for one in mended}
        ended = _drive(root, found, outcome, progress, request, write=write)
        for one in [one for one in mended if one.page.path not in ended]:
            one.unmended += [
                Unmended(run, reason="this was ended before all repairs of it were tried")
                for run in runs[one.page.path]
                if run.verdict == "failed"
            ]
        outcome.mended = mended
        outcome.texts = {one.page.path: _texts(one) for one in mended}
        for one in mended:
            if write and one.page.path in ended:
                _write(one, outcome)
    return outcome


def _drive(
    root: HubRoot, found: Mapping[str, Search], outcome: Outcome, progress: Progress, request: Request, *, write: bool
) -> Collection[str]:
    """Run what the searches ask for, as much at a time as the machine has slots; return the pages that are done."""
    used = {script.framework for script in plan([one.page for one in outcome.mended], root.config.framework)}
    machine = machine_for(root, [], request, lambda told: None, used)  # what is to be said of it, `verify` has said
    packages = _Packages(root, machine.slots.kernels, progress.warned)
    answers = {path: _advance(one) for path, one in found.items()}
    judged: list[Judged] = []
    try:
        # What needs other packages or stand-in weights waits until all that do not are done: they come before any run.
        while asked := _installed(answers, found, packages):
            following: deque[Script] = deque()
            for one in _run(root, packages.on(machine), asked, request, progress, following):
                judged.append(one)
                answer = answers[one.run.path] = _advance(found[one.run.path], one.run)
                if isinstance(answer, Script) and _needs_no_more_than(answer, asked, request):
                    following.append(answer)
                progress.finished(one.run)
    except KeyboardInterrupt:
        outcome.is_interrupted = True
    except (KernelError, ProxyError, OSError) as error:
        outcome.fault = str(error)
    ended = {path: answer for path, answer in answers.items() if isinstance(answer, Mended)}
    own = {id(run) for one in ended.values() for run in one.runs}
    # The page's code with packages that it names once it is written: until then that is no run of this page.
    too_early = set() if write else {run.script for run in outcome.verified.runs}
    for one in judged:
        if id(one.run) in own and one.run.script not in too_early:
            keep(one.run, one.notebooks, request.evidence or root.own_evidence)
    return ended


@dataclass(slots=True)
class _Packages:
    """What was installed for scripts that name packages, and for which that cannot be done."""

    root: HubRoot
    kernels: Mapping[str, Kernels]
    told: Callable[[Sequence[str]], None]
    ready: dict[Needs, Installed] = field(default_factory=dict)
    problems: dict[Needs, str] = field(default_factory=dict)

    def problem(self, needs: Needs) -> str:
        """Install these unless that was done; return why they cannot be had, empty where they can."""
        name, names = needs
        if names and needs not in self.ready and needs not in self.problems:
            self.told([f"pip install {' '.join(names)}, for this repair alone…"])
            kernels = self.kernels[name]
            try:
                self.ready[needs] = install(names, kernels.python, kernels.environment, self.root.packages)
            except PackageError as error:
                self.problems[needs] = str(error)
        return self.problems.get(needs, "")

    def on(self, machine: Machine) -> Machine:
        """This machine with what is installed."""
        return replace(machine, slots=replace(machine.slots, packages=self.ready))


def _installed(
    answers: dict[str, Script | Mended], found: Mapping[str, Search], packages: _Packages
) -> Sequence[Script]:
    """The scripts that searches ask for, their packages installed; a search whose packages cannot be had asks anew."""
    for path, one in found.items():
        answer = answers[path]
        while isinstance(answer, Script) and (problem := packages.problem(answer.needs)):
            answer = answers[path] = _advance(one, CannotRunError(problem))
    return [answer for answer in answers.values() if isinstance(answer, Script)]


def _needs_no_more_than(script: Script, others: Sequence[Script], request: Request) -> bool:
    """Whether a script has packages, and loads models, only as others do that are run meanwhile."""
    same = [other for other in others if other.needs == script.needs]
    return (not script.packages or bool(same)) and (request.weights != "standin" or _loads(script) <= _loads(*same))


def _texts(one: Mended) -> Sequence[str]:
    """A page's file as it is and with each repair in it; as LF text where its author has gone on writing."""
    data = one.page.source.encode()
    with contextlib.suppress(PageChangedError, OSError):
        data = read_unchanged(Path(one.page.path), one.page.source)
    files = [data, *(rewritten(data, one.page.source, step.after) for step in one.steps)]
    return [file.decode() for file in files]


def _advance(one: Search, answer: ScriptRun | CannotRunError | None = None) -> Script | Mended:
    """The next script that a search wants run, given what came of the last one; what it found, where it is done."""
    try:
        if isinstance(answer, CannotRunError):
            return one.throw(answer)
        return next(one) if answer is None else one.send(answer)
    except StopIteration as done:
        found: Mended = done.value
        return found


def _loads(*scripts: Script) -> Set[LoadCall]:
    """What scripts load."""
    return set(load_calls(scripts, offered=False))


def _run(
    root: HubRoot,
    machine: Machine,
    scripts: Sequence[Script],
    request: Request,
    progress: Progress,
    following: deque[Script],
) -> Iterator[Judged]:
    """Run scripts, and those that come to follow them; stand-in weights are made first of what no page loaded."""
    downloads = downloads_for(root, scripts, machine, request, progress.warned, machine.slots.packages)
    served = replace(machine, downloads=downloads)
    return run_on(
        served, root, scripts, request, progress.started, lambda: [following.popleft() for _ in range(len(following))]
    )


def _write(one: Mended, outcome: Outcome) -> None:
    if one.text == one.page.source:
        return
    path = Path(one.page.path)
    try:
        rewrite_text(path, one.page.source, one.text)
    except (PageChangedError, OSError) as error:
        outcome.refused.append(str(error))
    else:
        outcome.written.append(path)
