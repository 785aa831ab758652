"""What the rules ask, for a terminal and for CONTRIBUTING.md."""

from collections.abc import Iterable, Sequence

from generator.model.diagnostic import RuleText


def as_list(texts: Sequence[RuleText]) -> Iterable[str]:
    """A line for each rule."""
    width = max(len(rule.name) for rule in texts)
    for rule in texts:
        yield f"{rule.name:<{width}}  {_marks(rule):<16} {rule.summary}"


def as_text(rule: RuleText) -> Iterable[str]:
    """One rule in full."""
    yield f"{rule.name} ({_marks(rule)})"
    yield ""
    yield from rule.documentation.splitlines()


def as_markdown(texts: Sequence[RuleText]) -> str:
    """All of them as a section of a Markdown page."""
    parts = []
    for rule in texts:
        sentence, _, examples = rule.documentation.partition("\n\n")
        block = "\n".join(f"    {line}".rstrip() for line in examples.splitlines())
        parts.append(f"#### {rule.name}\n\n{_marks(rule).capitalize()}. {sentence.replace(chr(10), ' ')}\n\n{block}\n")
    return "\n".join(parts)


BEGIN, END = "<!-- rules -->\n\n", "\n<!-- end of rules -->"


def in_document(document: str, texts: Sequence[RuleText]) -> str:
    """A Markdown document with all rules between the marks that say where. Raises ValueError where they are missing."""
    before, begin, rest = document.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"there is no place for the rules: a line {BEGIN.strip()} and one {END.strip()} make one")
    return before + BEGIN + as_markdown(texts) + END + after


def _marks(rule: RuleText) -> str:
    return f"{rule.severity}, fixable" if rule.fixable else rule.severity
