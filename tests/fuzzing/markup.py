"""What a document may hold that templates and Markdown made: anything else came from a page or from a kernel."""

from collections.abc import Iterator, Mapping, Sequence
from functools import cache, lru_cache

import html5lib

from generator.evidence.keeping import read_evidence
from generator.reading.hub import read_page
from tests.browser import showcase
from tests.end_to_end import test_one_language, test_pytorch_hub
from tests.fuzzing.material import KINDS, ROOT, Kind, config_of
from tests.pages import a_page
from tests.reading.formats import test_pytorch_hub as pytorch_pages
from tests.rendering.runs import a_history
from tests.rendering.sites import site_files

_ADDRESSES = ("href", "src", "xlink:href", "action", "formaction", "data", "poster", "srcset")
_SCHEMES = ("http", "https", "mailto")
_EVERYTHING = """\
### Heading

**a** *b* ~~c~~ `d` [e](https://example.org/ "f") <https://example.org/> <a@example.org>
a<br>b<sub>c</sub><sup>d</sup><kbd>e</kbd> and a line\\
broken

- a

  b
- c

3. a
   > b

| a | b | c | d |
|---|:--|:-:|--:|
| 1 | 2 | 3 | 4 |

<details>
<summary>a</summary>

b

</details>

#### Deeper

##### Deepest

###### Deepest of all

# Shallow

---

```html
<b>
```

    indented

### References

- [A paper](https://arxiv.org/abs/1512.03385) A B. C 2019.

```bibtex
@article{a, title={A}}
```
"""
"""All that Markdown of a page makes."""


Element = tuple[str, Mapping[str, str]]


def elements(html: str) -> Sequence[Element]:
    """Every element that a browser would make of a document, with its attributes."""
    tree = html5lib.parse(html, namespaceHTMLElements=False)
    return [
        (str(element.tag).rpartition("}")[2], {str(name).rpartition("}")[2]: text for name, text in element.items()})
        for element in tree.iter()
        if isinstance(element.tag, str)
    ]


@lru_cache(maxsize=2000)
def strangers(html: str) -> Sequence[str]:
    """Elements, attributes, addresses and scripts that neither templates nor Markdown make.

    Pages about many models are often the same, whatever one page says.
    """
    return sorted(set(_strangers(html)))


def _strangers(html: str) -> Iterator[str]:
    known, scripts = _known()
    for tag, attributes in elements(html):
        if tag not in known:
            yield f"<{tag}>"
            continue
        yield from (f"{name} at <{tag}>" for name in attributes.keys() - known[tag] - known["*"])
        yield from (f"{name} at <{tag}>" for name in attributes if name.startswith("on") or name == "style")
        yield from (f"{name}={value}" for name, value in attributes.items() if name in _ADDRESSES and not _leads(value))
        source = attributes.get("src")
        if tag == "script" and (source.rpartition("/")[2] if source else attributes.get("type")) not in scripts:
            yield f"<script> {attributes}"
        if tag in ("img", "source", "link", "script") and "//" in attributes.get("src", ""):
            yield f"src={source}"


def _leads(value: str) -> bool:
    """Whether an address is of the site or of one of the schemes that links may have, as a browser reads it."""
    seen = "".join(character for character in value if character > " ").lower()
    scheme, colon, _ = seen.partition(":")
    is_relative = not colon or any(mark in scheme for mark in "/#?")
    return (is_relative or scheme in _SCHEMES) and not seen.startswith(("//", "\\", "/\\"))


@cache
def _known() -> tuple[Mapping[str, frozenset[str]], frozenset[str]]:
    """The attributes of each element, and the files and types of scripts, on sites on which nobody is hostile."""
    found: dict[str, set[str]] = {"html": set(), "head": set(), "body": set()}
    found |= {f"h{level}": {"id"} for level in "23456"}
    scripts: set[str] = set()
    for kind in KINDS:
        for html in _calm_site(kind):
            for tag, attributes in elements(html):
                found.setdefault(tag, set()).update(attributes)
                if tag == "script":
                    source = attributes.get("src")
                    scripts.add(source.rpartition("/")[2] if source else attributes.get("type", ""))
    # What only our scripts look for, and the language of some words, stand at whichever element there is.
    found["*"] = {"lang"} | {name for names in found.values() for name in names if name.startswith("data-")}
    return {tag: frozenset(names) for tag, names in found.items()}, frozenset(scripts)


def _calm_site(kind: Kind) -> Iterator[str]:
    config, texts = config_of(kind), _calm_pages(kind)
    pages = [read_page(text, path, config.languages, form=config.format)[0] for path, text in texts.items()]
    assert all(pages), kind
    evidence = dict(read_evidence([ROOT / "evidence"])[0])
    known = [page for page in pages if page and evidence.get(page.id)]
    histories = {page.id: a_history(evidence[page.id][0]) for page in known}
    files = site_files(*filter(None, pages), evidence=evidence, histories=histories, hub=config.hub)
    files += showcase.showcase() if kind == "hub1" else []
    yield from (file.data.decode() for file in files if file.path.endswith(".html"))


def _calm_pages(kind: Kind) -> Mapping[str, str]:
    if kind == "pytorch-hub":
        everything = pytorch_pages.a_page("```python\n1\n```\n\n" + _EVERYTHING)
        return {"acme_tiny.md": pytorch_pages.a_page(test_pytorch_hub.SOUND), "acme_all.md": everything}
    if kind == "one-language":
        return {"acme_vision_all.md": test_one_language.a_page("en_US", "All", _EVERYTHING)}
    own = {path.name: path.read_text(encoding="utf-8") for path in sorted((ROOT / "hub_pages").glob("*.md"))[::5]}
    return own | {"acme_vision_all.md": a_page("x", zh=_EVERYTHING, en=_EVERYTHING)}
