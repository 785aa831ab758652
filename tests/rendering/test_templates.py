"""Templates, words and static files: the hub's own first, then those that come with hubpages."""

import hashlib
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest
from jinja2 import Environment

from generator.config import Config
from generator.rendering import environment
from generator.rendering.environment import load_templates
from generator.rendering.template_folders import TemplatesError, template_folders, template_names
from generator.rendering.verification import NOTHING_RUN
from generator.rendering.whole_site import render_site, show_page
from tests.kernels import ROOT, hubpages
from tests.pages import a_page, line_of, read, write


def test_second_template_needs_only_a_folder(tmp_path: Path) -> None:
    """A page picks it by its name; what it does not bring is taken from hubpages."""
    own = tmp_path / "templates" / "poster"
    own.mkdir(parents=True)
    card = '{% extends "base.html" %}{% block main %}<h1>Poster of {{ page.front_matter.title }}</h1>{% endblock %}'
    (own / "card.html").write_text(card, encoding="utf-8")
    write(tmp_path, a=a_page(template="poster"), b=a_page())
    called = hubpages("-C", tmp_path, "build")
    assert called.status == 0, called.err
    assert "Poster of Tiny" in (tmp_path / "site/en/models/a/index.html").read_text(encoding="utf-8")
    assert "Poster" not in (tmp_path / "site/en/models/b/index.html").read_text(encoding="utf-8")


def test_page_with_an_unknown_template_is_told_and_left_out(tmp_path: Path) -> None:
    """The others are published, and the status tells of it."""
    text = a_page(template="poster")
    write(tmp_path, a=text, b=a_page())
    called = hubpages("-C", tmp_path, "build")
    assert called.status == 1
    assert f"a.md:{line_of(text, 'template:')}:1: error: there is no template 'poster'" in called.err
    assert not (tmp_path / "site/en/models/a").exists()
    assert (tmp_path / "site/en/models/b/index.html").exists()


def test_broken_template_is_told_and_the_old_site_stays(tmp_path: Path) -> None:
    """With its name and line, not with a traceback."""
    write(tmp_path, a=a_page())
    assert hubpages("-C", tmp_path, "build").status == 0
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "index.html").write_text("<p>\n{% if %}", encoding="utf-8")
    called = hubpages("-C", tmp_path, "build")
    assert called.status == 2
    assert "templates/index.html:2:" in called.err
    assert (tmp_path / "site/en/models/a/index.html").exists()


def test_template_is_compiled_once_and_again_when_it_changes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In one process; also a text of as many bytes is another one, and the same text of another file has that name."""
    compiled: list[str | None] = []
    generate = Environment._generate
    monkeypatch.setattr(
        Environment, "_generate", lambda *given, **named: compiled.append(given[2]) or generate(*given, **named)
    )
    language = Config().hub.languages[0]

    def rendered(folder: str, text: str) -> str:
        (tmp_path / folder).mkdir(exist_ok=True)
        (tmp_path / folder / "row.html").write_text(text, encoding="utf-8")
        own = load_templates([tmp_path / folder, *template_folders(ROOT)])
        return str(own.fragment("row.html", language, number=1))

    assert [rendered("a", "{{ number }}") for _ in range(2)] == ["1", "1"]
    assert compiled == ["row.html"]
    assert [rendered("a", text) for text in ("[number]", "{{ number }}")] == ["[number]", "1"]
    assert rendered("b", "{{ number }}") == "1"
    assert len(compiled) == 4
    with pytest.raises(TypeError) as raised:
        rendered("b", "{{ number + language }}")
    assert str(tmp_path / "b") in raised.traceback[-1].path.as_posix()


def test_missing_word_stops_the_build(tmp_path: Path) -> None:
    """A word that one language lacks is the hub owner's mistake, and named."""
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "index.html").write_text("{{ t.greeting }}", encoding="utf-8")
    (tmp_path / "templates" / "strings.toml").write_text('[zh_CN]\ngreeting = "你好"\n', encoding="utf-8")
    page = read(a_page())
    templates = load_templates(template_folders(tmp_path))
    with pytest.raises(TemplatesError, match=r"greeting.*en_US"):
        list(render_site([show_page(page, (), NOTHING_RUN, (), {})], Config().hub, templates))


