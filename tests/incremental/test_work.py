"""How much a build does: counted, so that no slow machine fails it."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from generator import seen
from generator.assets.lock import write_lock
from generator.commands.blobs import Blobs
from generator.model.asset import Asset
from generator.reading import hub as reading
from generator.rendering.environment import Templates
from generator.searching.documents import Documents
from tests.incremental.hubs import LOCKED, PAGES, a_hub, a_picture, built, files_of, page_file, sha256_of, verify
from tests.incremental.steps import copy_over, edit_text, rewrite_in_place
from tests.pages import a_page

_CARD = "hub1/card.html"
_OF_LISTS = {"index.html", "tag.html", "status.html"}


@dataclass
class Work:
    """What was done since the last look."""

    hub: Path
    read: list[str] = field(default_factory=list)
    """The pages whose files were read, each as often as it was."""
    rendered: list[str] = field(default_factory=list)
    """Every template that was rendered."""
    recalled: int = 0
    """How many values that are kept apart were read."""

    def of_build(self) -> tuple[list[str], int, set[str]]:
        """Build once more: the pages that were read, how many cards were rendered, and the files that were written."""
        before = self._files()
        self.read.clear()
        self.rendered.clear()
        self.recalled = 0
        built(self.hub)
        after = self._files()
        return (
            sorted(self.read),
            self.rendered.count(_CARD),
            {path for path in after if after[path] != before.get(path)},
        )

    def _files(self) -> dict[str, tuple[int, int]]:
        site = self.hub / "site"
        states = {path: (site / path).stat() for path in (files_of(site) if site.exists() else ())}
        return {path: (state.st_ino, state.st_mtime_ns) for path, state in states.items()}


@pytest.fixture
def work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Work]:
    """Of a hub that was built."""
    found = Work(a_hub(tmp_path / "hub"))
    text_of, fragment, get_all = reading._text_of, Templates.fragment, Blobs.get_all

    def read(path: Path) -> object:
        found.read.append(path.stem)
        return text_of(path)

    def render(self: Templates, name: str, *arguments: object, **context: object) -> object:
        found.rendered.append(name)
        return fragment(self, name, *arguments, **context)  # type: ignore[arg-type]

    monkeypatch.setattr(reading, "_text_of", read)

    def recall(self: Blobs, digests: Iterable[str]) -> Iterator[bytes]:
        for data in get_all(self, digests):
            found.recalled += 1
            yield data

    monkeypatch.setattr(Templates, "fragment", render)
    monkeypatch.setattr(Blobs, "get_all", recall)
    built(found.hub)
    assert sorted(found.read) == sorted(PAGES)
    assert found.rendered.count(_CARD) == 2 * len(PAGES)
    yield found


def _retitle(work: Work, name: str) -> None:
    path = page_file(work.hub, name)
    path.write_text(path.read_text(encoding="utf-8").replace("title: Three", "title: Trois"), encoding="utf-8")


def test_nothing_is_done_where_nothing_changed(work: Work) -> None:
    """Nor where files have got another time or number alone; and what is kept is not written again for ever."""
    assert work.of_build() == ([], 0, set())
    assert work.rendered == []
    copy_over(work.hub, 1)
    page_file(work.hub, "four").touch()
    assert work.of_build() == ([], 0, set())
    assert work.rendered == []


def test_nothing_is_kept_anew_where_nothing_changed(work: Work, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where no file is in doubt."""
    monkeypatch.setattr(seen, "_DOUBT", -3600 * 10**9)
    kept = work.hub / ".hub" / "cache" / "kept"
    built(work.hub)
    before = kept.stat().st_ino, kept.stat().st_mtime_ns
    built(work.hub)
    assert (kept.stat().st_ino, kept.stat().st_mtime_ns) == before


def test_one_page_is_one_page(work: Work) -> None:
    """Its text is in its own files alone."""
    edit_text(work.hub, 0)
    read, rendered, written = work.of_build()
    assert (read, rendered) == (["Two"], 2)
    assert written
    assert all("/Two" in path for path in written), written


def test_what_is_said_of_pages_elsewhere_is_not_read_where_it_is_the_same(work: Work) -> None:
    """No list is made of it, and no more of it is read than the card names; a title is told in every list."""
    with page_file(work.hub, "megengine_vision_one").open("a") as file:
        file.write("More.\n")
    work.of_build()
    assert not _OF_LISTS & {*work.rendered}
    assert work.recalled == 2  # of 三, its relative, and its own: the two are compared
    _retitle(work, "三")
    work.of_build()
    assert {*work.rendered} >= _OF_LISTS
    assert work.recalled >= len(PAGES)


def test_list_that_is_gone_is_made_again_beside_a_page(work: Work) -> None:
    """Though all that it is made from is as it was."""
    edit_text(work.hub, 0)
    (work.hub / "site" / "en" / "index.html").unlink()
    read, _, written = work.of_build()
    assert read == ["Two"]
    assert "en/index.html" in written


