"""What hostile pages are made of: pages that there are, and what may stand where it does not belong (grammar.toml)."""

import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal, get_args

import tomli_w

from generator.config import Config, read_config
from tests.end_to_end import test_one_language, test_pytorch_hub
from tests.growth.shapes import SHAPES
from tests.pages import a_page
from tests.reading.formats import test_pytorch_hub as pytorch_pages
from tests.rendering.attacks import ATTACKS

ROOT = Path(__file__).parents[2]
_GRAMMAR: Mapping[str, list[str]] = tomllib.loads(Path(__file__).with_name("grammar.toml").read_text(encoding="utf-8"))

NO_UTF8 = (b"\xed\xa0\x80", b"\xff\xfe", b"\xc0\xaf", b"\xf4\x90\x80\x80", b"\xe4\xb8", b"\x80", b"\0")
"""Bytes that are no text of UTF-8, unpaired surrogates among them, and the one that no page holds."""
BYTE_ORDER_MARK = b"\xef\xbb\xbf"

CHARACTERS = tuple(_GRAMMAR["characters"])
INLINES = tuple(_GRAMMAR["inlines"])
WORDS = tuple(_GRAMMAR["words"])
VALUES = tuple(_GRAMMAR["values"])
DIRECTIVES = (*_GRAMMAR["directives"], f"<!-- verify: timeout={'9' * 5000} -->")
SAMPLES = (*_GRAMMAR["samples"], "(" * 300)
TITLES = (*_GRAMMAR["titles"], "a" * 300, "汉" * 200)
HEADS = (
    *_GRAMMAR["heads"],
    *(f"title: {'9' * 5000}", f"title: 0x{'f' * 5000}", f"title: {'a' * 5000}"),
    *("key: " + "[" * 300, "a:\n" * 50, "key: " + "{a: " * 300, "tags: [" + "a, " * 900 + "b]"),
)
BLOCKS = (
    *_GRAMMAR["blocks"],
    *(f"```python\n{code}\n```" for code in ("(" * 400, "-" * 3000 + "1", "9" * 5000, "x = " + "a." * 3000 + "b")),
    *("|a\n|-\n" + "| a | `|` |\n" * 300, "| " * 300 + "\n" + "|-" * 300 + "|\n| 1"),
    *(">" * 200 + "a", "- " * 200 + "a", "1. " * 120 + "a", "> - " * 80 + "a", "<details>\n\n" * 30),
    *("[" * 3000, "(" * 3000 + "汉" + "）" * 3000, "*a **b " * 800, "`" * 2000),
)

Kind = Literal["hub1", "pytorch-hub", "one-language"]
"""A hub whose pages are made."""
KINDS: tuple[Kind, ...] = get_args(Kind)


@cache
def config_of(kind: Kind) -> Config:
    """A hub's settings, read from a file as everybody's: with an address of its own there are feeds and a site map."""
    settings: dict[str, object] = {"base_url": "https://example.org/hub/", "social_images": False}
    if kind == "pytorch-hub":
        settings |= {"format": kind, "pages": {"folder": "."}}
    elif kind == "one-language":
        settings |= {"languages": [test_one_language.LANGUAGES["en_US"]], "tags": test_one_language.TAGS}
    with TemporaryDirectory() as folder:
        path = Path(folder, "hub.toml")
        path.write_text(tomli_w.dumps(settings), encoding="utf-8")
        return read_config(path)


@cache
def seeds(kind: Kind) -> Sequence[bytes]:
    """Whole pages: real ones, those of the tests of reading, attacks, and hostile shapes."""
    attacks = [attack.payload for attack in ATTACKS if attack.place == "text"]
    if kind == "pytorch-hub":
        texts = [*test_pytorch_hub.PAGES.values(), pytorch_pages.a_page(), pytorch_pages.a_page("\n\n".join(attacks))]
        return [text.encode() for text in texts]
    files = (*(ROOT / "hub_pages").glob("*.md"), *(ROOT / "benchmarks" / "seeds").rglob("*.md"))
    own = [file.read_bytes() for file in sorted(files)]
    if kind == "one-language":
        single = [test_one_language.a_page("en_US", "Tiny", text).encode() for text in ("words", *attacks)]
        return [*own, *single]
    bad = [file.read_bytes() for file in sorted((ROOT / "tests" / "reading" / "bad_pages").glob("*.md"))]
    shaped = [shape.page(150).encode() for shape in SHAPES[::4]]
    return [*own, *own, *bad, *shaped, *(a_page("x", zh=text, en=text).encode() for text in attacks)]
