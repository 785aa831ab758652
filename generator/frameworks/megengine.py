"""MegEngine, and megengine.hub."""

import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

from generator.frameworks.framework import Archives, Framework, Loader, Scaffold
from generator.frameworks.kernel_environment import KernelEnvironment

_ARCHIVE = re.compile(
    r"https://(?:github\.com/(?=[\w.-]+/[\w.-]+/archive/.+\.zip$)|codeload\.github\.com/(?=[\w.-]+/[\w.-]+/zip/))"
    r"(?P<repository>[\w.-]+/[\w.-]+)/.+",
    re.IGNORECASE,
)


def measured(values: list[Any]) -> tuple[int | None, int | None]:
    """Parameters of the modules, each once, and the GPU's memory."""
    import math

    import megengine  # type: ignore[import-not-found]
    import megengine.module  # type: ignore[import-not-found]

    seen: dict[int, Any] = {}
    for value in values:
        if isinstance(value, megengine.module.Module):
            seen.update((id(parameter), parameter) for parameter in value.parameters())
    sizes = [math.prod(int(number) for number in parameter.shape) for parameter in seen.values()]
    on_gpu = megengine.is_cuda_available()
    return sum(sizes) if seen else None, int(megengine.device.get_max_reserved_memory("gpu0")) if on_gpu else None


def has_gpu() -> bool:
    """It counts those as well that it was not built for, and then fails at every tensor: so it has to compute."""
    import megengine

    return bool(megengine.is_cuda_available()) and float(megengine.tensor([1.0], device="gpu0").sum().numpy()) == 1.0


def hub_module(repository: str) -> Any:
    """As megengine.hub imports it."""
    from megengine import hub

    return hub.import_module(repository, git_host="github.com")


def import_hubconf(repository: Path) -> ModuleType:
    """As megengine.hub does, in its own folder. Pages of a repository with relative paths have to see to that."""
    import os
    import sys

    from megengine.hub.const import HUBCONF  # type: ignore[import-not-found]
    from megengine.hub.tools import load_module  # type: ignore[import-not-found]

    os.chdir(repository)
    sys.path.insert(0, str(repository))
    module: ModuleType = load_module(HUBCONF, str(repository / HUBCONF))
    sys.path.remove(str(repository))
    return module


def weights_of(entry: Any) -> list[str]:
    """The URLs in an entry's hub.pretrained decorators, which their wrappers keep in their closures."""
    from megengine.hub import pretrained  # type: ignore[import-not-found]

    found = []
    while entry is not None:
        for cell in getattr(entry, "__closure__", None) or ():
            if isinstance(cell.cell_contents, pretrained):
                found.append(str(cell.cell_contents.url))
        entry = getattr(entry, "__wrapped__", None)
    return found


def take_note(folder: Path) -> Mapping[str, str]:
    """Let entries that others are built on stay random with ``pretrained=True``.

    SimpleBaseline, for one, loads the published weights of its backbone whether or not it is given its own.
    """
    import functools

    import megengine

    needed: dict[str, str] = {}
    decorate = megengine.hub.pretrained.__call__

    def decorate_offline(decorator: Any, function: Callable[..., Any]) -> Callable[..., Any]:
        published = decorate(decorator, function)

        @functools.wraps(published)
        def entry(pretrained: bool = False, **kwargs: Any) -> Any:
            model = published(**kwargs)
            if pretrained:
                needed[decorator.url] = needed.get(decorator.url, f"needed-{len(needed)}.pkl")
                megengine.save(model.state_dict(), str(folder / needed[decorator.url]))
            return model

        return entry

    megengine.hub.pretrained.__call__ = decorate_offline
    return needed


