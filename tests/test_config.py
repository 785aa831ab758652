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
    assert config(tmp_path, '\ufefftitle = "Zoo"').title == "Zoo"
    assert (found.title, found.base_url, found.kernel.python) == ("Zoo", "https://example.org/hub/", "k/bin/python")
    assert (found.limits.snippet_seconds, found.limits.page_seconds) == (5, 900)
    assert list(found.tags) == ["vision"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('title = "x"\ntitel = "y"', ":2: titel is not a setting: did you mean title?"),
        ("[limits]\nsnippet_second = 3", ":2: limits.snippet_second is not a setting: did you mean snippet_seconds?"),
        ("[kernal]\n", ":1: kernal is not a setting: did you mean kernel?"),
        ('[[languages]]\ncode = "ja_JP"\nfolder = "ja"', ":3: languages.folder is not a setting"),
        ("title = 3", ":1: title must be text in quotes, not 3"),
        ("search = 0", ":1: search must be true or false, not 0"),
        ("kernel = 3", ":1: kernel must be a table, not 3"),
        ("rules = []", ":1: rules must be a table, not a list"),
        ('skip_budget = "5"', ':1: skip_budget must be a whole number, not "5"'),
        ("skip_budget = -1", ":1: skip_budget must be 0 or more"),
        ("[verify]\nholds_days = 0", ":2: holds_days must be 1 or more"),
        ("[limits]\n\nmemory_bytes = 1.5", ":3: limits.memory_bytes must be a whole number, not 1.5"),
        ("[limits]\nsnippet_seconds = nan", ":2: limits.snippet_seconds must be more than 0"),
        ('[rules]\nsentence-end = "warn"', ":2: rules.sentence-end must be one of off, warning, error, not"),
        ('[rules]\n"final-newlin" = "off"', ":2: there is no rule 'final-newlin': did you mean final-newline?"),
        ('[rules]\nxyzzy = "off"', ":2: there is no rule 'xyzzy': `hubpages rules` lists them all"),
        ('[tags.vision]\nzh_CN = "视觉"\nen_US = 3', ":3: tags.vision.en_US must be text in quotes, not 3"),
        ('[tags."../up"]\nzh_CN = "上"\nen_US = "Up"', ":1: a tag is letters, digits, hyphens and underscores"),
        ('languages = ["zh_CN"]', ':1: languages must be a table, not "zh_CN"'),
        ('[pages]\nfolder = "../pages"', ":2: pages.folder must be a folder below the hub's root"),
        ('[pages]\nfolder = "/pages"', ":2: pages.folder must be"),
        ('[pages]\nfolder = "site"', ":2: pages.folder must be"),
        ('[pages]\nfolder = ""', ":2: pages.folder must be"),
        ('[kernel]\npython = ""', ":2: kernel.python is empty"),
        ("a = 1\ntitle = ", ":2: not TOML"),
        ('title = "x', ":1: not TOML"),
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


LANGUAGE = '[[languages]]\ncode = "{}"\npath = "{}"\nlang = "{}"\nname = "{}"\n'


@pytest.mark.parametrize(
    ("second", "message"),
    [
        (("zh_TW", "zh", "zh-Hant", "繁體"), "hub.toml:8: two languages have the same path: zh"),
        (("zh_cn", "tw", "zh-Hant", "繁體"), "hub.toml:7: two languages have the same code: zh_cn"),
        (("zh_TW", "tw", "zh-Hant", "中文"), "hub.toml:10: two languages have the same name: 中文"),
        (("zh_TW", "/tmp/tw", "zh-Hant", "繁體"), "hub.toml:8: languages.path must be one folder's name"),
        (("zh_TW", "../tw", "zh-Hant", "繁體"), "hub.toml:8: languages.path must be one folder's name"),
        (("zh_TW", "zh/tw", "zh-Hant", "繁體"), "hub.toml:8: languages.path must be one folder's name"),
        (("zh_TW", "TW", "zh-Hant", "繁體"), "hub.toml:8: languages.path must be one folder's name"),
        (("zh_TW", "", "zh-Hant", "繁體"), "hub.toml:8: languages.path must be one folder's name"),
        (("zh_TW", "assets", "zh-Hant", "繁體"), "hub.toml:8: languages.path cannot be assets"),
        (("zh_TW", "pagefind", "zh-Hant", "繁體"), "hub.toml:8: languages.path cannot be pagefind"),
        (("zh TW", "tw", "zh-Hant", "繁體"), "hub.toml:7: languages.code must be letters and digits"),
        (("zh_TW", "tw", "zh_Hant", "繁體"), "hub.toml:9: languages.lang must be a tag"),
        (("zh_TW", "tw", "zh-Hant", " "), "hub.toml:10: languages.name must be"),
    ],
)
def test_language_that_no_site_can_have_is_refused_at_its_line(
    tmp_path: Path, second: tuple[str, ...], message: str
) -> None:
    """Each has a folder of the site for itself, inside of the site, and a name of its own."""
    with pytest.raises(ConfigError) as error:
        config(tmp_path, LANGUAGE.format("zh_CN", "zh", "zh-Hans", "中文") + LANGUAGE.format(*second))
    assert message in str(error.value)


def test_language_needs_all_that_it_is_shown_by(tmp_path: Path) -> None:
    """What is missing is told at the entry that lacks it."""
    with pytest.raises(ConfigError, match=r"hub.toml:1: languages.name is missing: every entry of languages needs"):
        config(tmp_path, LANGUAGE.format("zh_CN", "zh", "zh-Hans", "中文").replace("name =", "required = true\n#"))


def test_other_languages_folders_and_limits_are_taken(tmp_path: Path) -> None:
    """The rules above refuse nothing that works."""
    text = 'skip_budget = 0\n[pages]\nfolder = "docs/models_2.0"\n[limits]\nsnippet_seconds = 0.5\n[tags."计数_2-d"]\n'
    text += 'zh_TW = "a"\nfil = "b"\n'
    text += LANGUAGE.format("zh_TW", "zh-tw", "zh-Hant-TW", "繁體中文") + LANGUAGE.format("fil", "fil", "fil", "Wika")
    found = config(tmp_path, text)
    assert (found.pages.folder, found.skip_budget, len(found.languages)) == ("docs/models_2.0", 0, 2)
    assert found.hub.pages == "docs/models_2.0"
