"""The body of a page of hub1: the sample, then a section for each language."""

import difflib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from generator.markdown_blocks import Blocks, parse_blocks, part_of
from generator.model.diagnostic import Diagnostic
from generator.model.hub import Language
from generator.model.page import Section, Snippet
from generator.reading.directives import read_snippets
from generator.reading.format import Body
from generator.reading.snippets import MAX_DEPTH, Block, blocks, refuses_nothing, regions

_MARKER = re.compile(r"[ \t]*<!--[ \t]*section:[ \t]*(?P<name>[^\s>]*)[ \t]*-->[ \t]*")
_FIRST_MARKER = re.compile(rf"^{_MARKER.pattern}$", re.MULTILINE)
_NEARLY = re.compile(
    r"[ \t]*+<!?-{1,3}[ \t]*+(?:(?P<key>[A-Za-z]+)(?:[ \t]*+(?P<colon>[:：=])[ \t]*+|[ \t]++))?"
    r"(?P<name>[\w-]*?)[ \t]*+(?:-{1,3}>|$)(?P<rest>.*)"
)
"""What may have been meant as a marker."""
_OPENING = re.compile(r" {0,3}(?P<marks>`{3,}|~{3,})[ \t]*\w[^`]*")


@dataclass(frozen=True, slots=True)
class _Marker:
    name: str
    index: int
    """Index of its line in the body."""
    is_sound: bool = True
    """Whether it is written as a marker is; else it stands for what it was meant to be."""


def read_body(
    text: str, first_line: int, path: str, languages: Sequence[Language], today: date, *, needs_sample: bool = True
) -> Body:
    """The parts of a body that begins at `first_line` of its page, and what is wrong with them.

    Args:
        needs_sample: whether a page without a sample is wrong, as all are but guides.
    """
    lines = text.split("\n")
    whole = parse_blocks(_ended(text))
    body = list(blocks(whole))
    findings = unsound(body, first_line, path)
    markers = _markers(lines, body, [language.code for language in languages])
    parts = _Parts(lines, first_line, body, markers)
    is_shared = parts.is_parted and refuses_nothing(whole)
    end = markers[0].index if markers else len(lines)
    above = parts.part(0, end)
    found = list(regions(above.blocks, above.first_line))
    sample, sample_findings, strangers = _sample(above, path, today, needs_sample)
    is_sound = not findings
    if is_sound:  # an open fence swallows markers and sample: saying so once is enough
        missing = _missing_sections(markers, strangers, first_line, path, languages)
        # Without its marker a whole section stands below the sample: that one line is missing and no more.
        findings += sample_findings + (missing or strangers)
        findings += _wrong_markers(markers, first_line, path, languages)
    known = {language.code for language in languages}
    sections: dict[str, Section] = {}
    parsed: dict[str, Blocks] = {}
    ends = [*(marker.index for marker in markers), len(lines)][1:]
    for marker, end in zip(markers, ends, strict=True):
        if marker.name in known and marker.name not in sections:
            first = marker.index + 1
            section_text = "\n".join(lines[first:end])
            below = parts.part(first, end)
            found += regions(below.blocks, below.first_line)
            snippets, problems = read_snippets(below.blocks, below.lines, below.first_line, path, today)
            findings += problems if is_sound else []
            sections[marker.name] = Section(marker.name, first_line + marker.index, section_text, snippets)
            if is_shared and (part := part_of(whole, section_text, first)):
                parsed[marker.name] = part
    return Body(sample, tuple(sections.values()), tuple(found), parsed, findings)


def without_sections(text: str, languages: Sequence[Language]) -> str:
    """The part of a page above its first section, and empty sections in the place of its own."""
    first = _FIRST_MARKER.search(text)
    markers = [f"<!-- section: {language.code} -->\n" for language in languages if language.required]
    return "".join([_ended(text[: first.start()] if first else text), *markers])


def _ended(text: str) -> str:
    return text if text.endswith("\n") else text + "\n"


@dataclass(frozen=True, slots=True)
class _Part:
    """The blocks of a stretch of the body."""

    blocks: Sequence[Block]
    lines: Sequence[str]
    """What the lines of the blocks are counted in: those of the stretch, or of the whole body."""
    first_line: int
    """Of these lines, in the page."""


class _Parts:
    """The blocks of a stretch of the body, as if it were a text of its own."""

    def __init__(
        self, lines: Sequence[str], first_line: int, body: Sequence[Block], markers: Sequence[_Marker]
    ) -> None:
        self._lines = lines
        self._first_line = first_line
        self._body = body
        # A marker that is a block of its own parts what stands above it from what stands below, so that what was
        # parsed need not be parsed again. One inside of a list or of raw HTML does not.
        alone = {
            block.first for block in body if block.level == 0 and block.end - block.first == 1 and block.is_comment
        }
        self.is_parted = all(marker.index in alone for marker in markers)

    def part(self, first: int, end: int) -> _Part:
        """The blocks between two indices of lines."""
        if self.is_parted:
            found = [block for block in self._body if first <= block.first and block.end <= end]
            return _Part(found, self._lines, self._first_line)
        lines = self._lines[first:end]
        return _Part(list(blocks(parse_blocks(_ended("\n".join(lines))))), lines, self._first_line + first)


