"""The Jinja environment: every template, every word of the interface, every static file."""

import os
from collections.abc import Mapping, MutableMapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import CodeType
from typing import Any

from jinja2 import BytecodeCache, Environment, FileSystemLoader, StrictUndefined, TemplateError
from jinja2.bccache import Bucket
from markupsafe import Markup

from generator.files import is_editors
from generator.frameworks import in_words
from generator.model import addresses
from generator.model.addresses import asset, root_of
from generator.model.hub import Language, Theme
from generator.model.site import RenderedFile
from generator.rendering.accent import accent_style
from generator.rendering.heads import card_head, page_head
from generator.rendering.logo import logo_width
from generator.rendering.permalinks import with_permalinks
from generator.rendering.search_table import search_table
from generator.rendering.template_folders import TemplatesError
from generator.rendering.words import STRINGS, Strings, read_tables

_STATIC = "static"
_SEARCH_WORDS, _ACCENT = "search-words.json", "accent.css"
_NO_THEME = Theme()


class _Environment(Environment):
    """Gives every template one map of what all know: a chain of maps would be copied slowly for each fragment."""

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """Made when a template is loaded, from when on no more is added."""
        return {**self.globals, **(d or {})}


class _Compiled(BytecodeCache):
    """Templates as Python's code, by file, for as long as the process lives.

    Compiling all takes longer than rendering a page. Where one has changed, only that one is compiled again.
    """

    def __init__(self) -> None:
        self._of_files: dict[str, tuple[str, CodeType | None]] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Give it the code that was made of the same text, if there is some."""
        checksum, code = self._of_files.get(bucket.key, ("", None))
        if checksum == bucket.checksum:
            bucket.code = code

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep its code in the place of what the file's earlier text came to."""
        self._of_files[bucket.key] = bucket.checksum, bucket.code


_COMPILED = _Compiled()


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
            raise TemplatesError(f"{STRINGS} has no {key} in its table [{language.code}]: add it") from error

    def has(self, name: str) -> bool:
        """Whether there is such a template."""
        return name in self._jinja.list_templates(filter_func=name.__eq__)

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
        try:
            text = self._jinja.get_template(name).render(t=self.strings[language.code], language=language, **context)
        except (TemplateError, OSError, UnicodeDecodeError) as error:
            line = getattr(error, "lineno", None)
            place = f"{name}:{line}" if line else name
            raise TemplatesError(f"templates/{place}: {error} (language {language.code})") from error
        return Markup(text)  # Jinja escapes what it is given


def load_templates(folders: Sequence[Path], theme: Theme = _NO_THEME) -> Templates:
    """Everything in these folders; a file of an earlier one hides its namesake in a later one.

    Raises TemplatesError where there is no template, the words cannot be read, or a file that the theme names is none.
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
        bytecode_cache=_COMPILED,
    )
    jinja.filters["with_permalinks"] = with_permalinks
    jinja.globals |= {"page_head": page_head, "card_head": card_head, "addresses": addresses, "software": in_words}
    static, paths = _read_static(folders)
    made = {_SEARCH_WORDS: search_table(folders)}
    if style := accent_style(theme, folders).encode():
        made[_ACCENT] = RenderedFile(asset("accent", style, ".css"), style)
    paths = {**paths, **{name: file.path for name, file in made.items()}, **_of_theme(theme, paths)}
    jinja.globals["logo_width"] = _logo_width(theme, static, paths)
    return Templates(Strings(read_tables(folders)), (*static, *made.values()), jinja, paths)


def _logo_width(theme: Theme, static: Sequence[RenderedFile], paths: Mapping[str, str]) -> int:
    if not theme.logo:
        return 0
    data = next(file.data for file in static if file.path == paths["logo"])
    try:
        return logo_width(data, theme.logo)
    except OSError as error:
        raise TemplatesError(f"templates/{_STATIC}/{theme.logo}: no picture ({error}): mend it") from error


def _of_theme(theme: Theme, paths: Mapping[str, str]) -> Mapping[str, str]:
    """The static files that a theme names, by what it takes each for."""
    named = {"logo": theme.logo, "icon": theme.icon, "extra_css": theme.extra_css}
    for setting, name in named.items():
        if name and name not in paths:
            raise TemplatesError(f"hub.toml: theme.{setting} names {name}, and templates/{_STATIC} has no such file")
    return {setting: paths[name] for setting, name in named.items() if name}


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
