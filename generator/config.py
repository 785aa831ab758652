"""hub.toml: what a hub's owner decides. Everything has a default; an unknown key is an error."""

import dataclasses
import difflib
import json
import math
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, get_args, get_origin, get_type_hints

import msgspec

from generator import frameworks
from generator.decoding import converted
from generator.files import in_words
from generator.frameworks import DEFAULT
from generator.model.hub import HUB1, FormatName, Hub, Language, Tags, Theme
from generator.model.limits import Limits
from generator.model.run import AssetMode, Weights

_BASE_URL = re.compile(r"https?://[^\s/?#\"'<>@\\]+(/[^\s?#\"'<>\\]*)?")
_REPOSITORY = re.compile(r"https://[\w.-]+/[\w.-]+/[\w.-]+")
_NOTEBOOKS = re.compile(r"https://github\.com/[\w.-]+/[\w.-]+/blob/[\w./-]+/")
_OF_LANGUAGE = {
    "code": (re.compile(r"[A-Za-z0-9]+([_-][A-Za-z0-9]+)*"), "letters and digits as pages spell it, such as zh_CN"),
    "path": (re.compile(r"[a-z0-9]+(-[a-z0-9]+)*"), "one folder's name in lower-case ASCII, such as zh"),
    "lang": (re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*"), "a tag as HTML has it (BCP 47), such as zh-Hans"),
    "name": (re.compile(r"\S.*"), "what the language calls itself, in one line"),
}
_TAG = re.compile(r"\w[\w-]*")
_FOLDER = re.compile(r"[A-Za-z0-9_][\w.-]*(/[A-Za-z0-9_][\w.-]*)*")
_COLOUR = re.compile(r"#([0-9a-fA-F]{3}){1,2}")
_FILE = re.compile(r"[\w-][\w.-]*")
_PICTURES = (".svg", ".png", ".webp")
_OF_THEME = {"logo": _PICTURES, "icon": (".svg", ".png", ".ico"), "extra_css": (".css",)}
_OF_THE_SITE = ("api", "assets", "pagefind")
_OF_THE_HUB = ("evidence", "site", "templates")

_Place = tuple[str | int, ...]
"""Keys, and numbers within lists, that lead to a setting."""


class ConfigError(Exception):
    """hub.toml cannot be used; the message says where and what to do."""


@dataclass(frozen=True, slots=True)
class KernelConfig:
    """Where snippets run."""

    python: str | None = None
    """Interpreter of the kernel environment, relative to the hub's root; None for the framework's usual place."""
    requirements: str = ""
    """What pages need besides: a file as pip takes it, likewise relative. `kernel install` installs it last."""


@dataclass(frozen=True, slots=True)
class VerifyConfig:
    """How `verify` runs snippets, unless it is told otherwise."""

    assets: AssetMode = "live"
    weights: Weights = "published"
    holds_days: int | None = None
    """For how many days a run says what would come of its page; None for any number."""


@dataclass(frozen=True, slots=True)
class PagesConfig:
    """Where pages are."""

    folder: str = "hub_pages"
    """Below the hub's root."""


_LANGUAGES = (
    Language("zh_CN", "zh", "zh-Hans", "中文", required=True),
    Language("en_US", "en", "en", "English"),
)

_TAGS: Tags = {
    "vision": {"zh_CN": "视觉", "en_US": "Vision"},
    "detection": {"zh_CN": "检测", "en_US": "Detection"},
    "classification": {"zh_CN": "分类", "en_US": "Classification"},
    "segmentation": {"zh_CN": "分割", "en_US": "Segmentation"},
    "keypoints": {"zh_CN": "特征点检测", "en_US": "Keypoints"},
    "gan": {"zh_CN": "生成对抗网络", "en_US": "GAN"},
    "generative": {"zh_CN": "生成模型", "en_US": "Generative"},
    "multimodal": {"zh_CN": "多模态", "en_US": "Multimodal"},
    "nlp": {"zh_CN": "自然语言处理", "en_US": "NLP"},
    "quantization": {"zh_CN": "量化", "en_US": "Quantization"},
}


_ENGLISH = {"code": "en_US", "lang": "en", "name": "English"}
_TAGS_OF_PYTORCH: Tags = {
    "vision": _TAGS["vision"],
    "nlp": _TAGS["nlp"],
    "generative": _TAGS["generative"],
    "audio": {"zh_CN": "音频", "en_US": "Audio"},
    "scriptable": {"zh_CN": "支持 TorchScript", "en_US": "Scriptable"},
}
"""What pages of PyTorch Hub are tagged with."""


@dataclass(frozen=True, slots=True)
class Config:
    """A hub's settings."""

    title: str = "Model Hub"
    titles: Mapping[str, str] = field(default_factory=dict)
    """The title in languages in which it is another one, by language code."""
    theme: Theme = field(default_factory=Theme)
    base_url: str = ""
    """Where the site is published, with its final slash; empty where that is not decided."""
    format: FormatName = HUB1
    """How its pages are written."""
    languages: tuple[Language, ...] = _LANGUAGES
    tags: Tags = field(default_factory=lambda: _TAGS)
    """Each tag's name per language. A table in hub.toml replaces the whole list."""
    repository: str = ""
    """The hub's own repository, https://github.com/owner/repo: cards then link to their source and to its editor."""
    branch: str = "main"
    """The branch of the repository that the site is built from."""
    notebooks: str = ""
    """Where GitHub shows the published site's files, https://github.com/owner/repo/blob/gh-pages/: cards then link to
    Colab, which opens no notebook from any other site."""
    pages: PagesConfig = field(default_factory=PagesConfig)
    framework: str = DEFAULT
    """What pages are written for that name no framework in their front matter."""
    kernel: KernelConfig = field(default_factory=KernelConfig)
    """Where the snippets of such pages run."""
    kernels: Mapping[str, KernelConfig] = field(default_factory=dict)
    """Where those of others do, by framework."""
    verify: VerifyConfig = field(default_factory=VerifyConfig)
    limits: Limits = field(default_factory=Limits)
    skip_budget: int | None = None
    """How many snippets may be skipped before `verify` fails; None for any number."""
    social_images: bool = True
    """Whether a picture is drawn for each card, to be shown with links to it; base_url must be set."""
    search: bool = True
    """Whether the site has a search."""
    rules: Mapping[str, Literal["off", "warning", "error"]] = field(default_factory=dict)
    """Rules of `hubpages check` that are not asked, or whose severity is another than their own."""

    def kernel_of(self, framework: str) -> KernelConfig:
        """Where the snippets of a framework's pages run."""
        return self.kernel if framework == self.framework else self.kernels.get(framework, KernelConfig())

    @property
    def hub(self) -> Hub:
        """What pages are checked against and rendered for."""
        return Hub(
            title=self.title,
            base_url=self.base_url,
            languages=self.languages,
            tags=self.tags,
            repository=self.repository,
            branch=self.branch,
            pages=self.pages.folder,
            notebooks=self.notebooks,
            titles=self.titles,
            theme=self.theme,
            framework=self.framework,
            form=self.format,
        )


def read_config(path: Path) -> Config:
    """The settings in a file, or the defaults where there is none.

    Raises ConfigError, with the line, for what is not TOML, no setting, no value of it, or at odds with itself.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        return Config()
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path}: not text in UTF-8: save it as that") from error
    except OSError as error:
        raise ConfigError(in_words(error)) from error
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        said = re.search(r"\(at line (\d+)", str(error))
        line = said[1] if said else max(1, len(text.splitlines()))
        raise ConfigError(f"{path}:{line}: not TOML: {error}") from error
    _complete(data)
    for place, message in _misfits(data, Config, ()):
        raise ConfigError(f"{path}:{line_of(place, text)}: {message}")
    config = _for_one_language(converted(data, Config))
    for place, message in _contradictions(config):
        raise ConfigError(f"{path}:{line_of(place, text)}: {message}")
    return config


def _complete(data: dict[str, Any]) -> None:
    """What hub.toml need not say.

    Of pages of PyTorch Hub that is their framework, language and tags; where a hub has one language, its path, and of
    which language the names of tags are. Usual tags without a name in it are called as in English.
    """
    is_pytorch = data.get("format") == "pytorch-hub"
    if is_pytorch:
        data.setdefault("languages", [dict(_ENGLISH)])
        data.setdefault("framework", "pytorch")
    match data:
        case {"languages": [dict() as only]}:
            only.setdefault("path", "")
            code, usual = str(only.get("code")), _TAGS_OF_PYTORCH if is_pytorch else _TAGS
            tags = data.setdefault("tags", {tag: names.get(code, names["en_US"]) for tag, names in usual.items()})
            if isinstance(tags, dict):
                data["tags"] = {tag: {code: name} if isinstance(name, str) else name for tag, name in tags.items()}


def _for_one_language(config: Config) -> Config:
    """Where a hub has but one language, every page is in it, the site is its folder, and tags have one name."""
    if len(config.languages) != 1:
        return config
    only = dataclasses.replace(config.languages[0], path="", required=True)
    tags = {
        tag: {code: name for code, name in names.items() if code == only.code} for tag, names in config.tags.items()
    }
    return dataclasses.replace(config, languages=(only,), tags=tags)


def with_base_url(config: Config, base_url: str) -> Config:
    """The same settings for a site that is published there; the final slash may be missing.

    Raises ConfigError for what is no address.
    """
    changed = dataclasses.replace(config, base_url=base_url if base_url.endswith("/") else base_url + "/")
    for _, message in _contradictions(changed):
        raise ConfigError(f"--base-url: {message}")
    return changed


def _misfits(value: object, kind: Any, place: _Place) -> Iterator[tuple[_Place, str]]:
    """What is no setting, or no value that the setting can have."""
    name = ".".join(part for part in place if isinstance(part, str))
    origin, of = get_origin(kind), get_args(kind)
    is_list, is_table = origin is tuple, origin is Mapping or dataclasses.is_dataclass(kind)
    if (is_list and not isinstance(value, list)) or (is_table and not isinstance(value, dict)):
        yield place, f"{name} must be a {'list' if is_list else 'table'}, not {_given(value)}"
    elif isinstance(value, list) and is_list:
        for number, row in enumerate(value):
            yield from _misfits(row, of[0], (*place, number))
    elif isinstance(value, dict) and is_table:
        types = dict.fromkeys(value, of[1]) if origin is Mapping else get_type_hints(kind)
        for key, one in value.items():
            if key in types:
                yield from _misfits(one, types[key], (*place, key))
                continue
            near = difflib.get_close_matches(key, types, 1, 0.6)
            hint = f"did you mean {near[0]}?" if near else f"known keys: {', '.join(types)}"
            yield (*place, key), f"{name}.{key} is not a setting: {hint}".removeprefix(".")
        for field_ in dataclasses.fields(kind) if origin is not Mapping else ():
            if field_.name not in value and field_.default is field_.default_factory is dataclasses.MISSING:
                yield place, f"{name}.{field_.name} is missing: every entry of {name} needs {', '.join(types)}"
    elif origin is Literal and value not in of:
        near = difflib.get_close_matches(str(value), of, 1, 0.6)
        hint = f": did you mean {near[0]}?" if near else ""
        yield place, f"{name} must be one of {', '.join(of)}, not {_given(value)}{hint}"
    elif kind in _KINDS:
        try:
            converted(value, kind)
        except msgspec.ValidationError:
            yield place, f"{name} must be {_KINDS[kind]}, not {_given(value)}"


_KINDS: Mapping[Any, str] = {
    str: "text in quotes",
    str | None: "text in quotes",
    bool: "true or false",
    int: "a whole number",
    int | None: "a whole number",
    float: "a number",
}


def _given(value: object) -> str:
    if isinstance(value, list | dict):
        return "a list" if isinstance(value, list) else "a table"
    return json.dumps(value, ensure_ascii=False, default=str)


_KEY = r"""(?:[\w-]+|"[^"]*"|'[^']*')"""
_SETS = re.compile(rf"\s*(?P<header>\[\[?)?\s*(?P<keys>{_KEY}(?:\s*\.\s*{_KEY})*)\s*[]=]")


def line_of(place: _Place, text: str) -> int:
    """The line that sets it, or the table or list that it is in: tomllib keeps no places."""
    found: dict[_Place, int] = {(): 1}
    table: _Place = ()
    for number, line in enumerate(text.splitlines(), start=1):
        if match := _SETS.match(line):
            keys: _Place = tuple(key.strip("\"'") for key in re.findall(_KEY, match["keys"]))
            if not match["header"]:
                keys = (*table, *keys)
            elif match["header"] == "[[":
                keys = (*keys, sum(one[:-1] == keys and isinstance(one[-1], int) for one in found if one))
            table = keys if match["header"] else table
            found.setdefault(keys, number)
    return next(found[place[:end]] for end in range(len(place), -1, -1) if place[:end] in found)


def _contradictions(config: Config) -> Iterator[tuple[_Place, str]]:
    """What no hub can have, and what does not go together."""
    judges = (_of_format, _of_languages, _of_tags, _of_addresses, _of_numbers, _of_folders, _of_frameworks, _of_theme)
    for judge in judges:
        yield from judge(config)
    if not config.rules:
        return
    from generator.checking.explained import explained  # the rules are slow to load
    from generator.checking.rules import RULES

    names, fixed = [rule.name for rule in RULES], {text.name for text in explained()}
    for name in config.rules:
        if name not in names:
            if name in fixed:
                yield ("rules", name), f"{name} cannot be turned off or changed: remove it"
                continue
            near = difflib.get_close_matches(name, names, 1, 0.6)
            hint = f"did you mean {near[0]}?" if near else "`hubpages rules` lists them all"
            yield ("rules", name), f"there is no rule {name!r}: {hint}"


def _of_format(config: Config) -> Iterator[tuple[_Place, str]]:
    if config.format != HUB1 and len(config.languages) != 1:
        names = ", ".join(language.code for language in config.languages)
        yield ("languages",), f"pages of the format {config.format} have one language: name one of {names}"


def _of_languages(config: Config) -> Iterator[tuple[_Place, str]]:
    if not config.languages:
        yield ("languages",), "languages is empty: name at least one"
    for attribute, (form, words) in _OF_LANGUAGE.items():
        seen: set[str] = set()
        for number, language in enumerate(config.languages):
            place, value = ("languages", number, attribute), getattr(language, attribute)
            if attribute == "path" and len(config.languages) == 1:
                continue  # nothing of its site is in a folder of a language
            if not form.fullmatch(value):
                yield place, f"languages.{attribute} must be {words}, not {_given(value)}"
            if value.casefold() in seen:
                yield place, f"two languages have the same {attribute}: {value}"
            if attribute == "path" and value in _OF_THE_SITE:
                yield place, f"languages.path cannot be {value}: the site keeps something else there"
            seen.add(value.casefold())


def _of_tags(config: Config) -> Iterator[tuple[_Place, str]]:
    codes = {language.code for language in config.languages}
    for tag, names in config.tags.items():
        if not _TAG.fullmatch(tag):
            yield ("tags", tag), f"a tag is letters, digits, hyphens and underscores, and {_given(tag)} is not"
        if missing := codes - set(names):
            yield ("tags", tag), f"tag {tag} has no name in {', '.join(sorted(missing))}: add it"


def _of_addresses(config: Config) -> Iterator[tuple[_Place, str]]:
    if config.base_url and not _BASE_URL.fullmatch(config.base_url):
        yield ("base_url",), "base_url must begin with https:// or http://, name a host and nothing but its folder"
    if config.base_url and not config.base_url.endswith("/"):
        yield ("base_url",), "base_url must end with a slash"
    if config.repository and not _REPOSITORY.fullmatch(config.repository):
        yield ("repository",), "repository must be like https://github.com/owner/repo"
    if config.notebooks and not _NOTEBOOKS.fullmatch(config.notebooks):
        yield ("notebooks",), "notebooks must be like https://github.com/owner/repo/blob/gh-pages/"


def _of_numbers(config: Config) -> Iterator[tuple[_Place, str]]:
    if config.skip_budget is not None and config.skip_budget < 0:
        yield ("skip_budget",), "skip_budget must be 0 or more; without it any number of snippets may be skipped"
    if config.verify.holds_days is not None and config.verify.holds_days < 1:
        yield ("verify", "holds_days"), "holds_days must be 1 or more; without it a run of any age holds"
    for name, value in dataclasses.asdict(config.limits).items():
        if not 0 < value < math.inf:
            yield ("limits", name), f"limits.{name} must be more than 0, and finite"


def _of_folders(config: Config) -> Iterator[tuple[_Place, str]]:
    folder = config.pages.folder
    is_root = folder == "." and config.format != HUB1  # of hub1 every file beside hub.toml would be a page
    if not is_root and (not _FOLDER.fullmatch(folder) or folder.partition("/")[0] in _OF_THE_HUB):
        what = "a folder below the hub's root that holds nothing else, such as hub_pages"
        yield ("pages", "folder"), f"pages.folder must be {what}, not {_given(folder)}"


def _of_frameworks(config: Config) -> Iterator[tuple[_Place, str]]:
    named = [(("framework",), config.framework), *((("kernels", name), name) for name in config.kernels)]
    for place, name in named:
        if name not in frameworks.names():
            near = difflib.get_close_matches(name, frameworks.names(), 1, 0.6)
            hint = f"did you mean {near[0]}?" if near else f"known are {', '.join(frameworks.names())}"
            yield place, f"there is no framework {name!r}: {hint}"
    if config.framework in config.kernels:
        told = f"{config.framework} is the hub's own framework: its kernel environment is named in [kernel]"
        yield ("kernels", config.framework), told
    kernels = [(("kernel",), config.kernel), *((("kernels", name), one) for name, one in config.kernels.items())]
    for place, kernel in kernels:
        if kernel.python == "":
            name = ".".join(place)
            told = "is empty: name the kernel environment's interpreter, or leave it out"
            yield (*place, "python"), f"{name}.python {told}"


def _of_theme(config: Config) -> Iterator[tuple[_Place, str]]:
    codes = {language.code for language in config.languages}
    for place, named in ((("titles",), config.titles), (("theme", "footer"), config.theme.footer)):
        for code in named:
            if code not in codes:
                known = f"the hub has {', '.join(sorted(codes))}"
                yield (
                    (*place, code),
                    f"{'.'.join(place)} has a text in {code}, which is no language of the hub: {known}",
                )
    for name in ("accent", "accent_dark"):
        colour = getattr(config.theme, name)
        if colour and not _COLOUR.fullmatch(colour):
            yield ("theme", name), f"theme.{name} must be a colour such as #0b5aa8, not {_given(colour)}"
    if config.theme.accent_dark and not config.theme.accent:
        yield ("theme", "accent_dark"), "theme.accent_dark goes with theme.accent: set both, or the latter alone"
    for name, suffixes in _OF_THEME.items():
        file = getattr(config.theme, name)
        if file and (not _FILE.fullmatch(file) or not file.lower().endswith(suffixes)):
            kinds = f"{', '.join(suffixes[:-1])} or {suffixes[-1]}" if len(suffixes) > 1 else suffixes[0]
            what = f"the name of a file in templates/static that ends with {kinds}"
            yield ("theme", name), f"theme.{name} must be {what}, not {_given(file)}"
