"""Look for repairs of the pages that fail, and keep what was proven."""

import contextlib
from collections import deque
from collections.abc import Collection, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from pathlib import Path

from generator.assets.proxy import ProxyError
from generator.commands.assets import entries_of
from generator.commands.machine import Machine, Request, downloads_for, machine_for, run_on
from generator.commands.rewriting import PageChangedError, read_unchanged, rewrite_text, rewritten
from generator.commands.root import HubRoot
from generator.commands.verify import Progress, Verified, verify
from generator.evidence.judging import Judged
from generator.evidence.keeping import keep
from generator.mending.repairs import REPAIRS
from generator.mending.search import Search, search
from generator.model.mending import Mended, Unmended
from generator.model.run import Script, ScriptRun
from generator.running.kernel import KernelError


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
        found = {one.page.path: search(one, runs[one.page.path], REPAIRS, root.config.languages) for one in mended}
        ended = _drive(root, found, outcome, progress, request)
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
    root: HubRoot, found: Mapping[str, Search], outcome: Outcome, progress: Progress, request: Request
) -> Collection[str]:
    """Run what the searches ask for, as much at a time as the machine has slots; return the pages that are done."""
    machine = machine_for(root, [], request, lambda told: None)  # what is to be said of it, `verify` has said
    answers = {path: _advance(one) for path, one in found.items()}
    judged: dict[str, Judged] = {}
    try:
        # What needs other stand-in weights waits until all that do not are done: they are made before anything is run.
        while asked := [answer for answer in answers.values() if isinstance(answer, Script)]:
            following: deque[Script] = deque()
            for one in _run(root, machine, asked, request, progress, following):
                judged[one.run.script] = one
                answer = answers[one.run.path] = _advance(found[one.run.path], one.run)
                if isinstance(answer, Script) and (request.weights != "standin" or _loads(answer) <= _loads(*asked)):
                    following.append(answer)
                progress.finished(one.run)
    except KeyboardInterrupt:
        outcome.is_interrupted = True
    except (KernelError, ProxyError, OSError) as error:
        outcome.fault = str(error)
    ended = {path: answer for path, answer in answers.items() if isinstance(answer, Mended)}
    for run in [run for one in ended.values() for run in one.runs if run.script in judged]:
        keep(run, judged[run.script].notebooks, request.evidence or root.own_evidence)
    return ended


def _texts(one: Mended) -> Sequence[str]:
    """A page's file as it is and with each repair in it; as LF text where its author has gone on writing."""
    data = one.page.source.encode()
    with contextlib.suppress(PageChangedError, OSError):
        data = read_unchanged(Path(one.page.path), one.page.source)
    files = [data, *(rewritten(data, one.page.source, step.after) for step in one.steps)]
    return [file.decode() for file in files]


def _advance(one: Search, run: ScriptRun | None = None) -> Script | Mended:
    """The next script that a search wants run, given the run of the last one; what it found, where it is done."""
    try:
        return next(one) if run is None else one.send(run)
    except StopIteration as done:
        found: Mended = done.value
        return found


def _loads(*scripts: Script) -> Set[tuple[str, str]]:
    """Repositories and entries that scripts load."""
    return set(entries_of(scripts, offered=False))


def _run(
    root: HubRoot,
    machine: Machine,
    scripts: Sequence[Script],
    request: Request,
    progress: Progress,
    following: deque[Script],
) -> Iterator[Judged]:
    """Run scripts, and those that come to follow them; stand-in weights are made first of what no page loaded."""
    sandbox = machine.circumstances.sandbox
    served = replace(machine, downloads=downloads_for(root, scripts, sandbox, request, progress.warned))
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
