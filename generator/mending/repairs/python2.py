"""Code that was written for Python 2; what is known of it is the rule's that finds it."""

import ast
import io
import re
import tokenize
from collections.abc import Iterator, Sequence
from itertools import pairwise

from generator.checking.rules.python2 import BUILTINS, METHODS, MODULES, MOVED
from generator.mending.broken import Broken, offset
from generator.mending.registry import Repair
from generator.model.mending import Candidate, CodeEdit

_NO_NAME = re.compile(r"name '(?P<name>\w+)' is not defined")
_STATEMENTS = ("print", "exec")
_PLAIN = (ast.Name, ast.Constant, ast.Attribute, ast.Subscript, ast.Call)
"""What needs no brackets of its own."""
_NO_WORDS = frozenset({tokenize.COMMENT, tokenize.NL, tokenize.INDENT, tokenize.DEDENT})
_NOT_OPERANDS = frozenset({"(", "=", ".", ",", ")", ":", ">>", "[", "+=", ";"})


def python_2_syntax(failure: Broken) -> Iterator[Candidate]:
    """Statements that Python 3 cannot read: `print x`, `exec x`, `except E, error`, backticks and `<>`.

    All of them in the snippet are mended at once, as nothing of it runs before. `print x,` goes on in the same line
    still. Never proposed is a change to what a statement does: `print >>file, x` and `raise E, text` are left alone.
    """
    index = failure.place[0]
    if failure.error.name != "SyntaxError" or failure.codes[index].tree is not None:
        return
    code = failure.code
    tokens = _tokens(code)
    edits = [*_calls(tokens), *_handlers(tokens), *_backticks(tokens)]
    if edits:
        places = tuple(CodeEdit(index, start, end, text) for start, end, text in sorted(edits))
        yield Candidate(places, "write it in Python 3")


def python_2_name(failure: Broken) -> Iterator[Candidate]:
    """Names that Python 3 calls otherwise: `xrange`, `dict.iteritems`, `dict.has_key`, `urllib.urlopen`, `urllib2`.

    All uses in the snippet are renamed at once. Never proposed is a function that takes other arguments, nor a name
    that the page gives a meaning of its own.
    """
    owner, attribute = failure.clues.owner, failure.clues.attribute
    match = _NO_NAME.match(failure.error.message)
    if failure.error.name == "NameError" and match and match["name"] in BUILTINS:
        yield from _builtin(failure, match["name"])
    elif failure.error.name == "AttributeError" and owner is not None:
        if attribute in METHODS and METHODS[attribute] in failure.clues.names:
            yield from _method(failure, attribute)
        elif attribute == "has_key" and "keys" in failure.clues.names:
            yield from _has_key(failure)
        elif f"{owner.module}.{attribute}" in MOVED:
            yield from _function(failure, owner.module, attribute)
    elif failure.error.name in ("ModuleNotFoundError", "ImportError"):
        yield from _imported(failure)


def _builtin(failure: Broken, name: str) -> Iterator[Candidate]:
    new = BUILTINS[name]
    module = new.rpartition(".")[0]
    if any(name in code.binds for code in failure.codes) or new.partition(".")[0] in failure.values:
        return
    if name == "execfile":
        return  # `exec` takes the text, not the file
    edits = (failure.import_first(f"import {module}"),) if module else ()
    uses = [node for node in _nodes(failure, ast.Name) if isinstance(node, ast.Name) and node.id == name]
    yield Candidate((*edits, *(failure.put(node, new) for node in uses)), f"write `{new}` for `{name}`")


def _method(failure: Broken, name: str) -> Iterator[Candidate]:
    calls = [
        node.func
        for node in _nodes(failure, ast.Call)
        if isinstance(node, ast.Call) and not node.args and not node.keywords and isinstance(node.func, ast.Attribute)
    ]
    uses = [function for function in calls if function.attr == name]
    if uses:
        edits = tuple(_last_name(failure, node, METHODS[name]) for node in uses)
        yield Candidate(edits, f"write `{METHODS[name]}` for `{name}`")


