"""What scripts load from hubs."""

from collections.abc import Iterable

from generator.frameworks import framework
from generator.model.entry import LoadCall
from generator.model.run import Script
from generator.scripts.entries import entry_uses


def calls_by_framework(scripts: Iterable[Script]) -> dict[str, list[LoadCall]]:
    """Everything that scripts load and offer, by the framework that loads it."""
    of: dict[str, list[Script]] = {}
    for script in scripts:
        of.setdefault(script.framework, []).append(script)
    return {name: load_calls(own) for name, own in of.items()}


def load_calls(scripts: Iterable[Script], *, offered: bool = True, device: str = "") -> list[LoadCall]:
    """Everything that scripts load, and offer where that is wanted, each once.

    With a device, cpu or a GPU's name, what is skipped there loads nothing.
    """
    found: dict[LoadCall, None] = {}
    for script in scripts:
        known = framework(script.framework)
        for snippet in script.snippets:
            if not (device and snippet.directives.reason_to_skip(device, known.title)):
                for use in entry_uses(snippet.code):
                    if use.is_active or offered:
                        found[
                            LoadCall(use.repository, use.entry, use.given if known.loader.arguments_matter else "")
                        ] = None
    return list(found)
