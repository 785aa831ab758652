"""Begin a hub in a folder that holds none."""

import os
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from generator import __version__, starter
from generator.commands.new import MODELINE, SCHEMA, schema
from generator.commands.root import HubRoot
from generator.config import Config
from generator.files import write_new
from generator.frameworks import kernel_environments


@dataclass(frozen=True, slots=True)
class Begun:
    """A new hub."""

    page: Path
    """Its first page."""
    written: Sequence[Path]
    """Every file of it that was written."""
    left: Sequence[Path]
    """Those that were there, and are as they were."""


def init_hub(folder: Path, framework: str, languages: Sequence[str], title: str = "") -> Begun:
    """Write the files of a new hub into a folder, which is made where it is missing; nothing is ever overwritten.

    Args:
        framework: one whose environment can be installed.
        languages: codes of the usual ones, at least one.
        title: of the hub, in every language; empty for the usual ones.

    Raises ValueError, saying what to do instead, where a hub is, and for a title that is not a line of text; OSError
    where something cannot be written: what was written before that is gone again.
    """
    _refuse(folder, title)
    written, left = _write_all(folder, _texts(framework, languages, title))
    (page,) = [path for path in (*written, *left) if path.suffix == ".md"]
    return Begun(page, written, left)


def _refuse(folder: Path, title: str) -> None:
    own = Config().pages.folder
    if (folder / "hub.toml").exists() or any((folder / own).glob("*.md")):
        todo = "`hubpages new ID` adds a page to it, and `hubpages kernel install` makes its kernel environment"
        raise ValueError(f"{folder.resolve()} holds a hub already: {todo}")
    if title and (not title.isprintable() or not title.strip()):
        raise ValueError("the title must be one line of text")


def _texts(framework: str, languages: Sequence[str], title: str) -> Mapping[str, str]:
    """Every file of a hub, the settings last: with them it is one."""
    environment = kernel_environments()[framework]
    known = tuple(one for one in Config().languages if one.code in languages)
    config = Config(title=title or starter.TITLES[known[0].code], languages=known, framework=framework)
    name, page = starter.first_page(framework, languages, MODELINE)
    return {
        **starter.other_files(environment, __version__),
        f"{config.pages.folder}/{SCHEMA}": schema(HubRoot(Path(), config)),
        f"{config.pages.folder}/{name}": page,
        "hub.toml": starter.settings(title, known, environment.folder, framework),
    }


def _write_all(folder: Path, texts: Mapping[str, str]) -> tuple[list[Path], list[Path]]:
    """Write each that is not there; which were, and which were there. All or none: what fails leaves nothing behind."""
    written: list[Path] = []
    left: list[Path] = []
    made: list[Path] = []
    try:
        for name, text in texts.items():
            path = folder / name
            for parent in reversed([one for one in (path.parent, *path.parent.parents) if not os.path.lexists(one)]):
                parent.mkdir()
                made.append(parent)
            (written if write_new(path, text) else left).append(path)
    except BaseException:
        for path in written:
            path.unlink(missing_ok=True)
        for path in reversed(made):
            with suppress(OSError):  # somebody else's file is in it
                path.rmdir()
        raise
    return written, left
