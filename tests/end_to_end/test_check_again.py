"""`check` of what was checked before: it says what it would say the first time, and does no more than it must."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import pytest
from markdown_it.parser_block import ParserBlock

from generator.commands import check, findings, page_check, standing
from generator.commands.root import HubRoot
from generator.config import read_config
from generator.files import held_folder
from generator.model.diagnostic import Diagnostic
from generator.reading import hub
from tests.end_to_end.hub_edits import Edits
from tests.kernels import ROOT, hubpages
from tests.pages import a_page, write

WORDS = ["The image is reszied first.", "A Detector.", "Of models."]


def root_of(folder: Path) -> HubRoot:
    """A hub as it now is."""
    return HubRoot(folder, read_config(folder / "hub.toml"))


def found_in(folder: Path, paths: Sequence[Path] = ()) -> tuple[int, list[Diagnostic]]:
    """What `check` says of a hub, or of some of its pages."""
    return findings.find(root_of(folder), paths)


def anew(folder: Path, paths: Sequence[Path] = ()) -> tuple[int, list[Diagnostic]]:
    """The same, from its files alone."""
    root = root_of(folder)
    pages, found = check.read_and_check(root, paths, check.asked_rules(root))
    return len(pages), found


def on(day: date, monkeypatch: pytest.MonkeyPatch) -> None:
    """Make it this day."""

    class Day(date):
        @classmethod
        def today(cls) -> date:
            return day

    for module in (standing, hub):
        monkeypatch.setattr(module, "date", Day)


@pytest.mark.parametrize("seed", range(6))
def test_after_any_change_it_says_what_it_would_say_the_first_time(
    seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Pages, settings, what lies beside and the cache itself, changed by chance: of all pages, and of some."""
    edits, done = Edits(tmp_path, seed), list[str]()
    for _ in range(25):
        done += [edits.one() for _ in range(edits.random.choice([1, 1, 2]))]
        on(edits.today, monkeypatch)
        assert found_in(tmp_path) == anew(tmp_path), done
        some = [path for path in sorted(edits.pages.glob("*.md")) if edits.random.random() < 0.3]
        outside = tmp_path / "outside.md"
        some += [outside] if outside.exists() and edits.random.random() < 0.3 else []
        if some and edits.random.random() < 0.5:
            assert found_in(tmp_path, some) == anew(tmp_path, some), (done, some)


def test_copy_of_a_hub_is_told_the_same(tmp_path: Path) -> None:
    """As it is called, in every format: here from what is kept, there from nothing."""
    here = tmp_path / "here"
    here.mkdir()
    edits = Edits(here, 99)
    for _ in range(3):
        edits.write_anew()
        edits.change_file()
        hubpages("check", cwd=here)
    shutil.copytree(here / "hub_pages", tmp_path / "there" / "hub_pages")
    for form in ("json", "text", "sarif", "github"):
        shutil.rmtree(tmp_path / "there" / ".hub", ignore_errors=True)
        calls = [hubpages("check", "--format", form, cwd=folder) for folder in (here, tmp_path / "there")]
        assert calls[0] == calls[1]
        assert calls[0].status == 1


def test_where_nothing_changed_nothing_is_loaded_that_reads_or_checks(tmp_path: Path) -> None:
    """What is kept is told: loading the rules and parsers takes longer than all the rest."""
    write(tmp_path, resnet=a_page(en=WORDS[0]), broken="no page")
    script = "import sys; from generator.cli import main; main(sys.argv[1:]); print(*sys.modules, file=sys.stderr)"
    command = [sys.executable, "-c", script, "-C", str(tmp_path), "check", "--format", "json"]
    first, second = (subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True) for _ in "12")
    assert first.stdout == second.stdout
    assert {row["rule"] for row in json.loads(second.stdout)} > {"misspelling"}
    slow = {"generator.checking.rules", "generator.reading.hub", "generator.commands.checking"}
    slow |= {"markdown_it", "yaml", "jinja2", "pygments", "concurrent.futures", "PIL"}
    assert slow - {"jinja2", "pygments"} - set(first.stderr.split()) <= {"concurrent.futures", "PIL"}
    assert slow & set(second.stderr.split()) == set()


class Work:
    """What was read and checked, by page."""

    def __init__(self) -> None:
        self.read: list[str] = []
        self.checked: list[str] = []

    @contextmanager
    def of(self) -> Iterator["Work"]:
        """Only what is done in the block."""
        self.read.clear()
        self.checked.clear()
        yield self
        self.read.sort()
        self.checked.sort()


