"""sitemap.xml, as https://www.sitemaps.org and Google's extension for languages have it."""

from collections.abc import Iterable, Mapping
from xml.sax.saxutils import escape, quoteattr

from generator.model.addresses import SITEMAP, alternates, place_in, place_of
from generator.model.hub import Hub
from generator.model.site import RenderedFile

_HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:xhtml="http://www.w3.org/1999/xhtml">
"""


def render_sitemap(paths: Iterable[str], updated: Mapping[str, str], hub: Hub) -> RenderedFile:
    """Every page that has an address of its own, with its other languages.

    Args:
        paths: files of the site that are pages, without those that point at another as their original.
        updated: time of its last change, by the page's place below a language's folder.
    """
    places = sorted({place_of(path) for path in paths if path.endswith("index.html")})
    known = set(places)
    entries = []
    for place in places:
        here = _here(place, hub)
        codes = {language.code for language in hub.languages if place_in(language, here) in known}
        lines = [f"<loc>{escape(hub.base_url + place)}</loc>"]
        if here in updated:
            lines.append(f"<lastmod>{escape(updated[here])}</lastmod>")
        lines += [
            f'<xhtml:link rel="alternate" hreflang={quoteattr(lang)} href={quoteattr(hub.base_url + path)}/>'
            for lang, path in ((other.lang, other.path) for other in alternates(hub, here, codes))
        ]
        entries.append("<url>" + "".join(lines) + "</url>\n")
    return RenderedFile(SITEMAP, (_HEAD + "".join(entries) + "</urlset>\n").encode())


def _here(place: str, hub: Hub) -> str:
    """A place without its language's folder."""
    for language in hub.languages:
        if place.startswith(place_in(language)):
            return place.removeprefix(place_in(language))
    return place
