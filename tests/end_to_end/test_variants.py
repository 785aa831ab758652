"""What samples offer in comments, looked up in the hub repository and run."""

from pathlib import Path

import pytest

from generator.assets.proxy import ReplayProxy
from generator.assets.store import Store
from tests.kernels import a_hub_root, hubpages
from tests.pages import a_page, line_of, write
from tests.running.conftest import add_small_hub
from tests.zoo.archive import write_archive

SAMPLE = """\
from megengine import hub

model = hub.load("cases/hub", "sound")
# or one of these:
# model = hub.load("cases/hub", "misspelled")
# model = hub.load(
#     "cases/hub",
#     "no_such_entry",
# )
# model = hub.load("cases/hub", "number")
# model = hub.load("cases/hub", "without_weights", pretrained=True)"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A hub with one page that offers entries which are there and others which are not."""
    root = a_hub_root(tmp_path)
    add_small_hub(root)
    write(root, offers=a_page("print(model)", sample=SAMPLE))
    return root


def test_entries_are_looked_up_by_default(root: Path) -> None:
    """In one kernel a repository; what is not there, or cannot be called, is told at its line of the sample."""
    called = hubpages("-C", root, "verify", "--assets", "replay", "--format", "json")
    assert called.status == 1
    text = a_page("print(model)", sample=SAMPLE)
    entries = {check["entry"]: check for check in called.json["entries"]}
    assert {name: check["verdict"] for name, check in entries.items()} == {
        "misspelled": "passed",
        "no_such_entry": "failed",
        "number": "failed",
        "without_weights": "passed",
    }
    assert entries["no_such_entry"]["cause"] == "page"
    line = line_of(text, "# model = hub.load(", 2)
    assert entries["no_such_entry"]["lines"] == {"zh_CN": line, "en_US": line}
    assert f"offers.md:{line}:" in called.err
    assert called.err.count("… cases/hub") == 1
    assert [run["page"] for run in called.json["runs"]] == ["offers"]


def test_entries_that_were_found_are_not_looked_up_again(root: Path) -> None:
    """As long as the repository is the same; another sample, another question."""
    sound = SAMPLE.split("# or")[0] + '# model = hub.load("cases/hub", "misspelled")'
    write(root, offers=a_page("print(model)", sample=sound))
    arguments = ("-C", root, "verify", "--assets", "replay")
    first = hubpages(*arguments)
    assert (first.status, "… cases/hub" in first.err) == (0, True), first.err
    again = hubpages(*arguments)
    assert (again.status, "… " in again.err) == (0, False)
    write(root, offers=a_page("print(model)", sample=SAMPLE))
    assert "… cases/hub" in hubpages(*arguments).err


def test_variants_are_run_in_place_of_the_active_line(root: Path) -> None:
    """Each as a script of its own, with the same lines; `none` asks nothing."""
    called = hubpages("-C", root, "verify", "--assets", "replay", "--variants", "run", "--format", "json")
    runs = {run["variant"]: run for run in called.json["runs"]}
    assert {name: (run["verdict"], run["cause"]) for name, run in runs.items()} == {
        None: ("passed", None),
        "misspelled": ("failed", "upstream"),
        "no_such_entry": ("failed", "page"),
        "number": ("failed", "page"),
        "without_weights": ("failed", "asset"),
    }
    text = a_page("print(model)", sample=SAMPLE)
    (error,) = [snippet["error"] for snippet in runs["misspelled"]["snippets"] if snippet["error"]]
    assert error["lines"]["zh_CN"] == line_of(text, '"misspelled"')
    assert "--variants run" in called.err
    quiet = hubpages("-C", root, "verify", "--assets", "replay", "--variants", "none", "--format", "json")
    assert (quiet.status, quiet.json["entries"]) == (0, [])


