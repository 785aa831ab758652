"""Scripts with another of their sample's entries in place of its own."""

from dataclasses import replace

from generator.model.run import Script
from generator.scripts.entries import entry_uses
from generator.scripts.planning import digest_of


def variants(script: Script) -> tuple[Script, ...]:
    """The script once for each variant, with it in place of the active line, which keeps every line where it was."""
    sample = script.snippets[0]
    uses = entry_uses(sample.code)
    active = [use for use in uses if use.is_active]
    found = []
    for use in uses:
        if not use.is_active and active:
            lines = sample.code.removesuffix("\n").split("\n")
            for other in active:
                lines[other.first : other.end] = [f"# {line}" for line in lines[other.first : other.end]]
            rows = zip(lines[use.first : use.end], use.code.split("\n"), strict=True)
            lines[use.first : use.end] = [line[: len(line) - len(line.lstrip())] + code for line, code in rows]
            # What the page says is printed is of its own entry.
            others = (replace(snippet, expected=None, expected_lines={}) for snippet in script.snippets[1:])
            snippets = (replace(sample, code="\n".join(lines) + "\n"), *others)
            found.append(replace(script, snippets=snippets, variant=use.entry, digest=digest_of(snippets)))
    return tuple(found)
