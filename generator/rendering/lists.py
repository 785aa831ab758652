"""The pages about many models, from records alone: the chooser of languages, indexes, lists by what models have in
common, status pages.

They are made in two steps. `lists` says what stands on each, which is fast at any size; `render_list` makes HTML of
one, wherever and whenever that is wanted.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any
from urllib.parse import urlsplit

from markupsafe import Markup

from generator.model.addresses import CHOOSER, COMPARE, NOT_FOUND, STATUS, file_in, page_place, place_in, root_of
from generator.model.hub import Hub, Language
from generator.model.record import ROOT, PageRecord, ToldIn
from generator.model.site import ListPage, RenderedFile, SiteContext
from generator.rendering.comparing import TO_BE_CHOSEN
from generator.rendering.environment import Templates
from generator.rendering.json_files import json_text
from generator.rendering.list_filters import Filter, data_of, filter_files, filters_of, groups_of, offered, with_chosen
from generator.rendering.list_orders import orders_of
from generator.rendering.paging import MOST_BYTES, Cuts, cuts_of, pager_of
from generator.rendering.search import search_filters
from generator.rendering.search_names import search_names
from generator.rendering.verification import BY_URGENCY

_LONGEST_ROOT = len("../../../../../")
_A_PATH = f"assets/{'-' * 40}.json"
_IN_CHOOSER = 5
"""How many models of each language are shown where one is chosen."""

_SPARE = 4_000
"""Bytes by which the frame of one page of a list may be larger than that of another."""


@dataclass(frozen=True, slots=True)
class _List:
    """A list in one language, in pages."""

    template: str
    place: str
    """Below a language's folder."""
    rows: Sequence[str]
    cuts: Cuts
    context: Mapping[str, Any]


def lists(records: Sequence[PageRecord], hub: Hub, templates: Templates, known: SiteContext) -> Iterator[ListPage]:
    """Every page about many models, and what scripts need to filter them. Raises TemplatesError."""
    ordered = sorted(records, key=lambda record: record.order)
    search = search_filters(ordered, hub, templates) if known.has_search else {}
    pictures = known.picture_paths()
    first = hub.languages[0]
    around: dict[str, Any] = {"pictures": pictures, "search": search.get(first.code)}
    yield ListPage(
        CHOOSER, "chooser.html", first.code, "", context={**around, "parts": _chosen_from(ordered, hub, templates)}
    )
    yield from _not_found(hub, templates, around)
    # A language that has no failure still has the page that the switch of another language leads to.
    states = {told.state for record in ordered for told in record.told.values()}
    found: dict[str, list[_List]] = {}
    for language in hub.languages:
        around = {"pictures": pictures, "search": search.get(language.code)}
        if known.has_search:
            yield search_names(ordered, hub, language, templates)
        found[language.code], files = _in_language(ordered, language, hub, templates, states, around)
        yield from files
        context = {**around, **TO_BE_CHOSEN}
        yield ListPage(file_in(language, COMPARE), "compare.html", language.code, COMPARE, context=context)
    last = {code: {each.place: len(each.cuts) for each in of} for code, of in found.items()}
    for code, of in found.items():
        for each in of:
            yield from _pages(each, hub.language(code), {other: pages[each.place] for other, pages in last.items()})


def _chosen_from(ordered: Sequence[PageRecord], hub: Hub, templates: Templates) -> tuple[Mapping[str, Any], ...]:
    """What the chooser shows of each language: its code, words, how many models it has and the latest of these."""
    # Sorting keeps the order of titles among those of one time, and of none.
    latest = sorted(ordered, key=lambda record: record.updated or "", reverse=True)
    parts = []
    for language in hub.languages:
        own = [record for record in latest if language.code in record.languages]
        models = tuple((one.id, one.title, one.told[language.code].summary) for one in own[:_IN_CHOOSER])
        order = "latest_models" if own and own[0].updated else "models"
        words = {key: templates.word(language, key) for key in ("site_description", order, "all_models")}
        of_models = {"order": words.pop(order), "models": models, "number": len(own)}
        parts.append({"code": language.code, "words": words, **of_models})
    return tuple(parts)


def _not_found(hub: Hub, templates: Templates, around: Mapping[str, Any]) -> Iterator[ListPage]:
    """The page for addresses that lead nowhere, in all languages and in each: some hosts know the latter.

    Whatever address it is shown for, only the path of the site leads to the site.
    """
    first, root = hub.languages[0], urlsplit(hub.base_url).path or "/"
    keys = ("not_found", "not_found_hint", "models")
    said = {each.code: {key: templates.word(each, key) for key in keys} for each in hub.languages}
    yield ListPage(NOT_FOUND, "404.html", first.code, "", context={**around, "said": said}, root=root)
    for language in hub.languages:
        own = {**around, "said": {language.code: said[language.code]}}
        yield ListPage(place_in(language, NOT_FOUND), "404.html", language.code, "", context=own, root=root)


