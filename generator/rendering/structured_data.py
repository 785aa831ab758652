"""JSON-LD: what a page is, for search engines. Types and keys are those of https://schema.org."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from markupsafe import Markup

_Data = dict[str, Any]

# In JSON these only ever stand inside of strings, where an escape means the same; in HTML they could end the script.
_ESCAPED = re.compile("[<>&\u2028\u2029]")


def script_json(data: object) -> Markup:
    """JSON that may stand inside of a script element, whatever its texts hold."""
    text = msgspec.json.encode(data).decode()
    return Markup(_ESCAPED.sub(lambda mark: f"\\u{ord(mark[0]):04x}", text))


def linked_data(*things: Mapping[str, Any]) -> Markup:
    """Things as one JSON-LD document; what they leave empty is left out."""
    kept = [{key: value for key, value in thing.items() if value not in (None, "", [])} for thing in things]
    return script_json({"@context": "https://schema.org", "@graph": kept})


def web_site(name: str, url: str, lang: str, description: str) -> _Data:
    """The hub in one language."""
    return {"@type": "WebSite", "name": name, "url": url, "inLanguage": lang, "description": description}


def breadcrumbs(steps: Sequence[tuple[str, str]]) -> _Data:
    """The way to a page: name and address of each step."""
    items = [
        {"@type": "ListItem", "position": number, "name": name, "item": url}
        for number, (name, url) in enumerate(steps, start=1)
    ]
    return {"@type": "BreadcrumbList", "itemListElement": items}


def source_code(
    *,
    name: str,
    description: str,
    url: str,
    author: str,
    repository: str,
    keywords: Sequence[str],
    lang: str,
    updated: str | None,
    picture: str,
    license: _Data | str,
    parts: Sequence[_Data],
    datasets: Sequence[str],
) -> _Data:
    """A model as the code that loads it, which is what a card offers.

    Args:
        license: see `licence`.
        parts: what belongs to the model and has a licence of its own.
        datasets: names of those that the model was trained or measured on.
    """
    return {
        "@type": "SoftwareSourceCode",
        "name": name,
        "description": description,
        "url": url,
        "author": {"@type": "Organization", "name": author},
        "codeRepository": repository,
        "programmingLanguage": "Python",
        "keywords": list(keywords),
        "inLanguage": lang,
        "dateModified": updated,
        "image": picture,
        "license": license,
        "hasPart": list(parts),
        "mentions": [{"@type": "Dataset", "name": name} for name in datasets],
    }


def article(
    *,
    name: str,
    description: str,
    url: str,
    author: str,
    keywords: Sequence[str],
    lang: str,
    updated: str | None,
    picture: str,
    **_: object,
) -> _Data:
    """A guide, by the same words as `source_code`."""
    return {
        "@type": "TechArticle",
        "headline": name,
        "description": description,
        "url": url,
        "author": {"@type": "Organization", "name": author},
        "keywords": list(keywords),
        "inLanguage": lang,
        "dateModified": updated,
        "image": picture,
    }


def licence(text: str, url: str) -> _Data | str:
    """A licence, by where its text is, or else by its name; empty where both are."""
    return url or ({"@type": "CreativeWork", "name": text} if text else "")
