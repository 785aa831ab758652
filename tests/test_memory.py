"""A site that is made again: only what a change touches is made anew."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from generator.commands.root import HubRoot
from generator.commands.site import make_site
from generator.config import Config
from generator.memory import Memory
from tests.pages import a_page, write


class Counting(Memory):
    """Notes what it could not recall."""

    def __init__(self) -> None:
        super().__init__()
        self.made: list[str] = []

    def recall(self, name: str, make: Callable[..., Any], *ingredients: Any, **more: Any) -> Any:
        """As ever."""

        def noted(*ingredients: Any, **more: Any) -> Any:
            self.made.append(name)
            return make(*ingredients, **more)

        return super().recall(name, noted, *ingredients, **more)


@pytest.fixture
def made_again(tmp_path: Path) -> Callable[[], list[str]]:
    """Makes the site of a hub of two pages again, and says what was made anew."""
    write(tmp_path, one=a_page(title="One"), two=a_page(title="Two"))
    memory = Counting()
    root = HubRoot(tmp_path, Config(base_url="https://example.org/", social_images=False))

    def again() -> list[str]:
        memory.made.clear()
        site = make_site(root, memory, index=lambda documents: ())
        assert len(list(site.files)) > 20
        return memory.made

    again()
    return again


def test_nothing_is_made_where_nothing_changed(made_again: Callable[[], list[str]]) -> None:
    """Not even looked at by a rule."""
    assert made_again() == []


def test_text_of_a_page_touches_that_page_alone(made_again: Callable[[], list[str]], tmp_path: Path) -> None:
    """The rules ask its batch; the other page's card names it as a relative, and may show another state."""
    write(tmp_path, one=a_page(title="One", zh="新的正文"))
    made = made_again()
    assert {"one", "one cards", "zh/models/one/index.html"} <= set(made)
    assert not [name for name in made if name.startswith(("templates", "evidence", "two api", "two markdown"))]
    assert "two" not in made


def test_words_of_the_interface_touch_every_page(made_again: Callable[[], list[str]], tmp_path: Path) -> None:
    """Though no page changed."""
    (tmp_path / "templates").mkdir()
    made_again()
    (tmp_path / "templates" / "strings.toml").write_text('[zh_CN]\nmodels = "型号"\n', encoding="utf-8")
    made = made_again()
    assert {"templates", "one cards", "two cards", "zh/index.html"} <= set(made)
    assert "one" not in made
