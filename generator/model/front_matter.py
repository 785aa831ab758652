"""The keys of a page's front matter: the one table that the reader, the schema and the examples go by."""

from dataclasses import dataclass
from typing import Literal

Kind = Literal["text", "texts", "list", "metrics"]
"""text: one line. texts: a map of languages, a line each. list: at least one text. metrics: a list of maps of texts."""


@dataclass(frozen=True, slots=True)
class Key:
    """One key of front matter."""

    name: str
    kind: Kind
    example: str
    """A value as it stands in a page, in YAML."""
    description: str
    """What belongs there, for those who write pages."""
    is_required: bool = False
    """Whether every page has it."""
    needs: str = ""
    """Another key, without which it says too little; empty where there is none."""
    most: int = 0
    """Of a list, how many it may name; 0 for any number."""


KEYS: tuple[Key, ...] = (
    Key("template", "text", "hub1", "Folder of templates/ that lays out the card.", True),
    Key("title", "text", "ResNet", "Name of the model family as its authors spell it.", True),
    Key(
        "summary",
        "texts",
        "{zh_CN: …, en_US: …}",
        "What the model is, in a line for each of the page's languages.",
        True,
    ),
    Key("author", "text", "MegEngine Team", "Who made the model available.", True),
    Key("tags", "list", "[vision, classification]", "What the model is for, from the hub's list.", True),
    Key("github-link", "text", "https://github.com/megengine/models", "Where the model's code is.", True),
    Key("license", "text", "Apache-2.0", "Licence of the code: an SPDX expression, as on https://spdx.org/licenses/."),
    Key(
        "weights-license",
        "text",
        "CC-BY-NC-4.0",
        "Licence of the weights, likewise; LicenseRef-NAME for one that SPDX does not list.",
        needs="license",
    ),
    Key("task", "text", "classification", "What the model does, one of the hub's tags; by default as the id says."),
    Key("datasets", "list", "[ImageNet]", "Data sets that the model was trained or measured on.", most=20),
    Key(
        "metrics",
        "metrics",
        "[{name: Top-1, dataset: ImageNet val}]",
        "Columns of the page's tables that hold its results, the most telling first. The figures stay in the table.",
        most=20,
    ),
    Key(
        "titles",
        "texts",
        "{zh_CN: …, en_US: …}",
        "The title in languages that have another one, as guides do: a model's name is the same in all.",
    ),
    Key("framework", "text", "pytorch", "What the code is written for, where it is another framework than the hub's."),
    Key("kind", "text", "guide", "model, which is the default, or guide: how to choose among the hub's models."),
    Key(
        "image",
        "text",
        "images/result.jpg",
        "A picture that stands for the model: a file beside the page or in a folder below.",
        needs="image-credit",
    ),
    Key(
        "image-credit",
        "text",
        "Photo by A. Author, CC BY 4.0",
        "Who made the picture, and its licence.",
        needs="image",
    ),
)
"""In the order in which a page has them."""

METRIC_KEYS: tuple[Key, ...] = (
    Key("name", "text", "Top-1", "Name of the metric, and header of its column unless `column` says otherwise.", True),
    Key("dataset", "text", "ImageNet val", "What it was measured on. Of a table that names several, its rows.", True),
    Key("column", "text", "Top-1 accuracy (%)", "Header of its column, in any language of the page."),
    Key("better", "text", "lower", "lower or higher: which way is better, where its name does not tell."),
)
"""Those of each of the metrics."""