def test_a_title_is_also_its_relatives_and_the_lists(work: Work) -> None:
    """Other cards say nothing of it, and stay as they are."""
    _retitle(work, "三")
    site = work.hub / "site"
    named = {path.parts[-2] for path in site.glob("*/models/*/index.html") if "Three" in path.read_text("utf-8")}
    assert named == {"三", "megengine_vision_one"}
    read, rendered, written = work.of_build()
    assert (set(read), len(read), rendered) == (named, 2, 4)
    assert {"zh/index.html", "en/index.html", "api/v1/models.json", "llms.txt"} <= written
    assert not any(name in path for path in written for name in ("/Two", "/four", "assets/")), written


def test_evidence_is_of_one_page(work: Work) -> None:
    """What it says is on the page's cards, in lists and on the status page, and on the cards of relatives."""
    verify(work.hub, "four", work.hub / "evidence", error="ValueError", said=7)
    read, rendered, written = work.of_build()
    assert (read, rendered) == (["four"], 2)
    assert "zh/status/index.html" in written
    assert not any(f"/{name}/" in path for path in written for name in PAGES if name != "four"), written


def test_lock_is_of_the_pages_that_downloaded_something(work: Work) -> None:
    """Their cards say that hub.lock names another file since; no other page is looked at."""
    verify(work.hub, "four", work.hub / "evidence", said=1)
    write_lock(work.hub / "hub.lock", [Asset(LOCKED, sha256_of(1), 10)])
    work.of_build()
    card = work.hub / "site" / "zh" / "models" / "four" / "index.html"
    assert "hub.lock" not in card.read_text(encoding="utf-8")
    for path in [*(work.hub / "evidence").glob("*.json"), *(work.hub / ".hub" / "evidence").glob("*.json")]:
        if json.loads(path.read_text(encoding="utf-8"))["page"] in ("Two", "三"):
            path.unlink()
    work.of_build()
    write_lock(work.hub / "hub.lock", [Asset(LOCKED, sha256_of(2), 10)])
    read, _, _ = work.of_build()
    assert "four" in read
    assert not {"Two", "三"} & set(read)
    assert "hub.lock" in card.read_text(encoding="utf-8")


def test_picture_is_of_the_pages_that_show_it(work: Work) -> None:
    """No other page asked for it."""
    a_picture(work.hub / "hub_pages" / "pictures" / "dot.png", 7)
    read, rendered, written = work.of_build()
    assert (read, rendered) == (["Two", "megengine_vision_one"], 4)
    assert sum(path.startswith("assets/picture.") for path in written) == 1


def test_template_is_everything(work: Work) -> None:
    """All pages are made anew; of the files that come out the same none is written."""
    (work.hub / "templates" / "strings.toml").write_text('[zh_CN]\nfooter = "抄"\n', encoding="utf-8")
    read, rendered, written = work.of_build()
    assert (read, rendered) == (sorted(PAGES), 2 * len(PAGES))
    assert written
    assert all(path.endswith(".html") for path in written), written


def test_new_page_is_read_alone(work: Work) -> None:
    """With those that name it, if any does."""
    page_file(work.hub, "new").write_text(a_page(title="New", tags=["generative"]), encoding="utf-8")
    read, rendered, written = work.of_build()
    assert (read, rendered) == (["new"], 2)
    assert {"zh/models/new/index.html", "zh/index.html"} <= written
    assert not any(f"/{name}" in path for path in written for name in PAGES), written


def test_page_that_is_gone_is_nobodys_work_but_its_relatives(work: Work) -> None:
    """Its files are gone, and those of all other pages are where they were."""
    page_file(work.hub, "four").unlink()
    read, rendered, written = work.of_build()
    assert (read, rendered) == ([], 0)
    assert not any(f"/{name}" in path for path in written for name in PAGES), written
    assert not any("/four" in path for path in files_of(work.hub / "site"))


def test_what_was_spoilt_in_the_site_is_mended_alone(work: Work) -> None:
    """A page's file is mended with its page."""
    (work.hub / "site" / "zh" / "models" / "four" / "index.html").unlink()
    (work.hub / "site" / "llms.txt").write_text("!")
    read, rendered, written = work.of_build()
    assert (read, rendered) == (["four"], 2)
    assert written == {"zh/models/four/index.html", "llms.txt"}


def test_stray_is_swept_out_and_nothing_else(work: Work) -> None:
    """It is all that is wrong with the site."""
    (work.hub / "site" / "stray").mkdir()
    (work.hub / "site" / "stray" / "index.html").write_text("stray")
    assert work.of_build() == ([], 0, set())
    assert not (work.hub / "site" / "stray").exists()


def test_time_that_is_set_back_is_read_again(work: Work) -> None:
    """Once."""
    rewrite_in_place(work.hub, 1)
    assert work.of_build()[0] == ["four"]
    assert work.of_build() == ([], 0, set())


def test_documents_that_were_written_just_now_are_not_read_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Those of earlier builds are: somebody may have spoilt them."""
    asked: list[set[str]] = []
    lost = Documents.lost

    def counted(self: Documents) -> set[str]:
        asked.append({path.split("/")[2] for path in self.digests})
        return lost(self)

    monkeypatch.setattr(Documents, "lost", counted)
    hub = a_hub(tmp_path / "hub")
    built(hub, search=True)
    assert asked[0] == set()
    asked.clear()
    edit_text(hub, 0)
    built(hub, search=True)
    assert asked[0] == set(PAGES) - {"Two"}
