"""Multiply-adds and activations of a hub's models, counted where MegEngine would compute them.

Run by the kernel environment's Python, on the archive of a model repository:

    .venv-megengine/bin/python -B benchmarks/costs/count.py master.zip --subjects benchmarks/costs/Models/subjects.json

That file says which entries there are, and what each is given. Weights play no part, so none are loaded and no network
is needed; `--only NAME` counts entries whose names have that in them.
"""

import argparse
import functools
import importlib
import inspect
import json
import math
import os
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zipfile import ZipFile


@dataclass
class Count:
    """What one call of a model takes."""

    flops: int = 0
    """Multiply-adds of convolutions, transposed ones too, and of products of matrices, those of attention among them.
    A multiplication and the addition behind it are one; nothing else is counted."""
    activations: int = 0
    """Elements of what convolutions return, transposed ones too."""


def without_computing(function: Callable[..., Any]) -> Callable[..., Any]:
    """A convolution that returns zeros of the right shape: MegEngine is asked for that with a single channel.

    Nobody looks at the values, and those of a detector in grouped convolutions take minutes on a CPU.
    """
    import megengine.functional as F  # type: ignore[import-not-found]  # noqa: N812

    signature = inspect.signature(function)

    @functools.wraps(function)
    def returning_zeros(*arguments: Any, **named: Any) -> Any:
        given = signature.bind(*arguments, **named).arguments
        inputs, weight = given["inp"], given["weight"]
        window = F.zeros((1, 1, *shape_of(weight)[-2:]))
        thin = function(**{**given, "inp": inputs[:, :1], "weight": window, "bias": None, "groups": 1})
        number, _, *sides = shape_of(thin)
        return F.zeros((number, math.prod(shape_of(weight)[:-3]), *sides))

    return returning_zeros


def of_convolution(count: Count, returned: Any, _inputs: Any, weight: Any, *_: Any) -> None:
    """Each element of the output is a sum over the input channels of its group and the window."""
    count.flops += size_of(returned) * math.prod(shape_of(weight)[-3:])
    count.activations += size_of(returned)


def of_transposed(count: Count, returned: Any, inputs: Any, weight: Any, *_: Any) -> None:
    """Each element of the input is added to the output channels of its group within the window."""
    count.flops += size_of(inputs) * math.prod(shape_of(weight)[-3:])
    count.activations += size_of(returned)


def of_product(count: Count, returned: Any, first: Any, _second: Any, transpose_a: bool, *_: Any) -> None:
    """Each element of the output is a sum along the axis that both matrices share."""
    shape = shape_of(first)
    count.flops += size_of(returned) * shape[-2 if transpose_a and len(shape) > 1 else -1]


COUNTED: Mapping[str, Sequence[tuple[str, Callable[..., None]]]] = {
    "megengine.functional.nn": [("conv2d", of_convolution), ("conv_transpose2d", of_transposed)],
    "megengine.functional.quantized": [("conv_bias_activation", of_convolution)],
    "megengine.core.tensor.array_method": [("_matmul", of_product)],
}
"""By module, the functions that all modules of MegEngine come down to: what calls them by itself is counted as well."""


def shape_of(tensor: Any) -> tuple[int, ...]:
    """Its shape, as whole numbers."""
    return tuple(int(side) for side in tensor.shape)


def size_of(tensor: Any) -> int:
    """How many elements it has."""
    return math.prod(shape_of(tensor))


@contextmanager
def counting() -> Iterator[Count]:
    """Count what is computed meanwhile."""
    count = Count()
    replaced: list[tuple[Any, str, Any]] = []
    for module, functions in COUNTED.items():
        for name, of in functions:
            function = getattr(sys.modules[module], name)
            counted = counted_by(count, of, without_computing(function) if name == "conv2d" else function)
            # Who imported a function by its name has it under that name.
            for holder in list(sys.modules.values()):
                for own, value in list(vars(holder).items()) if hasattr(holder, "__dict__") else ():
                    if value is function:
                        replaced.append((holder, own, value))
                        setattr(holder, own, counted)
    try:
        yield count
    finally:
        for holder, own, value in replaced:
            setattr(holder, own, value)


def counted_by(count: Count, of: Callable[..., None], function: Callable[..., Any]) -> Callable[..., Any]:
    """The same function, counting: what counts gets all that it takes, in order, however it was called."""
    signature = inspect.signature(function)

    def counted(*arguments: Any, **named: Any) -> Any:
        returned = function(*arguments, **named)
        given = signature.bind(*arguments, **named)
        given.apply_defaults()
        of(count, returned, *given.arguments.values())
        return returned

    return counted


