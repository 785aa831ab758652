"""Two pages in the words and with the faults of real ones, replayed against the zoo, then rendered."""

import json
from pathlib import Path

import jsonschema
import pytest

from tests import zoo
from tests.end_to_end.seeds import SEEDS, write_seeds
from tests.kernels import Called, hubpages
from tests.pages import line_of
from tests.rendering.sites import Elements

ERROR = {
    "type": "object",
    "required": ["name", "message", "lines"],
    "properties": {"name": {"type": "string"}, "lines": {"$ref": "#/$defs/lines"}},
}
SNIPPET = {
    "type": "object",
    "required": ["status", "lines", "seconds", "outputs", "error"],
    "properties": {
        "status": {"enum": ["passed", "failed", "not-run"]},
        "lines": {"$ref": "#/$defs/lines"},
        "seconds": {"type": "number"},
        "outputs": {"type": "array"},
        "error": {"anyOf": [{"type": "null"}, ERROR]},
    },
}
RUN = {
    "type": "object",
    "required": ["page", "languages", "verdict", "cause", "seconds", "environment", "assets", "snippets"],
    "properties": {"snippets": {"type": "array", "items": SNIPPET}},
}
SCHEMA = {
    "type": "object",
    "required": ["runs"],
    "properties": {"runs": {"type": "array", "items": RUN}},
    "$defs": {"lines": {"type": "object", "additionalProperties": {"type": "integer"}}},
}


@pytest.fixture(scope="module")
def root(zoo_root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A hub root that replays the zoo."""
    return zoo.copy_hub_root(zoo_root, tmp_path_factory.mktemp("seeds") / "root")


@pytest.fixture(scope="module")
def seeds(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The two pages, outside of the hub's root."""
    return write_seeds(tmp_path_factory.mktemp("pages"))


@pytest.fixture(scope="module")
def called(root: Path, seeds: Path) -> Called:
    """Both pages verified; the path is relative to where the command is called."""
    return hubpages("-C", root, "verify", seeds.name, "--assets", "replay", "--format", "json", cwd=seeds.parent)


def test_json_is_what_its_readers_expect(called: Called) -> None:
    """Every key and type of the report."""
    jsonschema.validate(called.json, SCHEMA)


def test_page_that_fits_the_models_passes(called: Called) -> None:
    """FreeAnchor's page runs through in one script for both languages."""
    run = called.run_of("freeanchor")
    assert (run["verdict"], run["cause"], run["languages"]) == ("passed", None, ["zh_CN", "en_US"])
    assert "Tensor" in run["snippets"][1]["outputs"][-1]["data"]


def test_page_that_is_out_of_date_fails_at_its_line_in_both_languages(called: Called) -> None:
    """Faster R-CNN's page sets inputs that models no longer have."""
    run, text = called.run_of("faster_rcnn"), SEEDS["faster_rcnn"]
    assert (run["verdict"], run["cause"]) == ("failed", "page")
    error = run["snippets"][1]["error"]
    culprit = 'model.inputs["image"].set_value(data)'
    assert error["name"] == "AttributeError"
    assert error["lines"] == {"zh_CN": line_of(text, culprit), "en_US": line_of(text, culprit, 2)}
    assert called.status == 1


def test_assets_that_were_used_are_on_record(called: Called) -> None:
    """Archive, weights and picture, each with its digest."""
    assets = called.run_of("freeanchor")["assets"]
    assert [asset["url"].rpartition("/")[2][:10] for asset in assets] == ["master.zip", "freeanchor", "cat.jpg"]
    assert all(asset["status"] == "served" and len(asset["sha256"]) == 64 for asset in assets)


def test_url_that_is_not_in_the_store_is_refused_and_named(root: Path, tmp_path: Path) -> None:
    """A page fails for want of an asset, also where it swallows the error; the URL is in the verdict."""
    from tests.pages import a_page, write

    url = "https://data.megengine.org.cn/images/dog.jpg"
    fetch = f"import urllib.request\nurllib.request.urlretrieve('{url}', 'dog.jpg')"
    swallow = (
        "import urllib.request\ntry:\n    urllib.request.urlopen('http://example.org/x')\nexcept OSError:\n    pass"
    )
    text = a_page(fetch)
    pages = write(tmp_path, asks=text, swallows=a_page(swallow))
    called = hubpages("-C", root, "verify", pages, "--assets", "replay", "--format", "json")
    asks, swallows = called.run_of("asks"), called.run_of("swallows")
    assert (asks["verdict"], asks["cause"]) == ("failed", "asset")
    assert url in asks["reason"]
    assert asks["snippets"][1]["error"]["lines"] == {
        "zh_CN": line_of(text, "urlretrieve"),
        "en_US": line_of(text, "urlretrieve", 2),
    }
    assert (swallows["verdict"], swallows["cause"]) == ("failed", "asset")
    assert "http://example.org/x" in swallows["reason"]
    assert url in called.err


def test_site_carries_the_evidence(called: Called, root: Path, seeds: Path, tmp_path: Path) -> None:
    """The cards say what was run, with what result, below the snippet that gave it."""
    out = tmp_path / "site"
    built = hubpages("-C", root, "build", seeds, "--out", out)
    assert built.status == 0, built.err
    passed = Elements((out / "en/models/freeanchor/index.html").read_text(encoding="utf-8"))
    failed = Elements((out / "zh/models/faster_rcnn/index.html").read_text(encoding="utf-8"))
    assert "Code runs" in passed.text
    assert passed.text.index("print(predictions)") < passed.text.index("Tensor(")
    assert "运行失败" in failed.text
    assert "AttributeError: 'FasterRCNN' object has no attribute 'inputs'" in failed.text


def test_evidence_says_nothing_of_this_machine(called: Called, root: Path, seeds: Path) -> None:
    """It can be committed and read elsewhere."""
    for path in (one for one in (root / ".hub" / "evidence").rglob("*") if one.is_file()):
        text = path.read_text(encoding="utf-8")
        for folder in (root, seeds, Path.home()):
            assert str(folder) not in text, path
        json.loads(text)


def test_build_loads_no_kernel_and_no_proxy(seeds: Path, tmp_path: Path) -> None:
    """The site is made on machines that have neither."""
    import subprocess
    import sys

    program = (
        "import sys; from generator.cli import main; "
        "status = main(sys.argv[1:]); "
        "heavy = {'nbclient', 'jupyter_client', 'nbformat', 'mitmproxy', 'ray', 'psutil'} & set(sys.modules); "
        "sys.exit(f'loaded {heavy}' if heavy else status)"
    )
    command = [sys.executable, "-c", program, "build", str(seeds), "--out", str(tmp_path / "site")]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
