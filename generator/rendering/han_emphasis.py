"""`**真，**她` is bold: CommonMark asks for a space or a mark outside, and Chinese has none (commonmark-spec#650)."""

import re

from markdown_it.rules_inline import StateInline
from markdown_it.rules_inline.emphasis import tokenize

_HAN = re.compile(r"[\u2e80-\u30ff\u3400-\u9fff\uac00-\ud7a3\uf900-\ufaff\uff00-\uff60\U00020000-\U0003ffff]")


def han_emphasis(state: StateInline, silent: bool) -> bool:
    """The rule for `*` and `_`; asterisks beside a Han character open and close as they would beside a mark."""
    start, known = state.pos, len(state.delimiters)
    if not tokenize(state, silent):
        return False
    if state.src[start] == "*":
        before = state.src[start - 1 : start]
        after = state.src[state.pos : min(state.pos + 1, state.posMax)]
        for delimiter in state.delimiters[known:]:
            delimiter.open |= bool(_HAN.match(before)) and bool(after.strip())
            delimiter.close |= bool(_HAN.match(after)) and bool(before.strip())
    return True
