"""Long texts end: the work of regular expressions, which takes no steps that can be counted, within a limit of time.

The limit is some hundred times what a text takes that is read once, and a small part of what one takes that is read
again from each of its characters: it tells the two apart on any machine.
"""

import os
import resource
from collections.abc import Callable

import pytest

from generator.checking import normalisation, numerals
from generator.checking.rules import brackets, language, secrets, spelling, typography, values
from generator.checking.view import _masked
from generator.evidence import drawn
from generator.model.anchors import slug, unique
from generator.model.code_spans import code_spans
from generator.rendering.logs import split_log
from generator.rendering.notebooks import _text_cell
from generator.rendering.raw_html import INLINE_TAGS, _pieces
from generator.rendering.search_words import extra_words
from tests.growth.shapes import growing

SIZE = 100_000
SECONDS = 20

TEXTS = {
    **{
        unit: unit * (SIZE // len(unit))
        for unit in (
            *("a", "A", "1", "_", "-", ".", " ", "\n", "汉", "(", ")", "（", "`", "<", "[", "*", "'", '"', "\\"),
            *("a1_", "aB", "汉,", "汉:", "ab,汉", "(]", "(汉）", "a\n", "the ", "的的", "1.", "1,000", "[1, 2", "`a\n"),
            *("<!--", "<!--\n", "<!-- verify: a\n", "a<!-- ", "[[a]", "[a](", "](", "[a](b 'c", "http://", "a:b@"),
            *("&a", "$a", "sk-", "password='", "<a ", "<kbd>", "Reszied ", "mean ", "https://a:b"),
            *("=", "= ", "1/", "1a", ":1: ", "a:1:", "12 [", "http:"),
        )
    },
    "growing backticks": growing("`", "a")(SIZE),
    "one bracket": "(" + "汉" * SIZE,
    "one comment": "<!-- " + "a " * (SIZE // 2),
}
READERS: dict[str, Callable[[str], object]] = {
    "mask": _masked,
    "code": lambda text: list(code_spans(text)),
    "brackets": brackets._match,
    "code in brackets": lambda text: brackets._single_in_code(text, text),
    "terms": typography._terms,
    "doubled": language._doubled,
    "words": spelling._words,
    "numbers": numerals.numbers,
    "figures": values._figures,
    "atoms": values._code_atoms,
    "means": normalisation.said_in,
    "means in code": normalisation.coded_in,
    "means subtracted in code": normalisation._written,
    "secrets": lambda text: list(secrets._secrets(text)),
    "slugs": lambda text: unique([slug(text)]),
    "search": extra_words,
    "logs": split_log,
    "addresses": drawn._FILE_OF_ADDRESS.findall,
    "notebook": lambda text: list(_text_cell(text)),
    "HTML": lambda text: list(_pieces(text, INLINE_TAGS, [])),
}


@pytest.mark.parametrize("reader", READERS)
def test_long_texts_are_read_within_the_limit(reader: str) -> None:
    """All of them together, in a process that the system ends where they are not."""
    pid = os.fork()
    if pid == 0:
        try:
            resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
            for text in TEXTS.values():
                READERS[reader](text)
            os._exit(0)
        finally:
            os._exit(1)
    assert os.waitpid(pid, 0)[1] == 0
