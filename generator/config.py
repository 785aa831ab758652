"""hub.toml: what a hub's owner decides. Everything has a default; an unknown key is an error."""

import dataclasses
import difflib
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, get_args, get_origin, get_type_hints

import msgspec

from generator.model.hub import Hub, Language, Tags
from generator.model.limits import Limits

_BASE_URL = re.compile(r"https?://[^\s/?#\"'<>@\\]+(/[^\s?#\"'<>\\]*)?")
_REPOSITORY = re.compile(r"https://[\w.-]+/[\w.-]+/[\w.-]+")
_NOTEBOOKS = re.compile(r"https://github\.com/[\w.-]+/[\w.-]+/blob/[\w./-]+/")


class ConfigError(Exception):
    """hub.toml cannot be used; the message says where and what to do."""


@dataclass(frozen=True, slots=True)
class KernelConfig:
    """Where snippets run."""

    python: str = ".venv-megengine/bin/python"
    """Interpreter of the kernel environment, relative to the hub's root."""


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


@dataclass(frozen=True, slots=True)
class Config:
    """A hub's settings."""

    title: str = "Model Hub"
    base_url: str = ""
    """Where the site is published, with its final slash; empty where that is not decided."""
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
    kernel: KernelConfig = field(default_factory=KernelConfig)
    limits: Limits = field(default_factory=Limits)
    skip_budget: int | None = None
    """How many snippets may be skipped before `verify` fails; None for any number."""
    social_images: bool = True
    """Whether a picture is drawn for each card, to be shown with links to it; base_url must be set."""
    search: bool = True
    """Whether the site has a search."""
    rules: Mapping[str, Literal["off", "warning", "error"]] = field(default_factory=dict)
    """Rules of `hubpages check` that are not asked, or whose severity is another than their own."""

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
            notebooks=self.notebooks,
        )


def read_config(path: Path) -> Config:
    """The settings in a file, or the defaults where there is none.

    Raises ConfigError for what is not TOML, not a key, of the wrong type, or at odds with itself.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return Config()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: cannot be read ({error})") from error
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{path}: not TOML: {error}") from error
    _refuse_unknown_keys(data, Config, path, text, ())
    try:
        config = msgspec.convert(data, Config)
    except msgspec.ValidationError as error:
        raise ConfigError(f"{path}: {error}") from error
    _refuse_contradictions(config, path)
    return config


def with_base_url(config: Config, base_url: str) -> Config:
    """The same settings for a site that is published there; the final slash may be missing.

    Raises ConfigError for what is no address.
    """
    changed = dataclasses.replace(config, base_url=base_url if base_url.endswith("/") else base_url + "/")
    _refuse_contradictions(changed, Path("--base-url"))
    return changed


def _refuse_unknown_keys(data: Mapping[str, Any], kind: type, path: Path, text: str, above: tuple[str, ...]) -> None:
    types = get_type_hints(kind)
    for key, value in data.items():
        name = ".".join((*above, key))
        if key not in types:
            near = difflib.get_close_matches(key, types, 1, 0.6)
            hint = f"did you mean {near[0]}?" if near else f"known keys: {', '.join(types)}"
            raise ConfigError(f"{path}:{_line_of(key, text)}: {name} is not a setting: {hint}")
        of = types[key]
        rows = value if isinstance(value, list) else [value]
        item = get_args(of)[0] if get_origin(of) is tuple else of
        for row in rows:
            if dataclasses.is_dataclass(item) and isinstance(item, type) and isinstance(row, dict):
                _refuse_unknown_keys(row, item, path, text, (*above, key))


def _line_of(key: str, text: str) -> int:
    """The line that sets a key: tomllib keeps no places."""
    for number, line in enumerate(text.splitlines(), start=1):
        words = line.replace("[", " ").replace("]", " ").replace("=", " ").replace(".", " ").split()
        if key in words[:4] or f'"{key}"' in words[:4]:
            return number
    return 1


def _refuse_contradictions(config: Config, path: Path) -> None:
    codes = {language.code for language in config.languages}
    if not codes:
        raise ConfigError(f"{path}: languages is empty: name at least one")
    for attribute in ("code", "path", "lang"):
        values = [getattr(language, attribute) for language in config.languages]
        if len(set(values)) < len(values):
            raise ConfigError(f"{path}: two languages have the same {attribute}: {', '.join(values)}")
    for tag, names in config.tags.items():
        if missing := codes - set(names):
            raise ConfigError(f"{path}: tag {tag} has no name in {', '.join(sorted(missing))}: add it")
    if config.base_url and not _BASE_URL.fullmatch(config.base_url):
        raise ConfigError(
            f"{path}: base_url must begin with https:// or http://, name a host and nothing but its folder"
        )
    if config.base_url and not config.base_url.endswith("/"):
        raise ConfigError(f"{path}: base_url must end with a slash")
    if config.repository and not _REPOSITORY.fullmatch(config.repository):
        raise ConfigError(f"{path}: repository must be like https://github.com/owner/repo")
    if config.notebooks and not _NOTEBOOKS.fullmatch(config.notebooks):
        raise ConfigError(f"{path}: notebooks must be like https://github.com/owner/repo/blob/gh-pages/")
    for name, value in dataclasses.asdict(config.limits).items():
        if value <= 0:
            raise ConfigError(f"{path}: limits.{name} must be more than 0")
