"""What scripts load from hubs."""

from collections.abc import Iterable

from generator.frameworks import framework
from generator.model.entry import LoadCall
from generator.model.run import Script
from generator.scripts.entries import entry_uses


def load_calls(scripts: Iterable[Script], *, offered: bool = True, device: str = "") -> list[LoadCall]:
    """Everything that scripts load, and offer where that is wanted, each once.

    With a device, cpu or a GPU's name, what is skipped there loads nothing.
    """
    found: dict[LoadCall, None] = {}
    for script in scripts:
        has_more = framework(script.framework).loader.arguments_matter
        for snippet in script.snippets:
            if not (device and snippet.directives.reason_to_skip(device)):
                for use in entry_uses(snippet.code):
                    if use.is_active or offered:
                        found[LoadCall(use.repository, use.entry, use.given if has_more else "")] = None
    return list(found)
