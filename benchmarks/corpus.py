"""A hub of any size for the benchmarks: bilingual pages, each a variation of one of the pages in seeds/.

Every page differs from every other in its title, its numbers and its code, so that nothing which remembers by content
meets the same page, snippet or table twice. So many pages are the same text, byte by byte, wherever they are made.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from string import Template

SEEDS = Path(__file__).parent / "seeds"
LANGUAGES: Mapping[str, str] = {"zh_CN": "zh", "en_US": "en"}
"""A section's code to the name that peers know the language by."""

_SECTION = re.compile(r"^<!-- section: (\w+) -->\n", re.M)


@dataclass(frozen=True, slots=True)
class CorpusPage:
    """One page of the corpus."""

    id: str
    title: str
    tags: tuple[str, ...]
    summaries: Mapping[str, str]
    """By `zh` and `en`."""
    text: str
    """As hubpages reads it: front matter, the sample, and a section a language."""
    bodies: Mapping[str, str]
    """What a reader of a language is shown, the sample and that section, by `zh` and `en`."""


def corpus(number: int) -> Iterator[CorpusPage]:
    """So many pages, in the order of their numbers."""
    seeds = [(path.stem, Template(path.read_text(encoding="utf-8"))) for path in sorted(SEEDS.glob("*.md"))]
    for n in range(number):
        task, seed = seeds[n % len(seeds)]
        yield _page(f"megengine_{task}_model{n:05d}", seed.substitute(_values(n)))


def _values(n: int) -> dict[str, str]:
    """What page n has of its own: its number in words and code, and figures that only it has together."""
    return {
        "number": f"{n:05d}",
        "classes": str(101 + n),
        "side": str(224 + 32 * (n % 17)),
        "low": f"{31 + n % 1009 / 100:.2f}",
        "high": f"{45 + n % 997 / 100:.2f}",
        "light": f"{4 + n % 991 / 100:.2f}",
        "heavy": f"{40 + n % 983 / 100:.2f}",
    }


def _page(page_id: str, text: str) -> CorpusPage:
    _, head, body = text.split("---\n", 2)
    sample, *sections = _SECTION.split(body)
    bodies = {LANGUAGES[code]: f"{sample.strip()}\n\n{words.strip()}\n" for code, words in _pairs(sections)}
    summaries = {short: _setting(head, f" +{code}") for code, short in LANGUAGES.items()}
    tags = tuple(_setting(head, "tags").strip("[]").split(", "))
    return CorpusPage(page_id, _setting(head, "title"), tags, summaries, text, bodies)


def _pairs(parts: list[str]) -> Iterator[tuple[str, str]]:
    return zip(parts[::2], parts[1::2], strict=True)


def _setting(head: str, key: str) -> str:
    found = re.search(rf"^{key}: (.*)$", head, re.M)
    if found is None:
        raise ValueError(f"a seed has no {key}")
    return found[1]
