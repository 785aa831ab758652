"""Sound pages broken on purpose, each in one way in which pages of model hubs really break: text in, text out."""

import ast
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

from generator.checking.fixing import apply_fixes
from generator.mending.broken import offset
from generator.model.diagnostic import Edit
from generator.model.page import Page, Snippet

Codes = tuple[str, ...]
"""The code of a sample and of one section's snippets."""
Mutation = Callable[[Codes], Iterator[Codes]]


@dataclass(frozen=True, slots=True)
class Mutant:
    """A page with one mistake in it, in every language."""

    kind: str
    page: str
    """Name of the page that it was."""
    text: str
    number: int = 0

    @property
    def name(self) -> str:
        """What it is called among others."""
        return f"{self.page}_{self.kind.replace('-', '_')}_{self.number}"


def mutants(page: Page, kind: str) -> Iterator[Mutant]:
    """Every way to break a page by mistakes of this kind."""
    sides = [page.snippets_in(section) for section in page.sections]
    found = [list(MUTATIONS[kind](tuple(snippet.code for snippet in side))) for side in sides]
    for number, changed in enumerate(zip(*found, strict=True)):
        edits: dict[int, Edit] = {}
        for side, codes in zip(sides, changed, strict=True):
            for snippet, code in zip(side, codes, strict=True):
                if code != snippet.code:
                    edits[snippet.line] = _on_page(page, snippet, code)
        yield Mutant(kind, page.id, apply_fixes(page.source, edits.values()), number)


def _on_page(page: Page, snippet: Snippet, code: str) -> Edit:
    start = offset(page.source, snippet.line, 0)
    end = start + len(snippet.code)
    assert page.source[start:end] == snippet.code, "a snippet in a list or quote"
    return Edit(start, end, code)


def drop_import(codes: Codes) -> Iterator[Codes]:
    """Without one of its imports: `import numpy as np`."""
    for index, code in enumerate(codes):
        for node in _nodes(code, ast.Import, ast.ImportFrom):
            start = offset(code, node.lineno, 0)
            line = Edit(start, offset(code, (node.end_lineno or 0) + 1, 0), "")
            yield _with(codes, index, [line])


def unwrap_tensor(codes: Codes) -> Iterator[Codes]:
    """An array as it is: `model(image)` for `model(megengine.tensor(image))`."""
    for index, code in enumerate(codes):
        for call in _tensors(code):
            yield _with(codes, index, [_put(code, call, _source(code, call.args[0]))])


_RENAMES = (
    (r"_[23]x_", "_1x_"),
    (r"_\d+size", ""),
    (r"res(\d+)_", r"resnet\1_"),
    (r"^((?:quantized_)?resnet\d+)$", r"\1_v0"),
    (r"_L_(\d+)_H_(\d+)_A_(\d+)", r"_L-\1_H-\2_A-\3"),
    (r"^(simplebaseline_res\d+)$", r"\1_256x192"),
    (r"_x(\d)_(\d)$", r"_\1_\2"),
    (r"^vit_b_(\d+)$", r"ViT-B/\1"),
    (r"^biggan_(\d+)$", r"biggan_deep_\1"),
    (r"_VAE_", "_dVAE_"),
    (r"^vqgan_imagenet", "vqgan_imagenet1k"),
)
"""A part of an entry's name to what stood there in another version of the repository, or in another one."""


def rename_entry(codes: Codes) -> Iterator[Codes]:
    """An entry as another version called it: `fcos_res50_coco_1x_800size` for `…_3x_…`."""
    for index, code in enumerate(codes):
        for call in _calls(code, "load"):
            for node in call.args[1:2]:
                for old, new in _RENAMES if isinstance(node, ast.Constant) else ():
                    other = re.sub(old, new, str(node.value))
                    if other != node.value:
                        yield _with(codes, index, [_put(code, node, f'"{other}"')])


def cast_float64(codes: Codes) -> Iterator[Codes]:
    """NumPy's own kind of number, which MegEngine has not: `"float64"` for `"float32"`, or asked for outright."""
    for index, code in enumerate(codes):
        for node in _nodes(code, ast.Constant):
            if node.value == "float32":
                yield _with(codes, index, [_put(code, node, '"float64"')])
        for call in _tensors(code):
            if not call.keywords:
                yield _with(codes, index, [_after_last(code, call, 'dtype="float64"')])


