"""The pages that lead to cards: the chooser of languages, and lists of models by language, tag, task and state."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from markupsafe import Markup

from generator.model.addresses import CHOOSER, NOT_FOUND, file_in, list_place
from generator.model.hub import Hub, Language
from generator.model.site import RenderedFile, SiteContext
from generator.rendering.cards import ShownPage
from generator.rendering.environment import Templates
from generator.rendering.verification import STATES

_KINDS = ("tag", "task", "state")


@dataclass(frozen=True, slots=True)
class Filter:
    """A link to the models that have something in common."""

    kind: str
    """tag, task or state."""
    value: str
    name: str
    count: int

    @property
    def place(self) -> str:
        """Where its list is, below a language's folder."""
        return list_place(self.kind, self.value)


@dataclass(frozen=True, slots=True)
class _Listed:
    """A model in a list, with what it is filtered by."""

    shown: ShownPage
    state: str

    def values(self, kind: str) -> Sequence[str]:
        if kind == "tag":
            return self.shown.page.front_matter.tags
        if kind == "task":
            return [self.shown.task] if self.shown.task else []
        return [self.state]


def render_indexes(
    pages: Sequence[ShownPage], hub: Hub, templates: Templates, known: SiteContext
) -> Iterator[RenderedFile]:
    """The chooser and the page for what is not found, and for each language an index and the lists that it leads to."""
    first = hub.languages[0]
    of_all: dict[str, Any] = {"hub": hub, **known.around(first.code)}
    yield templates.render("chooser.html", CHOOSER, first, here="", **of_all)
    # Whatever address it is shown for, only the path of the site leads to the site.
    root = urlsplit(hub.base_url).path or "/"
    yield templates.render("404.html", NOT_FOUND, first, root=root, here="", **of_all)
    ordered = sorted(pages, key=lambda shown: (shown.page.front_matter.title.casefold(), shown.id))
    for language in hub.languages:
        listed = [_Listed(shown, shown.verification(language.code).state) for shown in ordered]
        filters = _filters(listed, hub, language, templates)
        rows = [_recalled_row(each, hub, language, templates, "../") for each in listed]
        of_all |= known.around(language.code)
        context = {**of_all, "here": "", "rows": rows, "filters": filters}
        yield templates.render("index.html", file_in(language), language, **context)
        rows = [_recalled_row(each, hub, language, templates, "../../../") for each in listed]
        for chosen in (each for group in filters.values() for each in group):
            found = [row for row, each in zip(rows, listed, strict=True) if chosen.value in each.values(chosen.kind)]
            context = {**of_all, "here": chosen.place, "rows": found, "filters": filters, "chosen": chosen}
            yield templates.render("tag.html", file_in(language, chosen.place), language, **context)


def _filters(
    listed: Sequence[_Listed], hub: Hub, language: Language, templates: Templates
) -> Mapping[str, Sequence[Filter]]:
    """Every list that the hub has, in the order of its settings. Those of other languages have the same addresses."""
    counts = {kind: Counter(value for each in listed for value in each.values(kind)) for kind in _KINDS}
    words = templates.strings[language.code]
    # A language that has no failure still has the page that the switch of another language leads to.
    everywhere = {each.shown.verification(other.code).state for each in listed for other in hub.languages}
    names: Mapping[str, Mapping[str, str]] = {
        "tag": {tag: hub.tags[tag][language.code] for tag in hub.tags if counts["tag"][tag]},
        "task": {task: _task_name(task, hub, language) for task in sorted(counts["task"])},
        "state": {state: words.get(f"state_{state}", state) for state in STATES if state in everywhere},
    }
    return {
        kind: [Filter(kind, value, name, counts[kind][value]) for value, name in named.items()]
        for kind, named in names.items()
    }


def _task_name(task: str, hub: Hub, language: Language) -> str:
    return hub.tags[task][language.code] if task in hub.tags else task


def _recalled_row(each: _Listed, hub: Hub, language: Language, templates: Templates, root: str) -> Markup:
    name = f"{each.shown.id} row {language.code} {root}"
    return templates.memory.recall(name, _row, each, hub, language, templates, root)


def _row(each: _Listed, hub: Hub, language: Language, templates: Templates, root: str) -> Markup:
    shown = each.shown
    verification = shown.verification(language.code)
    return templates.fragment(
        "row.html",
        language,
        root=root,
        id=shown.id,
        title=shown.page.front_matter.title,
        summary=shown.summary(language.code),
        tags=[(tag, hub.tags[tag][language.code]) for tag in shown.page.front_matter.tags],
        task=shown.task,
        verification=verification,
        lang=hub.language(shown.section_for(language.code).language).lang,
    )
