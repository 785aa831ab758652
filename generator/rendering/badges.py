"""A model's state as a small picture for other sites, and as what shields.io draws one from."""

import json
import unicodedata
from collections.abc import Iterator, Mapping
from xml.sax.saxutils import escape, quoteattr

from generator.model.addresses import badge, badge_json
from generator.model.hub import Hub, Language
from generator.model.site import RenderedFile
from generator.rendering.cards import ShownPage
from generator.rendering.verification import Verification

_GREEN, _YELLOW, _RED, _GREY = "#2e7d32", "#8a6100", "#c62828", "#5f6368"
"""White on each of them can be read: at least 4.5 to 1."""
_COLOURS: Mapping[str, str] = {
    "passed": _GREEN,
    "standin": _GREEN,
    "failed": _RED,
    "flaky": _YELLOW,
    "unstable": _YELLOW,
    "partial": _YELLOW,
}
_NARROW, _WIDE, _AROUND = 6.6, 11.0, 6
"""Of a character in a common sans-serif of 11 pixels, of a Chinese one, and beside a text: in pixels, about."""


def render_badges(shown: ShownPage, hub: Hub, strings: Mapping[str, Mapping[str, str]]) -> Iterator[RenderedFile]:
    """`badges/<id>.svg` and `badges/<id>.json`: the state of the code, of that language where it is worst.

    Whoever shows one knows no language of the hub, so both are in English where the hub has it.
    """
    language = _language(hub)
    words = strings[language.code]
    worst = min((shown.verification(each.code) for each in hub.languages), key=lambda one: one.urgency)
    label, message, colour = words["badge_label"], _message(worst, words), _colour(worst)
    yield RenderedFile(badge(shown.id), _svg(label, message, colour, language.lang).encode())
    data = {"schemaVersion": 1, "label": label, "message": message, "color": colour.removeprefix("#")}
    yield RenderedFile(badge_json(shown.id), (json.dumps(data, ensure_ascii=False) + "\n").encode())


def _language(hub: Hub) -> Language:
    return next((each for each in hub.languages if each.lang.partition("-")[0] == "en"), hub.languages[0])


def _message(verification: Verification, words: Mapping[str, str]) -> str:
    """The state with the day of the run that tells it; of other code than the page has there is but the state."""
    told = words.get(f"badge_{verification.state}", words[f"state_{verification.state}"])
    if extent := verification.extent:
        told = words["extent"].replace("{ran}", str(extent.ran)).replace("{n}", str(extent.snippets))
    if verification.stale and verification.state != "stale":
        told = words["badge_old"].replace("{state}", told)
    if verification.run and verification.snippets:
        told = f"{told} · {verification.run.started[:10]}"
    return told


def _colour(verification: Verification) -> str:
    if verification.stale:
        return _GREY
    is_partial = verification.sign == "partial"
    return _COLOURS.get("partial" if is_partial else verification.state, _GREY)


def _svg(label: str, message: str, colour: str, lang: str) -> str:
    """The label on grey, and the message beside it on its colour. Texts are as long as there is room for them."""
    left, right = _width(label) + 2 * _AROUND, _width(message) + 2 * _AROUND
    width = left + right
    told = f'role="img" aria-label={quoteattr(f"{label}: {message}")} lang="{lang}"'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="20" {told}>'
        f"<title>{escape(label)}: {escape(message)}</title>"
        f'<clipPath id="r"><rect width="{width}" height="20" rx="3"/></clipPath>'
        f'<g clip-path="url(#r)"><rect width="{left}" height="20" fill="#444"/>'
        f'<rect x="{left}" width="{right}" height="20" fill="{colour}"/></g>'
        '<g fill="#fff" font-family="Verdana,DejaVu Sans,sans-serif" font-size="11" text-anchor="middle">'
        f"{_text(label, left / 2, left)}{_text(message, left + right / 2, right)}</g></svg>\n"
    )


def _text(text: str, middle: float, room: int) -> str:
    return f'<text x="{middle:g}" y="14" textLength="{room - 2 * _AROUND}">{escape(text)}</text>'


def _width(text: str) -> int:
    return round(sum(_WIDE if unicodedata.east_asian_width(one) in "WF" else _NARROW for one in text))
