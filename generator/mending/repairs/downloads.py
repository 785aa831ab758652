"""Files that are used before they are downloaded."""

import ast
import re
from collections.abc import Iterator, Set
from pathlib import PurePosixPath

from generator.checking.statements import name_called
from generator.mending.broken import Broken, needed
from generator.mending.registry import Repair
from generator.model.mending import Candidate, Move
from generator.model.page import NO_DIRECTIVES

_NO_FILE = re.compile(r"No such file or directory: '(?P<file>[^']+)'")
_READERS = frozenset({"imread"})
"""What gives None for a file that is not there."""
_DOWNLOADS = frozenset(
    {"urlretrieve", "retrieve", "download", "download_from_url", "copyfileobj", "write", "write_bytes", "system", "run"}
)


def late_download(failure: Broken) -> Iterator[Candidate]:
    """A file that is used above the statement that downloads it: that one is moved up, whole.

    What file it is, is told by the error or, where a picture came out as None, by what `imread` was asked for. The
    statement is one below that calls something that downloads or writes, or a `!wget`, with the file's name or a
    variable that holds it. It is moved above the statement that uses the file, together with the imports and
    assignments that it needs and that stand below, from the same snippet or a later one.

    Nothing is moved that needs what uses the file, out of a snippet that would be empty then, between the sample and
    a section, and out of snippets with directives of their own.
    """
    for file in _files(failure):
        user = _user(failure, file)
        for index in range(failure.place[0], len(failure.codes)):
            if failure.script.snippets[index].directives != NO_DIRECTIVES:
                continue
            for number in range(len(failure.codes[index].statements)):
                if (index, number) > user and _is_download(failure, (index, number), file):
                    if found := needed(failure.codes, (index, number), user):
                        what = f"download `{file}` before it is used"
                        yield Candidate((), what, move=Move(found, user))
                    return


def _files(failure: Broken) -> Iterator[str]:
    """The files that may be missing."""
    if failure.error.name == "FileNotFoundError":
        if match := _NO_FILE.search(failure.error.message):
            yield match["file"]
        return
    if "NoneType" in failure.error.message or "empty()" in failure.error.message:
        for code in failure.codes[: failure.place[0] + 1]:
            for call in sorted(code.of(ast.Call), key=lambda call: (call.lineno, call.col_offset)):
                if name_called(call) in _READERS and call.args:
                    yield from _texts(failure, call.args[0])


def _user(failure: Broken, file: str) -> tuple[int, int]:
    """The first statement of the failing snippet that reads the file, else the one that failed."""
    index, line = failure.place
    above = [number for number, one in enumerate(failure.codes[index].statements) if one.node.lineno <= line]
    readers = [
        number
        for number in above
        for call in failure.codes[index].statements[number].calls
        if name_called(call) in _READERS and call.args and file in _texts(failure, call.args[0])
    ]
    return index, min(readers, default=max(above, default=0))


def _is_download(failure: Broken, place: tuple[int, int], file: str) -> bool:
    """Whether a statement downloads a file, as far as can be read in it."""
    code = failure.codes[place[0]]
    statement = code.statements[place[1]]
    name = PurePosixPath(file).name
    lines = range(statement.node.lineno, (statement.node.end_lineno or 0) + 1)
    if any(re.search(rf"\b{re.escape(name)}(?!\w)", one.text) for one in code.commands if one.line in lines):
        return True
    is_told = any(file in text or PurePosixPath(text).name == name for text in _texts(failure, statement.node))
    return is_told and any(name_called(call) in _DOWNLOADS for call in statement.calls)


def _texts(failure: Broken, node: ast.AST) -> Set[str]:
    """The texts in a piece of code, and those that its variables are given at the top level."""
    names = {one.id for one in ast.walk(node) if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Load)}
    given = [
        one.node
        for code in failure.codes
        for one in code.statements
        if isinstance(one.node, ast.Assign | ast.AnnAssign)
    ]
    values = [each.value for each in given if each.value and names & _stored(each)]
    constants = [one for each in (node, *values) for one in ast.walk(each) if isinstance(one, ast.Constant)]
    return {one.value for one in constants if isinstance(one.value, str)}


def _stored(statement: ast.stmt) -> Set[str]:
    return {one.id for one in ast.walk(statement) if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Store)}


REPAIRS: tuple[Repair, ...] = (Repair(late_download),)