def python_2(codes: Codes) -> Iterator[Codes]:
    """Of Python 2: print statements, `urllib.urlretrieve`, `iteritems`, `xrange`."""
    for index, code in enumerate(codes):
        prints = [node for node in _nodes(code, ast.Expr) if isinstance(node.value, ast.Call)]
        told = [_print_statement(code, node.value) for node in prints if isinstance(node.value, ast.Call)]
        edits = [edit for edit in told if edit]
        if edits:
            yield _with(codes, index, edits)
        if "import urllib.request\n" in code:
            old = code.replace("import urllib.request\n", "import urllib\n").replace("urllib.request.", "urllib.")
            yield _replaced(codes, index, old)
        for name, before in (("items", "iteritems"), ("values", "itervalues"), ("range", "xrange")):
            for call in _calls(code, name):
                yield _with(codes, index, [_rename(code, call, before)])


def removed_name(codes: Codes) -> Iterator[Codes]:
    """A name that went: of NumPy (`np.int`, `np.asscalar`), or of MegEngine 0.x and 1.x (`F.add_axis`, `F.nn.nms`)."""
    for index, code in enumerate(codes):
        if any("import numpy as np\n" in above for above in codes[: index + 1]):
            for call in _calls(code, "astype"):
                if call.args and isinstance(call.args[0], ast.Name):
                    yield _with(codes, index, [_put(code, call.args[0], f"np.{_source(code, call.args[0])}")])
            for name in ("float", "int"):
                for call in _calls(code, name):
                    if isinstance(call.func, ast.Name):
                        yield _with(codes, index, [_put(code, call.func, f"np.{name}")])
        for old, new in (("F.vision.nms", "F.nn.nms"), ("F.expand_dims", "F.add_axis"), ("F.matmul", "F.matrix_mul")):
            for call in _calls(code, old.rpartition(".")[2]):
                if _source(code, call.func) == old:
                    yield _with(codes, index, [_put(code, call.func, new)])


def forget_batch(codes: Codes) -> Iterator[Codes]:
    """One picture where a batch is asked for: `image` for `F.expand_dims(image, axis=0)`."""
    for index, code in enumerate(codes):
        for call in _calls(code, "expand_dims"):
            yield _with(codes, index, [_put(code, call, _source(code, call.args[0]))])
        for call in _calls(code, "reshape"):
            is_batch = bool(call.args) and isinstance(call.args[0], ast.Constant) and call.args[0].value == 1
            if is_batch and isinstance(call.func, ast.Attribute):
                yield _with(codes, index, [_put(code, call, _source(code, call.func.value))])
        for node in _nodes(code, ast.Subscript):
            if _source(code, node.slice) == "np.newaxis":
                yield _with(codes, index, [_put(code, node, _source(code, node.value))])


def ask_for_gpu(codes: Codes) -> Iterator[Codes]:
    """A device that readers may not have: `device="gpu0"`, `set_default_device("gpu0")`, `.cuda()` as in PyTorch."""
    for index, code in enumerate(codes):
        for call in _tensors(code):
            yield _with(codes, index, [_after_last(code, call, 'device="gpu0"')])
            if call is _tensors(code)[0]:
                yield _with(codes, index, [_put(code, call, f"{_source(code, call)}.cuda()")])
        if "import megengine\n" in code:
            last = [node for node in _nodes(code, ast.Import, ast.ImportFrom) if not node.col_offset][-1]
            at = offset(code, (last.end_lineno or 0) + 1, 0)
            yield _with(codes, index, [Edit(at, at, '\nmegengine.set_default_device("gpu0")\n')])


_WITHIN = {
    "DetEvaluator": "zoo.detection.evaluator",
    "KeypointEvaluator": "zoo.keypoints.evaluator",
    "ClipInferenceUtils": "zoo.multimodal.clip",
    "OpenAIDiscreteVAE": "zoo.multimodal.dvae",
    "Reconstruction": "zoo.multimodal.vqgan",
}
"""Where the stand-in repository has what pages take of its hubconf.py."""


