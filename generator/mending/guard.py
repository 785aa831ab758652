"""What no repair may do, whoever wrote it, held by looking at the code before and after it.

A repair that only hides a failure would pass any run. So a change is refused unless every statement, every call, every
variable, number and comment of the page is still there, in its order, and nothing decides, catches, loops or defines
that did not before. What may come in is an import, a name for what a module offers, an empty dictionary, and calls
around what is there; what may go is the name of a module or of what it offers, and the few words that stand for an
entry, a kind of number or a device. A model's `inputs` of MegEngine 0.x may become a dictionary, and a trace by symbols
one that is not.
"""

import ast
import io
import keyword
import re
import tokenize
from collections import Counter
from collections.abc import Iterator, Sequence

from generator.checking.rules.python2 import MODULES
from generator.checking.syntax import read_code

_CONTROL = (
    *(ast.Try, ast.ExceptHandler, ast.With, ast.AsyncWith, ast.If, ast.For, ast.AsyncFor, ast.While, ast.IfExp),
    *(ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda, ast.Return, ast.Yield, ast.YieldFrom),
    *(ast.Raise, ast.Assert, ast.Pass, ast.Delete, ast.Break, ast.Continue, ast.Global, ast.Nonlocal, ast.BoolOp),
    *(ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp, ast.NamedExpr, ast.Match, ast.Compare),
)
_KEYWORDS = frozenset(keyword.kwlist) - {"True", "False", "None", "as", "in", "is"}
_WORD = re.compile(r"(gpu|cpu|xpu|cuda)[0-9x]*(:[0-9]+)?|u?int(8|16|32|64)|float(16|32|64)|bool")
"""A string that names a device or a kind of number."""
_CALLS_THAT_MAY_GO = frozenset({"cuda", "cpu", "has_key"})
_QUOTED = re.compile(r"""(["']).*?\1""")


def objection(before: str, after: str) -> str:
    """Why a snippet may not be changed in this way, in a few words; empty where it may.

    Args:
        before: the snippet's code.
        after: the code with a repair in it.
    """
    old, new = read_code(before), read_code(after)
    if new.tree is None:
        return "it leaves no valid Python"
    if _comments(before) != _comments(after):
        return "it changes comments"
    if old.tree is None:
        return _objection_to_words(before, after)
    if [command.text for command in old.commands] != [command.text for command in new.commands]:
        return "it changes a command"
    return _objection_to_tree(old.tree, new.tree)


def _objection_to_tree(old: ast.Module, new: ast.Module) -> str:
    had, has = _control(old), _control(new)
    had += Counter(Compare=_calls_of("has_key", old) - _calls_of("has_key", new))  # `d.has_key(k)` is `k in d`
    if had != has:
        name = next(iter((has - had) or (had - has)))
        return f"it {'adds' if has - had else 'takes away'} {name}"
    modules = _module_names(old)
    used = {node.id for node in ast.walk(new) if isinstance(node, ast.Name)}
    waiting = list(_statements(new))
    for statement in _statements(old):
        while waiting:
            candidate = waiting.pop(0)
            problem = _difference(statement, candidate, modules, used)
            if not problem:
                break
            if not _may_come(candidate):
                return problem
        else:
            return f"it takes away the statement at line {statement.lineno}"
    rest = next((statement for statement in waiting if not _may_come(statement)), None)
    return f"it adds a statement at line {rest.lineno} that is no import" if rest else ""


def _calls_of(name: str, tree: ast.AST) -> int:
    return _calls(list(ast.walk(tree))).count(name)


def _control(tree: ast.AST) -> Counter[str]:
    return Counter(type(node).__name__ for node in ast.walk(tree) if isinstance(node, _CONTROL))


def _statements(tree: ast.Module) -> Iterator[ast.stmt]:
    """Every statement in the order in which it stands, also those within others."""
    found = [node for node in ast.walk(tree) if isinstance(node, ast.stmt)]
    return iter(sorted(found, key=lambda node: (node.lineno, node.col_offset)))


def _module_names(tree: ast.Module) -> frozenset[str]:
    """Names that imports bind, or that are never assigned: of modules and of what they offer."""
    assigned = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    assigned |= {node.arg for node in ast.walk(tree) if isinstance(node, ast.arg)}
    used = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    return frozenset(used - assigned)


def _may_come(statement: ast.stmt) -> bool:
    """An import, or a name for an empty dictionary or for what a module offers."""
    if isinstance(statement, ast.Import | ast.ImportFrom):
        return True
    if not isinstance(statement, ast.Assign) or not isinstance(statement.targets[0], ast.Name):
        return False
    value = statement.value
    return not value.keys if isinstance(value, ast.Dict) else _names_an_offer(value)


def _succeeds(old: ast.stmt, new: ast.stmt) -> bool:
    """Whether an import is that of a module of Python 2 under its name in Python 3."""
    if not isinstance(old, ast.Import) or not isinstance(new, ast.Import):
        return False
    return [MODULES.get(one.name, one.name) for one in old.names] == [one.name for one in new.names]


def _names_an_offer(value: ast.expr) -> bool:
    """Whether it is what a module offers, or a module that a call imports."""
    while isinstance(value, ast.Attribute):
        value = value.value
    return isinstance(value, ast.Name) or _is_import_call(value)


def _is_import_call(node: ast.expr) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "import_module"


