"""Rules about values: a model wants tensors, and what comes out of OpenCV and NumPy is none."""

import ast
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Literal

from generator.checking.parts import Finding
from generator.checking.programs import dotted, finding_at, imports_of, programs
from generator.checking.registry import Rule
from generator.checking.syntax import Code, walk
from generator.checking.view import PageView
from generator.frameworks.framework import Framework

Kind = Literal["array", "model", "pipeline"]
"""What a value certainly is. What may be anything else, or a tensor, has no kind."""
Kinds = dict[str, Kind]

_OPENCV = frozenset(
    {"imread", "imdecode", "resize", "cvtColor", "warpAffine", "copyMakeBorder", "flip", "GaussianBlur"}
)
_NUMPY = frozenset(
    {"array", "asarray", "ascontiguousarray", "zeros", "ones", "full", "empty", "zeros_like", "ones_like", "arange"}
    | {"linspace", "expand_dims", "transpose", "stack", "concatenate", "squeeze", "moveaxis", "pad", "tile", "repeat"}
    | {"reshape", "clip", "frombuffer", "fromfile", "eye", "flip", "random.rand", "random.randn", "random.normal"}
    | {"random.uniform", "random.randint", "random.random"}
)
_ARRAYS = frozenset({f"cv2.{name}" for name in _OPENCV} | {f"numpy.{name}" for name in _NUMPY})
# Of an array to another one.
_METHODS = frozenset({"astype", "transpose", "reshape", "copy", "flatten", "ravel", "squeeze", "clip", "swapaxes"})
_TURNS = frozenset({"transpose", "swapaxes", "moveaxis", "T"})
_ADDS_AN_AXIS = frozenset({"expand_dims", "newaxis"})
_INNER_SCOPES = (ast.Lambda, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
MAX_WIDTH = 40
"""A value is quoted in a message up to this."""
MAX_DEPTH = 40
"""An expression nested deeper is not followed."""


def array_to_model(view: PageView) -> Iterator[Finding]:
    """A model must be given tensors: from a NumPy array it raises TypeError. MegEngine 1.13 makes none of a view
    such as `image.transpose(2, 0, 1)[None]` before `numpy.ascontiguousarray` copies it.

    Bad:
        image = cv2.imread("cat.jpg")
        data, im_info = models_api.DetEvaluator.process_inputs(image, 800, 1333)
        print(model(image=data, im_info=im_info))

    Good:
        image = cv2.imread("cat.jpg")
        data, im_info = models_api.DetEvaluator.process_inputs(image, 800, 1333)
        print(model(image=megengine.tensor(data), im_info=megengine.tensor(im_info)))
    """
    found: dict[Finding, None] = {}
    if not view.framework.loader.returns_networks:
        return
    for script in programs(view):
        for index, node, message in _given_arrays(script.codes, view.framework):
            found[finding_at(view, script.snippets[index], node, message)] = None
    yield from found


@lru_cache(maxsize=64)
def _given_arrays(codes: tuple[Code, ...], framework: Framework) -> tuple[tuple[int, ast.expr, str], ...]:
    """Index of the snippet, the value, and what to say of it."""
    reading = _Reading(codes, imports_of(codes), framework)
    found: list[tuple[int, ast.expr, str]] = []
    for index, code in enumerate(codes):
        if code.tree is None:
            break  # what it does to the names is unknown
        found += [(index, node, message) for node, message in reading.follow(code.tree.body)]
    return tuple(found)


class _Reading:
    """Follows what the names of a script hold, in the order in which its top level runs."""

    def __init__(self, codes: Sequence[Code], imports: Mapping[str, str], framework: Framework) -> None:
        self.imports = imports
        self.framework = framework
        self.top_level = {one.node: one for code in codes for one in code.statements}
        self.kinds: Kinds = {}
        owner, _, function = framework.tensor.rpartition(".")
        self.tensor = f"{next((name for name, target in imports.items() if target == owner), owner)}.{function}"

    def follow(self, statements: Sequence[ast.stmt], depth: int = 0) -> Iterator[tuple[ast.expr, str]]:
        """Where a model is given an array, and what to say of it."""
        for statement in statements:
            if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                self.kinds.pop(statement.name, None)
                continue
            bodies = [getattr(statement, name, []) for name in ("body", "orelse", "finalbody")]
            bodies = [body for body in [*bodies, *(one.body for one in getattr(statement, "handlers", []))] if body]
            if bodies and depth < MAX_DEPTH:
                yield from self._follow_branches(statement, bodies, depth)
            elif bodies or isinstance(statement, ast.Match):
                self._forget(_stored(statement, bodies=True))
            else:
                for call in self._calls(statement):
                    yield from self._given(call)
                self._assign(statement)

    def _follow_branches(
        self, statement: ast.stmt, bodies: Sequence[list[ast.stmt]], depth: int
    ) -> Iterator[tuple[ast.expr, str]]:
        """Of what only a branch or a loop does, nothing is certain below it."""
        self._forget(_stored(statement, bodies=False))
        before = dict(self.kinds)
        for body in bodies:
            self.kinds = dict(before)
            yield from self.follow(body, depth + 1)
        if not isinstance(statement, ast.With):
            self.kinds = before
            self._forget(_stored(statement, bodies=True))

    def _calls(self, statement: ast.stmt) -> Sequence[ast.Call]:
        """The calls in a simple statement, unless a scope in it hides which names are meant."""
        known = self.top_level.get(statement)
        if known is not None:
            return () if known.has_scopes else known.calls
        nodes = list(walk(statement))
        hides = any(isinstance(node, _INNER_SCOPES) for node in nodes)
        return () if hides else [node for node in nodes if isinstance(node, ast.Call)]

    def _forget(self, names: Iterable[str]) -> None:
        for name in names:
            self.kinds.pop(name, None)

    def _given(self, call: ast.Call) -> Iterator[tuple[ast.expr, str]]:
        function = call.func
        if isinstance(function, ast.Attribute):
            if function.attr not in ("forward", "set_value"):
                return
            function = function.value if function.attr == "forward" else function
        values = [*call.args, *(keyword.value for keyword in call.keywords)]
        arrays = [value for value in values if self._kind(value) == "array"]
        if arrays and self._kind(function) == "model":
            for value in arrays:
                yield value, f"the model is given a NumPy array: pass {self._wrapped(value)}"
        elif arrays and (name := self._input_that_is_set(function)):
            remedy = f"call the model with {name}{self._wrapped(arrays[0])}"
            yield arrays[0], f"an input of the model is set to a NumPy array: {remedy}"

    def _input_that_is_set(self, function: ast.expr) -> str:
        """`image=` for `model.inputs["image"].set_value`; empty for anything else."""
        if not isinstance(function, ast.Attribute) or function.attr != "set_value":
            return ""
        item = function.value
        if not isinstance(item, ast.Subscript) or not isinstance(item.slice, ast.Constant):
            return ""
        inputs = item.value
        is_model = isinstance(inputs, ast.Attribute) and inputs.attr == "inputs" and self._kind(inputs.value) == "model"
        return f"{item.slice.value!s}=" if is_model else ""

    def _wrapped(self, value: ast.expr) -> str:
        try:
            text = ast.unparse(value)
        except RecursionError:
            text = "…" * MAX_WIDTH
        text = text if len(text) < MAX_WIDTH else "…"
        if is_view_with_an_axis(value):
            numpy = next((name for name, target in self.imports.items() if target == "numpy"), "numpy")
            text = f"{numpy}.ascontiguousarray({text})"
        return f"{self.tensor}({text})"

    def _assign(self, statement: ast.stmt) -> None:
        if isinstance(statement, ast.Assign):
            for target in statement.targets:
                self._bind(target, statement.value)
        elif isinstance(statement, ast.AnnAssign) and statement.value is not None:
            self._bind(statement.target, statement.value)
        elif not isinstance(statement, ast.AugAssign) or not isinstance(statement.value, ast.Constant):
            known = None if isinstance(statement, ast.Delete) else self.top_level.get(statement)
            self._forget(known.binds if known else _stored(statement, bodies=False))

    def _bind(self, target: ast.expr, value: ast.expr) -> None:
        if isinstance(target, ast.Name):
            kind = self._kind(value)
            self.kinds.pop(target.id, None)
            if kind is not None:
                self.kinds[target.id] = kind
        elif isinstance(target, ast.Tuple | ast.List):
            is_pair = isinstance(value, ast.Call) and _is_process_inputs(value)
            kinds: list[Kind | None] = ["array" if is_pair else None] * len(target.elts)
            if isinstance(value, ast.Tuple) and len(value.elts) == len(target.elts):
                kinds = [self._kind(element) for element in value.elts]
            for element, kind in zip(target.elts, kinds, strict=True):
                for node in ast.walk(element):
                    if isinstance(node, ast.Name):
                        self.kinds.pop(node.id, None)
                if isinstance(element, ast.Name) and kind is not None:
                    self.kinds[element.id] = kind

    def _kind(self, node: ast.expr, depth: int = 0) -> Kind | None:
        if depth > MAX_DEPTH:
            return None
        if isinstance(node, ast.Name):
            return self.kinds.get(node.id)
        if isinstance(node, ast.Subscript):
            return "array" if self._kind(node.value, depth + 1) == "array" else None
        if isinstance(node, ast.BinOp):
            sides = {_number_or(self._kind(side, depth + 1), side) for side in (node.left, node.right)}
            return "array" if "array" in sides and sides <= {"array", "number"} else None
        if isinstance(node, ast.Attribute):
            return "array" if node.attr == "T" and self._kind(node.value, depth + 1) == "array" else None
        return self._kind_of_call(node, depth) if isinstance(node, ast.Call) else None

    def _kind_of_call(self, call: ast.Call, depth: int) -> Kind | None:
        name = dotted(call.func, self.imports)
        if name in _ARRAYS:
            return "array"
        if name == self.framework.loader.load:
            return "model" if _is_network(call) else None
        if self.framework.transforms and name.startswith(self.framework.transforms):
            # With an order of its own it takes and returns a tuple.
            return None if any(keyword.arg in ("order", None) for keyword in call.keywords) else "pipeline"
        if not isinstance(call.func, ast.Attribute):
            return None
        method, owner = call.func.attr, self._kind(call.func.value, depth + 1)
        if owner == "array" and method in _METHODS:
            return "array"
        if owner == "pipeline" and method == "apply" and len(call.args) == 1:
            return "array" if self._kind(call.args[0], depth + 1) == "array" else None
        return "array" if method == "numpy" and not call.args and not call.keywords else None


def is_view_with_an_axis(value: ast.expr) -> bool:
    """Whether an array is turned or cut, and an axis is added, in an expression that makes no copy in the end."""
    nodes = list(walk(value))
    names = {getattr(node, "attr", getattr(node, "id", "")) for node in nodes}
    items = [item for node in nodes if isinstance(node, ast.Subscript) for item in walk(node.slice)]
    is_added = any(isinstance(item, ast.Constant) and item.value is None for item in items)
    is_cut = any(isinstance(item, ast.Slice) and (item.lower or item.upper or item.step) for item in items)
    is_turned = bool(names & _TURNS) or is_cut
    return is_turned and (is_added or bool(names & _ADDS_AN_AXIS)) and "ascontiguousarray" not in names


def _stored(statement: ast.stmt, bodies: bool) -> set[str]:
    """Names that a statement binds, with its bodies or in its head alone."""
    heads: list[ast.AST] = [statement]
    if not bodies:
        fields = ("target", "targets", "items", "value", "iter", "test", "subject", "names")
        values = [getattr(statement, name, None) for name in fields]
        heads = [node for value in values for node in (value if isinstance(value, list) else [value]) if node]
    found: set[str] = set()
    for head in heads:
        for node in walk(head):
            if isinstance(node, ast.Name):
                if not isinstance(node.ctx, ast.Load):
                    found.add(node.id)
            elif isinstance(node, ast.alias):
                found.add((node.asname or node.name).partition(".")[0])
            else:  # of a function, a handler or a pattern
                found.update(name for name in (getattr(node, "name", None), getattr(node, "rest", None)) if name)
    return found


def _is_process_inputs(call: ast.Call) -> bool:
    return dotted(call.func, {}).endswith("DetEvaluator.process_inputs")


def _is_network(call: ast.Call) -> bool:
    """Whether the entry is a function that makes a network: a class may be a helper that takes arrays."""
    entry = next((keyword.value for keyword in call.keywords if keyword.arg == "entry"), None)
    entry = call.args[1] if entry is None and len(call.args) > 1 else entry
    return isinstance(entry, ast.Constant) and isinstance(entry.value, str) and entry.value[:1].islower()


def _number_or(kind: Kind | None, node: ast.expr) -> str:
    return "number" if isinstance(node, ast.Constant) else kind or ""


RULES: tuple[Rule, ...] = (Rule(array_to_model),)
