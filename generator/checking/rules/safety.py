"""Rules about what a reader does not see, or sees as something else than its author meant."""

import ast
import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

from generator.checking.parts import Finding
from generator.checking.programs import codes, dotted, finding_at, finding_in
from generator.checking.registry import Rule
from generator.checking.view import PageView

_BIDI = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
_UNSEEN = re.compile(
    f"(?P<bidi>[{_BIDI}]+)"
    "|(?P<invisible>[\x01-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u00ad\u180e\u200b-\u200d\u2028\u2029\u2060-\u2064\ufeff"
    "\U000e0001-\U000e007f]+)"
)
_JOINERS = re.compile("[\u200c\u200d]+")
# Without them the text is the same; other controls may stand for a line end or a lost character.
_ZERO_WIDTH = re.compile("[\u00ad\u200b-\u200d\u2060-\u2064\ufeff]+")

_SCHEMES = ("javascript:", "vbscript:", "data:", "file:", "blob:")
_SCHEME = re.compile(r"(javascript|vbscript|data|file|blob)(?=:)", re.IGNORECASE)
_UNSEEN_BY_BROWSERS = re.compile(r"[\x00-\x20]+")

_INSTALL = re.compile(r"(?:^|[\s/&;])(?:pip3?|conda|mamba|apt(?:-get)?)\s+(?:-\S+\s+)*install\b")
_RUNNERS = frozenset({"os.system", "os.popen"}) | {
    f"subprocess.{name}" for name in ("run", "call", "check_call", "check_output", "Popen", "getoutput")
}
_SHELLS = frozenset({"os.system", "os.popen", "subprocess.getoutput", "subprocess.getstatusoutput"})
_SHELL_MAGICS = frozenset({"pip", "conda", "mamba", "sh", "bash", "sx", "system"})


def bidi_control(view: PageView) -> Iterator[Finding]:
    """Characters that turn the direction of writing make code look like other code than it is: remove them.

    Bad:  access = "user<U+202E>" # check <U+2066>
    Good: access = "user" # check
    """
    for start, run, is_bidi in _unseen(view.page.source):
        if is_bidi:
            line, column = view.place(start)
            message = f"{_named(run)} turns the direction of what follows: remove it"
            yield Finding(line, message, column, view.edit(line, column, len(run), ""))


def invisible_character(view: PageView) -> Iterator[Finding]:
    """A character that cannot be seen gets copied with the text around it and breaks code, links and searches.

    Joiners inside of an emoji or of a script that needs them are left alone.

    Bad:  Res<U+200B>Net-50
    Good: ResNet-50
    """
    text = view.page.source
    for start, run, is_bidi in _unseen(text):
        if is_bidi or _is_joined(text, start, run):
            continue
        line, column = view.place(start)
        fix = view.edit(line, column, len(run), "") if _can_go(view, line, column, run) else None
        yield Finding(line, f"{_named(run)} cannot be seen here: remove it", column, fix)


def shell_in_snippet(view: PageView) -> Iterator[Finding]:
    """A snippet is Python alone: a command of a shell or of IPython fails elsewhere, and nobody installs unasked.

    Bad:
        ```python
        !pip install opencv-python
        import cv2
        ```

    Good:
        ```shell
        pip install opencv-python
        ```

        ```python
        import cv2
        ```
    """
    for snippet, code in codes(view):
        for command in code.commands:
            word = command.text.split()[0]
            if command.text[0] == "!" or command.magic in _SHELL_MAGICS:
                message = f"{word} is a command of a shell, not Python: move it to a ```shell block above the snippet"
            else:
                message = f"{word} is a command of IPython, not Python: remove it"
            yield finding_in(view, snippet, command.line, command.column, message)
        for call in code.of(ast.Call):
            name = dotted(call.func, code.imports)
            if (name in _RUNNERS and _INSTALL.search(_words(call))) or name in ("pip.main", "pip._internal.main"):
                message = (
                    f"{name} installs a package as the snippet runs: move it to a ```shell block above the snippet"
                )
                yield finding_at(view, snippet, call, message)
            elif name in _SHELLS or (name in _RUNNERS and _is_for_a_shell(call)):
                message = f"{name} gives a command to a shell, which differs between systems: say it in Python"
                yield finding_at(view, snippet, call, message)


