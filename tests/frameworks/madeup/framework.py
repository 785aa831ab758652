"""tinynet, and tinynet.hub: all that hubpages has to know of it."""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

from generator.frameworks.framework import Archives, Framework, Loader, Scaffold
from generator.frameworks.kernel_environment import KernelEnvironment


def measured(values: list[Any]) -> tuple[int | None, int | None]:
    """Of its layers; and what pages say that they hold of a GPU."""
    import tinynet

    sizes = {id(value): value.weight.size for value in values if isinstance(value, tinynet.Layer)}
    return sum(sizes.values()) if sizes else None, tinynet.held


def has_gpu() -> bool:
    """Where the driver is faked as well."""
    import os

    return "FAKED_GPUS" in os.environ and bool(os.environ.get("CUDA_VISIBLE_DEVICES"))


def hub_module(repository: str) -> Any:
    """As its hub does."""
    from tinynet import hub

    return hub.module_of(repository)


def import_hubconf(repository: Path) -> ModuleType:
    """Likewise."""
    import importlib.util

    spec = importlib.util.spec_from_file_location("hubconf", repository / "hubconf.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def weights_of(entry: Any) -> list[str]:
    """An attribute of the function."""
    return [entry.weights] if hasattr(entry, "weights") else []


def take_note(folder: Path) -> Mapping[str, str]:
    """Nothing is loaded where a model is built."""
    return {}


def build(
    entry: Any, arguments: Sequence[Any], named: Mapping[str, Any], seed: int, folder: Path, notes: Mapping[str, str]
) -> str:
    """With random weights."""
    import numpy

    numpy.random.seed(seed)
    with (folder / "weights.pkl").open("wb") as file:
        numpy.save(file, entry().weight)
    return ""


FRAMEWORK = Framework(
    name="tinynet",
    title="TinyNet",
    package="tinynet",
    distribution="tinynet",
    environment=KernelEnvironment("TinyNet", ("3.10",), ".venv-tinynet"),
    home_variable="TINYNET_HOME",
    home="tinynet",
    loader=Loader(module="tinynet.hub", repository="repository", entry="name"),
    archives=Archives(
        "https://github.com/{owner}/{name}/archive/refs/heads/{ref}.zip",
        ("trunk",),
        re.compile(r"https://github\.com/(?P<repository>[\w.-]+/[\w.-]+)/archive/refs/heads/.+\.zip"),
    ),
    imports={"tinynet": "import tinynet"},
    scaffold=Scaffold(
        repository="tiny/models",
        author="Tiny",
        license="MIT",
        entry="line",
        sample='```python\nfrom tinynet import hub\n\nmodel = hub.load("{repository}", "{entry}")\n```\n',
        snippet="```python\nimport numpy\n\nprint(model(numpy.ones((1, 2))).shape)\n```\n",
        installation="```shell\npip install tinynet\n```\n",
    ),
    measured=measured,
    has_gpu=has_gpu,
    hub_module=hub_module,
    import_hubconf=import_hubconf,
    weights_of=weights_of,
    take_note=take_note,
    build=build,
    unpublished="{entry} has no attribute `weights`",
)
