"""Code with its tokens marked by class; the style sheet gives the colours."""

from functools import cache

from markupsafe import Markup
from pygments import highlight as pygments_highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import get_lexer_by_name
from pygments.util import ClassNotFound

_FORMATTER = HtmlFormatter(nowrap=True)


@cache  # the languages of a page, and many pages, repeat the same code
def highlight(code: str, language: str) -> Markup:
    """The code as HTML for inside of `<code>`; plain where the language is none that is known."""
    try:
        lexer = get_lexer_by_name(language, stripnl=False, ensurenl=False) if language else None
    except ClassNotFound:
        lexer = None
    if lexer is None:
        return Markup.escape(code)
    return Markup(pygments_highlight(code, lexer, _FORMATTER))  # Pygments escapes what it is given
