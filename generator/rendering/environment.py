"""The Jinja environment: every template, every word of the interface, every static file."""

import os
import tomllib
from collections.abc import Mapping, MutableMapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, TemplateError
from markupsafe import Markup

from generator.files import is_editors
from generator.model import addresses
from generator.model.addresses import asset, root_of
from generator.model.hub import Language
from generator.model.site import RenderedFile
from generator.rendering.heads import card_head, page_head
from generator.rendering.search_table import search_table
from generator.rendering.template_folders import TemplatesError

_STRINGS = "strings.toml"
_STATIC = "static"
_SEARCH_WORDS = "search-words.json"


class _Words(dict[str, str]):
    """Words that are attributes as well: Jinja looks for these first, and a word is asked for at every turn."""

    def __init__(self, words: Mapping[str, str]) -> None:
        super().__init__(words)
        self.__dict__.update(words)


class _Environment(Environment):
    """Gives every template one map of what all know: a chain of maps would be copied slowly for each fragment."""

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """Made when a template is loaded, from when on no more is added."""
        return {**self.globals, **(d or {})}


@dataclass(frozen=True, slots=True)
class Templates:
    """Templates with their words and static files."""

    strings: Mapping[str, Mapping[str, str]]
    """Language code to key to word."""
    static: tuple[RenderedFile, ...]
    """Each under assets/, its name carrying a digest of its bytes."""
    _jinja: Environment
    static_paths: Mapping[str, str]
    """Name to path in the site."""

    def word(self, language: Language, key: str) -> str:
        """A word of the interface. Raises TemplatesError where the language has no such word."""
        try:
            return self.strings[language.code][key]
        except KeyError as error:
            raise TemplatesError(f"{_STRINGS} has no {key} in its table [{language.code}]: add it") from error

    def render(self, name: str, path: str, language: Language, root: str = "", **context: Any) -> RenderedFile:
        """One template as the file at `path` of the site. `root` in it leads to the site's root.

        Raises TemplatesError naming the template, where it is broken or lacks a word.
        """
        root = root or root_of(path)
        static = {key: root + value for key, value in self.static_paths.items()}
        html = self.fragment(name, language, path=path, root=root, static=static, **context)
        return RenderedFile(path, html.encode())

    def fragment(self, name: str, language: Language, **context: Any) -> Markup:
        """One template as a piece of a page. Raises TemplatesError as `render` does."""
        if language.code not in self.strings:
            raise TemplatesError(
                f"{_STRINGS} has no table [{language.code}]: add the interface's words in that language"
            )
        try:
            text = self._jinja.get_template(name).render(t=self.strings[language.code], language=language, **context)
        except (TemplateError, OSError, UnicodeDecodeError) as error:
            line = getattr(error, "lineno", None)
            place = f"{name}:{line}" if line else name
            raise TemplatesError(f"templates/{place}: {error} (language {language.code})") from error
        return Markup(text)  # Jinja escapes what it is given


def load_templates(folders: Sequence[Path]) -> Templates:
    """Everything in these folders; a file of an earlier one hides its namesake in a later one.

    Raises TemplatesError where there is no template or the words cannot be read.
    """
    if not folders:
        raise TemplatesError("there are no templates: reinstall hubpages, or add a folder templates/")
    jinja = _Environment(
        loader=FileSystemLoader(folders),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,  # they are read anew as a whole where one changed
    )
    jinja.globals |= {"page_head": page_head, "card_head": card_head, "addresses": addresses}
    static, paths = _read_static(folders)
    words = search_table(folders)
    return Templates(_read_strings(folders), (*static, words), jinja, {**paths, _SEARCH_WORDS: words.path})


def _data(path: Path) -> bytes | None:
    """What a static file holds; None for one that is gone since its folder was listed."""
    try:
        if path.is_file():  # opening a pipe would wait for ever
            return path.read_bytes()
        reason = "a link that leads nowhere" if path.is_symlink() else "no file"
    except OSError as error:
        reason = error.strerror or str(error)
    if not os.path.lexists(path):
        return None
    raise TemplatesError(f"{path}: cannot be published ({reason}): mend or remove it")


def _minified(data: bytes, kind: str, name: str) -> bytes:
    """A style sheet or script without what only its authors need. Raises TemplatesError for one that is no script."""
    import minify  # type: ignore[import-untyped]  # only while files are read

    try:
        return str(minify.string(kind, data.decode())).encode()
    except (minify.MinifyError, UnicodeDecodeError) as error:
        raise TemplatesError(f"templates/{_STATIC}/{name}: {error}") from error


_MINIFIED = {".css": "text/css", ".js": "application/javascript"}


def _read_strings(folders: Sequence[Path]) -> Mapping[str, Mapping[str, str]]:
    strings: dict[str, dict[str, str]] = {}
    for folder in reversed(folders):
        path = folder / _STRINGS
        if not path.is_file():
            continue
        try:
            data = tomllib.loads(path.read_text(encoding="utf-8"))
        except OSError as error:
            raise TemplatesError(f"{path}: cannot be read ({error.strerror})") from error
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise TemplatesError(f"{path}: not TOML: {error}") from error
        for language, words in data.items():
            strings.setdefault(language, {}).update(words)
    return {language: _Words(words) for language, words in strings.items()}


def _read_static(folders: Sequence[Path]) -> tuple[tuple[RenderedFile, ...], Mapping[str, str]]:
    files: dict[str, Path] = {}
    for folder in reversed(folders):
        for path in sorted((folder / _STATIC).glob("*")):
            if not is_editors(path.name):
                files[path.name] = path
    rendered, paths = [], {}
    for name, path in sorted(files.items()):
        data = _data(path)
        if data is None:
            continue
        if path.suffix in _MINIFIED:
            data = _minified(data, _MINIFIED[path.suffix], name)
        paths[name] = asset(path.stem, data, path.suffix)
        rendered.append(RenderedFile(paths[name], data))
    return tuple(rendered), paths
