"""What a comparison of models says of one of them: made with its card, and put beside that of others without it."""

from dataclasses import dataclass

from generator.model.metrics import Better


@dataclass(frozen=True, slots=True)
class Cell:
    """What a comparison says of one model in one row."""

    row: str
    """What tells the row from others: the name of a fact, or the metric with its data set."""
    name: str
    """The row's head, in words."""
    html: str
    """Empty where nothing is known."""
    value: float | None = None
    """Of a metric."""
    better: Better = ""
    """Which way the metric is better."""


@dataclass(frozen=True, slots=True)
class Column:
    """One model, in one language of the hub."""

    id: str
    title: str
    lang: str
    """BCP 47: the language of what is shown of it."""
    thumbnail: tuple[str, int, int] | None
    """Path of the picture that stands for it, with width and height in pixels."""
    seen: tuple[Cell, ...]
    """What its own run told; the same rows for every model."""
    reported: tuple[Cell, ...]
    """What its tables report, by metrics that models need not share."""
    stated: tuple[Cell, ...]
    """What its front matter states; the same rows for every model."""
    given: tuple[tuple[str, str], ...]
    """Digest and name of each picture, sound or film that its run loaded."""
    output: str
    """HTML of what its code printed or drew last, with `ROOT`; empty where a run has told nothing of it."""
