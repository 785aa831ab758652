"""What may change within a statement: an allow-list, where all else is to be what it was, in its place.

Around what is there may come what makes a tensor or another kind of number of it, or an axis more, and to a call of
`trace` that it keeps constants. A name that the kernel says is missing may be the one that is there now. An entry of a
hub repository, a device and a kind of number may be another one, and so may the name of an argument that nothing takes.
What reads the arguments of a command may be given none. What MegEngine 0.x had may become what stands for it now.
"""

import ast
import re
from collections.abc import Sequence, Set

CONVERSIONS = frozenset(
    {"tensor", "Tensor", "Parameter", "array", "asarray", "ascontiguousarray", "list", "repr", "expand_dims"}
)
"""Functions that give what they are given, in another form."""
READS_ARGUMENTS = frozenset({"parse_args", "parse_known_args"})
"""Of an ArgumentParser: without a list they read those of the command that was called."""
_METHODS = {"iteritems": "items", "itervalues": "values", "iterkeys": "keys"} | {
    f"view{name}": name for name in ("items", "values", "keys")
}
"""Of Python 2, by their names in Python 3."""
_DEVICE = re.compile(r"(gpu|cuda|xpu|cpu)([0-9]+|x)?(:[0-9]+)*")
_CPU = re.compile(r"cpu([0-9]+|x)?(:[0-9]+)*|xpux(:[0-9]+)*")
"""A CPU, or whatever device there is by default."""
_KIND = re.compile(r"u?int(8|16|32|64)|float(16|32|64)|bool")
_ENTRY = re.compile(r"[\w.-]+")
_DEVICE_CALLS = frozenset({"cuda", "cpu"})


def objection(old: ast.stmt, new: ast.stmt, modules: Set[str], missing: Set[str] | None = None) -> str:
    """What of a statement is something else in the one that is to stand for it, in a few words; empty for nothing.

    Statements within them are not looked at.

    Args:
        modules: names of modules and of what they offer.
        missing: names that the kernel says are not there, which may be others; None where it is not known.
    """
    kept = _Kept(modules, missing)
    if _is_set_value(old) and isinstance(new, ast.Assign):
        is_kept = kept.is_item_for_input(old, new)
    else:
        is_kept = type(old) is type(new) and kept.are_fields(old, new)
    return "" if is_kept else f"it changes more of the statement at line {old.lineno} than it may"


