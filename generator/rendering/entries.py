"""The entries that a card offers, each with what is known of it and of no other."""

import ast
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from markupsafe import Markup, escape

from generator.model.entry import EntryUse, parsed
from generator.model.run import EntryCheck, Script, ScriptRun
from generator.rendering.choices import Choice
from generator.rendering.verification import NEVER, PageRuns, State, Verification, verification_of

EntryState = State | Literal["exists", "missing"]
"""exists: it was looked up and is there, and was not run. missing: it was looked up in vain."""


@dataclass(frozen=True, slots=True)
class Offered:
    """An entry that can be chosen, or all of a card that offers no choice."""

    number: int
    """Its place among the entries of the card, from 0."""
    name: str
    """Empty on a card that offers no choice."""
    is_default: bool
    """Whether it is the one that the page itself loads."""
    verification: Verification
    """Of the page's code with this entry in it."""
    check: EntryCheck | None = None
    """What came of looking it up."""
    sample: str = ""
    """For another entry than the page's own, the sample as it was run with it."""

    @property
    def state(self) -> EntryState:
        """What is known of it, from a run or else from looking it up."""
        if self.is_default or self.verification.state != "never" or self.check is None:
            return self.verification.state
        return "exists" if self.check.verdict == "passed" else "missing"

    @property
    def run(self) -> ScriptRun | None:
        """The run of exactly this entry in exactly this code."""
        return self.verification.run if self.verification.snippets else None

    @property
    def measured(self) -> Mapping[str, int | None]:
        """What programs are told of that run: `parameters`, and in bytes `peakMemory` and `downloaded`."""
        run, facts = self.run, self.run.facts if self.run else None
        return {
            "parameters": facts.parameters if facts else None,
            "peakMemory": facts.peak_memory if facts else None,
            "downloaded": run.downloaded if run else None,
        }


def own_of(entries: Iterable[Offered]) -> Offered:
    """The entry that the page itself loads."""
    return next(entry for entry in entries if entry.is_default)


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is known of the entries of a page but the one that it loads."""

    runs: Mapping[tuple[str, str], Verification] = field(default_factory=dict)
    """By language of the section, and entry."""
    checks: Sequence[EntryCheck] = ()
    """The latest first."""
    samples: Mapping[str, str] = field(default_factory=dict)
    """By entry, the sample as it is run with it."""


NO_EVIDENCE = Evidence()


def evidence_of(choice: Choice, scripts: Iterable[Script], known: PageRuns) -> Evidence:
    """What runs and look-ups say of the entries of a choice.

    Of two variants with one entry, a run is of that which is the code that a reader of the card copies.
    """
    found: dict[tuple[str, str], Verification] = {}
    samples: dict[str, str] = {}
    for script in scripts:
        name, sample = script.variant, script.snippets[0].code
        if name in choice.entries and _is_same(choice.code_with(name), sample):
            samples[name] = sample
            found |= {
                (language, name): verification_of(script, language, known.runs, known.why_stale)
                for language in script.languages
            }
    return Evidence(found, known.checks, samples)


def _is_same(code: str, other: str) -> bool:
    """Whether Python reads the same in both: comments and line breaks aside."""
    trees = parsed(code), parsed(other)
    return None not in trees and len({ast.dump(tree) for tree in trees if tree}) == 1


def offered(
    choice: Choice, uses: Iterable[EntryUse], language: str, own: Verification, evidence: Evidence
) -> tuple[Offered, ...]:
    """The entries of a card in one language of its page.

    Args:
        own: what is known of the page as it is written.
    """
    if not choice.entries:
        return (Offered(0, "", True, own),)
    repository = next((use.repository for use in uses if use.is_active), "")  # which that of all others is, too
    checks = {check.entry: check for check in reversed(evidence.checks) if check.repository == repository}
    return tuple(
        Offered(number, name, True, own)
        if name == choice.active
        else Offered(
            number,
            name,
            False,
            evidence.runs.get((language, name), NEVER),
            checks.get(name),
            evidence.samples.get(name, ""),
        )
        for number, name in enumerate(choice.entries)
    )


def attributes(of: Sequence[Offered], entries: Sequence[Offered]) -> Markup:
    """What an element says of the entries that it is shown for; nothing where that is all of them."""
    if len(of) == len(entries):
        return Markup()
    numbers = " ".join(str(entry.number) for entry in of)
    hidden = "" if any(entry.is_default for entry in of) else " hidden"
    return Markup(f' data-entry="{numbers}"{hidden}')  # nothing but figures


def with_name_marked(html: Markup, choice: Choice) -> Markup:
    """The sample's code as HTML with the loaded entry marked, so that another can be put in its place."""
    if not choice.entries:
        return html
    lines = html.split("\n")
    first = choice.line_of(choice.loaded + 1) - 1
    name = re.escape(str(escape(choice.active)))
    quoted = re.compile(rf"""(?P<before>(?:^|>)[^<>]*?)(?P<quote>&quot;|&#34;|&#39;|["']){name}(?=(?P=quote))""")
    mark = rf"\g<before>\g<quote><span data-name>{escape(choice.active)}</span>"
    for index in range(first, len(lines)):
        marked, number = quoted.subn(mark, str(lines[index]), count=1)
        if number:
            return Markup("\n".join([*lines[:index], marked, *lines[index + 1 :]]))  # its texts were escaped before
    return html