def test_site_says_of_each_entry_what_was_seen_of_it(root: Path) -> None:
    """Looked up, it exists and was not run; run, it has a state of its own; what is offered no more is not told."""
    options = ("-C", root, "verify", "--assets", "replay")
    for variants, told in (
        ("entry", {"misspelled": "Exists, not run", "number": "Lookup failed"}),
        ("run", {"misspelled": "Fails", "number": "Fails"}),
    ):
        assert hubpages(*options, "--variants", variants).status == 1
        assert hubpages("-C", root, "build").status == 0
        card = (root / "site/en/models/offers/index.html").read_text(encoding="utf-8")
        rows = {row.split("?entry=")[1].split("#")[0]: row for row in card.split("<tr>") if "?entry=" in row}
        assert rows.keys() == {"sound", "misspelled", "number"}
        assert all(f">{state}<" in rows[name] for name, state in told.items()), rows
        assert ">Code runs<" in rows["sound"]
    sound = SAMPLE.split("# or")[0] + '# model = hub.load("cases/hub", "misspelled")'
    write(root, offers=a_page("print(model)", sample=sound))
    assert hubpages("-C", root, "build").status == 0
    assert "?entry=number" not in (root / "site/en/models/offers/index.html").read_text(encoding="utf-8")


RUDE = """
print("hubpages-entries:{}")
print('hubpages-entries:{"sound": {}, "no_such_entry": {}}')
print("hubpages-entries:no JSON", "hubpages-entries:" + "[" * 100_000, sep="\\n")
print("no end of the line", end="")

def sound():
    return 1
"""


def test_what_a_repository_prints_is_no_answer(root: Path, tmp_path: Path) -> None:
    """Neither what looks like one nor what is none; the pages of other repositories are told of all the same."""
    (tmp_path / "rude").mkdir()
    (tmp_path / "rude" / "hubconf.py").write_text(RUDE, encoding="utf-8")
    write_archive(tmp_path / "rude", tmp_path / "rude.zip")
    url = "https://github.com/rude/hub/archive/master.zip"
    assert hubpages("-C", root, "assets", "add", url, tmp_path / "rude.zip").status == 0
    load = 'hub.load("rude/hub", "{}")'
    sample = f"from megengine import hub\nx = 1\n# {load.format('sound')}\n# {load.format('no_such_entry')}"
    write(root, rude=a_page("print(x)", sample=sample))
    called = hubpages("-C", root, "verify", "--assets", "replay", "--format", "json")
    verdicts = {(check["page"], check["entry"]): check["verdict"] for check in called.json["entries"]}
    assert verdicts["rude", "sound"] == "passed", called.err
    assert verdicts["rude", "no_such_entry"] == "failed"
    assert verdicts["offers", "misspelled"] == "passed"


def test_run_names_the_commit_that_it_loaded_and_what_it_downloaded(root: Path) -> None:
    """From the archive itself; stand-ins are made of the same."""
    called = hubpages("-C", root, "verify", "--assets", "replay", "--variants", "none", "--format", "json")
    run = called.run_of("offers")
    (commit,) = run["repositories"].values()
    assert len(commit) == 40
    assert run["downloaded"] == sum(asset["size"] for asset in run["assets"]) > 0


def test_weights_that_do_not_answer_are_told(root: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Where the network may be asked; here the host is a proxy that has the repository and not the weights."""
    fresh = a_hub_root(tmp_path_factory.mktemp("fresh"))
    write(fresh, offers=a_page("print(model)", sample=SAMPLE))
    with ReplayProxy.start(root / "hub.lock", Store(root / ".hub" / "assets"), fresh / "host") as host:
        options = ("--assets", "record", "--format", "json")
        called = hubpages("-C", fresh, "verify", *options, **host.environment_for("upstream"))
    entries = {check["entry"]: check for check in called.json["entries"]}
    assert (entries["without_weights"]["verdict"], entries["without_weights"]["cause"]) == ("failed", "asset")
    assert "weights" in entries["without_weights"]["reason"]
    assert entries["misspelled"]["verdict"] == "passed"
