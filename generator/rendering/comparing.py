"""Models side by side: what a comparison says of each, and the page that puts those like a model beside it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from markupsafe import Markup, escape

from generator.model.addresses import comparison_place, file_in, list_value, root_of
from generator.model.comparison import Cell, Column
from generator.model.hub import Hub, Language
from generator.model.link_address import path_of
from generator.model.metrics import Reported
from generator.model.record import ROOT, PageRecord, without_root
from generator.model.run import ScriptRun
from generator.model.site import RenderedFile, SiteContext
from generator.rendering.cards import ShownPage
from generator.rendering.entries import Offered
from generator.rendering.environment import Templates
from generator.rendering.facts import ShownFacts, facts_of
from generator.rendering.outputs import ShownOutput

TO_BE_CHOSEN: Mapping[str, object] = {"own": None, "shown": None}
"""What the template gets for the page where a reader chooses the models, which a script fills."""

_MOST_LINES, _MOST_CHARACTERS = 20, 1500
"""Of one text that a model's code printed; all of it stands on its card."""

_MEDIA = (".jpg", ".jpeg", ".png", ".webp", ".bmp", ".gif", ".wav", ".flac", ".mp3", ".mp4")
"""How the names of files end that a model is given to look at or listen to."""


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a comparison."""

    key: str
    name: str
    cells: tuple[Markup, ...]
    """One for each model; empty where nothing is known of it."""
    values: tuple[float | None, ...]
    better: str
    best: float | None
    """The best of its values; None where there is but one, or nobody knows which way is better."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """Models side by side, the one whose page it stands on first."""

    columns: tuple[Column, ...]
    groups: tuple[tuple[str, tuple[Row, ...]], ...]
    """Rows of a kind, with its name: seen, reported, stated."""
    same: tuple[bool, ...]
    """Whether the run of each but the first loaded the very same files to look at or listen to as that of the first."""
    outputs: tuple[Markup, ...]
    """What the code of each printed or drew; none where nothing is known of any."""


def column_of(shown: ShownPage, language: Language, hub: Hub, templates: Templates, claims: str) -> Column:
    """What comparisons in one language say of a page. Raises TemplatesError.

    Args:
        claims: HTML of what lists say of its state.
    """
    section = shown.section_for(language.code)
    own = shown.own_entry(language.code)
    lead = shown.lead(language.code)
    words = templates.strings[language.code]
    facts = facts_of(own.run, shown.texts[section.language])
    return Column(
        id=shown.id,
        title=without_root(shown.page.front_matter.title),
        lang=hub.language(section.language).lang,
        thumbnail=(lead.in_lists.file.path, lead.in_lists.width, lead.in_lists.height) if lead else None,
        seen=tuple(_seen(shown, own, facts, claims, words)),
        reported=tuple(map(_reported, shown.results(section.language))),
        stated=tuple(_stated(shown, facts, language, hub, words)),
        given=_given(own.run) if own.run else (),
        output=_output(shown, language, templates),
    )


def comparison_of(columns: Sequence[Column], root: str) -> Comparison:
    """These models side by side.

    Args:
        root: what leads from the page to the site's root.
    """
    kinds = (
        ("seen", [column.seen for column in columns]),
        ("reported", [column.reported for column in columns]),
        ("stated", [column.stated for column in columns]),
    )
    groups = [(name, tuple(_rows(cells))) for name, cells in kinds]
    given = [[digest for digest, _ in column.given] for column in columns]
    outputs = tuple(Markup(column.output.replace(ROOT, root)) for column in columns)  # made by templates
    return Comparison(
        tuple(columns),
        tuple((name, rows) for name, rows in groups if rows),
        tuple(place > 0 and each != [] and each == given[0] for place, each in enumerate(given)),
        outputs if any(outputs) else (),
    )


def columns_by(
    relatives: Mapping[str, Sequence[str]], records: Iterable[PageRecord], hub: Hub
) -> Mapping[str, Mapping[str, tuple[Column, ...]]]:
    """Page id and language code to the columns of the page and of its relatives, its own first; none for a guide.

    Args:
        records: of all that are named.
    """
    by_id = {record.id: record for record in records}
    return {
        page_id: {
            language.code: tuple(
                by_id[each].told[language.code].column for each in (page_id, *names) if not by_id[each].is_guide
            )
            for language in hub.languages
        }
        for page_id, names in relatives.items()
    }


def render_comparison(
    columns: Sequence[Column], language: Language, hub: Hub, templates: Templates, known: SiteContext
) -> RenderedFile:
    """The page that compares a model with its relatives. Raises TemplatesError.

    Args:
        columns: the model's own, and those of its relatives.
    """
    own = columns[0]
    path = file_in(language, comparison_place(own.id))
    shown = comparison_of(columns, root_of(path))
    context = {"hub": hub, "here": comparison_place(own.id), "own": own, "shown": shown, **known.around("")}
    return templates.render("compare.html", path, language, **context)


def _seen(shown: ShownPage, own: Offered, facts: ShownFacts, claims: str, words: Mapping[str, str]) -> Iterator[Cell]:
    """What was seen of the entry that the page loads: nothing here is of another one."""
    run, last, name = own.run, own.verification.run, own.name or shown.choice.active
    day = Markup('<time datetime="{}">{}</time>').format(last.started, last.started[:10]) if last else Markup()
    device = Markup(" · {}").format(run.environment.device.upper()) if run else Markup()
    known: Mapping[str, str] = {
        "state": claims,
        "started": day + device,
        "entry": Markup("<code>{}</code>").format(_breakable(name)) if name else "",
        "parameters": facts.parameters,
        "peak_memory": facts.peak_memory,
        "downloaded": facts.downloaded,
        "duration": f"{run.seconds:.1f} s" if run else "",
    }
    names = {"started": "compare_run", "entry": "compare_entry"}
    for row, html in known.items():
        yield Cell(row, words[names.get(row, row)], without_root(html))


def _reported(found: Reported) -> Cell:
    best = found.best
    unit = "%" if found.unit == "%" and "%" not in best.text else ""
    html = Markup('{}{} <span class="quiet">{}</span>').format(best.text, unit, _breakable(best.row))
    return Cell(
        f"{found.name.casefold()}:{list_value(found.dataset)}:{found.unit}",
        f"{found.name} · {found.dataset}",
        without_root(html),
        best.value,
        found.better,
    )


def _stated(
    shown: ShownPage, facts: ShownFacts, language: Language, hub: Hub, words: Mapping[str, str]
) -> Iterator[Cell]:
    head = shown.page.front_matter
    comma = words["list_comma"]
    shape = (
        Markup('{} <span class="shape">{}</span>').format(facts.input.name, facts.input.shape) if facts.input else ""
    )
    entries = len(shown.entry_names)
    stated = {
        "input": ("input", shape),
        "entries": ("compare_entries", str(entries) if entries else ""),
        "tags": ("tags", escape(comma.join(hub.tags[tag][language.code] for tag in head.tags))),
        "datasets": ("datasets", escape(comma.join(head.datasets))),
        "license": ("filter_license", escape(shown.license)),
        "weights_license": ("weights_license", escape(shown.weights_license)),
        "author": ("author", escape(head.author)),
    }
    for row, (word, html) in stated.items():
        yield Cell(row, words[word], without_root(html))


def _given(run: ScriptRun) -> tuple[tuple[str, str], ...]:
    """What the model was given to look at or listen to, as far as its run loaded it."""
    found = {}
    for asset in run.assets:
        name = path_of(asset.url).rpartition("/")[2]
        is_had = asset.sha256 is not None and asset.status not in ("refused", "gone") and not asset.standin
        if asset.sha256 and is_had and name.lower().endswith(_MEDIA):
            found[asset.sha256] = name.replace(ROOT, "")
    return tuple(sorted(found.items()))


def _output(shown: ShownPage, language: Language, templates: Templates) -> str:
    """What the last snippet that shows anything printed or drew."""
    section = shown.section_for(language.code)
    snippets = shown.page.snippets_in(section)
    ran = shown.own_entry(language.code).verification.snippets
    for snippet, run in reversed(list(zip(snippets, ran, strict=False))):
        visible = tuple(output for output in run.outputs if output.kind in ("stdout", "result", "display"))
        if run.status == "passed" and visible and not snippet.directives.is_unseen:
            cut = tuple(map(_cut, visible))
            context = {"run": replace(run, outputs=cut), "page_id": shown.id, "line": snippet.fence_line}
            return str(templates.fragment("compare-output.html", language, root=ROOT, **context))
    return ""


def _cut(output: ShownOutput) -> ShownOutput:
    """The beginning of what was printed."""
    whole = without_root(output.text).rstrip("\n")
    text = "\n".join(whole.split("\n")[:_MOST_LINES])[:_MOST_CHARACTERS]
    return replace(output, text=text if text == whole else f"{text}\n…")


def _rows(columns: Sequence[Sequence[Cell]]) -> Iterator[Row]:
    """Cells of one kind as rows, in the order in which models name them; without what nothing is known of."""
    heads = {cell.row: cell for cells in reversed(columns) for cell in reversed(cells)}
    found = [{cell.row: cell for cell in cells} for cells in columns]
    for key in dict.fromkeys(cell.row for cells in columns for cell in cells):
        cells = [each.get(key) for each in found]
        if any(cell and cell.html for cell in cells):
            values = tuple(cell.value if cell else None for cell in cells)
            better = heads[key].better
            html = tuple(Markup(cell.html) if cell else Markup() for cell in cells)  # escaped where it was made
            yield Row(key, heads[key].name, html, values, better, _best(values, better))


def _best(values: Sequence[float | None], better: str) -> float | None:
    known = [value for value in values if value is not None]
    if len(known) < 2 or not better:
        return None
    return max(known) if better == "higher" else min(known)


def _breakable(name: str) -> Markup:
    """An entry's name that may break where it has room to."""
    return escape(name).replace("_", Markup("_<wbr>"))
