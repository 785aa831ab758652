"""Pictures that a page reads and that are not there: OpenCV gives None for them, and what is handed the None fails."""

import ast
import re
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from pathlib import PurePosixPath

from generator.checking.statements import name_called, own_nodes, statement_at
from generator.checking.syntax import Code, read_code
from generator.model.clues import Clues
from generator.model.run import Lines, Script, SnippetError

_READS = frozenset({"imread"})
"""What gives None for a file that it cannot read."""
_OF_NONE = re.compile(r"NoneType|empty\(\)|is not a numpy array|Expected Ptr<cv::")
"""How Python and OpenCV say that they were given None."""
_MAKES_A_FILE = frozenset(
    {"urlretrieve", "retrieve", "download", "download_from_url", "copyfileobj", "open", "write_bytes", "imwrite", "save"}
)
_MAKES_ANY_FILE = frozenset(
    {"extract", "extractall", "unpack_archive", "system", "run", "call", "check_call", "check_output", "Popen"}
)
_NO_FILE_MADE = re.compile(r"[!%]\s*(?:python3?\s+-m\s+)?pip3? ")


@dataclass(frozen=True, slots=True)
class UnreadPicture:
    """One that was read in vain."""

    call: str
    """`cv2.imread("street.jpg")`, as its author wrote it."""
    lines: Lines
    """Where each language has the call."""
    file: str
    """Its name; empty where that cannot be read in the code."""
    is_no_file: bool
    """Whether the kernel said that there is no file of that name."""
    is_made: bool
    """Whether the script may write or download it, as far as can be read in it."""


def unread_picture(script: Script, error: SnippetError, starts: Sequence[Lines]) -> UnreadPicture | None:
    """The picture that a failure comes of; None where that is not certain.

    Either the failing statement uses a name that stood for None and was last given what `imread` gave, or it reads a
    file itself that is not there.

    Args:
        starts: the first line of each snippet in the run that failed, for each language.
    """
    if not _OF_NONE.search(error.message):
        return None
    codes = [read_code(snippet.code) for snippet in script.snippets]
    place = script.place_of(error, starts)
    statement = statement_at(codes[place[0]], place[1]) if place else None
    if place is None or statement is None:
        return None
    clues = error.clues or Clues()
    calls = (node for node in own_nodes(statement) if isinstance(node, ast.Call))
    reads = [(place[0], call) for call in calls if name_called(call) in _READS]
    found = [read for read in reads if _file(codes, read[1]) in clues.not_files]
    for name in () if found else _none_names(script, error, statement):
        found += [read] if (read := _last_read(codes, place[0], statement, name)) else []
    return _told(script, codes, *found[0], clues, starts) if found else None


def _told(
    script: Script, codes: Sequence[Code], index: int, call: ast.Call, clues: Clues, starts: Sequence[Lines]
) -> UnreadPicture:
    file = _file(codes, call)
    lines = {language: start + call.lineno - 1 for language, start in starts[index].items()}
    source = ast.get_source_segment(script.snippets[index].code, call) or ast.unparse(call)
    return UnreadPicture(source, lines, file, file in clues.not_files, not file or _may_be_made(codes, file))


def _none_names(script: Script, error: SnippetError, statement: ast.stmt) -> Iterator[str]:
    """The names in the statement that stood for None when it failed."""
    page = PurePosixPath(script.path).name
    own = [frame for frame in error.frames if frame.file == page][-1:]
    none = {value.name for frame in own for value in frame.values if value.type == "builtins.NoneType"}
    for node in own_nodes(statement):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and node.id in none:
            yield node.id


def _last_read(codes: Sequence[Code], index: int, before: ast.stmt, name: str) -> tuple[int, ast.Call] | None:
    """The call of `imread` that a name was given last above a statement; None where it was given something else."""
    last: tuple[int, ast.stmt] | None = None
    for number, code in enumerate(codes[: index + 1]):
        own = [node for node in _nodes([code]) if isinstance(node, ast.stmt)]
        for node in sorted(own, key=lambda one: one.lineno):
            is_above = number < index or node.lineno < before.lineno
            if is_above and name in _stored(node):
                last = number, node
    value = last[1].value if last and isinstance(last[1], ast.Assign | ast.AnnAssign) else None
    return (last[0], value) if last and isinstance(value, ast.Call) and name_called(value) in _READS else None


def _file(codes: Sequence[Code], call: ast.Call) -> str:
    """The file that a call reads, where it is written there or in what the script gives a name once."""
    argument = call.args[0] if call.args else None
    if isinstance(argument, ast.Name):
        argument = _given_once(codes).get(argument.id)
    is_text = isinstance(argument, ast.Constant) and isinstance(argument.value, str)
    return str(argument.value) if is_text and isinstance(argument, ast.Constant) else ""


def _given_once(codes: Sequence[Code]) -> Mapping[str, ast.expr]:
    """What is given to each name that is given something in one place alone."""
    given: dict[str, list[ast.expr | None]] = {}
    for node in _nodes(codes):
        for name in _stored(node) if isinstance(node, ast.stmt) else ():
            given.setdefault(name, []).append(getattr(node, "value", None))
    return {name: values[0] for name, values in given.items() if len(values) == 1 and values[0] is not None}


def _may_be_made(codes: Sequence[Code], file: str) -> bool:
    """Whether anything in the script may write or download a file of this name."""
    name = PurePosixPath(file).name
    given = _given_once(codes)
    only_read: set[int] = set()
    for node in _nodes(codes):
        if isinstance(node, ast.Call) and name_called(node) in _READS | {"print"}:
            only_read.update(map(id, node.args))
    loads = [node for node in _nodes(codes) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)]
    used = {node.id for node in loads if id(node) not in only_read}
    only_read.update(id(value) for variable, value in given.items() if variable not in used)
    for node in _nodes(codes):
        if isinstance(node, ast.Constant) and id(node) not in only_read and name in str(node.value):
            return True
        if isinstance(node, ast.Call) and _makes_files(node, given):
            return True
    return any(not _NO_FILE_MADE.match(command.text) for code in codes for command in code.commands)


def _makes_files(call: ast.Call, given: Mapping[str, ast.expr]) -> bool:
    """Whether it may write a file whose name cannot be read in it."""
    if name_called(call) in _MAKES_ANY_FILE:
        return True
    parts = [part for argument in (*call.args, *(one.value for one in call.keywords)) for part in ast.walk(argument)]
    values = [given.get(part.id) if isinstance(part, ast.Name) else part for part in parts]
    is_told = any(isinstance(value, ast.Constant) and isinstance(value.value, str) for value in values)
    return name_called(call) in _MAKES_A_FILE and not is_told


def _nodes(codes: Sequence[Code]) -> Iterator[ast.AST]:
    return (node for code in codes if code.tree for node in ast.walk(code.tree))


def _stored(statement: ast.stmt) -> Set[str]:
    """The names that a statement gives values to, without statements within it."""
    own = own_nodes(statement)
    return {node.id for node in own if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
