"""Where templates are. Jinja is not loaded here: whoever only asks what there is does without it."""

from collections.abc import Iterable
from pathlib import Path

from generator.files import is_editors

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
    names = (card.parent.name for folder in folders for card in folder.glob(f"*/{_CARD}"))
    return {name for name in names if not is_editors(name)}
