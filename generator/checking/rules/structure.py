"""Rules about structure: headings and sections."""

from collections.abc import Iterator

from generator.checking.parts import Finding, HeadingAt
from generator.checking.registry import Rule
from generator.checking.view import PageView


def heading_jump(view: PageView) -> Iterator[Finding]:
    """Headings go down one level at a time and begin below the title, which the front matter gives: readers of screen
    readers move by levels, and a missing one looks like lost text.

    Bad:
        ### Results
        ##### On val2017
    Good:
        ### Results
        #### On val2017
    """
    for section in view.sections:
        first: HeadingAt | None = None
        above: HeadingAt | None = None
        for heading in section.headings:
            marks = "#" * heading.level
            if heading.level == 1:
                yield Finding(
                    heading.line, "the title comes from the front matter: begin the headings of a section with ###"
                )
                continue
            if above is not None and heading.level > above.level + 1:
                yield Finding(heading.line, f"{marks} follows {'#' * above.level}: use {'#' * (above.level + 1)}")
            elif first is not None and heading.level < first.level:
                yield Finding(heading.line, _above_first(view, heading, first))
                first = heading
            above, first = heading, first or heading


def duplicate_heading(view: PageView) -> Iterator[Finding]:
    """Two headings of one level below the same heading have different words: a link or a reader cannot tell them apart.

    Bad:
        ### Results
        ### Results
    Good:
        ### Results on val2017
        ### Results on test-dev
    """
    for section in view.sections:
        above: list[HeadingAt] = []
        seen: dict[tuple[int, int, str], int] = {}
        for heading in section.headings:
            while above and above[-1].level >= heading.level:
                above.pop()
            text = " ".join(heading.text.split()).casefold()
            first = seen.setdefault((above[-1].line if above else 0, heading.level, text), heading.line)
            if first != heading.line and text:
                message = f"this heading stands on line {first} already: join the two, or give each its own words"
                yield Finding(heading.line, message)
            above.append(heading)


def empty_section(view: PageView) -> Iterator[Finding]:
    """A section says something: its readers would be shown a card without text.

    Bad:
        <!-- section: en_US -->

        ### Model description
    Good:
        <!-- section: en_US -->

        ### Model description

        ResNet-50 trained on ImageNet.
    """
    for section in view.sections:
        tokens = section.tokens
        heading_texts = {index + 1 for index, token in enumerate(tokens) if token.type == "heading_open"}
        says = any(
            (token.type == "inline" and index not in heading_texts)
            or token.type in ("fence", "code_block")
            or (token.type == "html_block" and not token.content.lstrip().startswith("<!--"))
            for index, token in enumerate(tokens)
        )
        if not says:
            message = f"section {section.language} has no text: write it, or remove the section's marker"
            yield Finding(section.section.marker_line, message)


def _above_first(view: PageView, heading: HeadingAt, first: HeadingAt) -> str:
    if "#" not in view.lines[heading.line - 1]:
        return "the dashes below make this paragraph a heading: put a blank line above them"
    return (
        f"{'#' * heading.level} is above {'#' * first.level}, with which the section begins on line {first.line}:"
        " give the first heading the highest level"
    )


RULES: tuple[Rule, ...] = (
    Rule(heading_jump, of_hub1=True),
    Rule(duplicate_heading),
    Rule(empty_section),
)