def cost_of(hubconf: Any, subject: Mapping[str, Any]) -> Count:
    """What a subject takes.

    Args:
        hubconf: the repository's module of entries.
        subject: `entry`, or `config`, the module of a configuration where no entry builds what it says; `inputs`,
            shapes or values of what is given in this order; and perhaps `method`, what is called in place of the
            model, and `attributes`, what is set on its parts before.
    """
    import megengine  # type: ignore[import-not-found]

    if "config" in subject:
        model = from_configuration(subject["config"])
    else:
        model = getattr(hubconf, subject["entry"])(pretrained=False)
    model.eval()
    for path, value in subject.get("attributes", {}).items():
        *parts, name = path.split(".")
        owner = model
        for part in parts:
            owner = getattr(owner, part)
        setattr(owner, name, value)
    call = getattr(model, subject["method"]) if "method" in subject else model
    inputs = [tensor_of(each, megengine) for each in subject["inputs"]]
    with counting() as count:
        call(*inputs)
    return count


def from_configuration(module: str) -> Any:
    """The network of a detector's configuration, by the name of its module in the repository."""
    told = importlib.import_module(module)
    configuration = told.Cfg()
    configuration.backbone_pretrained = False
    return told.Net(configuration)


def tensor_of(told: Any, megengine: Any) -> Any:
    """A tensor of the shape and type that are told, each element the same; or the value itself."""
    import numpy  # type: ignore[import-not-found,unused-ignore]

    if "shape" in told:
        filled = numpy.full(told["shape"], told.get("of", 0.5), told.get("type", "float32"))
        return megengine.tensor(filled)
    value = told["value"]
    return megengine.tensor(numpy.array(value, told.get("type", "float32"))) if isinstance(value, list) else value


def load_no_weights() -> None:
    """Leave models as they are built: some load their backbone's weights whether or not they are given their own."""
    import megengine

    megengine.hub.hub.load_serialized_obj_from_url = lambda *_, **__: {}
    megengine.module.Module.load_state_dict = lambda *_, **__: None


def join_anything() -> None:
    """Let tensors be joined with numbers and tuples of numbers, which MegEngine 1.13.0 refuses and BERT's code does."""
    import megengine
    import megengine.functional as F  # type: ignore[import-not-found]  # noqa: N812

    concat = F.concat

    def concat_anything(inputs: Sequence[Any], axis: int = 0, device: Any = None) -> Any:
        of_numbers = functools.partial(megengine.tensor, dtype="int32")
        tensors = [each if isinstance(each, megengine.Tensor) else of_numbers(each).reshape(-1) for each in inputs]
        return concat(tensors, axis=axis, device=device)

    F.concat = concat_anything


def name_dimshuffle() -> None:
    """Let tensors be transposed by a name that MegEngine 1.13.0 lacks, and the code of FReLU and WeightNet uses."""
    import megengine

    megengine.Tensor.dimshuffle = megengine.Tensor.transpose


def import_hubconf(archive: Path, folder: Path) -> Any:
    """The module that lists the entries of an archived repository, unpacked into a folder."""
    with ZipFile(archive) as repository:
        repository.extractall(folder)
        root = folder / repository.namelist()[0].split("/")[0]
    sys.path.insert(0, str(root))
    os.chdir(root)  # FReLU's looks for its modules where Python was started
    import hubconf  # type: ignore[import-not-found]

    return hubconf


def main(arguments: Sequence[str]) -> None:
    """Print what each subject takes, as JSON."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("archive", type=Path, help="the model repository, as a .zip file")
    parser.add_argument("--subjects", type=Path, required=True, help="the entries, and what each is given, as JSON")
    parser.add_argument("--only", default="", metavar="NAME")
    given = parser.parse_args(arguments)
    subjects = json.loads(given.subjects.read_text(encoding="utf-8"))
    import megengine

    # At the default level some operations give wrong numbers on a CPU.
    megengine.config.async_level = 0
    load_no_weights()
    join_anything()
    name_dimshuffle()
    with ZipFile(given.archive) as archive:
        revision = archive.comment.decode("ascii")  # where GitHub made it, the commit
    # Some models print while they are built.
    with tempfile.TemporaryDirectory(prefix="costs-") as folder, redirect_stdout(sys.stderr):
        hubconf = import_hubconf(given.archive, Path(folder))
        costs = {}
        for name, subject in subjects.items():
            if given.only in name:
                print(name, file=sys.stderr, flush=True)
                count = cost_of(hubconf, subject)
                costs[name] = {"flops": count.flops, "activations": count.activations}
    print(json.dumps({"revision": revision, "costs": costs}, indent=1))


if __name__ == "__main__":
    main(sys.argv[1:])