def import_within(codes: Codes) -> Iterator[Codes]:
    """An import as if the hub repository were installed: of hubconf.py, or of a module within above the load."""
    for index, code in enumerate(codes):
        for call in _calls(code, "import_module"):
            line = code.split("\n")[call.lineno - 1]
            variable, _, value = line.partition(" = ")
            name = next((name for name in _WITHIN if f".{name}" in code), "")
            before, after = code[: offset(code, call.lineno, 0)], code[offset(code, call.lineno + 1, 0) :]
            bound = f"{name} as {variable}" if f".{name}" in value else name
            if not name:
                yield _replaced(codes, index, f"{before}import hubconf as {variable}\n{after}")
                continue
            if bound == name:
                after = after.replace(f"{variable}.{name}", name)
            yield _replaced(codes, index, f"{before}from hubconf import {bound}\n{after}")
            yield _imported_above_the_load(codes, index, f"from {_WITHIN[name]} import {bound}", before + after)
        for node in _nodes(code, ast.ImportFrom):
            if index and (node.module or "").startswith("official."):
                rest = code.replace(f"{_source(code, node)}\n", "")
                yield _imported_above_the_load(codes, index, _source(code, node), rest)


def _imported_above_the_load(codes: Codes, index: int, statement: str, rest: str) -> Codes:
    sample, *others = _replaced(codes, index, rest)
    return (f"{statement}\n{sample}", *others)


MUTATIONS: dict[str, Mutation] = {
    mutation.__name__.replace("_", "-"): mutation
    for mutation in (
        *(drop_import, unwrap_tensor, rename_entry, cast_float64, python_2, removed_name),
        *(forget_batch, ask_for_gpu, import_within),
    )
}


Found = TypeVar("Found", bound=ast.AST)


def _nodes(code: str, *kinds: type[Found]) -> list[Found]:
    """In the order of their places."""
    found = [node for node in ast.walk(ast.parse(code)) if isinstance(node, kinds)]
    return sorted(found, key=lambda node: (node.lineno, node.col_offset))  # type: ignore[attr-defined]


def _calls(code: str, name: str) -> list[ast.Call]:
    """Of a function or method of this name."""
    calls = _nodes(code, ast.Call)
    return [call for call in calls if name == getattr(call.func, "attr", getattr(call.func, "id", ""))]


def _tensors(code: str) -> list[ast.Call]:
    return [call for call in _calls(code, "tensor") if _source(code, call.func) == "megengine.tensor" and call.args]


def _span(code: str, node: ast.expr | ast.stmt) -> tuple[int, int]:
    return offset(code, node.lineno, node.col_offset), offset(code, node.end_lineno or 0, node.end_col_offset or 0)


def _source(code: str, node: ast.expr | ast.stmt) -> str:
    start, end = _span(code, node)
    return code[start:end]


def _put(code: str, node: ast.expr, text: str) -> Edit:
    return Edit(*_span(code, node), text)


def _after_last(code: str, call: ast.Call, argument: str) -> Edit:
    last = max(
        [*call.args, *(one.value for one in call.keywords)], key=lambda node: (node.end_lineno, node.end_col_offset)
    )
    end = _span(code, last)[1]
    return Edit(end, end, f", {argument}")


def _rename(code: str, call: ast.Call, name: str) -> Edit:
    """The function or method that is called by another name."""
    if isinstance(call.func, ast.Attribute):
        return _put(code, call.func, f"{_source(code, call.func.value)}.{name}")
    return _put(code, call.func, name)


def _print_statement(code: str, call: ast.Call) -> Edit | None:
    if _source(code, call.func) != "print" or call.keywords or not call.args or call.lineno != call.end_lineno:
        return None
    return _put(code, call, "print " + ", ".join(_source(code, node) for node in call.args))


def _with(codes: Codes, index: int, edits: Sequence[Edit]) -> Codes:
    return _replaced(codes, index, apply_fixes(codes[index], edits))


def _replaced(codes: Codes, index: int, code: str) -> Codes:
    return (*codes[:index], code, *codes[index + 1 :])
