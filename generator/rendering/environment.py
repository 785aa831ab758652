"""The Jinja environment: every template, every word of the interface, every static file."""

import hashlib
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, TemplateError

from generator.model.hub import Language
from generator.model.site import RenderedFile

_STRINGS = "strings.toml"
_STATIC = "static"
_CARD = "card.html"


class TemplatesError(Exception):
    """A template or a word of the interface is missing or broken: the hub owner's to mend."""


def template_folders(root: Path) -> list[Path]:
    """Where templates are looked for: the hub's own folder first, then those that come with hubpages."""
    here = Path(__file__).resolve()
    shipped = (here.parents[1] / "templates", here.parents[2] / "templates")
    folders = [folder.resolve() for folder in (root / "templates", *shipped) if folder.is_dir()]
    return list(dict.fromkeys(folders))


def template_names(folders: Iterable[Path]) -> set[str]:
    """The names that a page's front matter may pick."""
    return {card.parent.name for folder in folders for card in folder.glob(f"*/{_CARD}")}


@dataclass(frozen=True, slots=True)
class Templates:
    """Templates with their words and static files."""

    strings: Mapping[str, Mapping[str, str]]
    """Language code to key to word."""
    static: tuple[RenderedFile, ...]
    """Each under assets/, its name carrying a digest of its bytes."""
    _jinja: Environment
    _static_paths: Mapping[str, str]

    def render(self, name: str, path: str, language: Language, **context: Any) -> RenderedFile:
        """One template as the file at `path` of the site. `root` in it leads to the site's root.

        Raises TemplatesError naming the template, where it is broken or lacks a word.
        """
        if language.code not in self.strings:
            raise TemplatesError(
                f"{_STRINGS} has no table [{language.code}]: add the interface's words in that language"
            )
        root = "../" * path.count("/") or "./"
        static = {key: root + value for key, value in self._static_paths.items()}
        try:
            text = self._jinja.get_template(name).render(
                t=self.strings[language.code], language=language, root=root, static=static, **context
            )
        except TemplateError as error:
            line = getattr(error, "lineno", None)
            place = f"{name}:{line}" if line else name
            raise TemplatesError(f"templates/{place}: {error} (language {language.code})") from error
        return RenderedFile(path, text.encode())


def load_templates(folders: Sequence[Path]) -> Templates:
    """Everything in these folders; a file of an earlier one hides its namesake in a later one.

    Raises TemplatesError where there is no template or the words cannot be read.
    """
    if not folders:
        raise TemplatesError("there are no templates: reinstall hubpages, or add a folder templates/")
    jinja = Environment(
        loader=FileSystemLoader(folders),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    static, paths = _read_static(folders)
    return Templates(_read_strings(folders), static, jinja, paths)


def _read_strings(folders: Sequence[Path]) -> Mapping[str, Mapping[str, str]]:
    strings: dict[str, dict[str, str]] = {}
    for folder in reversed(folders):
        path = folder / _STRINGS
        if not path.is_file():
            continue
        try:
            data = tomllib.loads(path.read_text(encoding="utf-8"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise TemplatesError(f"{path}: not TOML: {error}") from error
        for language, words in data.items():
            strings.setdefault(language, {}).update(words)
    return strings


def _read_static(folders: Sequence[Path]) -> tuple[tuple[RenderedFile, ...], Mapping[str, str]]:
    files: dict[str, Path] = {}
    for folder in reversed(folders):
        for path in sorted((folder / _STATIC).glob("*")):
            files[path.name] = path
    rendered, paths = [], {}
    for name, path in sorted(files.items()):
        data = path.read_bytes()
        digest = hashlib.sha256(data).hexdigest()[:12]
        paths[name] = f"assets/{path.stem}.{digest}{path.suffix}"
        rendered.append(RenderedFile(paths[name], data))
    return tuple(rendered), paths
