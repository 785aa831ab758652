"""What may be taken for unchanged and is not, one case at a time; random steps meet these seldom or never."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from generator import pictures, seen
from generator.commands import inputs
from generator.commands.kept import read_kept
from generator.model.diagnostic import Diagnostic
from generator.reading import hub as reading
from generator.rendering.environment import Templates
from generator.searching import pagefind_index
from tests.incremental.hubs import (
    PAGES,
    CleanSites,
    a_hub,
    a_picture,
    assert_alike,
    built,
    built_clean,
    commit,
    page_file,
    set_up,
)
from tests.incremental.steps import (
    Step,
    edit_above,
    edit_title,
    nothing,
    remove_page,
    repaint,
    rewrite_in_place,
    spoil_all,
    spoil_beside,
    spoil_kept,
)
from tests.pages import a_page


@pytest.fixture
def hub(tmp_path: Path) -> Path:
    """One that was built."""
    folder = a_hub(tmp_path / "hub")
    built(folder)
    return folder


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> CleanSites:
    """Clean builds of what several tests make of the hub."""
    return CleanSites(tmp_path_factory.mktemp("clean"))


def assert_clean(hub: Path, *, search: bool = False) -> None:
    """One more build gives what a clean one gives."""
    assert_alike(built(hub, search=search), built_clean(hub, hub.parent / "clean", search=search))


def once_before(monkeypatch: pytest.MonkeyPatch, of: object, name: str, act: Callable[[], object]) -> None:
    """Do something before the first of many calls."""
    called, waiting = getattr(of, name), [act]

    def instead(*arguments: object, **named: object) -> object:
        if waiting:
            waiting.pop()()
        return called(*arguments, **named)

    monkeypatch.setattr(of, name, instead)


def test_page_that_changes_after_it_was_looked_at_is_kept_as_neither(
    hub: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is built again when it changes back, although all is then as it was."""
    path = page_file(hub, "four")
    first, then = (a_page(title="Four", zh=zh, en=None) for zh in ("先", "后"))
    path.write_text(first, encoding="utf-8")
    with monkeypatch.context() as patched:
        once_before(patched, reading, "_text_of", lambda: path.write_text(then, encoding="utf-8"))
        built(hub)
    assert "后" in (hub / "site/zh/models/four/index.html").read_text(encoding="utf-8")
    path.write_text(first, encoding="utf-8")
    assert_clean(hub)


@pytest.mark.parametrize("is_read", [False, True])
def test_picture_that_changes_while_a_page_is_made_is_seen(
    hub: Path, monkeypatch: pytest.MonkeyPatch, is_read: bool
) -> None:
    """Before it is read or after; and again when it changes back."""
    path = hub / "hub_pages" / "pictures" / "dot.png"
    page_file(hub, "four").write_text(a_page(zh="![图](pictures/dot.png)", en=None), encoding="utf-8")
    a_picture(path, 5)
    with monkeypatch.context() as patched:
        once_before(patched, *((Templates, "fragment") if is_read else (pictures, "_read")), lambda: a_picture(path, 6))
        built(hub)
    if not is_read:
        a_picture(path, 5)
    assert_clean(hub)