def _has_key(failure: Broken) -> Iterator[Candidate]:
    """`d.has_key(k)` is `k in d`, in brackets where something else is done with it."""
    nodes = _nodes(failure, ast.AST)
    bare = [getattr(node, "test", None) for node in nodes] + [getattr(node, "value", None) for node in nodes]
    edits: list[CodeEdit] = []
    for call in _nodes(failure, ast.Call):
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr == "has_key":
            if len(call.args) != 1 or call.keywords or not isinstance(call.args[0], _PLAIN):
                return
            text = f"{failure.source(call.args[0])} in {failure.source(call.func.value)}"
            edits.append(failure.put(call, text if any(one is call for one in bare) else f"({text})"))
    if edits:
        yield Candidate(tuple(edits), "write `in` for `has_key`")


def _function(failure: Broken, module: str, name: str) -> Iterator[Candidate]:
    """`urllib.urlopen` is `urllib.request.urlopen`; what Python 3 only has under another name takes other arguments."""
    new = MOVED[f"{module}.{name}"]
    uses = [
        node
        for node in _nodes(failure, ast.Attribute)
        if isinstance(node, ast.Attribute) and node.attr == name and isinstance(node.value, ast.Name)
    ]
    uses = [node for node in uses if isinstance(node.value, ast.Name) and _is_module(failure, node.value, module)]
    if not uses or new.rpartition(".")[2] != name or any(failure.source(node.value) != module for node in uses):
        return
    inner = new.rpartition(".")[0]
    alias = next((one for one in _nodes(failure, ast.alias) if _is_plain(one, module)), None)
    edit = failure.put(alias, inner) if isinstance(alias, ast.alias) else failure.import_first(f"import {inner}")
    yield Candidate((edit, *(failure.put(node, new) for node in uses)), f"write `{new}` for `{module}.{name}`")


def _imported(failure: Broken) -> Iterator[Candidate]:
    """The module under its name in Python 3, for all that the script uses it for."""
    statement, index = failure.statement, failure.place[0]
    if isinstance(statement, ast.ImportFrom) and (new := _module_for(statement)):
        start = failure.code.index(statement.module or "", failure.span(statement)[0])
        yield Candidate((CodeEdit(index, start, start + len(statement.module or ""), new),), f"import from `{new}`")
    for alias in statement.names if isinstance(statement, ast.Import) else ():
        new = MODULES.get(alias.name, "")
        if new and alias.asname:
            yield Candidate((failure.put(alias, f"{new} as {alias.asname}"),), f"`import {new}`")
        elif new and not any(_rebinds(code.tree, new.partition(".")[0]) for code in failure.codes):
            uses = tuple(_uses(failure, alias.name, new))
            yield Candidate((failure.put(alias, new), *uses), f"`import {new}` for `{alias.name}`")


def _module_for(statement: ast.ImportFrom) -> str:
    """Where Python 3 has all that is imported, under the same names; empty where that is not one place."""
    module = "" if statement.level else statement.module or ""
    known = [MOVED.get(f"{module}.{alias.name}", "") for alias in statement.names]
    places = {new.rpartition(".")[0] for new in known}
    are_same = all(new.endswith(f".{alias.name}") for new, alias in zip(known, statement.names, strict=True))
    return MODULES.get(module) or (places.pop() if are_same and len(places) == 1 else "")


def _uses(failure: Broken, name: str, new: str) -> Iterator[CodeEdit]:
    for index, code in enumerate(failure.codes):
        for node in ast.walk(code.tree) if code.tree else ():
            if isinstance(node, ast.Name) and node.id == name:
                yield failure.put(node, new, index)


def _rebinds(tree: ast.Module | None, name: str) -> bool:
    """Whether the code gives a name another meaning than that of a module."""
    stored = (node for node in (ast.walk(tree) if tree else ()) if isinstance(node, ast.Name))
    return any(node.id == name and isinstance(node.ctx, ast.Store) for node in stored)


def _nodes(failure: Broken, kind: type[ast.AST]) -> Sequence[ast.AST]:
    tree = failure.codes[failure.place[0]].tree
    return [node for node in (ast.walk(tree) if tree else ()) if isinstance(node, kind)]


def _is_module(failure: Broken, node: ast.Name, module: str) -> bool:
    value = failure.values.get(node.id)
    return value is not None and value.module == module