@pytest.fixture
def work(monkeypatch: pytest.MonkeyPatch) -> Work:
    """Notes it."""
    noted = Work()
    read, checked = page_check.read, page_check.check
    monkeypatch.setattr(page_check, "read", lambda path, *rest: noted.read.append(Path(path).stem) or read(path, *rest))
    monkeypatch.setattr(page_check, "check", lambda page, *rest: noted.checked.append(page.id) or checked(page, *rest))
    return noted


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A hub of three pages, which was checked."""
    names = ("deeplab", "detector", "resnet")
    write(tmp_path, **{name: a_page(title=name, en=text) for name, text in zip(names, WORDS, strict=True)})
    found_in(tmp_path)
    return tmp_path


def test_touched_pages_are_not_read(folder: Path, work: Work) -> None:
    """What a file holds decides, not when it was written."""
    for page in (folder / "hub_pages").iterdir():
        os.utime(page, (1, 1))
    with work.of():
        found_in(folder)
    assert (work.read, work.checked) == ([], [])


def test_changed_page_alone_is_read_and_checked(folder: Path, work: Work) -> None:
    """What others are checked against is as it was."""
    write(folder, detector=a_page(title="detector", en="It is reszied, too."))
    with work.of():
        found_in(folder)
    assert (work.read, work.checked) == (["detector"], ["detector"])


def test_pages_of_any_call_are_kept_for_any_other(folder: Path, work: Work) -> None:
    """As a hook before a commit names those that are in it."""
    page = folder / "hub_pages" / "detector.md"
    page.write_text(a_page(title="detector", en="It is reszied, too."), encoding="utf-8")
    with work.of():
        found_in(folder, [page])
    assert (work.read, work.checked) == (["detector"], ["detector"])
    with work.of():
        found_in(folder)
        found_in(folder, [page])
    assert (work.read, work.checked) == ([], [])


def test_new_title_is_one_that_all_pages_are_checked_against(folder: Path, work: Work) -> None:
    """Each is read once, to be checked."""
    write(folder, detector=a_page(title="Reszied", en=WORDS[1]))
    with work.of():
        found_in(folder)
    assert work.read == work.checked == ["deeplab", "detector", "resnet"]


def test_page_is_read_once_and_its_sections_are_parsed_once(
    tmp_path: Path, work: Work, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By whoever reads it and for all rules: what others say of themselves is seen without parsing their sections."""
    write(tmp_path, **{name: a_page(title=name, en=f"{name}. {WORDS[0]}") for name in ("detector", "resnet")})
    parsed: list[str] = []
    parse = ParserBlock.parse
    monkeypatch.setattr(ParserBlock, "parse", lambda self, text, *rest: parsed.append(text) or parse(self, text, *rest))
    with work.of():
        found_in(tmp_path)
    assert work.read == work.checked == ["detector", "resnet"]
    assert [sum(f"{name}. {WORDS[0]}" in text for text in parsed) for name in work.read] == [1, 1]


def test_page_that_seemed_to_be_one_is_not_one_that_others_are_checked_against(tmp_path: Path, work: Work) -> None:
    """Its beginning has a title, and what stands in its section keeps it from being read."""
    write(tmp_path, resnet=a_page(en=WORDS[0]), broken=a_page(title="Reszied", en="```python\nopen"))
    with work.of():
        found = found_in(tmp_path)
    assert (work.read, work.checked) == (["broken", "resnet", "resnet"], ["resnet", "resnet"])
    assert found == anew(tmp_path)
    assert {one.rule for one in found[1]} >= {"misspelling", "unclosed-fence"}


LOAD = 'import megengine\nmodel = megengine.hub.load("{}", "resnet18")'


def test_what_other_pages_load_from_is_what_each_is_checked_against(tmp_path: Path) -> None:
    """A repository that is nearly one of several other pages is misspelled."""
    write(tmp_path, resnet=a_page(sample=LOAD.format("someone/model")))
    for name, is_known in [("deeplab", True), ("vgg", False)]:
        write(tmp_path, **{name: a_page(title=name)})
        found_in(tmp_path)
        write(tmp_path, **{name: a_page(title=name, sample=LOAD.format("someone/models"))})
        found = found_in(tmp_path)
        assert found == anew(tmp_path)
        assert ("unknown-repository" in {one.rule for one in found[1]}) is not is_known


def test_what_a_repository_exports_is_what_pages_are_checked_against(tmp_path: Path) -> None:
    """As far as its archive is in the store."""
    write(tmp_path, resnet=a_page(sample=LOAD.format("megengine/models")))
    edits = Edits(tmp_path, 0, is_new=False)
    for entry, is_there, is_known in [("resnet18", True, True), ("resnet50", True, False), ("resnet50", False, True)]:
        edits.put_entry(entry, is_there=is_there)
        found = found_in(tmp_path)
        assert found == anew(tmp_path)
        assert ("unknown-entry" in {one.rule for one in found[1]}) is not is_known


