"""Evidence that nobody's verifier wrote: runs, histories and look-ups of a page, changed in some way that JSON allows.

Whoever may write into a folder of evidence may claim anything. What they claim must not end a build, become markup, or
stand for code that the page has not.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import replace
from io import StringIO
from pathlib import Path
from random import Random
from typing import Any

import msgspec

from generator.cli import main
from generator.cli.console import INTERRUPTED
from generator.evidence.history import past_run, written
from generator.evidence.keeping import read_run
from generator.model.asset import AssetRequest
from generator.model.page import Page
from generator.model.run import EntryCheck, Facts, Frame, Output, ScriptRun, SnippetError
from generator.scripts.planning import plan
from generator.scripts.variants import variants
from tests.browser.showcase import a_picture
from tests.fuzzing.material import CHARACTERS, INLINES, VALUES
from tests.fuzzing.travels import sound
from tests.pages import a_page, read
from tests.rendering.attacks import ATTACKS
from tests.rendering.runs import a_run

PAGE_ID = "acme_vision_tiny"
SAMPLE = 'from megengine import hub\nx = hub.load("a/b", "c")\n# x = hub.load("a/b", "d")\n# x = hub.load("a/b", "e")'
SOURCE = a_page("print(x)", sample=SAMPLE, zh="正文", en="Text")
_NUMBERS = (0, 1, -1, 2, 0.5, -0.5, 1e-300, 1e308, -1e308, 2**31, 2**53, 2**63 - 1, 2**64, 10**30, -(2**63))
_OTHERS: tuple[object, ...] = (None, True, False, [], {}, [[]], {"": ""}, [None], {"en_US": 1})


def a_hub(folder: Path) -> Page:
    """A hub of one page, with a file of evidence of each kind; the page."""
    (folder / "hub_pages").mkdir(parents=True)
    (folder / "hub_pages" / f"{PAGE_ID}.md").write_text(SOURCE, encoding="utf-8")
    settings = 'base_url = "https://example.org/hub/"\nsocial_images = false\nsearch = false\n'
    (folder / "hub.toml").write_text(settings, encoding="utf-8")
    (folder / "evidence" / "history").mkdir(parents=True)
    (folder / "evidence" / "entries").mkdir()
    return read(SOURCE, f"{PAGE_ID}.md")


def honest_files(page: Page) -> Mapping[str, bytes]:
    """What a verifier leaves of a page, by path: runs that passed and failed, one of another entry, memories."""
    passed, failed = _passed(page), _failed(page)
    other = next(script for script in variants(plan([page])[0]) if script.variant == "d")
    of_entry = replace(passed, script=other.digest, variant="d")
    past = past_run(passed)
    nights = [replace(past, started=f"2026-10-{day:02}T02:00:00+00:00", seconds=day * 1.5) for day in (1, 2, 3)]
    check = EntryCheck(page.id, page.path, "a/b", "e", {"zh_CN": 17, "en_US": 17}, "passed", started=passed.started)
    return {
        f"{page.id}-1.json": _encoded(passed),
        f"{page.id}-2.json": _encoded(failed),
        f"{page.id}-3.json": _encoded(of_entry),
        f"history/{page.id}.json": written([*nights, past_run(failed)]),
        f"entries/{page.id}.json": msgspec.json.encode([check]),
    }


def _encoded(run: ScriptRun) -> bytes:
    return msgspec.json.encode(run)


def _passed(page: Page) -> ScriptRun:
    asset = AssetRequest("https://a.example/w.pkl", "served", "3f" * 32, 135, None, 1.0)
    outputs = [
        [Output("stdout", "text/plain", "1.5\n"), Output("stderr", "text/plain", "UserWarning: a\n 10%|█ | 1/9\r")],
        [Output("display", "image/png", a_picture(20, 20), "boxes.png"), Output("result", "text/plain", "array([1])")],
    ]
    return replace(
        a_run(page, *outputs),
        assets=(
            asset,
            replace(asset, status="changed", previous="4f" * 32),
            replace(asset, status="refused", reason="not in hub.lock"),
        ),
        repositories={"https://github.com/a/b/archive/master.zip": "a" * 40},
        facts=Facts(33_840_123, 1_720_000_000, None),
        downloaded=135,
        repeats=3,
        sandbox="bwrap",
        version="0.1.0",
    )


def _failed(page: Page) -> ScriptRun:
    frames = (Frame(f"{page.id}.md", 20, "<module>"), Frame("hub:a/b/models/x.py", 5, "f"))
    error = SnippetError("ValueError", "no such thing", {"zh_CN": 24, "en_US": 30}, frames, "Traceback\nValueError: no")
    run = a_run(page, error=error, started="2026-11-20T08:00:00+00:00")
    return replace(run, environment=replace(run.environment, device="Acme GPU"), difference="- 1\n+ 2")


def changed(data: bytes, chance: Random) -> bytes:
    """A file of evidence with one to three values that are others, or with bytes that are."""
    if chance.random() < 0.1:
        at = chance.randint(0, len(data))
        rest = data[at + chance.choice((0, 1, 9, len(data))) :]
        return data[:at] + chance.choice((b"", b"\xff", b"\\ud800", b"{", b"\x00")) + rest
    tree = json.loads(data)
    for _ in range(chance.choice((1, 1, 2, 3))):
        places = list(_places(tree, ()))
        tree = _with(tree, chance.choice(places), chance) if places else tree
    text = json.dumps(tree, ensure_ascii=chance.random() < 0.5)
    return text.encode("utf-8", "replace")


def _places(tree: object, here: tuple[Any, ...]) -> Iterator[tuple[Any, ...]]:
    if here:
        yield here
    for key, value in tree.items() if isinstance(tree, dict) else enumerate(tree) if isinstance(tree, list) else ():
        yield from _places(value, (*here, key))


def _with(tree: Any, place: Sequence[Any], chance: Random) -> Any:
    """The tree with another value at a place, mostly of the kind that is there: else the file is refused at once."""
    within = tree
    for key in place[:-1]:
        within = within[key]
    value, what = within[place[-1]], chance.random()
    if what < 0.1:
        del within[place[-1]]
    elif what < 0.2:
        within[place[-1]] = chance.choice((*VALUES, *_NUMBERS, *_OTHERS))
    else:
        within[place[-1]] = _like(value, chance)
    return tree


def _like(value: object, chance: Random) -> object:
    match value:
        case str():
            text = chance.choice((*VALUES, *INLINES, *CHARACTERS, chance.choice(ATTACKS).payload))
            return chance.choice((text, text, value + text))
        case bool() | None:
            return chance.choice((True, False, None, 1, "a"))
        case int():
            return chance.choice([number for number in _NUMBERS if isinstance(number, int)])
        case float():
            return chance.choice(_NUMBERS)
        case list():
            return chance.choice(([], value * 2, value[:-1], value * 40))
        case dict():
            renamed = {chance.choice(VALUES): one for one in value.values()}
            return chance.choice(({}, renamed, {**value, "x": "y"}))
    return value


def travel(files: Mapping[str, bytes], folder: Path) -> None:
    """Build the site of a hub with these files of evidence, and ask `hubpages evidence` about them all."""
    page = a_hub(folder)
    for name, data in files.items():
        (folder / "evidence" / name).write_bytes(data)
    called(folder, "build")
    _shows_no_more_than(page, [folder / "evidence" / name for name in files if "/" not in name], folder / "site")
    called(folder, "evidence", "list")
    called(folder, "evidence", "list", "--format", "json")
    called(folder, "evidence", "show", page.id)
    called(folder, "evidence", "diff", f"{folder}/evidence", f"{folder}/evidence", "--format", "markdown")
    called(folder, "evidence", "merge", f"{folder}/evidence", "--into", f"{folder}/merged")
    called(folder, "evidence", "diff", f"{folder}/evidence", f"{folder}/merged", "--format", "json")
    called(folder, "evidence", "issues", f"{folder}/evidence", f"{folder}/merged", "--out", f"{folder}/issues")
    called(folder, "evidence", "prune", f"{folder}/merged", "--most", "1")


def called(folder: Path, *arguments: str) -> str:
    """What a command says. It ends with 0 or with 1, findings: the call is right and the machine can do it.

    A history that cannot be read ends some of them, before anything is changed.
    """
    out, err = StringIO(), StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        status = main(["-C", str(folder), *arguments])
    if status == INTERRUPTED:  # by whoever started the tests
        raise KeyboardInterrupt
    is_refused = status == 2 and "not a history of runs" in err.getvalue()
    assert status in (0, 1) or is_refused, (arguments, status, err.getvalue())
    return out.getvalue()


def _shows_no_more_than(page: Page, files: Sequence[Path], site: Path) -> None:
    """The site is sound, and the page counts as run only where a run of its very code says so, snippet for snippet."""
    paths = [path for path in site.rglob("*.*") if path.is_file() and path.relative_to(site).parts[0] != "assets"]
    shown = {path.relative_to(site).as_posix(): path.read_bytes() for path in paths}
    sound(shown)
    runs = [run for run in map(read_run, files) if isinstance(run, ScriptRun) and run.page == page.id]
    (script,) = plan([page])
    own = [run for run in runs if run.script == script.digest and len(run.snippets) == len(script.snippets)]
    (model,) = json.loads(shown["api/v1/status.json"])["models"]
    states = {of["state"] for of in model["languages"].values()}
    assert any(run.verdict == "passed" for run in own) or not {"passed", "standin"} & states, states