def unsafe_link(view: PageView) -> Iterator[Finding]:
    """A link leads to a page, a file or an address of mail: what runs code or holds its data in itself is not shown.

    Bad:  [details](javascript:alert(1)) and ![cat](data:image/png;base64,iVBORw0KGgo=)
    Good: [details](#details) and ![A cat](images/cat.png)
    """
    for section in view.sections if _may_hold_scheme(view.page.source) else ():
        for link in section.links:
            scheme = _SCHEME.match(_UNSEEN_BY_BROWSERS.sub("", link.url))
            if scheme:
                message = f"{scheme[1].lower()}: is no address that is shown: link a page or a file instead"
                yield Finding(link.line, message, link.column)


def _may_hold_scheme(text: str) -> bool:
    """A quick look: whether one of the schemes may be in a text, whatever it is written with."""
    seen = "".join(text.split()).lower()
    return (
        any(scheme in seen for scheme in _SCHEMES)
        or not seen.isprintable()
        or "&" in seen  # a character written as an entity, or
        or "\\:" in seen  # with a backslash
    )


@lru_cache(maxsize=4)
def _unseen(text: str) -> tuple[tuple[int, str, bool], ...]:
    """Start and text of each run of characters that cannot be seen, and whether they turn the direction."""
    if text.replace("\n", "").replace("\t", "").isprintable():
        return ()
    return tuple((match.start(), match[0], match.lastgroup == "bidi") for match in _UNSEEN.finditer(text))


def _named(run: str) -> str:
    """`U+200B (zero width space)` of the first, and how many more there are."""
    name = unicodedata.name(run[0], "control character").lower()
    more = f" and {len(run) - 1} more of the kind" if len(run) > 1 else ""
    return f"U+{ord(run[0]):04X} ({name}){more}"


def _is_joined(text: str, start: int, run: str) -> bool:
    """Whether joiners stand where they are meant: between emoji, or in Arabic or Indic writing."""
    if not _JOINERS.fullmatch(run):
        return False
    around = text[start - 1 : start] + text[start + len(run) : start + len(run) + 1]
    return any("\u0600" <= one <= "\u1fff" or unicodedata.category(one) in ("So", "Sk", "Mn") for one in around)


def _can_go(view: PageView, line: int, column: int, run: str) -> bool:
    """Whether the text is sure to mean the same without: beside a letter, in no string, mark or tag of Markdown."""
    if not _ZERO_WIDTH.fullmatch(run):
        return False
    source = view.lines[line - 1]
    end = column - 1 + len(run)
    before, after = source[max(column - 2, 0) : column - 1], source[end : end + 1]
    if not (before.isalpha() or (after.isalpha() and before not in ("<", "&", "\\", "/"))):
        return False
    for snippet in view.snippets:
        if snippet.line <= line < snippet.line + snippet.code.count("\n"):
            return not re.search(r"[\"']", source) and '"""' not in snippet.code and "'''" not in snippet.code
    return True


def _words(call: ast.Call) -> str:
    """The strings of a call in a row, such as those of a list of arguments."""
    constants = (node.value for argument in call.args for node in _in_order(argument) if isinstance(node, ast.Constant))
    return " ".join(value for value in constants if isinstance(value, str))


def _is_for_a_shell(call: ast.Call) -> bool:
    return any(
        keyword.arg == "shell" and isinstance(keyword.value, ast.Constant) and bool(keyword.value.value)
        for keyword in call.keywords
    )


def _in_order(node: ast.expr) -> Iterator[ast.AST]:
    elements = node.elts if isinstance(node, ast.List | ast.Tuple) else [node]
    return (inner for element in elements for inner in ast.walk(element))


RULES: tuple[Rule, ...] = (
    Rule(bidi_control, "error", fixable=True),
    Rule(invisible_character, fixable=True),
    Rule(shell_in_snippet, of_hub1=True),
    Rule(unsafe_link, "error"),
)
