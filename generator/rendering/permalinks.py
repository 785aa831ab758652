"""Headings that lead to themselves."""

import re

from markupsafe import Markup

_HEADING = re.compile(r'<h([2-6]) id="([^"]*)">(.*?)</h\1>', re.S)


def with_permalinks(part: Markup) -> Markup:
    """Rendered text in which every heading ends with a link to itself.

    The link has the heading for its name; its sign is for the eye alone.
    """
    return Markup(_HEADING.sub(_linked, part))


def _linked(heading: re.Match[str]) -> str:
    level, anchor, text = heading.groups()
    link = f'<a class="anchor" href="#{anchor}" aria-labelledby="{anchor}"><span aria-hidden="true">#</span></a>'
    return f'<h{level} id="{anchor}">{text}{link}</h{level}>'