class _Kept:
    """Whether what was there is there still."""

    def __init__(self, modules: Set[str], missing: Set[str] | None) -> None:
        self._modules = modules
        self._missing = missing

    def are_fields(self, old: ast.AST, new: ast.AST) -> bool:
        """Field by field, without statements within."""
        if isinstance(old, ast.Assign) and isinstance(new, ast.Assign) and is_other_word(old.value, new.value):
            return self._is_field(old.targets, new.targets)
        return all(self._is_field(getattr(old, name, None), getattr(new, name, None)) for name in old._fields)

    def _is_field(self, old: object, new: object) -> bool:
        if isinstance(old, list) and isinstance(new, list):
            if any(isinstance(one, ast.stmt) for one in (*old, *new)):
                return True
            return len(old) == len(new) and all(map(self._is_field, old, new))
        if isinstance(old, ast.AST) and isinstance(new, ast.AST):
            return self._is(old, new)
        return old == new

    def _is(self, old: ast.AST, new: ast.AST) -> bool:
        if isinstance(old, ast.expr) and isinstance(new, ast.expr) and self._is_expression(old, new):
            return True
        return type(old) is type(new) and self.are_fields(old, new)

    def _is_expression(self, old: ast.expr, new: ast.expr) -> bool:
        """Whether one of the changes that may be is all there is to it."""
        if self._is_other_name(old, new):
            return True
        inner = self._converted(new)
        if inner is not None and self._is(old, inner):
            return True
        if isinstance(old, ast.Call) and self._is_call(old, new):
            return True
        if isinstance(old, ast.Attribute) and isinstance(new, ast.Attribute):
            return _METHODS.get(old.attr) == new.attr and self._is(old.value, new.value)
        return False

    def _is_other_name(self, old: ast.expr, new: ast.expr) -> bool:
        """A module or what it offers by another name, where the kernel has it no more by the old one."""
        had, has = _chain(old), _chain(new)
        if not had or not has or had[0] not in self._modules or isinstance(getattr(old, "ctx", None), ast.Store):
            return False
        is_kind = had[:-1] == has[:-1] and bool(_KIND.fullmatch(had[-1]) and _KIND.fullmatch(has[-1]))
        return is_kind or self._missing is None or not self._missing.isdisjoint(had)

    def _converted(self, node: ast.expr) -> ast.expr | None:
        """What a conversion is given: `x` for `mge.tensor(x)`, `x.astype("float32")` and `x[None]`."""
        if isinstance(node, ast.Subscript):
            is_axis = isinstance(node.slice, ast.Constant) and node.slice.value is None
            return node.value if is_axis or _chain(node.slice)[-1:] == ["newaxis"] else None
        if not isinstance(node, ast.Call):
            return None
        names = _chain(node.func)
        if names and names[-1] in CONVERSIONS and len(node.args) == 1 and all(map(_is_harmless, node.keywords)):
            return node.args[0]
        if isinstance(node.func, ast.Attribute) and not node.keywords:
            is_kind = node.func.attr == "astype" and len(node.args) == 1 and _is_text(node.args[0], _KIND)
            is_bare = node.func.attr == "numpy" and not node.args
            return node.func.value if is_kind or is_bare else None
        return None

    def _is_call(self, old: ast.Call, new: ast.expr) -> bool:
        name = _last_name(old.func)
        if (
            isinstance(old.func, ast.Attribute)
            and name in _DEVICE_CALLS
            and not old.args
            and self._is(old.func.value, new)
        ):
            return True
        if name == "has_key" and isinstance(new, ast.Compare) and isinstance(old.func, ast.Attribute):
            is_in = len(old.args) == 1 and [type(one) for one in new.ops] == [ast.In] and not old.keywords
            return is_in and self._is(old.args[0], new.left) and self._is(old.func.value, new.comparators[0])
        if not isinstance(new, ast.Call):
            return False
        if name == "asscalar" and _last_name(new.func) == "item" and len(old.args) == 1 and not new.args:
            return isinstance(new.func, ast.Attribute) and self._is(old.args[0], new.func.value)
        if _is_call_with_inputs(old) and not new.args and len(new.keywords) == 1 and new.keywords[0].arg is None:
            return self._is(old.func, new.func) and isinstance(new.keywords[0].value, ast.Name)
        if name in READS_ARGUMENTS and _is_without_arguments(old, new):
            return self._is(old.func, new.func)
        if len(old.args) != len(new.args) or not self._is(old.func, new.func):
            return False
        pairs = list(zip(old.args, new.args, strict=True))
        are_kept = all(self._is_argument(name, "entry" * (at == 1), *pair) for at, pair in enumerate(pairs))
        return are_kept and self._are_keywords(name, old, new)

    def _are_keywords(self, name: str, old: ast.Call, new: ast.Call) -> bool:
        had, has = list(old.keywords), list(new.keywords)
        if len(has) == len(had) + 1:
            is_kind = name in CONVERSIONS and has[-1].arg == "dtype" and _is_text(has[-1].value, _KIND)
            if is_kind or (name == "trace" and _keeps_constants(has[-1])):
                has.pop()
        pairs = zip(had, has, strict=True) if len(had) == len(has) else ()
        return len(had) == len(has) and all(
            self._is_argument(name, one.arg or "", one.value, other.value)
            if one.arg == other.arg
            else self._is_other_keyword(one, other, had)
            for one, other in pairs
        )

    def _is_other_keyword(self, old: ast.keyword, new: ast.keyword, had: Sequence[ast.keyword]) -> bool:
        """The same under a name that the call has not yet, where the kernel says that nothing takes the old one."""
        is_free = None not in (old.arg, new.arg) and new.arg not in {one.arg for one in had}
        is_unknown = self._missing is None or old.arg in self._missing
        return is_free and is_unknown and self._is(old.value, new.value)

    def _is_argument(self, function: str, name: str, old: ast.expr, new: ast.expr) -> bool:
        if self._is(old, new):
            return True
        if not isinstance(old, ast.Constant) or not isinstance(new, ast.Constant) or function == "print":
            return False
        if name == "symbolic":
            return old.value is True and new.value is False
        is_entry = function == "load" and name == "entry" and _is_text(old, re.compile(".*")) and _is_text(new, _ENTRY)
        return is_entry or is_other_word(old, new)

    def is_item_for_input(self, old: ast.stmt, new: ast.Assign) -> bool:
        """`inputs["data"] = tensor(data)` for `model.inputs["data"].set_value(data)`."""
        (target,) = new.targets if len(new.targets) == 1 else (None,)
        call = old.value if isinstance(old, ast.Expr) else None
        if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Attribute) or len(call.args) != 1:
            return False
        item = call.func.value
        if not isinstance(target, ast.Subscript) or not isinstance(item, ast.Subscript):
            return False
        is_own = isinstance(target.value, ast.Name) and ast.dump(item.slice) == ast.dump(target.slice)
        return is_own and not call.keywords and self._is(call.args[0], new.value)


