"""Hubs as large as a test asks for, from records alone."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import Any

from generator.config import Config
from generator.model.hub import Hub
from generator.model.record import PageRecord
from generator.model.site import ListPage, SiteContext
from generator.rendering.cards import show
from generator.rendering.environment import load_templates
from generator.rendering.lists import lists, render_list
from generator.rendering.records import record_of
from generator.rendering.template_folders import template_folders
from generator.rendering.verification import Verification
from generator.rendering.whole_site import files_for_programs
from tests.pages import a_page, read
from tests.rendering.sites import ROOT

BASE = "https://hub.example.org/"
HUB = replace(Config().hub, base_url=BASE)
TEMPLATES = load_templates(template_folders(ROOT))
_ID, _TITLE = "org_vision_name", "Title-of-it"


@cache
def _pattern(tags: Sequence[str]) -> PageRecord:
    page = read(a_page(title=_TITLE, tags=tags), f"{_ID}.md")
    return record_of(show(page, {}), HUB, TEMPLATES, 0, None)


def a_record(
    page_id: str, title: str = "", tags: Sequence[str] = ("vision",), summary: str = "", **states: str
) -> PageRecord:
    """The record of a page, which nobody has run but where `states` says so: zh_CN="failed"."""

    def own(text: str) -> str:
        named = text.replace(_ID, page_id).replace(_TITLE, title or page_id)
        return named.replace("小模型", summary).replace("A tiny model", summary) if summary else named

    of = _pattern(tuple(tags))
    told = {
        code: replace(one, row=own(one.row), status_row=own(one.status_row), **_standing(states.get(code, "")))
        for code, one in of.told.items()
    }
    return replace(
        of, id=page_id, title=title or page_id, told=told, meta=own(of.meta), status=own(of.status), task="vision"
    )


def _standing(state: str) -> dict[str, Any]:
    """What lists know of a state, where it is said."""
    if not state:
        return {}
    verification = Verification(state, None, ())  # type: ignore[arg-type]
    return {"sign": verification.sign, "urgency": verification.urgency}


def many(number: int) -> list[PageRecord]:
    """Records in the order of their titles: m00000, m00001 and so on."""
    return [a_record(f"org_vision_m{index:05}") for index in range(number)]


def list_pages(records: Sequence[PageRecord], hub: Hub = HUB, has_search: bool = False) -> list[ListPage]:
    """Its lists, not rendered."""
    return list(lists(records, hub, TEMPLATES, SiteContext(has_search=has_search)))


def files_of(records: Sequence[PageRecord], hub: Hub = HUB) -> Mapping[str, bytes]:
    """Its lists and its files for programs, by path."""
    made = list_pages(records, hub)
    files = [*(render_list(page, hub, TEMPLATES) for page in made), *files_for_programs(records, made, hub, TEMPLATES)]
    paths = [file.path for file in files]
    assert len(set(paths)) == len(paths)
    return {file.path: file.data for file in files}


def html_of(files: Mapping[str, bytes], *, but: Iterable[str] = ()) -> dict[str, str]:
    """Its pages as text."""
    return {path: data.decode() for path, data in files.items() if path.endswith(".html") and path not in but}
