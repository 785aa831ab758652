"""What no repair may do, whoever wrote it, held by looking at the code before and after it.

A repair that only hides a failure would pass any run. So a change is refused unless every statement, every call, every
variable, number and comment of the page is still there, in its order and block, and nothing decides, catches, loops or
defines that did not before. What may come in is an import, a name for what a module offers, an empty dictionary, and
calls around what is there; what may go is the name of a module or of what it offers, that of an argument which nothing
takes, and the few words that stand for an entry, a kind of number or a device. Whole statements of the top level may
stand earlier, where they say so and nothing else is changed.
"""

import ast
import builtins
import io
import re
import tokenize
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence, Set

from generator.checking.rules.python2 import MODULES
from generator.checking.statements import name_called
from generator.checking.syntax import read_code
from generator.mending import expressions
from generator.mending.distributions import DISTRIBUTIONS
from generator.model.mending import Move

_CONTROL = (
    *(ast.Try, ast.ExceptHandler, ast.With, ast.AsyncWith, ast.If, ast.For, ast.AsyncFor, ast.While, ast.IfExp),
    *(ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda, ast.Return, ast.Yield, ast.YieldFrom),
    *(ast.Raise, ast.Assert, ast.Pass, ast.Delete, ast.Break, ast.Continue, ast.Global, ast.Nonlocal, ast.BoolOp),
    *(ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp, ast.NamedExpr, ast.Match, ast.Compare),
)
_BUILTINS = frozenset(dir(builtins))
_WORD = re.compile(r"(gpu|cpu|xpu|cuda)[0-9x]*(:[0-9]+)?|u?int(8|16|32|64)|float(16|32|64)|bool")
"""A string that names a device or a kind of number."""
_CALLS_THAT_MAY_GO = frozenset({"cuda", "cpu", "has_key"})
_WORDS = frozenset({"(", ")", "as", "repr", "!=", "end", '" "', "' '"})
"""What may come into code that is no valid Python."""
_QUOTED = re.compile(r"""(["']).*?\1""")


def objection(before: str, after: str, variables: Set[str] = frozenset(), missing: Set[str] | None = None) -> str:
    """Why a snippet may not be changed in this way, in a few words; empty where it may.

    Args:
        before: the snippet's code.
        after: the code with a repair in it.
        variables: what other snippets of the page give values to.
        missing: names that the kernel says are not there, which may be others; None where it is not known.
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
    return _objection_to_tree(old.tree, new.tree, variables, missing)


def objection_to_move(before: Sequence[str], after: Sequence[str], move: Move) -> str:
    """Why the snippets of a script may not be changed in this way by moving statements; empty where they may.

    Args:
        before: each snippet's code.
        after: the same with the statements moved.
        move: which ones, and where to.
    """
    trees = [(read_code(old).tree, read_code(new).tree) for old, new in zip(before, after, strict=True)]
    if any(old is None or new is None or bool(old.body) != bool(new.body) for old, new in trees):
        return "it leaves a snippet empty or no valid Python"
    wanted = {index: [ast.dump(node) for node in old.body] for index, (old, _) in enumerate(trees) if old}
    moved = [wanted[snippet][number] for snippet, number in move.statements]
    if list(move.statements) != sorted({*move.statements}) or move.statements[0] < move.to:
        return "it moves statements out of their order or down"
    for snippet, number in reversed(move.statements):
        del wanted[snippet][number]
    wanted[move.to[0]][move.to[1] : move.to[1]] = moved
    for index, (_, new) in enumerate(trees):
        if new is None or [ast.dump(node) for node in new.body] != wanted[index]:
            return "it changes more than the place of the statements"
    words = [Counter(_lines_kept(codes)) for codes in (before, after)]
    return "" if words[0] == words[1] else "it changes comments or commands"


def objection_to_install(name: str) -> str:
    """Why a distribution may not be installed, nor the page's readers told to; empty where it may.

    Where it is written, and that nothing else of the page is changed, is no repair's to say: see `applying`.
    """
    return (
        "" if name in DISTRIBUTIONS.values() else f"it installs {name!r}, which is none of the packages that are known"
    )


def _lines_kept(codes: Iterable[str]) -> Iterator[str]:
    """Comments and commands."""
    for code in codes:
        yield from (token.string for token in _tokens(code) if token.type == tokenize.COMMENT)
        yield from (command.text for command in read_code(code).commands)


def variables_of(codes: Iterable[str]) -> frozenset[str]:
    """What pieces of code give values to otherwise than by an import or as the name of a hub repository's module."""
    trees = [tree for code in codes if (tree := read_code(code).tree) is not None]
    return frozenset().union(*map(_variables, trees)) - {name for tree in trees for name in _hub_modules(tree)}


