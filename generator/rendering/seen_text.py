"""What was seen of a page's own code, for those who read no HTML: in words, and for programs."""

from collections.abc import Mapping
from typing import Any

from generator.model.run import ScriptRun
from generator.rendering.cards import ShownPage
from generator.rendering.verification import Verification, sign_word


def claims_text(verification: Verification, words: Mapping[str, str]) -> tuple[str, str]:
    """The two claims that lists make: whether the code runs, or how much of it; and what is known of the results.

    The second is empty where nothing is. They are the words of the macro `claims`.
    """
    results = words[verification.results_word] if verification.results_word else ""
    extent = verification.extent
    if extent is None:
        return words[sign_word(verification.sign)], results
    parts = {"skipped": extent.skipped, "compiled": extent.compiled, "xfailed": extent.xfailed}
    told = [words["extent"].replace("{ran}", str(extent.ran)).replace("{n}", str(extent.snippets))]
    told += [words[f"extent_{name}"].replace("{n}", str(number)) for name, number in parts.items() if number]
    return words["list_semicolon"].join(told), results


def seen_text(verification: Verification, words: Mapping[str, str]) -> str:
    """The state, and for a run of exactly this code its day, its device and how much of it was run.

    Args:
        words: the strings of the reader's language.
    """
    run = verification.run
    is_without = run is not None and verification.state == "passed" and not run.may_load_weights
    told = [words["code_runs" if is_without else f"state_{verification.state}"]]
    if verification.run and verification.snippets:
        told += [verification.run.started[:10], verification.run.environment.device.upper()]
        told += [
            words["on_device"]
            .replace("{device}", one.run.environment.device.upper())
            .replace("{state}", words[f"state_{one.state}"])
            for one in verification.elsewhere
        ]
    if extent := verification.extent:
        told.append(words["extent"].replace("{ran}", str(extent.ran)).replace("{n}", str(extent.snippets)))
    return " · ".join(told)


def seen_for_programs(shown: ShownPage, language: str) -> dict[str, Any]:
    """What programs are told of the page's own code as readers of a language meet it; null for what is not known."""
    own = shown.own_entry(language)
    last, run = own.verification.run, own.run
    return {
        "state": own.verification.state,
        "lastRun": last.started if last else None,
        **_device(run),
        "weights": run.weights if run else None,
        "otherDevices": [
            {
                **_device(one.run),
                "state": one.state,
                "lastRun": one.run.started,
                "weights": one.run.weights,
            }
            for one in own.verification.elsewhere
        ],
        **own.measured,
    }


def _device(run: ScriptRun | None) -> dict[str, str | None]:
    names = ("device", "driver", "cuda")
    return {name: getattr(run.environment, name) or None if run else None for name in names}
