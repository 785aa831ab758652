"""hub1, the format of MegEngine's hub: a sample that all languages share, and a section for each below its marker."""

import re
from collections.abc import Sequence

from generator.model.diagnostic import Diagnostic
from generator.model.hub import Language
from generator.model.page import GUIDE, FrontMatter
from generator.reading.format import Body, BodyText, Format
from generator.reading.front_matter import REQUIRED, read_front_matter
from generator.reading.sections import read_body, without_sections

_GUIDE = re.compile(rf"^kind[ \t]*:[ \t]*[\"']?{GUIDE}\b", re.MULTILINE)


def _is_page(text: str) -> bool:
    """Whatever lies in the folder: nothing else belongs there."""
    return True


def _read_head(text: str, path: str, languages: Sequence[Language]) -> tuple[FrontMatter | None, list[Diagnostic]]:
    return read_front_matter(text, path, languages[0].code if len(languages) == 1 else "")


def _read_body(body: BodyText) -> Body:
    # Of a head with a mistake somewhere the one line still says what the page is.
    is_guide = body.head.kind == GUIDE if body.head else bool(_GUIDE.search(body.head_text))
    return read_body(body.text, body.first_line, body.path, body.languages, body.today, needs_sample=not is_guide)


FORMAT = Format("hub1", REQUIRED, _is_page, _read_head, _read_body, without_sections)