def test_template_that_changes_while_pages_are_made_is_seen(hub: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The site is made anew as a whole, also when the template is again as it was."""
    path = hub / "templates" / "row.html"
    path.write_text("<li>first {{ root }}</li>")
    with monkeypatch.context() as patched:
        once_before(patched, Templates, "fragment", lambda: path.write_text("<li>then {{ root }}</li>"))
        built(hub)
    assert "then" in (hub / "site/zh/index.html").read_text(encoding="utf-8")
    path.write_text("<li>first {{ root }}</li>")
    assert_clean(hub)


@pytest.mark.parametrize("change", [repaint, rewrite_in_place])
@pytest.mark.parametrize("doubt", [0, seen._DOUBT])
def test_file_with_its_time_set_back_is_another_one(
    hub: Path, monkeypatch: pytest.MonkeyPatch, change: Step, doubt: int
) -> None:
    """A file of as many bytes with the time of the one that it was: whether it is in doubt, or told by its change."""
    monkeypatch.setattr(seen, "_DOUBT", doubt)
    for number in (4, 8, 1):
        change(hub, number)
        assert_clean(hub)


def test_broken_link_is_told_at_its_line(hub: Path) -> None:
    """Which is another one where only what stands above it has changed."""
    for number in range(4):
        edit_above(hub, number)
        assert_clean(hub)


def test_titles_of_the_same_letters_are_two(hub: Path) -> None:
    """What a rule finds in a page depends on the titles of the others."""
    set_up(hub, rules={"other-model-named": "error"})
    text = a_page(title="Four", zh="我们提供了预训练的 ZorbNet 模型。", en=None)
    page_file(hub, "four").write_text(text, encoding="utf-8")
    for title in ("ZorbNet", "NetZorb", "ZorbNet"):
        page_file(hub, "five").write_text(a_page(title=title), encoding="utf-8")
        assert_clean(hub)
        assert (hub / "site/zh/models/four").exists() == (title != "ZorbNet")


def test_folder_of_pages_that_leads_elsewhere_has_other_dates(tmp_path: Path) -> None:
    """Of the same commit, with the same pages."""
    folder = a_hub(tmp_path / "hub")
    (folder / "pages").mkdir()
    (folder / "hub_pages").rename(folder / "pages" / "one")
    commit(folder, 1, "pages")
    shutil.copytree(folder / "pages" / "one", folder / "pages" / "two")
    commit(folder, 2, "pages")
    for minute, name in enumerate(("one", "two"), start=1):
        (folder / "hub_pages").unlink(missing_ok=True)
        (folder / "hub_pages").symlink_to(Path("pages", name))
        assert_clean(folder)
        assert f"T08:0{minute}:00" in (folder / "site/zh/models/four/index.html").read_text(encoding="utf-8")


def test_template_behind_a_link_to_a_folder_is_seen(hub: Path) -> None:
    """Jinja follows such a link; one that leads back is no harm."""
    (hub / "elsewhere").mkdir()
    (hub / "templates" / "parts").symlink_to("../elsewhere")
    (hub / "elsewhere" / "back").symlink_to("..")
    (hub / "templates" / "row.html").write_text('{% include "parts/words.html" %}')
    for words in ("one", "two"):
        (hub / "elsewhere" / "words.html").write_text(f"<li>{words}</li>")
        assert_clean(hub)


def test_what_another_version_made_of_evidence_is_not_believed(hub: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It may not have been able to read what this one reads."""

    def refuse(path: Path) -> Diagnostic:
        return Diagnostic(str(path), 1, 1, "unreadable-evidence", "not for me", "warning")

    with monkeypatch.context() as patched:
        patched.setattr(inputs, "_installed", lambda: ["older"])
        patched.setattr(inputs, "page_of", refuse)
        assert any("not for me" in finding for finding in built(hub).findings)
    assert_clean(hub)


@pytest.mark.skipif(os.name == "nt", reason="every name is text there")
def test_names_that_are_no_text_are_no_harm(hub: Path) -> None:
    """Such a hub is built anew every time."""
    name = os.fsdecode(b"\xff.json")
    shutil.copy(next((hub / "evidence").glob("*.json")), hub / "evidence" / name)
    for _ in range(2):
        assert_clean(hub)


def test_folder_in_the_place_of_a_file_of_the_site_is_no_spare(hub: Path) -> None:
    """The site that was replaced is the next one's beginning, unless somebody has put something into it."""
    card, kept = hub / "site" / "zh" / "models" / "four" / "index.html", hub / ".hub" / "cache" / "kept"
    card.unlink()
    card.mkdir()
    (card / "stray").write_text("stray")
    for number in range(2):
        before = kept.read_bytes()
        page_file(hub, "four").write_text(a_page(zh=f"{number}", en=None), encoding="utf-8")
        assert_clean(hub)
        assert kept.read_bytes() != before


@pytest.mark.parametrize(
    ("spoil", "number"),
    [*((spoil_kept, number) for number in range(21)), *((spoil_all, number) for number in range(3))],
)
def test_what_is_kept_is_made_anew(hub: Path, clean: CleanSites, spoil: Step, number: int) -> None:
    """Whatever became of it, whether or not something else has changed; and is kept again from then on."""
    for change in (nothing, edit_above, edit_title):
        spoil(hub, number)
        change(hub, 0)
        assert_alike(built(hub), clean.of(hub))
        assert len(read_kept(hub / ".hub" / "cache" / "kept").pages) == len(PAGES)


@pytest.mark.parametrize("number", range(0, 10, 2))
def test_spare_is_what_it_was_or_is_not_used(hub: Path, clean: CleanSites, number: int) -> None:
    """Gone, with a file less or more, with other bytes in it, or a file."""
    edit_above(hub, 0)
    built(hub)
    spoil_beside(hub, number)
    for page in range(3):
        edit_above(hub, page)
        assert_alike(built(hub), clean.of(hub))
    assert (hub / ".hub" / "cache" / "spare").is_dir()


@pytest.mark.parametrize("number", range(1, 11, 2))
def test_only_what_is_on_the_site_is_found(hub: Path, number: int) -> None:
    """Whatever became of the documents that wait to be indexed; and a page that is gone is not found any more."""
    built(hub, search=True)
    spoil_beside(hub, number)
    remove_page(hub, 0)
    edit_above(hub, 1)
    shutil.rmtree(hub / ".hub" / "search")
    assert_clean(hub, search=True)
    documents = hub / ".hub" / "cache" / "documents"
    cards = {path.relative_to(documents).as_posix() for path in documents.rglob("*") if path.is_file()}
    assert cards
    assert all((hub / "site" / path).is_file() for path in cards)


def test_index_is_made_once(hub: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """And again only for other documents, or where a file of it is gone from the site and from what is kept."""
    runs: list[Path] = []
    run = pagefind_index._run
    monkeypatch.setattr(pagefind_index, "_run", lambda program, of: runs.append(of) or run(program, of))
    built(hub, search=True)
    built(hub, search=True)
    next((hub / "site" / "pagefind").glob("*.pf_meta")).unlink()
    assert_clean(hub, search=True)
    assert len(runs) == 2  # the other one is of the clean build
    edit_above(hub, 0)
    built(hub, search=True)
    assert len(runs) == 3