def _objection_to_tree(old: ast.Module, new: ast.Module, variables: Set[str], missing: Set[str] | None) -> str:
    had, has = _control(old), _control(new)
    had += Counter(Compare=_calls_of("has_key", old) - _calls_of("has_key", new))  # `d.has_key(k)` is `k in d`
    if had != has:
        name = next(iter((has - had) or (had - has)))
        return f"it {'adds' if has - had else 'takes away'} {name}"
    own = _variables(old) | _names_that_stay(old)
    modules = _module_names(old) - variables
    used = _names(new)
    waiting = list(_statements(new))
    stands_for: dict[int, ast.stmt] = {}
    for statement, (parent, block) in _statements(old):
        came: set[str] = set()  # what imports and the like bind that stand between the last statement and this one
        while waiting:
            candidate, (its_parent, its_block) = waiting.pop(0)
            problem = _difference(statement, candidate, modules, came, used)
            is_import = isinstance(statement, ast.Import | ast.ImportFrom)
            if not problem and not is_import:
                problem = expressions.objection(statement, candidate, modules, missing)
            if not problem:
                is_there = block == its_block and (stands_for[id(parent)] if parent else None) is its_parent
                if not is_there:
                    return f"it moves the statement at line {statement.lineno}"
                stands_for[id(statement)] = candidate
                break
            if not _may_come(candidate, (own | variables) - (_bound_by(statement) if is_import else set())):
                return problem
            came |= _bound_by(candidate)
        else:
            return f"it takes away the statement at line {statement.lineno}"
    rest = next((statement for statement, _ in waiting if not _may_come(statement, own | variables)), None)
    return f"it adds a statement at line {rest.lineno} that is no import" if rest else ""


def _names_that_stay(tree: ast.Module) -> frozenset[str]:
    """What nothing new may bind: Python's own names, and what the code imports already."""
    imports = [node for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom)]
    return frozenset({name for node in imports for name in _bound_by(node)} | _BUILTINS)


def _calls_of(name: str, tree: ast.AST) -> int:
    return _calls(list(ast.walk(tree))).count(name)


def _control(tree: ast.AST) -> Counter[str]:
    return Counter(type(node).__name__ for node in ast.walk(tree) if isinstance(node, _CONTROL))


_Place = tuple[ast.stmt | None, str]
"""The statement in which another stands, and in which of its blocks."""


def _statements(node: ast.AST, parent: ast.stmt | None = None, block: str = "") -> Iterator[tuple[ast.stmt, _Place]]:
    """Every statement in the order in which it stands, also those within others, and where it stands."""
    for field, value in ast.iter_fields(node):
        for index, child in enumerate(value if isinstance(value, list) else ()):
            if isinstance(child, ast.stmt):
                yield child, (parent, f"{block}{field}")
                yield from _statements(child, child)
            elif isinstance(child, ast.ExceptHandler | ast.match_case):
                yield from _statements(child, parent, f"{field}{index}.")


def _names(tree: ast.AST) -> frozenset[str]:
    return frozenset(node.id for node in ast.walk(tree) if isinstance(node, ast.Name))


def _module_names(tree: ast.Module) -> frozenset[str]:
    """Names that imports bind, or that are never assigned: of modules and of what they offer."""
    return frozenset(_names(tree) - _variables(tree))


def _variables(tree: ast.AST) -> frozenset[str]:
    """What code gives values to otherwise than by an import."""
    found = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    found |= {node.arg for node in ast.walk(tree) if isinstance(node, ast.arg)}
    definitions = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    return frozenset(found | {node.name for node in ast.walk(tree) if isinstance(node, definitions)})