def test_every_language_has_the_same_words() -> None:
    """So that no page can lack one."""
    strings = load_templates(template_folders(ROOT)).strings
    assert set(strings["zh_CN"]) == set(strings["en_US"])


def test_wheel_carries_the_templates(tmp_path: Path) -> None:
    """hubpages works where its checkout is not."""
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", str(tmp_path), str(ROOT)]
    subprocess.run(command, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("hubpages-*.whl")
    names = zipfile.ZipFile(wheel).namelist()
    for name in ("hub1/card.html", "base.html", "strings.toml", "static/style.css"):
        assert f"generator/templates/{name}" in names
    assert template_names(template_folders(ROOT)) >= {"hub1"}


def test_styles_and_scripts_are_minified_and_named_by_what_is_left(tmp_path: Path) -> None:
    """What their authors wrote for each other is not sent to readers; what it does stays the same."""
    static = tmp_path / "templates" / "static"
    static.mkdir(parents=True)
    (static / "style.css").write_text("/* why */\nmain :is(a, b) {\n  width: calc(1rem + 2px);\n}\n", encoding="utf-8")
    (static / "site.js").write_text(
        "// why\nconst greeting = (name) => `a  ${name ? `b  // ${name}` : 1}  c`;\nwindow.greet = greeting;\n",
        encoding="utf-8",
    )
    files = {file.path: file.data.decode() for file in load_templates(template_folders(tmp_path)).static}
    found = {path.split("/")[-1].split(".")[0] + path[-3:]: text for path, text in files.items()}
    assert found["stylecss"] == "main :is(a,b){width:calc(1rem + 2px)}"
    assert "why" not in found["site.js"]
    assert "`a  ${" in found["site.js"]
    assert "b  // ${" in found["site.js"]
    for path, text in files.items():
        assert hashlib.sha256(text.encode()).hexdigest()[:12] == path.split(".")[-2]


def test_script_that_is_none_is_told(tmp_path: Path) -> None:
    """With its name and line, before any reader's browser tells it."""
    static = tmp_path / "templates" / "static"
    static.mkdir(parents=True)
    (static / "odd.js").write_text("a();\nthis is = no script", encoding="utf-8")
    with pytest.raises(TemplatesError, match=r"static/odd\.js: .*line 2"):
        load_templates(template_folders(tmp_path))


def dangling(path: Path) -> None:
    """A link that leads nowhere."""
    path.symlink_to("nowhere")


@pytest.mark.parametrize(
    ("name", "make", "reason"),
    [
        ("static/logo.svg", dangling, "a link that leads nowhere"),
        ("static/fonts", Path.mkdir, "no file"),
        ("static/style.css", lambda path: path.write_bytes(b"\xff"), "codec can't decode"),
        ("index.html", lambda path: path.write_bytes(b"\xff"), "codec can't decode"),
        ("strings.toml", lambda path: path.write_bytes(b"\xff"), "not TOML"),
    ],
)
def test_file_that_is_broken_is_named(tmp_path: Path, name: str, make: Callable[[Path], object], reason: str) -> None:
    """In a sentence that says what to mend, and nothing is written."""
    (tmp_path / "templates" / "static").mkdir(parents=True)
    make(tmp_path / "templates" / name)
    write(tmp_path, a=a_page())
    called = hubpages("-C", tmp_path, "build")
    assert called.status == 2
    assert f"templates/{name}" in called.err.replace("\\", "/")
    assert reason in called.err
    assert not (tmp_path / "site").exists()


def test_static_file_that_is_gone_once_its_folder_was_listed_is_left_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An editor that writes beside a file and renames is done between the two."""
    static = tmp_path / "templates" / "static"
    static.mkdir(parents=True)
    (static / "kept.svg").write_text("<svg/>", encoding="utf-8")
    (static / "gone.svg").write_text("<svg/>", encoding="utf-8")
    sort = sorted

    def listed(found: Iterable[Any], **more: Any) -> list[Any]:
        rows = sort(found, **more)
        if static / "gone.svg" in rows:
            (static / "gone.svg").unlink()
        return rows

    monkeypatch.setattr(environment, "sorted", listed, raising=False)
    names = [file.path for file in load_templates(template_folders(tmp_path)).static]
    assert any("kept" in name for name in names)
    assert not any("gone" in name for name in names)