def _difference(old: ast.stmt, new: ast.stmt, modules: frozenset[str], used: set[str]) -> str:
    """What of a statement is not in the one that is to stand for it; empty where all of it is.

    Args:
        modules: names that may be others.
        used: names that the code has still.
    """
    imports = (ast.Import, ast.ImportFrom)
    if isinstance(old, imports):
        is_there = isinstance(new, imports) or (isinstance(new, ast.Assign) and _names_an_offer(new.value))
        is_there &= _bound(old) <= _bound(new) or (_succeeds(old, new) and not _bound(old) & used)
        return "" if is_there else f"it takes away the import at line {old.lineno}"
    is_call_to_item = isinstance(old, ast.Expr) and isinstance(new, ast.Assign) and _sets_an_item(new)
    if type(old) is not type(new) and not is_call_to_item:
        return f"it takes away or changes the statement at line {old.lineno}"
    had, has = _own(old), _own(new)
    lost = Counter(_calls(had)) - Counter(_calls(has))
    calls = len(_calls(had)) - len(_calls(has)) - is_call_to_item
    if calls > sum(number for name, number in lost.items() if name in _CALLS_THAT_MAY_GO):
        return f"it takes away a call at line {old.lineno}"
    gone = Counter(_words(had)) - Counter(_words(has))
    owners, switches = _owners_of_inputs(had), _symbolic(had)
    for kind, word in gone:
        is_text = kind == "string" and _is_replaceable(word, had)
        may_go = is_text or (kind == "name" and (word in modules or gone[kind, word] <= owners[word]))
        may_go |= kind == "number" and gone[kind, word] <= switches and word == "True" and _symbolic(has) < switches
        if not may_go:
            return f"it takes away {word} at line {old.lineno}"
    return ""


def _owners_of_inputs(nodes: Sequence[ast.AST]) -> Counter[str]:
    """What stands before `.inputs`, and how often: models of MegEngine 0.x had them, and were called with them."""
    owners = (node.value for node in nodes if isinstance(node, ast.Attribute) and node.attr == "inputs")
    return Counter(owner.id for owner in owners if isinstance(owner, ast.Name))


def _symbolic(nodes: Sequence[ast.AST]) -> int:
    """How many calls ask for `symbolic=True`: of `trace`, which gives the same results without."""
    asked = (one for node in nodes if isinstance(node, ast.Call) for one in node.keywords if one.arg == "symbolic")
    return sum(isinstance(one.value, ast.Constant) and one.value.value is True for one in asked)


def _bound(statement: ast.stmt) -> set[str]:
    """What an import, or the assignment in its place, gives names to."""
    if isinstance(statement, ast.Import | ast.ImportFrom):
        return {(alias.asname or alias.name).partition(".")[0] for alias in statement.names}
    return {node.id for node in ast.walk(statement) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}


def _sets_an_item(statement: ast.Assign) -> bool:
    return isinstance(statement.targets[0], ast.Subscript)


def _own(statement: ast.stmt) -> Sequence[ast.AST]:
    """A statement's nodes without those of the statements within it."""
    found: list[ast.AST] = []
    waiting: list[ast.AST] = [statement]
    while waiting:
        node = waiting.pop()
        found.append(node)
        waiting += [child for child in ast.iter_child_nodes(node) if not isinstance(child, ast.stmt)]
    return found


def _calls(nodes: Sequence[ast.AST]) -> list[str]:
    return [getattr(node.func, "attr", getattr(node.func, "id", "")) for node in nodes if isinstance(node, ast.Call)]


def _words(nodes: Sequence[ast.AST]) -> Iterator[tuple[str, str]]:
    for node in nodes:
        if isinstance(node, ast.Name):
            yield "name", node.id
        elif isinstance(node, ast.Constant):
            is_text = isinstance(node.value, str | bytes)
            yield "string" if is_text else "number", node.value if isinstance(node.value, str) else repr(node.value)


def _is_replaceable(text: str, nodes: Sequence[ast.AST]) -> bool:
    """Whether a string is an entry that `load` is asked for, a device or a kind of number."""
    calls = [node for node in nodes if isinstance(node, ast.Call)]
    loads = [call for call in calls if getattr(call.func, "attr", getattr(call.func, "id", "")) == "load"]
    entries = [arg.value for call in loads for arg in call.args[1:2] if isinstance(arg, ast.Constant)]
    entries += [
        one.value.value
        for call in loads
        for one in call.keywords
        if one.arg == "entry" and isinstance(one.value, ast.Constant)
    ]
    return text in entries or _WORD.fullmatch(text) is not None


def _comments(code: str) -> list[str]:
    """The comments of a snippet, without what they quote: an entry that they offer may be another."""
    return [_QUOTED.sub("", token.string) for token in _tokens(code) if token.type == tokenize.COMMENT]


def _objection_to_words(before: str, after: str) -> str:
    """For code that is no valid Python yet: every name, string and number is still there, in its order."""
    kinds = (tokenize.NAME, tokenize.STRING, tokenize.NUMBER)
    had = [token.string for token in _tokens(before) if token.type in kinds]
    has = [token.string for token in _tokens(after) if token.type in kinds]
    rest = iter(has)
    lost = next((word for word in had if word not in rest), None)
    if lost is not None:
        return f"it takes away {lost}"
    added = (Counter(has) - Counter(had)).keys() & _KEYWORDS
    return f"it adds {min(added)}" if added else ""


def _tokens(code: str) -> Iterator[tokenize.TokenInfo]:
    """As far as the code can be read as words."""
    try:
        yield from tokenize.generate_tokens(io.StringIO(code).readline)
    except (tokenize.TokenError, SyntaxError):
        return