def _hub_modules(tree: ast.Module) -> Iterator[str]:
    """The names of hub repositories' modules."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and _is_import_call(node.value):
            yield from _bound_by(node)


def _may_come(statement: ast.stmt, variables: Set[str]) -> bool:
    """An import, or a name for an empty dictionary or for what a module offers, that is no variable's already."""
    if _bound_by(statement) & {*variables, "*"}:
        return False
    if isinstance(statement, ast.Import | ast.ImportFrom):
        return True
    if not isinstance(statement, ast.Assign) or [type(target) for target in statement.targets] != [ast.Name]:
        return False
    value = statement.value
    if isinstance(value, ast.Dict):
        return not value.keys
    return isinstance(value, ast.Attribute | ast.Call) and _is_offered(value)


def _succeeds(old: ast.stmt, new: ast.stmt) -> bool:
    """Whether an import is that of a module of Python 2 under its name in Python 3."""
    if not isinstance(old, ast.Import) or not isinstance(new, ast.Import):
        return False
    return [MODULES.get(one.name, one.name) for one in old.names] == [one.name for one in new.names]


def _is_offered(value: ast.expr) -> bool:
    """Whether it is a module or something of one: a name, or a hub repository's module, with what follows a dot."""
    while isinstance(value, ast.Attribute):
        value = value.value
    return isinstance(value, ast.Name) or _is_import_call(value)


def _is_import_call(node: ast.expr) -> bool:
    """Whether it is `hub.import_module` of what is written there."""
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute) or node.func.attr != "import_module":
        return False
    return all(isinstance(value, ast.Constant) for value in (*node.args, *(one.value for one in node.keywords)))


def _difference(old: ast.stmt, new: ast.stmt, modules: Set[str], came: Set[str], used: Set[str]) -> str:
    """What of a statement is not in the one that is to stand for it; empty where all of it is.

    Args:
        modules: names of modules and of what they offer.
        came: names that what stands above the new one binds: several statements may stand for an import.
        used: names that the code has still.
    """
    imports = (ast.Import, ast.ImportFrom)
    if isinstance(old, imports):
        is_offered = isinstance(new, ast.Assign) and _is_offered(new.value)
        is_there = isinstance(new, imports) or is_offered
        is_there &= _bound_by(old) <= came | _bound_by(new) or (_succeeds(old, new) and not _bound_by(old) & used)
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


def _bound_by(statement: ast.stmt) -> set[str]:
    """What an import, or an assignment that may stand for one, gives names to."""
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
    return [name_called(node) for node in nodes if isinstance(node, ast.Call)]


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
    loads = [call for call in calls if name_called(call) == "load"]
    entries = [arg.value for call in loads for arg in call.args[1:2] if isinstance(arg, ast.Constant)]
    entries += [
        one.value.value
        for call in loads
        for one in call.keywords
        if one.arg == "entry" and isinstance(one.value, ast.Constant)
    ]
    return text in entries or _WORD.fullmatch(text) is not None


def _comments(code: str) -> list[str]:
    """The comments of a snippet, without what those quote that load something: an entry may be another."""
    comments = [token.string for token in _tokens(code) if token.type == tokenize.COMMENT]
    return [_QUOTED.sub("", comment) if "load(" in comment else comment for comment in comments]


def _objection_to_words(before: str, after: str) -> str:
    """For code that is no valid Python yet: every name, string and number is still there, in its order.

    What may come in are parentheses around them, `as`, `repr`, and what keeps a line open: `end=" "`.
    """
    kinds = (tokenize.NAME, tokenize.STRING, tokenize.NUMBER)
    had, has = list(_tokens(before)), list(_tokens(after))
    rest = iter(token.string for token in has if token.type in kinds)
    lost = next((token.string for token in had if token.type in kinds and token.string not in rest), None)
    if lost is not None:
        return f"it takes away {lost}"
    words = Counter(token.string for token in has if token.string.strip()) - Counter(token.string for token in had)
    may_come = _WORDS | ({"=", ","} if words["end"] else set())
    added = sorted(words.keys() - may_come)
    return f"it adds {added[0]}" if added else ""


def _tokens(code: str) -> Iterator[tokenize.TokenInfo]:
    """As far as the code can be read as words."""
    try:
        yield from tokenize.generate_tokens(io.StringIO(code).readline)
    except (tokenize.TokenError, SyntaxError):
        return
