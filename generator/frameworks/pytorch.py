"""PyTorch, and torch.hub."""

import json
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

from generator.frameworks.framework import Archives, Framework, Loader, Scaffold
from generator.frameworks.kernel_environment import KernelEnvironment

_ARCHIVE = re.compile(
    r"https://(?:github\.com/(?=[\w.-]+/[\w.-]+/zipball/)|codeload\.github\.com/(?=[\w.-]+/[\w.-]+/legacy\.zip/))"
    r"(?P<repository>[\w.-]+/[\w.-]+)/.+",
    re.IGNORECASE,
)


def measured(values: list[Any]) -> tuple[int | None, int | None]:
    """Parameters of the modules, each once, and the GPU's memory."""
    import torch  # type: ignore[import-not-found]

    seen: dict[int, Any] = {}
    for value in values:
        if isinstance(value, torch.nn.Module):
            seen.update((id(parameter), parameter) for parameter in value.parameters())
    sizes = [int(parameter.numel()) for parameter in seen.values()]
    on_gpu = torch.cuda.is_available()
    return sum(sizes) if seen else None, int(torch.cuda.max_memory_reserved(0)) if on_gpu else None


def has_gpu() -> bool:
    """It counts those as well that it was not built for, and then fails at every kernel: so it has to compute."""
    import torch

    return bool(torch.cuda.is_available()) and float(torch.ones(1, device="cuda").sum()) == 1.0


def hub_module(repository: str) -> Any:
    """As torch.hub imports it for its list of entries; it has no function that returns it."""
    import sys
    from pathlib import Path

    from torch import hub

    hub.list(repository, trust_repo=True)
    owner_and_name, _, ref = repository.partition(":")
    begin = "_".join([*owner_and_name.split("/"), ref.replace("/", "_")])
    folders = [one for one in sorted(Path(hub.get_dir()).iterdir()) if one.is_dir() and one.name.startswith(begin)]
    sys.path.insert(0, str(folders[0]))
    return __import__("hubconf")


