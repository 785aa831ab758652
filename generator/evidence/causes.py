"""Whose fault a failure is, decided from the frames of the traceback and the proxy's log; never guessed."""

import re
from pathlib import PurePosixPath

from generator.evidence.unread_pictures import unread_picture
from generator.frameworks import frameworks
from generator.model.run import Cause, Frame, Script, SnippetError
from generator.running.transcript import RanSnippet

_HUB = "hub:"
"""How a frame inside the hub repository's code is named."""

# An exception of one of these kinds, or caused by one, means that a download failed.
_NETWORK = frozenset(
    {
        "requests.exceptions.RequestException",
        "urllib.error.URLError",
        "urllib3.exceptions.HTTPError",
        "socket.gaierror",
        "http.client.HTTPException",
        "builtins.ConnectionError",
        "ssl.SSLError",
        "megfile.errors.HttpException",
    }
).union(*(one.download_errors for one in frameworks()))
_OWES_NOTHING_TO_THE_CALL = frozenset({"NameError", "UnboundLocalError", "ImportError", "SyntaxError"})
_NO_SUCH_NAME = re.compile(r"module '[\w.]+' has no attribute ")


def cause_of(ran: RanSnippet, error: SnippetError, script: Script) -> Cause:
    """Whose fault it is that a snippet of this script failed, whatever was refused to it."""
    if ran.end in ("deadline", "flood", "limit"):
        return "limit"
    if ran.end == "died":
        return "crash"
    if _NETWORK.intersection(ran.kinds):
        return "asset"
    # A dotted name means that the package is there and has no such part: that is code, not environment.
    if "builtins.ModuleNotFoundError" in ran.kinds and ran.missing and "." not in ran.missing:
        return "environment"
    if _is_surely_of_page(error, script):
        return "page"
    page = PurePosixPath(script.path).name
    innermost = next((frame for frame in reversed(error.frames) if _is_hub(frame) or frame.file == page), None)
    if innermost is None or not _is_hub(innermost):
        return "page"
    # The page called into the repository and may have done it wrongly, unless what was raised owes nothing to the call.
    surely_its_own = innermost.function == "<module>" or error.name in _OWES_NOTHING_TO_THE_CALL
    return "upstream" if surely_its_own or _NO_SUCH_NAME.match(error.message) else "page-or-upstream"


def _is_surely_of_page(error: SnippetError, script: Script) -> bool:
    """Whether the page gave what fails, wherever it fails: a keyword that is only handed on, or None for a picture."""
    if error.clues is not None and error.clues.keyword:
        return True
    picture = unread_picture(script, error, [snippet.lines for snippet in script.snippets])
    return picture is not None and not picture.is_made


def _is_hub(frame: Frame) -> bool:
    return frame.file.startswith(_HUB)