def _is_plain(node: ast.AST, module: str) -> bool:
    return isinstance(node, ast.alias) and node.name == module and node.asname is None


def _last_name(failure: Broken, node: ast.Attribute, new: str) -> CodeEdit:
    end = failure.span(node)[1]
    return CodeEdit(failure.place[0], end - len(node.attr), end, new)


_Edit = tuple[int, int, str]
_Token = tuple[str, int, int, int]
"""Text, start, end and kind."""


def _tokens(code: str) -> list[_Token]:
    """The words of code that is no valid Python, as far as it can be read as words."""
    found: list[_Token] = []
    try:
        for token in tokenize.generate_tokens(io.StringIO(code).readline):
            is_space = token.type == tokenize.ERRORTOKEN and not token.string.strip()
            if not is_space and token.type not in _NO_WORDS:
                start, end = _offset(code, token.start), _offset(code, token.end)
                found.append((token.string, start, end, token.type))
    except (tokenize.TokenError, SyntaxError):
        pass
    return found


def _offset(code: str, place: tuple[int, int]) -> int:
    return offset(code, place[0], 0) + place[1]


def _calls(tokens: Sequence[_Token]) -> Iterator[_Edit]:
    """`print x` and `exec x`, from one end of the statement to the other."""
    is_first = True
    for index, (text, _, end, kind) in enumerate(tokens):
        is_word = is_first and kind == tokenize.NAME and text in _STATEMENTS
        following = tokens[index + 1] if index + 1 < len(tokens) else None
        if is_word and following and _is_operand(following, end):
            words = _words_of(tokens, index)
            last = tokens[index + len(words)]
            yield end, following[1], "("
            is_open = text == "print" and last[0] == ","
            yield (last[1], last[2], ', end=" ")') if is_open else (last[2], last[2], ")")
        is_first = kind in (tokenize.NEWLINE, tokenize.ENDMARKER) or text in (";", ":")


def _is_operand(token: _Token, end: int) -> bool:
    """Whether a token begins what a statement prints, whose word ends there."""
    is_item = token[0] == "[" and token[1] > end
    return token[3] not in (tokenize.NEWLINE, tokenize.ENDMARKER) and (is_item or token[0] not in _NOT_OPERANDS)


def _words_of(tokens: Sequence[_Token], index: int) -> list[str]:
    """What stands between a statement's first word and its end."""
    words = []
    depth = 0
    for text, _, _, kind in tokens[index + 1 :]:
        depth += (text in "([{") - (text in ")]}") if kind == tokenize.OP else 0
        if kind in (tokenize.NEWLINE, tokenize.ENDMARKER) or (text == ";" and depth == 0):
            break
        words.append(text)
    return words


def _handlers(tokens: Sequence[_Token]) -> Iterator[_Edit]:
    """`except E, error:` is `except E as error:`."""
    for index, (text, _, _, kind) in enumerate(tokens):
        if text == "except" and kind == tokenize.NAME:
            depth, commas, end = 0, [], index
            for end in range(index + 1, len(tokens)):
                depth += (tokens[end][0] in "([{") - (tokens[end][0] in ")]}") if tokens[end][3] == tokenize.OP else 0
                if depth == 0 and tokens[end][0] in (",", ":"):
                    commas += [end] if tokens[end][0] == "," else []
                    if tokens[end][0] == ":":
                        break
            if commas == [end - 2] and end >= index + 4 and tokens[end - 1][3] == tokenize.NAME:
                yield tokens[end - 2][1], tokens[end - 2][2], " as"


def _backticks(tokens: Sequence[_Token]) -> Iterator[_Edit]:
    """`x` between backticks is repr(x), and `<>` is `!=`."""
    ticks = [token for token in tokens if token[0] == "`"]
    for number, (_, start, end, _) in enumerate(ticks if len(ticks) % 2 == 0 else ()):
        yield start, end, ")" if number % 2 else "repr("
    for one, other in pairwise(tokens):
        if one[0] + other[0] == "<>" and one[2] == other[1]:
            yield one[1], other[2], "!="


REPAIRS: tuple[Repair, ...] = (Repair(python_2_syntax), Repair(python_2_name))
