"""`hubpages check` and `hubpages rules`, as an author and as CI call them."""

import json
from pathlib import Path

import jsonschema
import pytest

from generator.checking.rules import RULES
from tests.kernels import ROOT, hubpages
from tests.pages import a_page, line_of, write
from tests.reporting.test_attacks import ORDERS, commands_in

MISTAKE = a_page(tags=["vison"])
LINE = line_of(MISTAKE, "tags:")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A hub with one page that has one mistake, and asks no other rule."""
    others = "".join(f'{rule.name} = "off"\n' for rule in RULES if rule.name != "unknown-tag")
    (tmp_path / "hub.toml").write_text(f"[rules]\n{others}", encoding="utf-8")
    write(tmp_path, org_vision_tiny=MISTAKE)
    return tmp_path


def test_finding_is_told_where_an_editor_can_jump_to_it(root: Path) -> None:
    """`path:line:column: severity: message (rule)` on standard output, as linters do; how many on standard error."""
    called = hubpages("-C", root, "check")
    assert called.status == 1
    assert f"org_vision_tiny.md:{LINE}:1: error: unknown tag 'vison': did you mean vision?" in called.out
    assert called.out.endswith("(unknown-tag)\n")
    assert called.err == "1 page read, 1 finding\n"


def test_json_has_its_seven_keys(root: Path) -> None:
    """For programs, on standard output."""
    called = hubpages("-C", root, "check", "--format", "json")
    (row,) = called.json
    assert list(row) == ["path", "line", "column", "rule", "severity", "message", "fixable"]
    assert (row["line"], row["rule"], row["fixable"]) == (LINE, "unknown-tag", False)


def test_github_annotations(root: Path) -> None:
    """One workflow command a finding."""
    called = hubpages("-C", root, "check", "--format", "github")
    assert called.out.startswith("::error file=")
    assert f",line={LINE},col=1,title=unknown-tag::unknown tag" in called.out


def test_sarif_names_place_and_rule(root: Path) -> None:
    """As SARIF 2.1.0 has it."""
    log = hubpages("-C", root, "check", "--format", "sarif").json
    (run,) = log["runs"]
    (result,) = run["results"]
    assert log["version"] == "2.1.0"
    assert result["ruleId"] == run["tool"]["driver"]["rules"][0]["id"] == "unknown-tag"
    assert result["locations"][0]["physicalLocation"]["region"] == {"startLine": LINE, "startColumn": 1}
    assert result["level"] == "error"


def test_known_findings_do_not_fail_and_new_ones_do(root: Path) -> None:
    """A baseline lets a hub begin with the mistakes that it has."""
    baseline = root / "baseline.json"
    assert hubpages("-C", root, "check", "--update-baseline", baseline).status == 0
    assert hubpages("-C", root, "check", "--baseline", baseline).status == 0
    moved = MISTAKE.replace("author:", "author:  ")
    write(root, org_vision_tiny=moved, org_vision_other=MISTAKE)
    called = hubpages("-C", root, "check", "--baseline", baseline)
    assert called.status == 1
    assert "org_vision_other.md" in called.out
    assert "org_vision_tiny.md" not in called.out
    assert "1 known" in called.err


@pytest.mark.parametrize("content", [None, "not json", '[{"path": 1}]'])
def test_baseline_that_cannot_be_used_is_a_wrong_call(root: Path, content: str | None) -> None:
    """A misspelled name must not make every check pass."""
    if content is not None:
        (root / "baseline.json").write_text(content, encoding="utf-8")
    called = hubpages("-C", root, "check", "--baseline", root / "baseline.json")
    assert called.status == 2
    assert "--update-baseline" in called.err


def test_owner_sets_a_rules_severity(root: Path) -> None:
    """A warning is still a finding, and the page is published."""
    settings = (root / "hub.toml").read_text(encoding="utf-8")
    (root / "hub.toml").write_text(settings + 'unknown-tag = "warning"\n', encoding="utf-8")
    assert ": warning: unknown tag" in hubpages("-C", root, "check").out


def test_setting_of_an_unknown_rule_is_an_error(root: Path) -> None:
    """With the nearest one."""
    (root / "hub.toml").write_text('[rules]\nunknown-tags = "off"\n', encoding="utf-8")
    called = hubpages("-C", root, "check")
    assert called.status == 2
    assert "did you mean unknown-tag?" in called.err


def test_fix_mends_the_file_and_says_how_much(tmp_path: Path) -> None:
    """What is left is what needs a person; a second time there is nothing to do."""
    folder = write(tmp_path, org_vision_tiny=a_page(zh="正文  \n\n\n又一段", en="Text  \n\n\nMore."))
    path = folder / "org_vision_tiny.md"
    first = hubpages("-C", tmp_path, "check", "--fix")
    assert "mended" in first.err
    once = path.read_bytes()
    assert b"  \n" not in once
    assert b"\n\n\n" not in once
    assert "mended" not in hubpages("-C", tmp_path, "check", "--fix").err
    assert path.read_bytes() == once


def test_rules_are_listed_and_shown() -> None:
    """All of them in a line each, one of them in full, a misspelled one with a suggestion."""
    listed = hubpages("rules")
    names = [line.split()[0] for line in listed.out.splitlines()]
    assert names[: len(RULES)] == [rule.name for rule in RULES] and "unclosed-fence" in names
    shown = hubpages("rules", "unknown-tag")
    assert "Bad:" in shown.out
    assert "Good:" in shown.out
    assert hubpages("rules", "unknown-tags").status == 2


def test_contributing_holds_the_rules_as_they_are() -> None:
    """The page of rules is generated: `make docs` writes it anew."""
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    documented = text.partition("<!-- rules -->\n\n")[2].partition("\n<!-- end of rules -->")[0]
    assert documented == hubpages("rules", "--markdown").out


def test_hubs_own_pages_have_no_findings() -> None:
    """What is asked of contributors is kept here."""
    called = hubpages("check")
    assert called.status == 0, called.err


def test_no_finding_is_an_empty_list(tmp_path: Path) -> None:
    """Programs get valid JSON also then."""
    (tmp_path / "hub_pages").mkdir()
    called = hubpages("-C", tmp_path, "check", "--format", "json")
    assert (called.status, json.loads(called.out)) == (0, [])
    jsonschema.validate(called.json, {"type": "array"})


NASTY = ["a\n::error::b", "c\x1b[2J\x9b2J", "d ##[error]e", "f\udcff\u202eg"]


@pytest.mark.parametrize("command", [["check"], ["check", "--format", "github"], ["check", "--format", "json"]])
def test_names_of_files_and_their_text_order_nobody(tmp_path: Path, command: list[str]) -> None:
    """A stranger's pull request names its pages, and is checked in a job whose log is obeyed."""
    pages = tmp_path / "hub_pages"
    pages.mkdir()
    for name in NASTY:
        key = json.dumps(name.encode("utf-8", "replace").decode())
        text = a_page().replace("title:", f"{key}: 1\ntitel:")
        (pages / f"{name}.md").write_text(text, encoding="utf-8")
    called = hubpages("-C", tmp_path, *command)
    assert called.status == 1, called.err
    assert ORDERS.findall(called.out + called.err) == []
    obeyed = commands_in(called.out) + commands_in(called.err)
    assert len(obeyed) == (len(called.out.splitlines()) if "github" in command else 0)
    missing = hubpages("-C", tmp_path, "check", "x\n::error::y\x1b[2J.md")
    assert missing.status == 2
    assert ORDERS.findall(missing.err) == [] and commands_in(missing.err) == []
