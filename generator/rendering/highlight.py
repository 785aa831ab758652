"""Code with its tokens marked by class; the style sheet gives the colours."""

from collections.abc import Iterable, Iterator
from functools import cache, lru_cache

from markupsafe import Markup
from pygments import highlight as pygments_highlight
from pygments.formatters import HtmlFormatter
from pygments.lexer import Lexer
from pygments.lexers import get_lexer_by_name
from pygments.lexers.python import PythonLexer
from pygments.token import _TokenType
from pygments.util import ClassNotFound

from generator.rendering.lexing import tokens_of

_FORMATTER = HtmlFormatter(nowrap=True)
MAX_CODE = 12_000
"""Characters of a block, and of all blocks of a section: longer code has no colours, which take long to find."""


@lru_cache(maxsize=2048)  # the languages of a page, and many pages, repeat the same code
def highlight(code: str, language: str, line: int = 0) -> Markup:
    """The code as HTML for inside of `<code>`; plain where the language is none that is known.

    Args:
        line: a line to mark, from 1; 0 for none.
    """
    lexer = _lexer(language) if len(code) <= MAX_CODE else None
    if lexer is None:
        return Markup.escape(code)
    formatter = HtmlFormatter(nowrap=True, hl_lines=[line]) if line else _FORMATTER
    return Markup(pygments_highlight(code, lexer, formatter))  # Pygments escapes what it is given


class _QuickPythonLexer(PythonLexer):
    """Gives the same tokens sooner: nearly all code of pages is Python."""

    def get_tokens_unprocessed(
        self, text: str, stack: Iterable[str] = ("root",)
    ) -> Iterator[tuple[int, _TokenType, str]]:
        return tokens_of(self, text, stack)


@cache  # looking for a lexer costs as much as using it on a short snippet
def _lexer(language: str) -> Lexer | None:
    try:
        found = get_lexer_by_name(language, stripnl=False, ensurenl=False) if language else None
    except ClassNotFound:
        return None
    return _QuickPythonLexer(stripnl=False, ensurenl=False) if type(found) is PythonLexer else found