def is_other_word(old: ast.expr, new: ast.expr) -> bool:
    """Whether a device became a CPU, or a kind of number another one."""
    is_device = _is_text(old, _DEVICE) and _is_text(new, _CPU)
    return is_device or (_is_text(old, _KIND) and _is_text(new, _KIND))


def _chain(node: ast.AST) -> list[str]:
    """The names of `a.b.c`; none for what is no such chain."""
    names: list[str] = []
    while isinstance(node, ast.Attribute):
        names.append(node.attr)
        node = node.value
    return [node.id, *reversed(names)] if isinstance(node, ast.Name) else []


def _last_name(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def _is_text(node: ast.expr, pattern: re.Pattern[str]) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str) and bool(pattern.fullmatch(node.value))


def _is_harmless(keyword: ast.keyword) -> bool:
    """`dtype="float32"` and `axis=0`."""
    is_axis = keyword.arg == "axis" and isinstance(keyword.value, ast.Constant) and keyword.value.value == 0
    return is_axis or (keyword.arg == "dtype" and _is_text(keyword.value, _KIND))


def _keeps_constants(keyword: ast.keyword) -> bool:
    """`capture_as_const=True`: `trace` gives the same results with it, and can be dumped."""
    is_true = isinstance(keyword.value, ast.Constant) and keyword.value.value is True
    return keyword.arg == "capture_as_const" and is_true


def _is_without_arguments(old: ast.Call, new: ast.Call) -> bool:
    """`parse_args([])` for `parse_args()`."""
    given = [ast.dump(one) for one in new.args]
    return not (old.args or old.keywords or new.keywords) and given == [ast.dump(ast.List([], ast.Load()))]


def _is_inputs(node: ast.expr) -> bool:
    return isinstance(node, ast.Attribute) and node.attr == "inputs" and isinstance(node.value, ast.Name)


def _is_call_with_inputs(call: ast.Call) -> bool:
    """`model(model.inputs)`."""
    return len(call.args) == 1 and _is_inputs(call.args[0]) and not call.keywords


def _is_set_value(statement: ast.stmt) -> bool:
    """`model.inputs["data"].set_value(data)`."""
    call = statement.value if isinstance(statement, ast.Expr) else None
    if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Attribute) or call.func.attr != "set_value":
        return False
    return isinstance(call.func.value, ast.Subscript) and _is_inputs(call.func.value.value)
