"""The keys of a page's front matter: the one table that the reader, the schema and the examples go by."""

from dataclasses import dataclass
from typing import Literal

Kind = Literal["text", "texts", "list"]
"""text: one line. texts: a map of languages, a line each. list: at least one text."""


@dataclass(frozen=True, slots=True)
class Key:
    """One key of front matter. Every page has every key."""

    name: str
    kind: Kind
    example: str
    """A value as it stands in a page, in YAML."""
    description: str
    """What belongs there, for those who write pages."""


KEYS: tuple[Key, ...] = (
    Key("template", "text", "hub1", "Folder of templates/ that lays out the card."),
    Key("title", "text", "ResNet", "Name of the model family as its authors spell it."),
    Key("summary", "texts", "{zh_CN: …, en_US: …}", "What the model is, in a line for each language of the page."),
    Key("author", "text", "MegEngine Team", "Who made the model available."),
    Key("tags", "list", "[vision, classification]", "What the model is for, from the hub's list."),
    Key("github-link", "text", "https://github.com/megengine/models", "Where the model's code is."),
)
"""In the order in which a page has them."""
