"""hub.toml: defaults, and mistakes told with their line."""

import re
from pathlib import Path

import pytest

from generator.config import Config, ConfigError, read_config
from generator.model.hub import Language


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
        ('[kernels.pytorch]\npython = ""', ":2: kernels.pytorch.python is empty"),
        ('[kernels.megengine]\npython = "x"', ":1: megengine is the hub's own framework"),
        ('framework = "pytorhc"', ":1: there is no framework 'pytorhc': did you mean pytorch?"),
        ('title = "x"\nframework = "keras"', ":2: there is no framework 'keras': known are megengine, pytorch"),
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


ONLY = '[[languages]]\ncode = "{}"\nlang = "{}"\nname = "{}"\n'


@pytest.mark.parametrize(("code", "vision"), [("en_US", "Vision"), ("zh_CN", "视觉"), ("fr_FR", "Vision")])
def test_only_language_has_no_folder_and_every_page(tmp_path: Path, code: str, vision: str) -> None:
    """Its path may be left out, and means nothing where it is not; usual tags have its names, or English ones."""
    found = config(tmp_path, ONLY.format(code, "xy", "y"))
    assert found.languages == (Language(code, "", "xy", "y", required=True),)
    assert found.tags["vision"] == {code: vision}
    assert config(tmp_path, ONLY.format(code, "xy", "y") + 'path = "en"\n').languages == found.languages


def test_tags_of_one_language_have_one_name(tmp_path: Path) -> None:
    """As a text or by the language; names in others are left out."""
    tags = '[tags]\na = "Ah"\n[tags.b]\nen_US = "Be"\nzh_CN = "乙"\n'
    assert config(tmp_path, ONLY.format("en_US", "en", "English") + tags).tags == {
        "a": {"en_US": "Ah"},
        "b": {"en_US": "Be"},
    }


def test_pages_of_pytorch_hub_are_english_unless_told(tmp_path: Path) -> None:
    """With the tags that they have; in another language where hub.toml names it, and beside hub.toml itself."""
    found = config(tmp_path, 'format = "pytorch-hub"\npages.folder = "."\n')
    assert (found.hub.order, found.pages.folder) == (("en_US",), ".")
    assert found.tags["scriptable"] == {"en_US": "Scriptable"}
    assert found.hub.page_file("x") == "x.md"
    assert config(tmp_path, 'format = "pytorch-hub"\n' + ONLY.format("zh_CN", "zh", "中文")).tags["audio"] == {
        "zh_CN": "音频"
    }


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('format = "pytorch"', ':1: format must be one of hub1, pytorch-hub, not "pytorch": did you mean pytorch-hub?'),
        ("format = []", "hub.toml:1: format must be one of hub1, pytorch-hub, not a list"),
        ('[pages]\nfolder = "."', "hub.toml:2: pages.folder must be a folder below the hub's root"),
        (ONLY.format("a", "a", "a") + LANGUAGE.format("b", "b", "b", "b"), "languages.path is missing"),
        (
            'format = "pytorch-hub"\n' + LANGUAGE.format("a", "a", "a", "a") + LANGUAGE.format("b", "b", "b", "b"),
            "pages of the format pytorch-hub have one language: name one of a, b",
        ),
        (ONLY.format("en_US", "en", "English") + "[tags]\na = 1\n", "tags.a must be a table, not 1"),
    ],
)
def test_format_and_languages_that_do_not_fit_are_told(tmp_path: Path, text: str, said: str) -> None:
    """With the line, and what to do."""
    with pytest.raises(ConfigError, match=re.escape(said)):
        config(tmp_path, text)
