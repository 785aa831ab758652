"""What is wrong with how a hub looks: an accent that cannot be read, words that a language lacks."""

from collections.abc import Iterator
from pathlib import Path

from generator.commands.root import HubRoot
from generator.config import Config, line_of
from generator.model.diagnostic import Diagnostic
from generator.rendering.template_folders import TemplatesError, template_folders
from generator.rendering.words import STRINGS, missing_words, read_tables

_OURS = {language.code for language in Config().languages}
"""Languages whose words all come with hubpages."""


def appearance_findings(root: HubRoot) -> list[Diagnostic]:
    """Warnings, at their lines of hub.toml and of the hub's words."""
    return [*_of_words(root), *_of_accent(root)]


def _of_words(root: HubRoot) -> Iterator[Diagnostic]:
    own = root.folder / "templates" / STRINGS
    languages = root.config.languages
    if not own.is_file() and all(language.code in _OURS for language in languages):
        return
    try:
        missing = missing_words(read_tables(template_folders(root.folder)), languages)
    except TemplatesError:  # told by whoever needs the words
        return
    for code, keys in missing.items():
        many = "1 word" if len(keys) == 1 else f"{len(keys)} words"
        message = f"{many} of the interface are English in {code}: add to its table [{code}] {', '.join(keys)}"
        yield Diagnostic(str(own), _line(own, f"[{code}]"), 1, "missing-words", message, "warning")


def _of_accent(root: HubRoot) -> Iterator[Diagnostic]:
    if not root.config.theme.accent:
        return
    from generator.rendering.accent import accent_problems  # only where there is one

    path = root.folder / "hub.toml"
    text = path.read_text(encoding="utf-8-sig")
    for setting, problem in accent_problems(root.config.theme, template_folders(root.folder)):
        line = line_of(("theme", setting), text)
        yield Diagnostic(str(path), line, 1, "theme-contrast", f"theme.{setting}: {problem}", "warning")


def _line(path: Path, start: str) -> int:
    """The first line of a file that begins so; 1 where there is none."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        return 1
    return next((number for number, line in enumerate(lines, 1) if line.startswith(start)), 1)
