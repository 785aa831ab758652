"""Recorded, replayed, stood in for: what snippets download, from the command line."""

import functools
import http.server
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from generator.assets.lock import add_asset, read_lock, write_lock
from generator.assets.proxy import ReplayProxy
from generator.assets.store import Store
from tests import zoo
from tests.end_to_end.seeds import SEEDS
from tests.kernels import a_hub_root, hubpages
from tests.pages import a_page, write
from tests.rendering.sites import Elements


@pytest.fixture(scope="module")
def unpublished(zoo_root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A zoo whose archive is at hand and whose weights are not."""
    root = zoo.copy_hub_root(zoo_root, tmp_path_factory.mktemp("unpublished") / "root")
    kept = [asset for asset in read_lock(root / "hub.lock").values() if "/weights/" not in asset.url]
    write_lock(root / "hub.lock", kept)
    assert hubpages("-C", root, "assets", "prune").status == 0
    write(root, freeanchor=SEEDS["freeanchor"])
    return root


@pytest.fixture
def host(tmp_path: Path) -> Iterator[tuple[str, Path, http.server.ThreadingHTTPServer]]:
    """A web server on loopback: its address, its folder and itself."""
    folder = tmp_path / "www"
    folder.mkdir()
    handler = functools.partial(http.server.SimpleHTTPRequestHandler, directory=str(folder))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/", folder, server
    server.shutdown()
    server.server_close()


def test_page_runs_with_stand_in_weights_and_says_so(unpublished: Path) -> None:
    """Without the published weights the page fails; with stand-ins it passes, and evidence and card say of what."""
    root = unpublished
    called = hubpages("-C", root, "verify", "--assets", "replay", "--weights", "standin", "--format", "json")
    run = called.run_of("freeanchor")
    assert (run["verdict"], run["weights"]) == ("passed", "standin"), called.err
    assert [asset["standin"] for asset in run["assets"] if "/weights/" in asset["url"]] == [True]
    again = hubpages("-C", root, "verify", "--assets", "replay", "--weights", "standin")
    assert "1 of them passed before" in again.err
    assert "… " not in again.err, "neither the page nor the entries that it offers need a kernel again"
    assert hubpages("-C", root, "build").status == 0
    card = Elements((root / "site/en/models/freeanchor/index.html").read_text(encoding="utf-8"))
    assert "results not checked: random weights" in card.text
    assert ": published weights" not in card.text
    assert "权重是随机的" in (root / "site/zh/index.html").read_text(encoding="utf-8")
    # A pass with stand-ins says nothing of the published weights, and none of these is served for them.
    published = hubpages("-C", root, "verify", "--assets", "replay", "--format", "json").run_of("freeanchor")
    assert (published["verdict"], published["cause"]) == ("failed", "asset")


def test_stand_ins_are_made_once_and_the_same_each_time(unpublished: Path, zoo_root: Path, tmp_path: Path) -> None:
    """From the archive alone, and never under the published lock."""
    root = unpublished
    assert hubpages("-C", root, "assets", "standin", "megengine/models").status == 0
    first = (root / ".hub" / "standins.lock").read_text(encoding="utf-8")
    other = zoo.copy_hub_root(zoo_root, tmp_path / "other")
    write(other, freeanchor=SEEDS["freeanchor"])
    assert hubpages("-C", other, "assets", "standin").status == 0
    assert (other / ".hub" / "standins.lock").read_text(encoding="utf-8") == first
    assert "/weights/" not in (root / "hub.lock").read_text(encoding="utf-8")


def test_stand_ins_are_made_of_what_is_recorded(unpublished: Path, tmp_path: Path) -> None:
    """On a fresh checkout there is no lock: the archive is recorded first. The host is a proxy that replays the zoo."""
    (tmp_path / "fresh").mkdir()
    root = a_hub_root(tmp_path / "fresh")
    for page in (unpublished / "hub_pages").glob("*.md"):
        shutil.copy(page, root / "hub_pages")
    store = Store(unpublished / ".hub" / "assets")
    with ReplayProxy.start(unpublished / "hub.lock", store, tmp_path / "host") as host:
        environ = host.environment_for("upstream")
        options = ("--assets", "record", "--weights", "standin", "--format", "json")
        called = hubpages("-C", root, "verify", *options, **environ)
    assert called.status == 0, called.err
    assert {run["weights"] for run in called.json["runs"]} == {"standin"}
    assert zoo.ARCHIVE_URL in (root / "hub.lock").read_text(encoding="utf-8")


def test_whatever_a_page_loads_has_a_stand_in(unpublished: Path, tmp_path: Path) -> None:
    """Also a model that a later snippet loads, and the backbone that this model loads by itself."""
    load = 'from megengine import hub\nhub.load("megengine/models", "{}", pretrained=True)\nprint("loaded")'
    page = a_page(load.format("simplebaseline_res50"), sample=load.format("resnet18"))
    pages = write(tmp_path, loads=page)
    replay = ("verify", pages, "--assets", "replay", "--weights", "standin", "--format", "json")
    run = hubpages("-C", unpublished, *replay).run_of("loads")
    assert (run["verdict"], run["reason"]) == ("passed", "")
    files = {asset["url"].rpartition("/")[2].partition("_")[0] for asset in run["assets"] if asset["standin"]}
    assert files == {"resnet18", "resnet50", "simplebaseline"}


def test_only_what_is_run_gets_a_stand_in(unpublished: Path, zoo_root: Path, tmp_path: Path) -> None:
    """What a sample offers in comments is built where variants are run; each is told before it is built."""
    root = zoo.copy_hub_root(zoo_root, tmp_path / "root")
    sample = 'from megengine import hub\nmodel = hub.load("megengine/models", "resnet18", pretrained=True)\n'
    write(
        root,
        offers=a_page("model.eval()", sample=sample + '# hub.load("megengine/models", "resnet34", pretrained=True)'),
    )
    replay = ("-C", root, "verify", "--assets", "replay", "--weights", "standin", "--variants")
    for variants, number in (("entry", 1), ("none", 0)):
        called = hubpages(*replay, variants)
        assert called.status == 0, called.err
        told = [line for line in called.err.splitlines() if line.startswith("stand-in weights for ")]
        assert told == ["stand-in weights for resnet18 of megengine/models (1 of 1)…"][:number]
        assert len(read_lock(root / ".hub" / "standins.lock")) == 1
    assert "stand-in weights for resnet34 of megengine/models (1 of 1)…" in hubpages(*replay, "run").err
    assert len(read_lock(root / ".hub" / "standins.lock")) == 2


def test_what_waits_for_a_gpu_gets_no_stand_in_on_a_cpu(unpublished: Path, zoo_root: Path, tmp_path: Path) -> None:
    """It is skipped there, and its model may be one of gigabytes."""
    root = zoo.copy_hub_root(zoo_root, tmp_path / "root")
    load = 'hub.load("megengine/models", "{}", pretrained=True)'
    snippet = "<!-- verify: device=gpu -->\n\n```python\n" + load.format("resnet34") + "\n```"
    sample = "from megengine import hub\nmodel = " + load.format("resnet18")
    write(root, waits=a_page(zh=snippet, en=None, sample=sample))
    called = hubpages(
        "-C", root, "verify", "--assets", "replay", "--weights", "standin", "--device", "cpu", "--variants", "none"
    )
    assert called.status == 0, called.err
    assert "stand-in weights for resnet18 of megengine/models (1 of 1)…" in called.err
    assert len(read_lock(root / ".hub" / "standins.lock")) == 1


def test_stand_ins_need_a_proxy(tmp_path: Path) -> None:
    """Live downloads come as they are."""
    write(a_hub_root(tmp_path), tiny=a_page())
    called = hubpages("-C", tmp_path, "verify", "--weights", "standin")
    assert called.status == 2
    assert "--assets replay" in called.err


def test_what_was_recorded_is_replayed_without_its_host(
    tmp_path: Path, host: tuple[str, Path, http.server.ThreadingHTTPServer]
) -> None:
    """And a file that changed since is a finding until it is accepted."""
    address, folder, server = host
    (folder / "numbers.txt").write_text("1 2 3", encoding="utf-8")
    root = a_hub_root(tmp_path)
    fetch = f"import urllib.request\nprint(urllib.request.urlopen('{address}numbers.txt').read().decode())"
    write(root, tiny=a_page(fetch))
    recorded = hubpages("-C", root, "verify", "--assets", "record")
    assert recorded.status == 0, recorded.err
    (asset,) = read_lock(root / "hub.lock").values()
    (folder / "numbers.txt").write_text("1 2 3 4", encoding="utf-8")
    changed = hubpages("-C", root, "verify", "--assets", "record")
    assert changed.status == 1
    assert f"changed upstream: {asset.url} was sha256 {asset.sha256}" in changed.err
    assert hubpages("-C", root, "verify", "--assets", "record", "--accept-changes").status == 0
    server.shutdown()
    run = hubpages("-C", root, "verify", "--assets", "replay", "--format", "json").run_of("tiny")
    assert run["verdict"] == "passed"
    assert run["snippets"][1]["outputs"][0]["data"] == "1 2 3 4\n"


def test_file_that_is_gone_from_its_host_is_named(
    tmp_path: Path, host: tuple[str, Path, http.server.ThreadingHTTPServer]
) -> None:
    """Link rot is the asset's fault, not the page's."""
    root = a_hub_root(tmp_path)
    write(root, tiny=a_page(f"import urllib.request\nurllib.request.urlretrieve('{host[0]}nothing.txt', 'x')"))
    run = hubpages("-C", root, "verify", "--assets", "record", "--format", "json").run_of("tiny")
    assert (run["verdict"], run["cause"]) == ("failed", "asset")
    assert "nothing.txt" in run["reason"]
    assert "404" in run["reason"]
    assert not read_lock(root / "hub.lock")


def test_file_that_is_no_longer_the_locked_one_is_not_served(
    tmp_path: Path, host: tuple[str, Path, http.server.ThreadingHTTPServer]
) -> None:
    """Evidence names the locked digest, so nothing else may be what ran: it is the asset that is at fault."""
    root = a_hub_root(tmp_path)
    write(root, tiny=a_page("import urllib.request\nurllib.request.urlretrieve('https://w.invalid/x', 'x')"))
    (tmp_path / "x").write_text("weights", encoding="utf-8")
    hubpages("-C", root, "assets", "add", "https://w.invalid/x", tmp_path / "x")
    replay = ("-C", root, "verify", "--assets", "replay", "--fresh", "--format", "json")
    assert hubpages(*replay).status == 0
    path = Store(root / ".hub" / "assets").path_of(read_lock(root / "hub.lock")["https://w.invalid/x"].sha256)
    path.chmod(0o644)
    with path.open("a", encoding="utf-8") as file:
        file.write("appended")
    run = hubpages(*replay).run_of("tiny")
    assert (run["verdict"], run["cause"]) == ("failed", "asset")
    assert "https://w.invalid/x" in run["reason"]
    assert "hubpages assets verify" in run["reason"]


def test_damage_is_found_and_what_no_lock_names_is_deleted(tmp_path: Path) -> None:
    """Bit rot fails `assets verify`; `assets prune` deletes nothing that is needed."""
    for name in ("kept", "dropped"):
        (tmp_path / name).write_text(name, encoding="utf-8")
        hubpages("-C", tmp_path, "assets", "add", f"https://example.org/{name}", tmp_path / name)
    locked = read_lock(tmp_path / "hub.lock")
    write_lock(tmp_path / "hub.lock", [locked["https://example.org/kept"]])
    store = Store(tmp_path / ".hub" / "assets")
    assert "1 file" in hubpages("-C", tmp_path, "assets", "prune").err
    assert not store.has(locked["https://example.org/dropped"].sha256)
    assert hubpages("-C", tmp_path, "assets", "verify").status == 0
    path = store.path_of(locked["https://example.org/kept"].sha256)
    path.chmod(0o644)
    path.write_text("kepT", encoding="utf-8")
    called = hubpages("-C", tmp_path, "assets", "verify")
    assert called.status == 1
    assert "https://example.org/kept" in called.err


def test_damaged_stand_in_is_told_with_its_own_cure(tmp_path: Path) -> None:
    """Nobody can fetch it; one that is lost is made anew without a word."""
    store, overlay = Store(tmp_path / ".hub" / "assets"), tmp_path / ".hub" / "standins.lock"
    for name in ("spoiled", "lost"):
        (tmp_path / name).write_text(name, encoding="utf-8")
        asset = add_asset(f"https://example.org/{name}", tmp_path / name, overlay, store)
        store.path_of(asset.sha256).unlink()
        if name == "spoiled":
            store.path_of(asset.sha256).write_text("appended", encoding="utf-8")
    called = hubpages("-C", tmp_path, "assets", "verify")
    assert called.status == 1
    assert "the stand-in for https://example.org/spoiled is not what was made: delete " in called.err
    assert "lost" not in called.err


def test_broken_lock_is_told_and_nothing_is_lost(tmp_path: Path) -> None:
    """Whatever the command, with status 2."""
    (tmp_path / "hub.lock").write_text("not a lock", encoding="utf-8")
    (tmp_path / "file").write_text("x", encoding="utf-8")
    for arguments in (["list"], ["verify"], ["prune"], ["add", "https://example.org/x", str(tmp_path / "file")]):
        called = hubpages("-C", tmp_path, "assets", *arguments)
        assert (called.status, "hub.lock" in called.err) == (2, True), called.err
    assert (tmp_path / "hub.lock").read_text(encoding="utf-8") == "not a lock"