def build(
    entry: Any, arguments: Sequence[Any], named: Mapping[str, Any], seed: int, folder: Path, notes: Mapping[str, str]
) -> str:
    """Without its weights, whatever the page calls it with."""
    import random

    import megengine
    import numpy  # type: ignore[import-not-found,unused-ignore]

    # At the default level some operations give wrong numbers on a CPU, and not the same ones each time.
    megengine.config.async_level = 0
    random.seed(seed)
    numpy.random.seed(seed)
    megengine.random.seed(seed)
    model = entry(pretrained=False)
    if not isinstance(model, megengine.module.Module):
        return f"it returns {type(model).__name__}, which is no Module"
    megengine.save(model.state_dict(), str(folder / "weights.pkl"))
    return ""


_SAMPLE = """\
```python
from megengine import hub

model = hub.load("{repository}", "{entry}", pretrained=True)
model.eval()
```
"""

_SNIPPET = """\
```python
import urllib.request

import cv2
import megengine
import megengine.functional as F
import numpy as np

urllib.request.urlretrieve("https://data.megengine.org.cn/images/cat.jpg", "cat.jpg")
picture = cv2.imread("cat.jpg")  # (height, width, 3), BGR, 0-255

# Resize, normalise and turn into (1, 3, 224, 224)
resized = cv2.resize(picture, (224, 224)).astype("float32")
normalised = (resized - [103.53, 116.28, 123.675]) / [57.375, 57.12, 58.395]
batch = normalised.transpose(2, 0, 1)[np.newaxis].astype("float32")

probabilities = F.softmax(model(megengine.tensor(batch))).numpy()[0]
for i in np.argsort(-probabilities)[:5]:
    print(f"class {i}: {probabilities[i]:.3f}")
```
"""

_PACKAGES = "pip install MegEngine==1.13.0 numpy==1.23.5 opencv-python==4.10.0.84\n"

_OWN_PACKAGES = f"""\
```shell
pip install "setuptools<81" wheel Cython
{_PACKAGES}pip install ftfy regex tabulate tqdm
pip install --no-build-isolation youtokentome==1.0.6
```
"""
"""What the hubconf.py of MegEngine's own repository imports."""

FRAMEWORK = Framework(
    name="megengine",
    title="MegEngine",
    package="megengine",
    distribution="megengine",
    environment=KernelEnvironment(
        name="MegEngine",
        pythons=("3.10",),
        folder=".venv-megengine",
        requirements="megengine.txt",
        build="megengine-build.txt",
        disk_bytes=2_000_000_000,
    ),
    home_variable="MGE_HOME",
    home="mge",
    loader=Loader(
        module="megengine.hub",
        repository="repo_info",
        entry="entry",
        modules=frozenset({"import_module"}),
        options=frozenset({"git_host", "use_cache", "commit", "protocol"}),
        returns_networks=True,
        usual={"commit": None, "git_host": "github.com"},
    ),
    archives=Archives("https://github.com/{owner}/{name}/archive/{ref}.zip", ("master",), _ARCHIVE),
    tensors=frozenset({"megengine"}),
    tensor="megengine.tensor",
    imports={
        "mge": "import megengine as mge",
        "megengine": "import megengine",
        "F": "import megengine.functional as F",
        "M": "import megengine.module as M",
        "T": "import megengine.data.transform as T",
        "hub": "from megengine import hub",
        "jit": "from megengine import jit",
    },
    devices=(("xpux", "xpux", "ask for the default device"), ("cpu0", "cpux", "ask for the CPU")),
    transforms="megengine.data.transform.",
    scaffold=Scaffold(
        repository="megengine/models",
        author="MegEngine Team",
        license="Apache-2.0",
        entry="resnet18",
        sample=_SAMPLE,
        snippet=_SNIPPET,
        installation=f"```shell\n{_PACKAGES}```\n",
        own_installation=_OWN_PACKAGES,
    ),
    measured=measured,
    has_gpu=has_gpu,
    hub_module=hub_module,
    import_hubconf=import_hubconf,
    weights_of=weights_of,
    take_note=take_note,
    build=build,
    download_errors=frozenset({"megengine.hub.exceptions.FetcherError"}),
    unpublished="{entry} has no hub.pretrained decorator that says where its weights are",
)
