"""Hostile pages: a short text repeated, nested or counted up until it is as long as asked for, at some place of a page.

Each is a way in which a reader of text may come to look at the same characters again and again.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import count

from tests.pages import a_page

_NAME = "ShuffleNet"

Make = Callable[[int], str]
"""A number of characters to a text of about so many."""


@dataclass(frozen=True)
class Shape:
    """One way to be hostile."""

    name: str
    page: Make
    factor: int = 1
    """How much longer its pages must be to pass the bounds up to which some things are compared with all others."""


def repeated(unit: str) -> Make:
    """The same text again and again."""
    return lambda size: unit * max(1, size // len(unit))


def counted(form: str, start: int = 1000) -> Make:
    """A text with a number in it that is never the same."""
    return lambda size: _until(size, (form.replace("N", str(number)) for number in count(start)))


def nested(opening: str, closing: str = "", inside: str = "x") -> Make:
    """As many openings as fit, then as many ends."""

    def make(size: int) -> str:
        depth = max(1, size // (len(opening) + len(closing)))
        return opening * depth + inside + closing * depth

    return make


def indented(line: str, step: str = "  ") -> Make:
    """Lines each a step deeper than the one above."""
    return lambda size: _until(size, (step * number + line for number in count()))


def growing(unit: str, between: str) -> Make:
    """Runs of a text, each one longer than the one before."""
    return lambda size: _until(size, (unit * number + between for number in count(1)))


def shrinking(unit: str, between: str) -> Make:
    """The same, the longest run first."""

    def make(size: int) -> str:
        longest = int((2 * size / len(unit)) ** 0.5)
        return "".join(unit * number + between for number in range(longest, 0, -1))

    return make


def _until(size: int, pieces: Iterator[str]) -> str:
    found: list[str] = []
    length = 0
    for piece in pieces:
        found.append(piece)
        length += len(piece)
        if length >= size:
            return "".join(found)
    return ""


def _one(make: Make) -> Make:
    """The text in Chinese alone: English says next to nothing."""
    return lambda size: a_page(title=_NAME, zh=make(size), en="Text")


def _other(make: Make) -> Make:
    """The text in both languages, but with other digits: nothing agrees."""
    turned = str.maketrans("0123456789", "5678901234")
    return lambda size: a_page(title=_NAME, zh=make(size // 2), en=make(size // 2).translate(turned))


def _sample(make: Make) -> Make:
    return lambda size: a_page(sample=make(size))


def _several(make: Make) -> Make:
    """A snippet for every line, in both languages."""
    return lambda size: a_page(*make(size // 4).splitlines())


def _title(make: Make) -> Make:
    return lambda size: a_page(title=make(size), zh=make(100), en=make(100))


def _tags(make: Make) -> Make:
    return lambda size: a_page(tags=make(size).split(","))


def _link(make: Make) -> Make:
    return lambda size: a_page(link=make(size))


def _summary(make: Make) -> Make:
    return lambda size: a_page().replace("小模型", make(size // 2)).replace("A tiny model", make(size // 2))


def _head(make: Make) -> Make:
    return lambda size: a_page().replace("author: Somebody", f"author: Somebody\n{make(size)}")


_TABLE = "| Entry | mAP |\n| --- | --- |\n"


def _stated(make: Make) -> Make:
    """More of front matter, above a table of results."""
    return lambda size: a_page(stated=make(size), en=_TABLE + "| a | 1 |\n" * 9)


def _results(make: Make) -> Make:
    """A table of results that front matter names by several metrics."""
    names = "\n".join(f"    - {{name: mAP, dataset: d{number}}}" for number in range(20))
    return lambda size: a_page(stated=f"metrics:\n{names}", en=_TABLE + make(size))


_WORDS = {
    "a letter": "a",
    "a capital": "A",
    "humps": "aB",
    "words": "ab ",
    "capitalised words": "Ab ",
    "the same word": "the ",
    "misspelt words": "reszied ",
    "misspelt capitals": "Reszied ",
    "hyphens between letters": "a-",
    "underscores between letters": "a_",
    "dots between letters": "a.",
    "slashes between letters": "a/",
    "names": "A1-",
    "apostrophes": "a'",
    "sentences": "It is so. ",
    "no spaces between sentences": "a.B",
    "Han": "汉",
    "Han and Latin": "汉a",
    "Han and Latin with spaces": "汉 ab ",
    "Han doubled": "的的",
    "Han with half-width commas": "汉,",
    "Han and terms with commas": "ab,汉",
    "terms with commas before Han": "ab, ",
    "Han with colons": "汉:",
    "ratios in Han": "汉:1:",
    "Han with spaces": "汉 ",
    "Han lines": "汉\n",
    "combining marks": "e\u0301",
    "zero width": "a\u200b",
    "turned": "a\u202e",
    "wide spaces": "汉\u3000",
    "spaces": " ",
    "tabs": "\t",
    "spaces at line ends": "a  \n",
    "emoji": "😀\u200d",
}
_FIGURES = {
    "digits": "1",
    "figures": "1.5 ",
    "versions": "1.",
    "thousands": "1,000",
    "Han figures": "汉1.25",
    "full-width digits": "１",
    "exponents": "1e9",
    "minus": "-1",
    "fractions": "1/2",
    "ranges": "AP@5-95 ",
    "ranks": "top1 top-1 ",
    "means": "mean [0.1, 0.2, 0.3] ",
    "means alone": "mean ",
    "triples": "[1, 2, 3] ",
    "open triples": "[1,2,",
}
_BRACKETS = {
    "open parentheses": "(",
    "closed parentheses": ")",
    "pairs": "()",
    "turned pairs": ")(",
    "full-width parentheses": "（",
    "closed full-width": "）",
    "mixed widths": "(汉）",
    "mixed widths of Latin": "(a）",
    "half-width around Han": "(汉)",
    "spaced half-width": " (汉) ",
    "square": "[",
    "closed square": "]",
    "mixed kinds": "([（【「",
    "never matching": "(]",
    "intervals": "[0, 1) ",
    "interval starts": "(a,",
    "formulas": "$(",
    "formula marks": "$a",
    "enumerators": "1)a ",
    "smileys": ":-) ",
    "quoted brackets": "'('",
    "corner brackets": "「汉",
    "book marks": "《a》",
    "addresses before brackets": "https://a (汉) ",
    "code with brackets": "`a)` ",
    "code with open brackets": "`print(x` ",
    "code with strings": "`f('(')` ",
}
_INLINE = {
    "backticks": "`",
    "code": "`a` ",
    "open code": "``a`",
    "backticks and letters": "a`",
    "stars": "*",
    "open stars": "*a",
    "closed stars": "a*",
    "both stars": "a**b",
    "emphasis": "*a* ",
    "strong": "**a**",
    "odd stars": "*a**",
    "Han stars": "汉**汉",
    "stars before marks": "**，",
    "underscores": "_",
    "open underscores": "_a ",
    "mixed emphasis": "*_",
    "mixed emphasis closed": "*a_ ",
    "tildes": "~",
    "strikes": "~~a",
    "links": "[a](b) ",
    "links to the web": "[a](http://github.com/a) ",
    "links with odd ends": "[a](http://a.b/（) ",
    "open links": "[a](",
    "links open in brackets": "[a](<b",
    "links with open titles": "[a](b 'c",
    "links with parentheses": "[a](b(",
    "references that are not there": "[a][b]",
    "brackets of brackets": "[[a]",
    "pictures": "![a](b) ",
    "open pictures": "![",
    "turned links": "](a)[",
    "full-width links": "[a]（http://b）",
    "spaced links": "[a] (http://b) ",
    "links with spaces": "[a](http://b c) ",
    "failed links": "[a](http://b ",
    "addresses": "http://a.b/c ",
    "address starts": "http://",
    "passwords": "https://a:b@",
    "long user names": "https://aaaaaaaa",
    "automatic links": "<http://a.b>",
    "open angles": "<",
    "open tags": "<a ",
    "open attributes": "<a b='",
    "tags": "<b>",
    "end tags": "</b>",
    "kbd": "<kbd>a</kbd>",
    "open sub": "<sub>",
    "line breaks of HTML": "a<br>",
    "open comments in a line": "a<!--",
    "comments in a line": "a<!-- b -->",
    "comments of nothing": "a<!---->",
    "ends of comments": "-->",
    "declarations": "a<!A",
    "instructions": "a<?",
    "CDATA": "a<![CDATA[",
    "ampersands": "&",
    "entities": "&amp;",
    "open entities": "&a",
    "numbers of characters": "&#",
    "backslashes": "\\",
    "escapes": "\\*",
    "hard breaks": "a\\\n",
    "exclamation marks": "!",
    "bars": "|",
    "equals": "=",
    "quotes": '"',
    "keys": "password='hunter2x' ",
    "key starts": 'password="',
    "tokens": "sk-",
    "lines of code": "`a\n",
    "secret words": "hf_aaaaaaaaaa",
}
_BLOCKS = {
    "blank lines": "\n",
    "lines": "a\n",
    "paragraphs": "ab\n\n",
    "Han paragraphs": "汉（汉)，a,汉。\n\n",
    "items": "- a\n",
    "loose items": "- a\n\n",
    "empty items": "-\n",
    "numbered items": "1. a\n",
    "nested items in a line": "- ",
    "quotes": "> a\n",
    "quotes in a line": ">",
    "quoted items": "> - a\n>\n",
    "headings": "### a\n\n",
    "glued headings": "### a\n",
    "empty headings": "###\n",
    "headings of all levels": "## a\n\n#### b\n\n",
    "headings below": "a\n---\n",
    "many marks": "#",
    "rules": "---\n\n",
    "indented code": "    a\n",
    "indented code apart": "    a\n\n",
    "fences": "```\na\n```\n\n",
    "fences of text": "```text\na\n```\n\n",
    "fences of Python": "```python\na\n```\n\n",
    "fences of a shell": "```sh\na\n```\n\n",
    "open fences": "```a\n",
    "other fences": "~~~\n",
    "rows": "| a | 1.5 |\n",
    "spaced figures": "| a | mAP |\n|---|---|\n| b | 1        x |\n\n",
    "tables": "| a | b |\n|---|---|\n| c | 1.5 |\n\n",
    "glued tables": "a\n| a |\n|---|\n",
    "rules of tables": "|-",
    "lost tables": "| a | b |\n|---|\n",
    "lost tables in a list": "- a\n| a | b |\n|---|---|\n",
    "definitions": "[a]: b\n",
    "open definitions": "[a]:\n",
    "definitions with titles": "[a]: b '\n",
    "blocks of HTML": "<div>\n\n",
    "details": "<details>\n\n",
    "ends of details": "</details>\n\n",
    "scripts": "<script>\n",
    "open tags over lines": "<a\n",
    "comments": "<!-- a -->\n\n",
    "glued comments": "<!-- a -->\n",
    "open comments": "<!--\n\n",
    "section markers": "<!-- section: fr_FR -->\n\n",
    "the same section": "<!-- section: en_US -->\n\n",
    "allowances": '<!-- check: allow misspelling reason="a" -->\n\nreszied\n\n',
    "glued allowances": '<!-- check: allow misspelling reason="a" -->\n',
    "unknown allowances": "<!-- check: allow nothing -->\n\n",
    "directives": "<!-- verify: hide -->\n```python\na\n```\n\n",
    "directives above nothing": "<!-- verify: hide -->\n\n",
    "glued directives": "<!-- verify: hide -->\n",
    "directives of outputs": "```python\na\n```\n\n<!-- verify: output -->\n```text\n1\n```\n\n",
    "outputs alone": "<!-- verify: output -->\n```text\n1\n```\n\n",
    "directives in a line": "a <!-- verify: hide --> ",
    "prompts": "```python\n>>> a\n1\n```\n\n",
    "references": "### References\n\n- [A](https://a.b) A B. C 2019.\n\n",
}
_TEXTS: dict[str, Make] = {
    **{
        name: repeated(unit)
        for units in (_WORDS, _FIGURES, _BRACKETS, _INLINE, _BLOCKS)
        for name, unit in units.items()
    },
    "an open comment": lambda size: "<!--\n" + "a b\n\n" * (size // 5),
    "an open comment in a line": lambda size: "a <!-- " + "b " * (size // 2),
    "an open directive": lambda size: "<!-- verify: " + "hide " * (size // 5),
    "a long directive": lambda size: "<!-- verify: " + "hide " * (size // 5) + "-->",
    "a long allowance": lambda size: "<!-- check: allow " + "a" * size + " -->",
    "a long section": lambda size: "<!-- section: " + "a" * size + " -->",
    "an open bracket": lambda size: "（" + "汉" * size,
    "a long language": lambda size: "```" + "a" * size + "\n```",
    "a long cell": lambda size: "| a |\n|---|\n| " + "a1_" * (size // 3) + " |",
    "wide table": lambda size: (
        "| a " * (size // 12) + "|\n" + "|---" * (size // 12) + "|\n" + "| 1 " * (size // 12) + "|\n"
    ),
    "rows of many cells": lambda size: "| a " * 40 + "|\n" + "|---" * 40 + "|\n" + "|\n" * (size // 2),
    "a word once more": lambda size: "a" * size + " the the",
    "growing backticks": growing("`", "a"),
    "growing backticks apart": growing("`", " a\n\n"),
    "shrinking backticks": shrinking("`", "a"),
    "growing stars": growing("*", "a "),
    "growing underscores": growing("_", "a "),
    "growing tildes": growing("~", "a "),
    "growing fences": lambda size: growing("`", "\n\n")(size),
    "growing lines": growing("a", "\n"),
    "growing words": growing("a", " "),
    "growing quotes": growing(">", "a\n\n"),
    "nested brackets": nested("[", "]"),
    "nested parentheses": nested("(", ")"),
    "nested full-width": nested("（", "）", "汉"),
    "nested mixed": nested("(", "）", "汉"),
    "nested Han": nested("(汉", ")"),
    "nested links": nested("[", "](b)"),
    "nested pictures": nested("![", "](b)"),
    "nested link ends": lambda size: "[a](" + "(" * (size // 2) + ")" * (size // 2) + ")",
    "nested emphasis": nested("*a ", " b*"),
    "nested strong": nested("**a ", " b**"),
    "nested items": indented("- a\n"),
    "nested quotes": lambda size: "".join("> " * depth + "a\n" for depth in range(1, int(size**0.5) + 1)),
    "nested details": nested("<details>\n\n", "</details>\n\n"),
    "nested kbd": nested("<kbd>", "</kbd>"),
    "unlike headings": counted("### a N\n\n"),
    "headings like anchors": counted("### a\n\n### a-N\n\n", 2),
    "links to headings": lambda size: counted("[a](#a-N) ")(size // 2) + "\n\n" + counted("### a-N\n\n")(size // 2),
    "links to no heading": lambda size: counted("[a](#b-N) ")(size // 2) + "\n\n" + counted("### a-N\n\n")(size // 2),
    "unlike words": counted("wordN "),
    "unlike links": counted("[a](https://a.b/N) "),
    "unlike pictures": counted("![a](N.png) "),
    "unlike links apart": counted("[a](https://a.b/N)\n\n"),
    "unlike texts of links": counted("[aN](https://a.b/N)\n\n"),
    "unlike code": counted("`a_N` "),
    "unlike code apart": counted("`a_N`\n\n"),
    "unlike figures": counted("N.25 "),
    "unlike figures apart": counted("N.25\n\n"),
    "unlike definitions": lambda size: counted("[aN]: bN\n")(size // 2) + "\n" + counted("[aN] ")(size // 2),
    "unlike definitions of links": lambda size: (
        counted("[aN]: /N\n")(size // 2) + "\n" + counted("[x][aN]\n\n")(size // 2)
    ),
    "unlike tables": counted("| a | b |\n|---|---|\n| cN | N.5 |\n\n"),
    "unlike rows": lambda size: "| a | b |\n|---|---|\n" + counted("| cN | N.5 |\n")(size),
    "unlike fences": counted("```python\naN = N\n```\n\n"),
    "unlike shells": counted("```sh\naN\n```\n\n"),
    "unlike directives": counted("<!-- verify: hideN -->\n\n"),
    "unlike sections": counted("<!-- section: aN -->\n\n"),
    "unlike tags": counted("<aN>"),
    "unlike weights": counted("aN_70312_abcdef01.pkl "),
    "weights and results": lambda size: (
        counted("aN_70312_abcdef01.pkl ")(size // 2)
        + "\n\n| a | mAP |\n|---|---|\n"
        + counted("| aN | 71.N |\n")(size // 2)
    ),
    "means of all kinds": counted("mean [N, N, N.5]\n\n", 10),
    "a spaced figure": lambda size: "a1_70312_abcdef01.pkl\n\n| a | mAP |\n|---|---|\n| a1 | 1" + " " * size + "x |\n",
    "a number in code": lambda size: "`" + "1" * size + "`",
    "reference links": lambda size: "[a](/b1) " * (size // 24) + "[x][r] " * (size // 24) + "\n\n[r]: /b\n",
    "open comments before directives": lambda size: "<!-- verify: hide\n\n" * (size // 19),
    "claims": repeated("We provide a b c "),
    "near titles": repeated("ShufleNet Shuffle-Net "),
}
_AGREEING = ("links", "pictures", "links apart", "texts of links", "code", "code apart", "figures", "figures apart")
_AGREEING += ("definitions", "tables", "rows", "fences")
"""Texts that are also tried with other digits in each language, which makes all of them differ."""

_CODE: dict[str, Make] = {
    **{
        name: repeated(unit)
        for name, unit in {
            "parentheses": "(",
            "square brackets": "[",
            "braces": "{",
            "minus signs": "-",
            "not": "not ",
            "await": "await ",
            "lambdas": "lambda:",
            "dots": "a.",
            "calls": "a(",
            "strings": "'a' ",
            "quotes": "'",
            "three quotes": '"""',
            "f-strings": "f'{",
            "backslashes": "\\\n",
            "hashes": "#",
            "comments": "# a\n",
            "lines": "x = 1\n",
            "imports": "import a\n",
            "same names": "a\n",
            "calls one after the other": "a()",
            "subscripts": "a[0]",
            "else": "1 if a else ",
            "commented-out loads": '# m = hub.load("a/b", "c")\n',
            "open loads": "# hub.load(\n",
            "words of loads": "# load of a load (\n",
            "loads": 'm = hub.load("a/b", "c")\n',
            "magics": "%time a\n",
            "shell": "!pip install a\n",
            "prints": "print a\n",
            "prints apart": "a\nprint a\n",
            "try": "try:\n    a\nexcept:\n    pass\n",
            "mean": "mean=[0.1, 0.2, 0.3]\n",
            "open means": "mean=[0.1, 0.2,\n",
            "words of means": "meanmean",
            "Normalize": "Normalize([1,2,3],",
            "decorators": "@a\n",
            "tokens": "a = 'sk-aaaa1aaaa'\n",
            "arrays": "a = np.zeros(3)\n",
            "models": 'm = hub.load("a/b", "c", pretrained=True)\nm(np.zeros(3))\n',
            "urllib": "import urllib\nurllib.request\n",
            "python 2": "xrange\n",
            "long words": "a",
            "digits": "1",
            "Han": "汉",
            "Han strings": "'汉'\n",
            "zero width": "a\u200b\n",
            "nulls of IPython": "??\n",
            "tabs": "\t",
            "spaces": " ",
            "doctest": ">>> a\n",
        }.items()
    },
    "nested parentheses": nested("(", ")", "1"),
    "nested lists": nested("[", "]", "1"),
    "nested calls": nested("a(", ")", "1"),
    "nested braces": nested("{1:", "}", "1"),
    "nested comprehensions": lambda size: (nested("[", " for a in b]", "1")(200) + "\n") * (size // 200),
    "nested subscripts": nested("a[", "]", "1"),
    "nested f-strings": lambda size: "f'" + "{a}" * (size // 3) + "'",
    "sums": lambda size: "1" + " + 1" * (size // 4),
    "sums of strings": lambda size: "''" + " + 'a'" * (size // 6),
    "powers": lambda size: "1" + "**1" * (size // 3),
    "comparisons": lambda size: "1" + "<1" * (size // 2),
    "ands": lambda size: "a" + " and a" * (size // 6),
    "minus one": lambda size: "-" * size + "1",
    "attributes": lambda size: "a" + ".a" * (size // 2),
    "calls of calls": lambda size: "a" + "()" * (size // 2),
    "loads of loads": lambda size: "hub" + ".load()" * (size // 7),
    "a lambda": lambda size: "lambda: " * (size // 8) + "1",
    "nested ifs": indented("if a:\n", " "),
    "nested functions": indented("def f():\n", " "),
    "elif": lambda size: "if a:\n    b\n" + "elif a:\n    b\n" * (size // 14),
    "a long string": lambda size: "'" + "a" * size + "'",
    "a long list": lambda size: "[" + "1, " * (size // 3) + "]",
    "a long call": lambda size: "f(" + "a=1, " * (size // 5) + ")",
    "unlike names": counted("aN\n"),
    "unlike bindings": counted("aN = N\n"),
    "unlike imports": counted("import aN\n"),
    "unlike names of an import": lambda size: "import " + counted("aN, ")(size) + "b",
    "unlike arrays": counted("aN = np.zeros(N)\nm(aN)\n"),
    "unlike commented-out loads": lambda size: (
        'm = hub.load("a/b", "c")\n' + counted('# m = hub.load("a/b", "cN")\n')(size)
    ),
    "unlike means": counted("mean=[N, N, N]\n", 10),
    "globals": lambda size: "def f():\n    global " + counted("aN, ")(size) + "b",
    "growing comments": growing("#", "\n"),
    "growing quotes": growing("'", "\n"),
    "a commented-out chain": lambda size: "# hub" + ".load(" * (size // 6),
    "a commented-out nest": lambda size: "# load" + "(" * (size // 2) + ")" * (size // 2),
}
_HEADS: dict[str, Make] = {
    "unknown keys": counted("keyN: a\n"),
    "long key": lambda size: "a" * size + ": b",
    "long value": lambda size: "key: " + "a" * size,
    "comments": repeated("# a\n"),
    "allowances": repeated('# check: allow misspelling reason="a"\n'),
    "lists": repeated("- a\n"),
    "nested lists": lambda size: "key: " + "[" * (size // 2) + "]" * (size // 2),
    "open lists": lambda size: "key: " + "[" * size,
    "nested maps": lambda size: "key: " + "{a: " * (size // 6) + "1" + "}" * (size // 6),
    "indented": indented("a:\n", " "),
    "quotes": lambda size: "key: '" + "''" * (size // 2) + "'",
    "escapes": lambda size: 'key: "' + "\\x41" * (size // 4) + '"',
    "folded": lambda size: "key: >\n" + "  a\n" * (size // 4),
    "anchors": lambda size: "key: " + "&a " * (size // 3) + "b",
    "tags": lambda size: "key: !" + "a" * size + " b",
    "question marks": repeated("? "),
    "colons": repeated("a: "),
    "spaces": lambda size: "key:" + " " * size + "a",
    "unlike tags": lambda size: "key: [" + counted("!tN a, ")(size) + "b]",
}
_TEXTS_OF_HEADS: dict[str, Make] = {
    name: _TEXTS[name]
    for name in (
        "a letter",
        "a capital",
        "humps",
        "words",
        "names",
        "hyphens between letters",
        "figures",
        "Han",
        "unlike words",
    )
}


def _place(place: str, put: Callable[[Make], Make], texts: dict[str, Make], factor: int = 1) -> Iterator[Shape]:
    for name, make in texts.items():
        yield Shape(f"{name} ({place})", put(make), factor)


SHAPES: tuple[Shape, ...] = (
    *_place("one language", _one, _TEXTS),
    *_place("other digits", _other, {name: _TEXTS[f"unlike {name}"] for name in _AGREEING}, 4),
    *_place("other digits", _other, {"means": _TEXTS["means of all kinds"]}, 4),
    *_place("sample", _sample, _CODE),
    *_place(
        "snippets",
        _several,
        {name: _CODE[name] for name in ("lines", "unlike names", "unlike bindings", "unlike imports")},
    ),
    *_place("sample", _sample, {"unlike functions": counted("def aN():\n    return bN\n")}, 4),
    *_place("title", _title, _TEXTS_OF_HEADS),
    *_place("summary", _summary, _TEXTS_OF_HEADS),
    *_place(
        "link",
        _link,
        {
            "letters": lambda size: "https://github.com/" + "a" * size,
            "slashes": lambda size: "https://github.com/" + "a/" * (size // 2),
        },
    ),
    *_place("tags", _tags, {"unlike tags": counted("tN,"), "same tags": repeated("vision,"), "long": repeated("a")}),
    *_place("front matter", _head, _HEADS),
    *_place(
        "stated",
        _stated,
        {
            "licence": lambda size: "license: " + "(" * size,
            "licences": lambda size: "license: MIT" + " OR MIT" * (size // 7),
            "data sets": lambda size: "datasets:\n" + counted("- dN\n")(size),
            "metrics": lambda size: "metrics:\n" + counted("- {name: mAP, dataset: dN}\n")(size),
            "keys of a metric": lambda size: "metrics:\n- name: mAP\n" + counted("  kN: a\n")(size),
            "credit": lambda size: "image: a.png\nimage-credit: " + "a " * (size // 2),
        },
    ),
    *_place("results", _results, {"rows": counted("| aN | N |\n"), "wide rows": lambda size: "| a |" + " 1 |" * size}),
)
