"""How the rule misspelling asks the program typos."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from generator.checking.machine import MissingToolError
from generator.checking.parts import HubFacts
from generator.checking.rules import spelling
from generator.checking.view import PageView
from generator.config import Config
from tests.pages import a_page, read

FACTS = HubFacts(hub=Config().hub, templates=frozenset({"hub1"}), titles={}, entries={})


@pytest.fixture(autouse=True)
def fresh_cache() -> Iterator[None]:
    """Nothing is known of any word, before and after."""
    spelling._judged.clear()
    spelling._program.cache_clear()
    yield
    spelling._judged.clear()
    spelling._program.cache_clear()


def _check(english: str) -> list[str]:
    view = PageView(read(a_page(en=english)), FACTS)
    return [finding.message for finding in spelling.misspelling(view)]


def test_missing_program_is_an_exception_that_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without typos the rule cannot tell, which is not the same as finding nothing."""
    monkeypatch.setattr(spelling.shutil, "which", lambda *args, **options: None)
    with pytest.raises(MissingToolError, match="pip install typos"):
        _check("The image is resized.")


def test_program_that_fails_is_an_exception_too(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A program that ends badly has judged nothing."""
    program = tmp_path / "typos"
    program.write_text("#!/bin/sh\necho broken >&2\nexit 64\n")
    program.chmod(0o755)
    monkeypatch.setattr(spelling.shutil, "which", lambda *args, **options: str(program))
    with pytest.raises(MissingToolError, match="status 64: broken"):
        _check("The image is resized.")


def test_words_once_judged_start_no_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """A process costs more than everything else that a page is checked for."""
    asked: list[str] = []
    ask = spelling._ask
    monkeypatch.setattr(spelling, "_ask", lambda text: asked.append(text) or ask(text))
    spelling.learn(["The image is reszied.", "A tiny model whose weights are on a CPU."])
    assert _check("The image is reszied on a CPU.") == ["'reszied' is misspelled: write resized"]
    assert _check("The weights.") == []
    assert len(asked) == 1


def test_names_of_the_hub_are_no_misspellings() -> None:
    """A title or entry of any page may be a word that typos would correct."""
    facts = HubFacts(
        FACTS.hub, FACTS.templates, titles={"a": "Reszied Net"}, entries={"a/b": frozenset({"wether_net"})}
    )
    view = PageView(read(a_page(en="The reszied wether recieves it.")), facts)
    assert [finding.message for finding in spelling.misspelling(view)] == ["'recieves' is misspelled: write receives"]
