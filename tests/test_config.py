"""hub.toml: defaults, and mistakes told with their line."""

from pathlib import Path

import pytest

from generator.config import Config, ConfigError, read_config


def config(folder: Path, text: str) -> Config:
    """The settings in a text."""
    (folder / "hub.toml").write_text(text, encoding="utf-8")
    return read_config(folder / "hub.toml")


def test_no_file_means_the_defaults(tmp_path: Path) -> None:
    """A hub needs no settings to begin with."""
    assert read_config(tmp_path / "hub.toml") == Config()
    assert config(tmp_path, "") == Config()


def test_settings_are_read(tmp_path: Path) -> None:
    """What is set is used, the rest keeps its default."""
    found = config(
        tmp_path,
        """
        title = "Zoo"
        base_url = "https://example.org/hub/"
        [kernel]
        python = "k/bin/python"
        [limits]
        snippet_seconds = 5
        [tags.vision]
        zh_CN = "视觉"
        en_US = "Vision"
        """,
    )
    assert (found.title, found.base_url, found.kernel.python) == ("Zoo", "https://example.org/hub/", "k/bin/python")
    assert (found.limits.snippet_seconds, found.limits.page_seconds) == (5, 900)
    assert list(found.tags) == ["vision"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('title = "x"\ntitel = "y"', ":2: titel is not a setting: did you mean title?"),
        ("[limits]\nsnippet_second = 3", ":2: limits.snippet_second is not a setting: did you mean snippet_seconds?"),
        ("[kernels]\n", ":1: kernels is not a setting: did you mean kernel?"),
        ('[[languages]]\ncode = "ja_JP"\nfolder = "ja"', ":3: languages.folder is not a setting"),
        ("title = 3", "Expected `str`, got `int`"),
        ("title = ", "not TOML"),
        ("[limits]\nsnippet_seconds = 0", "limits.snippet_seconds must be more than 0"),
        ("languages = []", "languages is empty"),
        ('[tags.vision]\nzh_CN = "视觉"', "tag vision has no name in en_US"),
        ('base_url = "example.org/"', "base_url must begin with https://"),
        ('base_url = "https://example.org"', "base_url must end with a slash"),
        ('repository = "github.com/owner/repo"', "repository must be like https://github.com/owner/repo"),
        ('repository = "https://github.com/owner/repo/"', "repository must be like https://github.com/owner/repo"),
        ('notebooks = "https://example.org/hub/"', "notebooks must be like https://github.com/owner/repo/blob/"),
    ],
)
def test_mistake_is_told_with_its_remedy(tmp_path: Path, text: str, message: str) -> None:
    """An unknown key is an error with the nearest known one."""
    with pytest.raises(ConfigError) as error:
        config(tmp_path, text)
    assert message in str(error.value)
    assert "hub.toml" in str(error.value)


def test_languages_at_odds_are_refused(tmp_path: Path) -> None:
    """Two languages cannot share a folder of the site."""
    row = '[[languages]]\ncode = "{}"\npath = "zh"\nlang = "{}"\nname = "x"\n'
    with pytest.raises(ConfigError, match="the same path"):
        config(tmp_path, row.format("zh_CN", "zh-Hans") + row.format("zh_TW", "zh-Hant"))