def test_link_that_comes_to_lead_elsewhere_is_read_again(folder: Path) -> None:
    """To the same text: but a page lies in its folder."""
    page, elsewhere = folder / "hub_pages" / "linked.md", folder / "elsewhere.md"
    shutil.copy(folder / "hub_pages" / "resnet.md", elsewhere)
    page.symlink_to("resnet.md")
    inside = found_in(folder)
    page.unlink()
    page.symlink_to(elsewhere)
    assert found_in(folder) == anew(folder) != inside


def test_page_that_links_to_a_file_is_checked_when_that_comes_and_goes(folder: Path, work: Work) -> None:
    """And no other one is."""
    write(folder, detector=a_page(title="detector", en="See [the classes](classes.txt)."))
    found_in(folder)
    target = folder / "hub_pages" / "classes.txt"
    for change in (target.touch, target.unlink):
        change()
        with work.of():
            assert found_in(folder) == anew(folder)
        assert work.checked == ["detector"]


def test_page_with_a_day_is_read_each_day_and_no_other_one(
    folder: Path, work: Work, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A skip may expire: then the page cannot be read, and is no longer one that the others are checked against."""
    skipped = '<!-- verify: skip reason="slow" until=2030-01-02 -->\n```python\ny = 1\n```'
    write(folder, detector=a_page(title="detector", en=skipped, zh=skipped))
    told, done = [], []
    for day in (1, 2, 3, 2):
        on(date(2030, 1, day), monkeypatch)
        with work.of():
            told.append(found_in(folder))
        done.append((list(work.read), list(work.checked)))
    assert done[:2] == [(["detector"], ["detector"])] * 2
    assert done[2] == (["deeplab", "detector", "resnet"], ["deeplab", "resnet"])
    assert told[0] == told[1] == told[3]
    assert {one.rule for one in told[2][1]} - {one.rule for one in told[1][1]} == {"expired-skip"}


def test_page_that_changed_while_it_was_read_and_back_is_read_again(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was found is of a text that nobody has any more."""
    page = folder / "hub_pages" / "detector.md"
    page.write_text(a_page(title="detector", en="All is well."), encoding="utf-8")
    good, bad = page.read_bytes(), page.read_bytes().replace(b"All is well", b"It is reszied")
    real = page_check.read

    def read(*given: object) -> object:
        page.write_bytes(bad)
        return real(*given)  # type: ignore[arg-type]

    with monkeypatch.context() as patched:
        patched.setattr(page_check, "read", read)
        found_in(folder)
    page.write_bytes(good)
    assert found_in(folder) == anew(folder)


def test_what_was_mended_is_seen(folder: Path) -> None:
    """`--fix` looks at the pages themselves, and what is kept does not hide what it did."""
    first, fixed, again = (hubpages("-C", folder, "check", *option) for option in ([], ["--fix"], []))
    assert "reszied" in first.out
    assert "mended" in fixed.err
    assert "reszied" not in again.out


def test_known_findings_are_known_again(folder: Path) -> None:
    """A baseline is held against what is kept as against what is found."""
    baseline = folder / "baseline.json"
    calls = [hubpages("-C", folder, "check", option, baseline) for option in ("--update-baseline", *["--baseline"] * 2)]
    assert [call.status for call in calls] == [0, 0, 0]
    assert calls[1] == calls[2]


@pytest.mark.parametrize("is_held", [True, False])
def test_without_a_cache_it_says_the_same(folder: Path, is_held: bool) -> None:
    """While a build has the folder, and where none can be made."""
    shutil.rmtree(folder / ".hub")
    if is_held:
        with held_folder(root_of(folder).made):
            told = [hubpages("-C", folder, "check") for _ in "12"]
    else:
        (folder / ".hub").write_text("in the way")
        told = [hubpages("-C", folder, "check") for _ in "12"]
    assert told[0] == told[1]
    assert "reszied" in told[0].out


def test_nothing_is_left_where_there_is_no_hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A page somewhere is checked, and its folder stays as it is."""
    monkeypatch.chdir(tmp_path)
    Path("page.md").write_text(a_page(), encoding="utf-8")
    assert found_in(Path(), [Path("page.md")]) == anew(Path(), [Path("page.md")])
    assert [path.name for path in Path().iterdir()] == ["page.md"]
