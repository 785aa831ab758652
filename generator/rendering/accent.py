"""The accent of a hub's own: what is made of it, and where it cannot be read. Loads no template."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from generator.model.hub import Theme
from generator.rendering.colours import ENOUGH, WHITE, Colour, contrast, mixed, read, tokens, written

_SURFACE = (0.09, 0.16)
"""How much of the accent is in the surface of what is chosen, in light and dark."""

_BACKGROUNDS = ("paper", "surface", "raised")
"""What the accent is text on, besides its own surface."""

_NAMES = ("light", "dark")


def accent_style(theme: Theme, folders: Sequence[Path]) -> str:
    """The style that puts the accent in the place of the usual one; empty where the hub has none of its own."""
    if not theme.accent:
        return ""
    found = tokens(_style(folders))
    light, dark = _accents(theme, found)
    surfaces = [
        mixed(accent, paper, share)
        for accent, paper, share in zip((light, dark), found.get("paper", (WHITE, (0, 0, 0))), _SURFACE, strict=True)
    ]
    return (
        f":root{{--accent:light-dark({written(light)},{written(dark)});"
        f"--accent-surface:light-dark({written(surfaces[0])},{written(surfaces[1])})}}"
    )


def accent_problems(theme: Theme, folders: Sequence[Path]) -> Iterator[tuple[str, str]]:
    """Where the accent cannot be read: the setting that is at fault, and what is wrong with it."""
    if not theme.accent:
        return
    found = tokens(_style(folders))
    accents = _accents(theme, found)
    for index, (accent, name) in enumerate(zip(accents, _NAMES, strict=True)):
        grounds = {ground: found[ground][index] for ground in _BACKGROUNDS if ground in found}
        if "paper" in found:
            grounds["accent-surface"] = mixed(accent, found["paper"][index], _SURFACE[index])
        worst = min(grounds, key=lambda ground: contrast(accent, grounds[ground]), default="")
        if worst and contrast(accent, grounds[worst]) < ENOUGH:
            ratio = f"{contrast(accent, grounds[worst]):.2f}"
            setting = "accent_dark" if index and theme.accent_dark else "accent"
            yield (
                setting,
                f"{written(accent)} has a contrast of {ratio}:1 on {written(grounds[worst])}, the {name} theme's "
                f"{worst}, and text needs {ENOUGH}:1: take a {'lighter' if index else 'darker'} colour",
            )


def _accents(theme: Theme, found: Mapping[str, tuple[Colour, Colour]]) -> tuple[Colour, Colour]:
    """The accent in both themes; where none is set for the dark one, that of the other as far lightened as it needs."""
    light = read(theme.accent)
    if theme.accent_dark:
        return light, read(theme.accent_dark)
    grounds = [found[name][1] for name in _BACKGROUNDS if name in found]
    for step in range(21):
        dark = mixed(WHITE, light, step / 20)
        own = [mixed(dark, found["paper"][1], _SURFACE[1])] if "paper" in found else []
        if all(contrast(dark, ground) >= ENOUGH for ground in (*grounds, *own)):
            return light, dark
    return light, WHITE


def _style(folders: Sequence[Path]) -> str:
    for folder in folders:
        try:
            return (folder / "static" / "style.css").read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError):
            continue
    return ""