def _markers(lines: Sequence[str], body: Sequence[Block], codes: Sequence[str]) -> list[_Marker]:
    """Markers alone on their line anywhere but in a fence, where they are code, and what was meant as one."""
    fenced = {index for block in body if block.kind == "fence" for index in range(block.first, block.end)}
    found = []
    for index, line in enumerate(lines):
        if "<" not in line or index in fenced:
            continue
        if match := _MARKER.fullmatch(line):
            found.append(_Marker(match["name"], index))
        elif meant := _meant(line, codes):
            found.append(_Marker(meant, index, False))
    return found


def _meant(line: str, codes: Sequence[str]) -> str:
    """The language whose section a line was meant to open; empty where it says something else."""
    match = _NEARLY.fullmatch(line)
    if match is None or (match["rest"].strip() and not match["colon"]):
        return ""
    key = (match["key"] or "").casefold()
    if key not in ("", "lang", "language") and not difflib.get_close_matches(key, ["section"], 1, 0.75):
        return ""
    folded = {code.casefold(): code for code in codes}
    near = difflib.get_close_matches(match["name"].replace("-", "_").casefold(), folded, 1, 0.75)
    return folded[near[0]] if near else ""


def unsound(body: Sequence[Block], first_line: int, path: str) -> list[Diagnostic]:
    """What keeps the rest of a body from being read as its author meant it."""
    findings = []
    # What stands below the first has its marks the wrong way round.
    unclosed = next((block for block in body if block.kind == "fence" and _is_unclosed(block)), None)
    if unclosed is not None:
        message = "this code fence is never closed: end it with a line of the same marks"
        findings.append(Diagnostic(path, first_line + unclosed.first, 1, "unclosed-fence", message))
    too_deep = next((block for block in body if block.level >= MAX_DEPTH - 1 and block.is_container), None)
    if too_deep is not None:
        message = "lists or quotes are nested so deeply that what they hold is lost: flatten them"
        findings.append(Diagnostic(path, first_line + too_deep.first, 1, "deep-nesting", message))
    return findings


def _is_unclosed(block: Block) -> bool:
    """Whether a fence has no closing line of its own: where another opens or a section begins, it was forgotten."""
    if not block.is_closed:
        return True
    openings = (_OPENING.fullmatch(line) for line in block.content.split("\n"))
    return any(opening and opening["marks"].startswith(block.marks) for opening in openings) or (
        block.is_python and any(map(_MARKER.fullmatch, block.content.split("\n")))
    )


def _sample(
    above: _Part, path: str, today: date, is_needed: bool
) -> tuple[Snippet | None, list[Diagnostic], list[Diagnostic]]:
    """The one code block above the first marker, what is wrong with it, and what else stands there.

    Comments may stand beside it: readers never see them.
    """
    first_line = above.first_line
    body = [block for block in above.blocks if block.level == 0 and not block.is_comment]
    snippets, findings = read_snippets(above.blocks, above.lines, first_line, path, today)
    sample = snippets[0] if snippets else None
    if sample is None and is_needed:
        line = first_line + (body[0].first if body else 0)
        message = "there is no sample: the page begins with one ```python block that loads the model"
        return None, [*findings, Diagnostic(path, line, 1, "no-sample", message)], []
    strangers = []
    for block in body:
        line = first_line + block.first
        if sample and block.is_python and line == sample.fence_line:
            continue
        if sample and block.is_python:
            message = (
                f"a second sample: the first is on line {sample.fence_line}; join them or move this into a section"
            )
            strangers.append(Diagnostic(path, line, 1, "several-samples", message))
        else:
            message = "only the sample stands above the first section: move this below a section marker"
            strangers.append(Diagnostic(path, line, 1, "sample-not-alone", message))
    return sample, findings, strangers


def _missing_sections(
    markers: Sequence[_Marker],
    strangers: Sequence[Diagnostic],
    first_line: int,
    path: str,
    languages: Sequence[Language],
) -> list[Diagnostic]:
    """The languages that every page must have and this one has not, told where their text seems to begin."""
    line = strangers[0].line if strangers else first_line + (markers[0].index if markers else 0)
    what = "above this" if strangers else "and the text below it"
    return [
        Diagnostic(
            path, line, 1, "missing-section", f"section {code} is missing: add `<!-- section: {code} -->` {what}"
        )
        for code in (language.code for language in languages if language.required)
        if code not in (marker.name for marker in markers)
    ]


def _wrong_markers(
    markers: Sequence[_Marker], first_line: int, path: str, languages: Sequence[Language]
) -> list[Diagnostic]:
    codes = [language.code for language in languages]
    findings = []
    seen: dict[str, int] = {}
    for marker in markers:
        line = first_line + marker.index
        if marker.name not in codes:
            near = difflib.get_close_matches(marker.name, codes, 1, 0.5)
            hint = f"did you mean {near[0]}?" if near else f"use one of {', '.join(codes)}"
            message = f"unknown section {marker.name!r}: {hint}"
            findings.append(Diagnostic(path, line, 1, "unknown-section", message))
        elif marker.name in seen:
            message = f"section {marker.name} was already opened on line {seen[marker.name]}: join the two"
            findings.append(Diagnostic(path, line, 1, "duplicate-section", message))
        elif not marker.is_sound:
            message = f"this opens no section: did you mean `<!-- section: {marker.name} -->`, alone on its line?"
            findings.append(Diagnostic(path, line, 1, "bad-marker", message))
        seen.setdefault(marker.name, line)
    return findings
