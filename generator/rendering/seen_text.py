"""What was seen of a page's own code, for those who read no HTML: in words, and for programs."""

from collections.abc import Mapping
from typing import Any

from generator.rendering.cards import ShownPage
from generator.rendering.entries import Offered
from generator.rendering.verification import Verification


def seen_text(verification: Verification, words: Mapping[str, str]) -> str:
    """The state, and for a run of exactly this code its day, its device and how much of it was run.

    Args:
        words: the strings of the reader's language.
    """
    told = [words[f"state_{verification.state}"]]
    if verification.run and verification.snippets:
        told += [verification.run.started[:10], verification.run.environment.device.upper()]
    if extent := verification.extent:
        told.append(words["extent"].replace("{ran}", str(extent.ran)).replace("{n}", str(extent.snippets)))
    return " · ".join(told)


def own_entry(shown: ShownPage, language: str) -> Offered:
    """The entry that the page itself loads, with what is known of the code that readers of a language are shown."""
    return next(entry for entry in shown.entries_for(language) if entry.is_default)


def seen_for_programs(shown: ShownPage, language: str) -> dict[str, Any]:
    """What programs are told of the page's own code as readers of a language are shown it; null for what is not known.

    `parameters` are elements, `peakMemory` and `downloaded` bytes.
    """
    own = own_entry(shown, language)
    last, run = own.verification.run, own.run
    facts = run.facts if run else None
    return {
        "state": own.verification.state,
        "lastRun": last.started if last else None,
        "device": run.environment.device if run else None,
        "weights": run.weights if run else None,
        "parameters": facts.parameters if facts else None,
        "peakMemory": facts.peak_memory if facts else None,
        "downloaded": run.downloaded if run else None,
    }
