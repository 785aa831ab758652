"""PyTorch: pages for it beside pages for MegEngine, with stand-ins of a repository that loads weights in many ways."""

import json
from pathlib import Path
from zipfile import ZipFile

import pytest

from generator.assets.lock import read_lock
from generator.assets.store import Store
from tests.kernels import KERNEL_PYTHON, ROOT, Called, hubpages
from tests.pages import a_page, write

PYTHON = ROOT / ".venv-pytorch" / "bin" / "python"
pytestmark = [
    pytest.mark.skipif(not PYTHON.exists(), reason="no .venv-pytorch here: `make environment-pytorch` sets it up"),
    pytest.mark.xdist_group("pytorch"),
]

HUB = f"""
[kernel]
python = "{KERNEL_PYTHON}"
[kernels.pytorch]
python = "{PYTHON}"
[verify]
assets = "replay"
weights = "standin"
"""
ARCHIVE = "https://github.com/owner/nets/zipball/main"
OF_MASTER = "https://github.com/owner/old/zipball/master"
AT_TAG = "https://github.com/owner/nets/zipball/v1.0"
_USE = "print(tuple(model(torch.ones(2, 3)).shape), sum(p.numel() for p in model.parameters()))"
_LOAD = 'import torch\nmodel = torch.hub.load("owner/nets"'
LOADS = {
    "at_a_tag": (
        'import torch\nmodel = torch.hub.load("owner/nets:v1.0", "net", pretrained=True, trust_repo=True)',
        _USE,
    ),
    "of_master": (_LOAD.replace("nets", "old") + ', "net", pretrained=True)', _USE),
    "spread": (f'{_LOAD}, model="net", **{{"pretrained": True, "width": 7}})', "print(model.weight.shape[1])"),
    "compared": (f'{_LOAD}, "checked", force_reload=True)', "print(model.weight.shape[0])"),
    "wrapped": (f'{_LOAD}, "wrapped")', "print(model.weight.shape[0])"),
    "two": (f'{_LOAD}, "two")', _USE),
    "scripted": (f'{_LOAD}, "scripted")', "print(model)"),
    "fails_late": (f'{_LOAD}, "fails_late")', "print(model)"),
    "ends": (f'{_LOAD}, "ends")', "print(model)"),
    "named_above": ('import torch\nname = "net"\nmodel = torch.hub.load("owner/nets", name, pretrained=True)', _USE),
    "computed": ('import torch\nmodel = [torch.hub.load("owner/nets", name) for name in ["net"]][0]', _USE),
}
VERDICTS = {
    "scripted": ("failed", "asset"),
    "fails_late": ("failed", "upstream"),
    "ends": ("failed", "page-or-upstream"),
}


def a_hub(folder: Path) -> Path:
    """One whose pages are for MegEngine unless they say something else."""
    (folder / "hub.toml").write_text(HUB, encoding="utf-8")
    with ZipFile(folder / "nets.zip", "w") as archive:
        archive.writestr("owner-nets-0a1b2c3/", "")
        archive.write(Path(__file__).with_name("torch_hubconf.py"), "owner-nets-0a1b2c3/hubconf.py")
    for url in (ARCHIVE, AT_TAG, OF_MASTER):
        assert hubpages("-C", folder, "assets", "add", url, folder / "nets.zip").status == 0
    return folder


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """With a page for each way to load, and one for MegEngine."""
    folder = a_hub(tmp_path_factory.mktemp("pytorch"))
    pages = {name: a_page(use, sample=load, stated="framework: pytorch") for name, (load, use) in LOADS.items()}
    write(folder, **pages, of_megengine=a_page("import megengine\nprint(megengine.tensor(1).item())"))
    return folder


@pytest.fixture(scope="module")
def verified(hub: Path) -> Called:
    """What came of all of them in one call."""
    return hubpages("-C", hub, "verify", "--format", "json")


@pytest.mark.parametrize("name", LOADS)
def test_page_gets_its_verdict(verified: Called, name: str) -> None:
    """Whichever way its weights come, random ones of the right shapes come instead; else it is said why not."""
    run = verified.run_of(name)
    assert (run["verdict"], run["cause"]) == VERDICTS.get(name, ("passed", None)), verified.err


def test_architecture_is_the_one_that_is_asked_for(verified: Called) -> None:
    """What else the entry is given decides what it builds, and so what its weights are."""
    printed = {name: verified.run_of(name)["snippets"][1]["outputs"] for name in ("named_above", "two", "spread")}
    assert {name: outputs[0]["data"] for name, outputs in printed.items()} == {
        "named_above": "(2, 4) 16\n",
        "two": "(2, 1) 21\n",
        "spread": "7\n",
    }
    assert verified.run_of("named_above")["facts"]["parameters"] == 16


def test_what_cannot_be_made_is_said_with_its_reason(verified: Called) -> None:
    """And a page whose model fails late comes as far as that."""
    assert "no stand-in weights for scripted of owner/nets: RuntimeError: its weights are a TorchScript" in verified.err
    assert "no_such_function" in verified.run_of("fails_late")["reason"]


def test_frameworks_are_each_run_in_their_own_environment(verified: Called) -> None:
    """Told before and beside the runs."""
    frameworks = {run["page"]: run["environment"]["framework"] for run in verified.json["runs"]}
    assert frameworks == {**dict.fromkeys(LOADS, "pytorch"), "of_megengine": "megengine"}
    assert "script to run on MegEngine 1.13.0, Python 3.10" in verified.err
    assert "scripts to run on PyTorch " in verified.err


def test_nothing_runs_twice(hub: Path, verified: Called) -> None:
    """What passed holds, whichever its framework."""
    again = hubpages("-C", hub, "verify", hub / "hub_pages" / "named_above.md", hub / "hub_pages" / "of_megengine.md")
    assert "2 of them passed before" in again.err


def test_same_bytes_twice(hub: Path, verified: Called, tmp_path: Path) -> None:
    """In another folder, at another time."""
    other = a_hub(tmp_path)
    load, use = LOADS["two"]
    write(other, two=a_page(use, sample=load, stated="framework: pytorch"))
    assert hubpages("-C", other, "assets", "standin").status == 0
    one, two = (read_lock(folder / ".hub" / "standins.lock") for folder in (hub, other))
    weights = {url for url in two if url.endswith(".pth")}
    assert weights == {"https://weights.example.org/net3.pth", "https://weights.example.org/head.pth"}
    assert {url: one[url] for url in weights} == {url: two[url] for url in weights}
    assert all(Store(other / ".hub" / "assets").has(two[url].sha256) for url in weights)


def test_entries_that_are_offered_are_looked_up(hub: Path) -> None:
    """In comments of the sample, as people write them."""
    offered = "".join(f'\n# model = torch.hub.load("owner/nets", "{name}")' for name in ("wrapped", "wraped"))
    load = f'{_LOAD}, "net"){offered}'
    write(hub, offers=a_page(_USE, sample=load, stated="framework: pytorch"))
    called = hubpages("-C", hub, "verify", hub / "hub_pages" / "offers.md", "--format", "json")
    told = {one["entry"]: one for one in json.loads(called.out)["entries"]}
    assert told["wrapped"]["verdict"] == "passed"
    assert "did you mean wrapped?" in told["wraped"]["reason"]