def import_hubconf(repository: Path) -> ModuleType:
    """As torch.hub does: the repository comes first where modules are looked for, while its entries are listed."""
    import importlib.util
    import os
    import sys

    os.chdir(repository)
    # Its entries are called afterwards: what they import then is looked for there as well, as in torch.hub.load.
    sys.path.insert(0, str(repository))
    spec = importlib.util.spec_from_file_location("hubconf", repository / "hubconf.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def weights_of(entry: Any) -> list[str]:
    """None: an entry has its addresses in its code."""
    return []


class Weights(dict[Any, Any]):
    """Stands for a file of weights or a part of it: a module that loads it keeps what it has, which is noted."""

    def __init__(self, notes: Any, url: str, place: tuple[Any, ...] = ()) -> None:
        super().__init__()
        self.notes, self.url, self.place = notes, url, place

    def __getitem__(self, key: Any) -> Any:
        return Weights(self.notes, self.url, (*self.place, key))

    def __contains__(self, key: Any) -> bool:
        return True

    def __iter__(self) -> Iterator[Any]:
        self.notes.looked_at = self
        return iter(())

    def keys(self) -> Any:
        """Nothing: whoever renames them then loads an empty one."""
        self.notes.looked_at = self
        return {}.keys()

    def items(self) -> Any:
        """Likewise."""
        self.notes.looked_at = self
        return {}.items()

    def get(self, key: Any, default: Any = None) -> Any:
        """As if it were there."""
        return self[key]

    def pop(self, key: Any, *default: Any) -> Any:
        """Likewise."""
        return self[key]

    def copy(self) -> Any:
        """Itself: nothing changes it."""
        return self


class Notes(dict[str, str]):
    """Files of weights that were asked for, by URL, and what modules have in their place."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self.folder = folder
        self.loaded: dict[str, dict[Any, Any]] = {}
        self.paths: dict[str, str] = {}
        """Where such a file was downloaded to, and its URL."""
        self.placed: dict[str, str] = {}
        """URL to a path below the home folder: where the file has to be, as its digest is compared once downloaded."""
        self.looked_at: Any = None

    def weights(self, url: str) -> Any:
        """What stands for those at a URL."""
        self.setdefault(url, f"weights-{len(self)}.pkl")
        return Weights(self, url)

    def keep(self, weights: Any, module: Any) -> None:
        """Note what a module has, in the place of these."""
        tree = self.loaded.setdefault(weights.url, {})
        for key in weights.place:
            tree = tree.setdefault(key, {})
        tree.update((name, value.detach().clone()) for name, value in module.state_dict().items())
        self.looked_at = None

    def save(self) -> str:
        """Write all that modules loaded, and forget the rest; return why there is one, or nothing."""
        import torch

        unseen = [url for url in self if url not in self.loaded]
        for url in unseen:
            del self[url]
        for url, file in self.items():
            torch.save(self.loaded[url], self.folder / file)
        given = "cannot be seen: it gives it to no module's load_state_dict"
        return f"what it does with {unseen[0]} {given}" if unseen else ""


def take_note(folder: Path) -> Mapping[str, str]:
    """In place of each file of weights, let modules keep what they have."""
    import os
    from pathlib import Path
    from urllib.parse import urlparse

    import torch
    from torch.utils import model_zoo  # type: ignore[import-not-found]

    notes, load, load_state_dict = Notes(folder), torch.load, torch.nn.Module.load_state_dict

    def from_url(
        url: str,
        model_dir: Any = None,
        map_location: Any = None,
        progress: bool = True,
        check_hash: bool = False,
        file_name: Any = None,
        weights_only: bool = False,
    ) -> Any:
        if check_hash:
            folder = Path(model_dir or Path(torch.hub.get_dir()) / "checkpoints")
            path = folder / (file_name or Path(urlparse(url).path).name)
            notes.placed[url] = os.path.relpath(path, os.environ["TORCH_HOME"])
        return notes.weights(url)

    def to_file(url: str, dst: str, *arguments: Any, **named: Any) -> None:
        Path(dst).write_text(url)
        notes.paths[os.path.realpath(dst)] = url

    def from_file(f: Any, *arguments: Any, **named: Any) -> Any:
        path = getattr(f, "name", f)
        url = notes.paths.get(os.path.realpath(path)) if isinstance(path, str | os.PathLike) else None
        return notes.weights(url) if url else load(f, *arguments, **named)

    def into(module: Any, state_dict: Any, *arguments: Any, **named: Any) -> Any:
        weights = state_dict if isinstance(state_dict, Weights) else notes.looked_at
        if weights is None:
            return load_state_dict(module, state_dict, *arguments, **named)
        notes.keep(weights, module)
        return torch.nn.modules.module._IncompatibleKeys([], [])

    def of_script(f: Any, *arguments: Any, **named: Any) -> Any:
        raise RuntimeError("its weights are a TorchScript archive, which holds the model's code as well")

    torch.hub.load_state_dict_from_url = model_zoo.load_url = from_url
    torch.hub.download_url_to_file = to_file
    torch.load, torch.jit.load, torch.nn.Module.load_state_dict = from_file, of_script, into
    return notes


def build(
    entry: Any, arguments: Sequence[Any], named: Mapping[str, Any], seed: int, folder: Path, notes: Mapping[str, str]
) -> str:
    """As the page calls it; every file that is then asked for gets the random weights."""
    import random

    import torch

    random.seed(seed)
    try:
        import numpy  # type: ignore[import-not-found,unused-ignore]

        numpy.random.seed(seed)
    except ImportError:
        pass
    torch.manual_seed(seed)
    assert isinstance(notes, Notes)
    try:
        entry(*arguments, **named)
    except BaseException:
        notes.save()  # a page comes as far as this
        raise
    return notes.save()


def _asked_before(locked: Collection[str]) -> Mapping[str, bytes]:
    """That a main branch is called main, where it is, and that a ref is one of the repository's own."""
    refs: dict[str, list[str]] = {}
    for url in sorted(locked):
        repository, found, ref = url.partition("/zipball/")
        if found and _ARCHIVE.fullmatch(url):
            refs.setdefault(repository, []).append(ref)
    answers = {f"{repository}/tree/main/": b"main\n" for repository, known in refs.items() if "main" in known}
    for repository, known in refs.items():
        api = repository.replace("https://github.com/", "https://api.github.com/repos/")
        branches = [{"name": ref, "commit": {"sha": "0" * 40}} for ref in known]
        answers[f"{api}/branches?per_page=100&page=1"] = json.dumps(branches).encode()
    return answers


def _absent(locked: Collection[str]) -> Sequence[str]:
    """A branch called main, where the main branch is called master: torch.hub looks for the former first."""
    masters = (url.removesuffix("/zipball/master") for url in locked if url.endswith("/zipball/master"))
    return [f"{one}/tree/main/" for one in masters if f"{one}/zipball/main" not in locked]


_SAMPLE = """\
```python
import torch

model = torch.hub.load("{repository}", "{entry}", weights="DEFAULT")
model.eval()
```
"""

_SNIPPET = """\
```python
import urllib.request

import torch
from PIL import Image
from torchvision import transforms

urllib.request.urlretrieve("https://github.com/pytorch/hub/raw/master/images/dog.jpg", "dog.jpg")
picture = Image.open("dog.jpg").convert("RGB")

# Resize, normalise and turn into (1, 3, 224, 224)
preprocess = transforms.Compose(
    [
        transforms.Resize(256),
        transforms.CenterCrop(224),
        transforms.ToTensor(),
        transforms.Normalize([0.485, 0.456, 0.406], [0.229, 0.224, 0.225]),
    ]
)
batch = preprocess(picture).unsqueeze(0)

with torch.no_grad():
    probabilities = model(batch)[0].softmax(0)
for probability, index in zip(*probabilities.topk(5)):
    print(f"class {index}: {probability:.3f}")
```
"""

FRAMEWORK = Framework(
    name="pytorch",
    title="PyTorch",
    package="torch",
    distribution="torch",
    environment=KernelEnvironment(
        name="PyTorch",
        pythons=("3.11",),
        folder=".venv-pytorch",
        requirements="pytorch.txt",
        disk_bytes=6_000_000_000,
    ),
    home_variable="TORCH_HOME",
    home="torch",
    loader=Loader(
        module="torch.hub",
        repository="repo_or_dir",
        entry="model",
        source="source",
        options=frozenset({"source", "trust_repo", "force_reload", "verbose", "skip_validation"}),
        usual={"source": "github"},
        arguments_matter=True,
    ),
    archives=Archives("https://github.com/{owner}/{name}/zipball/{ref}", ("main", "master"), _ARCHIVE),
    tensors=frozenset({"torch"}),
    tensor="torch.from_numpy",
    imports={
        "torch": "import torch",
        "nn": "from torch import nn",
        "F": "import torch.nn.functional as F",
        "torchvision": "import torchvision",
        "transforms": "from torchvision import transforms",
        "hub": "from torch import hub",
    },
    devices=(("cpu", "cpu", "ask for the CPU"),),
    scaffold=Scaffold(
        repository="pytorch/vision",
        author="PyTorch Team",
        license="BSD-3-Clause",
        entry="resnet18",
        sample=_SAMPLE,
        snippet=_SNIPPET,
        installation="```shell\npip install torch torchvision pillow\n```\n",
    ),
    measured=measured,
    has_gpu=has_gpu,
    hub_module=hub_module,
    import_hubconf=import_hubconf,
    weights_of=weights_of,
    take_note=take_note,
    build=build,
    helpers=(Weights, Notes),
    trusted="hub/trusted_list",
    asked_before=_asked_before,
    absent=_absent,
)