def render_list(page: ListPage, hub: Hub, templates: Templates) -> RenderedFile:
    """Its file. Raises TemplatesError where a template is at fault."""
    if not page.template:
        return RenderedFile(page.path, data_of(page))
    root = page.root or root_of(page.path)
    rows = [Markup(row.replace(ROOT, root)) for row in page.rows]  # made by templates
    context = {**page.context, "shared": Markup(page.context.get("shared", ""))}
    return templates.render(
        page.template, page.path, hub.language(page.language), root, hub=hub, here=page.here, rows=rows, **context
    )


def _in_language(
    ordered: Sequence[PageRecord],
    language: Language,
    hub: Hub,
    templates: Templates,
    states: set[str],
    around: Mapping[str, Any],
) -> tuple[list[_List], list[ListPage]]:
    """Its lists, and the files that filter the index where that has several pages."""
    room = partial(_room, language=language, hub=hub, templates=templates)
    told = [record.told[language.code] for record in ordered]
    shared, rows = _said_once(told)
    sizes = _sizes(rows)
    groups = groups_of(ordered, language.code)
    filters = filters_of(ordered, groups, hub, language, templates, states)
    context = {**around, "filters": offered(filters, groups, len(ordered))}
    orders = orders_of(told)
    of_index = {**context, "orders": tuple(orders), "places": ""}
    index = cuts_of(sizes, room("index.html", "", {**of_index, "facets": _A_PATH}))
    files = list(filter_files(rows, groups, orders, language)) if len(index) > 1 else []
    of_index |= {"facets": files[-1].path} if files else {"facets": "", "places": json_text(orders)}
    of_index["shared"] = shared
    made = [_List("index.html", "", rows, index, of_index)]
    every = [each for group in filters.values() for each in group]
    if every:
        longest = max(every, key=lambda each: len(each["name"].encode()))
        of_list = room("tag.html", longest["place"], {**context, "chosen": longest})
    for chosen in every:
        places = groups.get((chosen["kind"], chosen["value"]), ())
        cuts = cuts_of([sizes[place] for place in places], of_list)
        shared, of_list_rows = _said_once([told[place] for place in places])
        of_chosen = {**context, "filters": with_chosen(context["filters"], chosen), "chosen": chosen, "shared": shared}
        made.append(_List("tag.html", chosen["place"], of_list_rows, cuts, of_chosen))
    return [*made, _status(told, filters["state"], around, room)], files


def _status(
    told: Sequence[ToldIn], states: Sequence[Filter], around: Mapping[str, Any], room: Callable[..., int]
) -> _List:
    """The status page: how many models are in each state, and all of them, what is broken first."""
    urgency: Mapping[str, int] = {state: place for place, state in enumerate(BY_URGENCY)}
    totals = sorted((each for each in states if each["count"]), key=lambda each: urgency[each["value"]])
    rows = [each.status_row for each in sorted(told, key=lambda each: urgency[each.state])]  # as they are among equals
    context = {**around, "totals": tuple(totals)}
    return _List("status.html", STATUS, rows, cuts_of(_sizes(rows), room("status.html", STATUS, context)), context)


def _said_once(told: Sequence[ToldIn]) -> tuple[str, list[str]]:
    """What all rows of a list say of their state, if that is the same, and the rows without it."""
    rows, said = [each.row for each in told], {each.claims for each in told}
    if len(rows) < 2 or len(said) != 1:
        return "", rows
    (shared,) = said
    return shared, [row.replace(shared, "", 1) for row in rows]


def _sizes(rows: Sequence[str]) -> list[int]:
    """Bytes of rows in a list, each with its line end."""
    more = _LONGEST_ROOT - len(ROOT)
    return [len(row if row.isascii() else row.encode()) + more * row.count(ROOT) + 1 for row in rows]


def _room(
    template: str, place: str, context: Mapping[str, Any], language: Language, hub: Hub, templates: Templates
) -> int:
    """Bytes that one page of a list has for its rows: what its frame leaves, whoever wrote the template of that."""
    pager = pager_of(place, 1, [(10**6, 10**6)] * 9)
    others = {each.code: place for each in hub.languages}
    path = file_in(language, page_place(place, 10**4))
    frame = ListPage(path, template, language.code, place, ("",), {**context, "pager": pager, "others": others})
    return MOST_BYTES - _SPARE - len(render_list(frame, hub, templates).data)


def _pages(of: _List, language: Language, last: Mapping[str, int]) -> Iterator[ListPage]:
    """The pages of a list.

    Args:
        last: by language, how many pages the same list has in it.
    """
    for number, (first, end) in enumerate(of.cuts, 1):
        here = page_place(of.place, number)
        others = {code: page_place(of.place, min(number, pages)) for code, pages in last.items()}
        context = {**of.context, "pager": pager_of(of.place, number, of.cuts), "others": others}
        rows = tuple(of.rows[first:end])
        yield ListPage(file_in(language, here), of.template, language.code, here, rows, context)
