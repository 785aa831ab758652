"""The words of the interface, and what a language lacks of them. Loads no template."""

import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path

from generator.model.hub import Language
from generator.rendering.template_folders import TemplatesError

STRINGS = "strings.toml"
_ENGLISH = "en_US"


class Words(dict[str, str]):
    """Words that are attributes as well: Jinja looks for these first, and a word is asked for at every turn."""

    def __init__(self, words: Mapping[str, str]) -> None:
        super().__init__(words)
        self.__dict__.update(words)


class Strings(dict[str, Words]):
    """Language code to key to word. A language that lacks some has the English ones in their place."""

    def __init__(self, tables: Mapping[str, Mapping[str, str]]) -> None:
        self._english = tables.get(_ENGLISH, {})
        super().__init__({code: Words({**self._english, **words}) for code, words in tables.items()})

    def __missing__(self, code: str) -> Words:
        """The words of a language without any."""
        return self.setdefault(code, Words(self._english))


def read_tables(folders: Sequence[Path]) -> Mapping[str, Mapping[str, str]]:
    """The words of each language as they are written; a folder's own stand before those of later ones.

    Raises TemplatesError.
    """
    tables: dict[str, dict[str, str]] = {}
    for folder in reversed(folders):
        path = folder / STRINGS
        if not path.is_file():
            continue
        try:
            data = tomllib.loads(path.read_text(encoding="utf-8"))
        except OSError as error:
            raise TemplatesError(f"{path}: cannot be read ({error.strerror})") from error
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise TemplatesError(f"{path}: not TOML: {error}") from error
        for language, words in data.items():
            tables.setdefault(language, {}).update(words)
    return tables


def missing_words(
    tables: Mapping[str, Mapping[str, str]], languages: Sequence[Language]
) -> Mapping[str, Sequence[str]]:
    """By the code of each language that lacks some of the English words, the keys of these."""
    english = tables.get(_ENGLISH, {})
    missing = {each.code: [key for key in english if key not in tables.get(each.code, {})] for each in languages}
    return {code: keys for code, keys in missing.items() if keys}
