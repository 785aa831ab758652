"""The pages about many models, from records alone: the chooser of languages, indexes, lists by what models have in
common, status pages.

They are made in two steps. `lists` says what stands on each, which is fast at any size; `render_list` makes HTML of
one, wherever and whenever that is wanted.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any
from urllib.parse import urlsplit

from markupsafe import Markup

from generator.model.addresses import CHOOSER, COMPARE, NEWS, NOT_FOUND, STATUS, file_in, page_place, place_in, root_of
from generator.model.hub import Hub, Language
from generator.model.record import ROOT, PageRecord, ToldIn
from generator.model.site import ListPage, RenderedFile, SiteContext
from generator.rendering.comparing import TO_BE_CHOSEN
from generator.rendering.environment import Templates
from generator.rendering.facets import Groups, Offered, Value, beside, described, facets_of, groups_of, offered
from generator.rendering.json_files import json_text
from generator.rendering.list_files import data_of, facts_file, facts_of, row_files
from generator.rendering.list_orders import orders_of
from generator.rendering.paging import MOST_BYTES, Cuts, cuts_of, pager_of
from generator.rendering.search_names import search_names
from generator.rendering.task_groups import HEADING, TaskGroup, headings, task_groups

_LONGEST_ROOT = len("../../../../../")
_A_PATH = f"assets/{'-' * 40}.json"
_IN_CHOOSER = 5
"""How many models of each language are shown where one is chosen."""

_MOST_NEWS = 500
"""Changes that the site tells of: what was before is in the history."""

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
    groups: Sequence[TaskGroup] = ()
    """Under which headings its rows stand, where there are any."""


def lists(records: Sequence[PageRecord], hub: Hub, templates: Templates, known: SiteContext) -> Iterator[ListPage]:
    """Every page about many models, and what scripts need to filter them. Raises TemplatesError."""
    ordered = sorted((record for record in records if not record.is_guide), key=lambda record: record.order)
    guides = sorted((record for record in records if record.is_guide), key=lambda record: record.order)
    pictures = known.picture_paths()
    first = hub.languages[0]
    around: dict[str, Any] = {"pictures": pictures, "search": known.has_search}
    if not hub.has_one_language:
        parts = _chosen_from(ordered, hub, templates)
        yield ListPage(CHOOSER, "chooser.html", first.code, "", context={**around, "parts": parts})
    yield from _not_found(hub, templates, around)
    # A language that has no failure still has the page that the switch of another language leads to.
    signs = {told.sign for record in (*ordered, *guides) for told in record.told.values()}
    found: dict[str, list[_List]] = {}
    for language in hub.languages:
        found[language.code], files = _in_language(ordered, guides, language, hub, templates, signs, around)
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
    for language in hub.languages if not hub.has_one_language else ():
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
    guides: Sequence[PageRecord],
    language: Language,
    hub: Hub,
    templates: Templates,
    signs: set[str],
    around: Mapping[str, Any],
) -> tuple[list[_List], list[ListPage]]:
    """Its lists, and the files for scripts that narrow, sort and search.

    Args:
        guides: stand above the models, on the status page below them, and are found; no list narrows or counts them.
    """
    room = partial(_room, language=language, hub=hub, templates=templates)
    told = [record.told[language.code] for record in ordered]
    groups = groups_of(ordered, language.code)
    facets = facets_of(ordered, groups, hub, language, templates, signs)
    shown = offered(facets, groups, len(ordered))
    facts = facts_of(described(facets, shown, language, templates), groups, orders_of(told), len(ordered))
    by_task = task_groups(facets["task"], groups, len(ordered), templates.word(language, "no_task"))
    above = tuple(_told_of_guide(record, language) for record in guides)
    index, files = _index(told, by_task, facts, {**around, "facets": shown, "guides": above}, room, language)
    if around["search"]:
        of_facts = files[-1] if files else facts_file(facts, (), language)
        files = [
            *files,
            *(() if files else (of_facts,)),
            search_names([*ordered, *guides], hub, language, of_facts.path),
        ]
    made = [index, *_of_values(told, facets, shown, groups, around, room)]
    told += [record.told[language.code] for record in guides]
    return [*made, _status(told, facets["state"], around, room, templates, language), _news(told, around, room)], files


def _told_of_guide(record: PageRecord, language: Language) -> tuple[str, str, str, str, str]:
    """Its id, its title and summary in words of the language, and the languages of its text and of that summary."""
    told = record.told[language.code]
    return record.id, record.title_in(language.code), told.summary, told.lang, told.summary_lang


def _index(
    told: Sequence[ToldIn],
    by_task: Sequence[TaskGroup],
    facts: Mapping[str, Any],
    context: Mapping[str, Any],
    room: Callable[..., int],
    language: Language,
) -> tuple[_List, list[ListPage]]:
    """The list of all models, under headings of tasks; and the files that narrow it where it has several pages."""
    shared, rows = _said_once(told)
    sizes = _sizes(rows)
    for group in by_task:
        sizes[group.places[0]] += HEADING + 2 * len(group.name.encode())
    places = [place for group in by_task for place in group.places] or list(range(len(rows)))
    orders = tuple(facts["orders"])
    context = {**context, "orders": orders, "facts": "", "places": "", "shared": shared, "groups": ()}
    cuts = cuts_of([sizes[place] for place in places], room("index.html", "", {**context, "facts_file": _A_PATH}))
    files: list[ListPage] = []
    if len(cuts) > 1:
        files = list(row_files(rows, language))
        files.append(facts_file(facts, files, language))
        context["facts_file"] = files[-1].path
    else:
        context |= {"facts_file": "", "facts": json_text(facts), "places": json_text(places)}
    return _List("index.html", "", [rows[place] for place in places], cuts, context, by_task), files


def _of_values(
    told: Sequence[ToldIn],
    facets: Mapping[str, Sequence[Value]],
    shown: Offered,
    groups: Groups,
    around: Mapping[str, Any],
    room: Callable[..., int],
) -> Iterator[_List]:
    """The lists of what models have in common."""
    every = [each for values in facets.values() for each in values if each["place"]]
    if not every:
        return
    longest = max(every, key=lambda each: len(each["name"].encode()))
    context = {**around, "facets": beside(shown, longest, groups), "chosen": longest}
    of_list = room("tag.html", longest["place"], context)
    sizes = _sizes([each.row for each in told])
    for chosen in every:
        places = groups.get((chosen["kind"], chosen["value"]), ())
        cuts = cuts_of([sizes[place] for place in places], of_list)
        shared, rows = _said_once([told[place] for place in places])
        own = {**around, "facets": beside(shown, chosen, groups), "chosen": chosen, "shared": shared}
        yield _List("tag.html", chosen["place"], rows, cuts, own)


def _status(
    told: Sequence[ToldIn],
    states: Sequence[Value],
    around: Mapping[str, Any],
    room: Callable[..., int],
    templates: Templates,
    language: Language,
) -> _List:
    """The status page: how many models are in each state, and all of them, what is broken first."""
    most_urgent = {each.sign: each.urgency for each in sorted(told, key=lambda each: -each.urgency)}
    of_state = Counter(each.sign for each in told)  # guides among them, which no facet counts
    counted = [{**each, "count": of_state[each["value"]]} for each in states if each["value"] in of_state]
    totals = sorted(counted, key=lambda each: most_urgent[each["value"]])
    ordered = sorted(told, key=lambda each: each.urgency)  # as they are among equals
    shared, rows = _said_of_results(ordered, templates, language)
    context = {**around, "totals": tuple(totals), "shared": shared}
    return _List("status.html", STATUS, rows, cuts_of(_sizes(rows), room("status.html", STATUS, context)), context)


def _news(told: Sequence[ToldIn], around: Mapping[str, Any], room: Callable[..., int]) -> _List:
    """The page of what changed from run to run, the latest first."""
    every = (news for each in told for news in each.news)
    latest = sorted(every, key=lambda news: (news.started, news.id), reverse=True)[:_MOST_NEWS]
    rows = [news.row for news in latest]
    return _List("news.html", NEWS, rows, cuts_of(_sizes(rows), room("news.html", NEWS, around)), around)


def _said_of_results(told: Sequence[ToldIn], templates: Templates, language: Language) -> tuple[str, list[str]]:
    """What all rows of the status page that tell results say of them, if that is the same, and the rows without it."""
    rows, known = [each.status_row for each in told], [each.results for each in told if each.results]
    if len(known) < 2 or len(set(known)) != 1:
        return "", rows
    of_rows = str(templates.fragment("results.html", language, verification={"results_word": known[0]}))
    return templates.word(language, known[0]), [row.replace(of_rows, "", 1) for row in rows]


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
        if of.groups:
            context["groups"] = tuple(headings(of.groups, first, end))
        rows = tuple(of.rows[first:end])
        yield ListPage(file_in(language, here), of.template, language.code, here, rows, context)
