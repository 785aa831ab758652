"""Rules about entries of hub repositories: in calls, in commented-out calls, in tables of results."""

import ast
import difflib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from generator.checking.parts import Finding, Table
from generator.checking.programs import dotted, finding_in, programs
from generator.checking.registry import Rule
from generator.checking.syntax import Code, read_code
from generator.checking.view import PageView
from generator.frameworks.framework import Framework
from generator.model.entry import commented_out, nearest_entry

_SEVERAL = 2
"""Pages that make a repository a known one."""
_LONGEST_NAME = 100
_ID = re.compile(r"[A-Za-z0-9]+(?:[_.-]+[A-Za-z0-9]+)*")
_MARKUP = re.compile(r"\[(?P<text>[^\[\]]*)\]\([^()\s]*\)|[`*]")
_SEPARATORS = re.compile(r"[_.-]+")


@dataclass(frozen=True, slots=True)
class HubCall:
    """`hub.load(repository, entry, …)` with both as they are written, perhaps commented out."""

    repository: str
    """In lower case, without a branch."""
    entry: str
    line: int
    """Line of the entry in the snippet."""
    column: int
    is_comment: bool


def unknown_entry(view: PageView) -> Iterator[Finding]:
    """A hub call must name an entry that the repository exports, in the sample, a snippet or a commented-out variant.

    Bad:  model = hub.load("megengine/models", "resnet_18", pretrained=True)
    Good: model = hub.load("megengine/models", "resnet18", pretrained=True)
    """
    found: dict[Finding, None] = {}
    for script in programs(view):
        imports = script.imports
        for snippet, code in script.parts:
            for call in _hub_calls(code, imports, view.framework):
                entries = view.facts.entries.get(call.repository)
                if entries is not None and call.entry not in entries:
                    near = _nearest(call.entry, entries)
                    hint = f"did you mean {near}?" if near else "use a name that its hubconf.py exports"
                    message = f"{call.entry!r} is not an entry of {call.repository}: {hint}"
                    found[finding_in(view, snippet, call.line, call.column, message)] = None
    yield from found


def table_id_not_an_entry(view: PageView) -> Iterator[Finding]:
    """A model's id in a table must be the entry that a reader can load; another spelling is fine.

    Bad:
        | model                        | mAP  |
        | ---                          | ---: |
        | faster-rcnn-res50-3x-800size | 40.1 |

    Good:
        | model                             | mAP  |
        | ---                               | ---: |
        | faster_rcnn_res50_coco_3x_800size | 40.1 |
    """
    repository = _repository_of_sample(view)
    entries = view.facts.entries.get(repository)
    if not entries:
        return
    for section in view.sections:
        for table in section.tables:
            for line, cell in _ids(table):
                near = _mistaken_entry(cell, entries)
                if near:
                    column = view.lines[line - 1].find(cell) + 1
                    message = (
                        f"{cell} is not an entry of {repository}: write the one that a reader can load, perhaps {near}"
                    )
                    yield Finding(line, message, max(column, 1))


def unknown_repository(view: PageView) -> Iterator[Finding]:
    """A repository is called as on the hub's other pages: one letter more or less is another one, or none.

    Bad:  model = hub.load("megengine/model", "resnet18") where other pages load from megengine/models
    Good: model = hub.load("megengine/models", "resnet18")
    """
    found: dict[Finding, None] = {}
    known = view.framework.loader.repository_calls
    for script in programs(view):
        for snippet, code in script.parts:
            for call in code.of(ast.Call):
                written = call.args[0] if call.args else None
                name = _text(written).partition(":")[0].lower()
                if written is None or "/" not in name or dotted(call.func, script.imports) not in known:
                    continue
                if near := _meant_repository(name, view):
                    column = code.column(written.lineno, written.col_offset)
                    message = f"no other page loads from {name}: did you mean {near}?"
                    found[finding_in(view, snippet, written.lineno, column, message)] = None
    yield from found


def _meant_repository(name: str, view: PageView) -> str:
    """The repository of several other pages of which this is one letter away; empty where it is one of its own."""
    users = view.facts.repositories
    if name in view.facts.entries or users.get(name, frozenset()) - {view.page.id}:
        return ""
    others = (other for other, pages in users.items() if len(pages - {view.page.id}) >= _SEVERAL)
    return next((other for other in others if _is_slip(name, other)), "")


