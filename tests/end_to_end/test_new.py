"""`hubpages new` and `hubpages schema`: a page that waits for its author's words alone, and what editors complete."""

import json
import os
import pty
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest
import yaml

from tests.kernels import ROOT, hubpages


def test_new_page_has_open_places_that_are_named_and_no_other_finding(tmp_path: Path) -> None:
    """Nobody is asked where there is no terminal."""
    called = hubpages("-C", tmp_path, "new", "megengine_vision_mobilenet", "--title", "MobileNet", "--tags", "vision")
    assert called.status == 0, called.err
    path = tmp_path / "hub_pages" / "megengine_vision_mobilenet.md"
    text = path.read_text(encoding="utf-8")
    lines = [number for number, line in enumerate(text.splitlines(), start=1) if "TODO" in line]
    assert lines
    assert all(f"{path}:{line}: " in called.err for line in lines)
    checked = hubpages("-C", tmp_path, "check", "--format", "json")
    assert [(row["line"], row["rule"]) for row in checked.json] == [(line, "placeholder") for line in lines]
    assert hubpages("-C", tmp_path, "build").status == 0
    strict = hubpages("-C", tmp_path, "build", "--strict")
    assert strict.status == 1
    assert strict.err.count("(placeholder)") == len(lines)


def test_page_is_never_overwritten(tmp_path: Path) -> None:
    """Nor one whose name differs in case alone."""
    first = tmp_path / "hub_pages" / "Megengine_vision_tiny.md"
    first.parent.mkdir()
    first.write_text("precious", encoding="utf-8")
    called = hubpages("-C", tmp_path, "new", "megengine_vision_tiny")
    assert called.status == 2
    assert "exists" in called.err
    assert [path.name for path in first.parent.glob("*.md")] == [first.name]
    assert first.read_text(encoding="utf-8") == "precious"


def test_id_and_tags_must_fit_the_hub(tmp_path: Path) -> None:
    """A wrong call, with what to give instead."""
    for arguments in (["MobileNet"], ["../x_y_z"], ["megengine_vision_tiny", "--tags", "vison"]):
        called = hubpages("-C", tmp_path, "new", *arguments)
        assert called.status == 2, called.err
        assert not list(tmp_path.rglob("*.md"))


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["x_y_z"], "where is the code of x? give --link https://github.com/OWNER/REPO"),
        (["x_y_z", "--link", "https://github.com/other/repo"], "the file's name says x, but the author is other"),
        (["x_y_z", "--link", "https://example.org/x"], "give --link https://github.com/OWNER/REPO"),
        (["megengine_vision_x", "--tags", "nlp"], "the file's name says vision, which is not among the tags"),
        (["megengine_vision_x", "--title", "模型 (COCO）"], "(mixed-width-brackets); take another ID, or give --title"),
        ([""], "'' is no name for a page: take <org>_<task>_<name> in lower-case ASCII, such as"),
    ],
)
def test_page_that_would_not_pass_is_not_written(tmp_path: Path, arguments: list[str], said: str) -> None:
    """A wrong call, in one line that says what to type instead."""
    called = hubpages("-C", tmp_path, "new", *arguments)
    assert (called.status, said in called.err, called.err.count("\n")) == (2, True, 1), called.err
    assert list(tmp_path.iterdir()) == []


def test_page_of_another_repository_loads_and_installs_what_that_needs(tmp_path: Path) -> None:
    """Nothing of what MegEngine's own repository needs besides."""
    link = "https://github.com/Acme/nets.git"
    called = hubpages("-C", tmp_path, "new", "acme_vision_tiny_net", "--link", link)
    assert called.status == 0, called.err
    text = (tmp_path / "hub_pages" / "acme_vision_tiny_net.md").read_text(encoding="utf-8")
    assert 'hub.load("Acme/nets", "tiny_net", pretrained=True)' in text
    assert "author: Acme\n" in text
    assert "youtokentome" not in text
    assert "pip install MegEngine==" in text
    findings = hubpages("-C", tmp_path, "check").out.splitlines()
    assert findings and all(line.endswith("(placeholder)") for line in findings)


def test_file_in_the_place_of_the_pages_is_named(tmp_path: Path) -> None:
    """In words, with what to do."""
    (tmp_path / "hub_pages").touch()
    called = hubpages("new", "megengine_vision_tiny", cwd=tmp_path)
    said = "hubpages: hub_pages: file exists; it is in the way: move it elsewhere or remove it\n"
    assert (called.status, called.err) == (3, said)


def test_person_at_a_terminal_is_asked_for_what_is_missing(tmp_path: Path) -> None:
    """And may take what is offered."""
    terminal, other_end = pty.openpty()
    command = [sys.executable, "-m", "generator", "-C", str(tmp_path), "new", "megengine_vision_tiny", "--author", "Me"]
    process = subprocess.Popen(command, stdin=other_end, stderr=subprocess.PIPE, cwd=ROOT, text=True)
    os.write(terminal, b"\nTiny Net\n\nMIT\n\n")
    _, said = process.communicate(timeout=60)
    os.close(terminal)
    os.close(other_end)
    assert process.returncode == 0, said
    assert "title [Tiny]: " in said
    assert "author [" not in said
    written = (tmp_path / "hub_pages/megengine_vision_tiny.md").read_text(encoding="utf-8")
    assert "title: Tiny Net" in written
    assert "\nlicense: MIT\n" in written


def test_licence_that_spdx_does_not_list_writes_no_page(tmp_path: Path) -> None:
    """The sentence names the nearest one."""
    called = hubpages("-C", tmp_path, "new", "megengine_vision_tiny", "--license", "Apcahe-2.0")
    assert called.status == 2
    assert "did you mean Apache-2.0? (unknown-license)" in called.err
    assert not list(tmp_path.rglob("*.md"))


def test_head_names_a_schema_that_it_satisfies(tmp_path: Path) -> None:
    """The modeline leads an editor to it."""
    hubpages("-C", tmp_path, "new", "megengine_vision_tiny")
    text = (tmp_path / "hub_pages/megengine_vision_tiny.md").read_text(encoding="utf-8")
    name = text.partition("$schema=")[2].split()[0]
    schema = json.loads((tmp_path / "hub_pages" / name).read_text(encoding="utf-8"))
    jsonschema.validate(yaml.safe_load(text.split("---\n")[1]), schema)
    assert any(tag["const"] == "vision" for tag in schema["properties"]["tags"]["items"]["oneOf"])


def test_schema_of_this_hub_is_up_to_date() -> None:
    """`make docs` writes it anew."""
    committed = (ROOT / "hub_pages" / "hub1.schema.json").read_text(encoding="utf-8")
    assert committed == hubpages("schema").out