def _is_slip(name: str, other: str) -> bool:
    """Whether two names differ in one of their words and there in a letter or two."""
    words, wanted = (re.split(r"[-_./]", text) for text in (name, other))
    if len(words) != len(wanted):
        return False
    different = [pair for pair in zip(words, wanted, strict=True) if pair[0] != pair[1]]
    if len(different) != 1 or any(map(str.isdigit, "".join(different[0]))):
        return False
    shorter, longer = sorted(different[0], key=len)
    likeness = difflib.SequenceMatcher(None, shorter, longer, autojunk=False).ratio()
    return len(shorter) >= 4 and len(longer) <= min(len(shorter) + 1, _LONGEST_NAME) and likeness >= 0.8


_nearest = lru_cache(maxsize=512)(nearest_entry)


def _repository_of_sample(view: PageView) -> str:
    """The one hub repository that the sample loads from; empty where it is none or several."""
    code = read_code(view.page.sample_code)
    calls = _hub_calls(code, code.imports, view.framework)
    repositories = {call.repository for call in calls if not call.is_comment}
    return repositories.pop() if len(repositories) == 1 else ""


def _hub_calls(code: Code, imports: Mapping[str, str], framework: Framework) -> Iterator[HubCall]:
    for node in code.of(ast.Call):
        if named := _named(node, imports, framework):
            repository, entry = named
            yield HubCall(
                repository, str(entry.value), entry.lineno, code.column(entry.lineno, entry.col_offset), False
            )
    if "#" in code.text:
        yield from _commented_calls(code, imports, framework)


def _named(call: ast.Call, imports: Mapping[str, str], framework: Framework) -> tuple[str, ast.Constant] | None:
    """Repository and entry of a call on the default branch of GitHub; None for any other call."""
    loader = framework.loader
    function = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    if function not in loader.of_entries and function not in imports:
        return None
    if dotted(call.func, imports) not in loader.calls:
        return None
    given: dict[str | None, ast.expr] = {keyword.arg: keyword.value for keyword in call.keywords}
    # Whatever else is spread into it may name a commit.
    if None in given or any(name in given and _text(given[name]) != usual for name, usual in loader.usual.items()):
        return None
    for name, value in zip((loader.repository, loader.entry), call.args[:2], strict=False):
        given[name] = value
    repository, entry = _text(given.get(loader.repository)), given.get(loader.entry)
    if not isinstance(entry, ast.Constant) or not isinstance(entry.value, str) or not repository:
        return None
    name, _, branch = repository.partition(":")
    return None if branch not in ("", *framework.archives.refs) else (name.lower(), entry)


def _text(node: ast.expr | None) -> str:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def _commented_calls(code: Code, imports: Mapping[str, str], framework: Framework) -> Iterator[HubCall]:
    for comment in commented_out(code.text):
        called = read_code(comment.code)
        for node in called.of(ast.Call):
            if named := _named(node, imports, framework):
                repository, entry = named
                column = comment.marks[entry.lineno - 1] + called.column(entry.lineno, entry.col_offset)
                yield HubCall(repository, str(entry.value), comment.first + entry.lineno, column, True)


def _ids(table: Table) -> list[tuple[int, str]]:
    """Line and text of each cell of the first column, where all of them look like ids."""
    cells = [
        (row.line, _MARKUP.sub(lambda match: match["text"] or "", row.cells[0]).strip())
        for row in table.rows
        if row.cells
    ]
    looks = all(
        _ID.fullmatch(cell) and (re.search(r"\d", cell) or len(_SEPARATORS.findall(cell)) > 1) for _, cell in cells
    )
    return cells if looks else []


@lru_cache(maxsize=512)
def _mistaken_entry(cell: str, entries: frozenset[str]) -> str | None:
    """The entry that a cell means, where it is so close to one that it must mean one and still is none.

    `faster-rcnn-res50` abbreviates and `ResNet-50` is a name to display: neither claims to be an entry.
    """
    folded = _fold(cell)
    words = _words(cell)
    if len(words) < 3 or folded in _folded(entries):
        return None
    near = _nearest(cell, entries)
    if near is None or (cell != cell.lower() and near == near.lower()):
        return None
    wanted = _words(near)
    shared = len(set(words) & set(wanted))
    is_close = words[0] == wanted[0] and len(words) >= len(wanted) - 1 and shared >= 0.6 * max(len(words), len(wanted))
    return near if is_close else None


@lru_cache(maxsize=8)
def _folded(entries: frozenset[str]) -> frozenset[str]:
    return frozenset(map(_fold, entries))


@lru_cache(maxsize=1024)
def _words(name: str) -> list[str]:
    return _SEPARATORS.split(name.lower())


def _fold(name: str) -> str:
    return _SEPARATORS.sub("", name.lower())


RULES: tuple[Rule, ...] = (
    Rule(unknown_repository, needs_hub=True),
    Rule(unknown_entry, needs_hub=True),
    Rule(table_id_not_an_entry, needs_hub=True),
)
