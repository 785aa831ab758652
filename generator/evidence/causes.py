"""Whose fault a failure is, decided from the frames of the traceback and the proxy's log; never guessed."""

import re
from collections.abc import Iterable

from generator.model.asset import AssetRequest
from generator.model.run import Cause, Frame, SnippetError, Verdict
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
        "megengine.hub.exceptions.FetcherError",
        "megfile.errors.HttpException",
    }
)


def decide(
    ran: tuple[RanSnippet, ...], requests: Iterable[AssetRequest], page: str
) -> tuple[Verdict, Cause | None, str]:
    """The verdict on a script's snippets, its cause, and the reason in a sentence.

    Args:
        ran: the snippets that were reached; the last alone may have failed.
        requests: what the replay proxy saw of this run.
        page: the page's file name, as frames have it.
    """
    refused = [request for request in requests if request.status in ("refused", "gone")]
    last = ran[-1] if ran else None
    if last is None or last.run.status != "failed" or last.run.error is None:
        if refused:
            return (
                "failed",
                "asset",
                f"the snippets passed, but without what they asked for: {_names(refused)}",
            )
        if all(each.run.status in ("skipped", "compiled") for each in ran):
            return "skipped", None, next((each.run.reason for each in ran if each.run.reason), "nothing in it is run")
        return "passed", None, ""
    error = last.run.error
    if last.end in ("deadline", "flood", "limit"):
        return "failed", "limit", error.message
    if last.end == "died":
        return "failed", "crash", error.message
    since = [request for request in refused if request.time >= last.started]
    if since:
        return "failed", "asset", f"refused: {_names(since)}"
    cause = _cause_of_exception(last, error, page)
    reason = f"{error.name}: {error.message}".splitlines()[0]
    if refused:
        reason += f" (an earlier snippet was refused {_names(refused)})"
    return "failed", cause, reason


def _cause_of_exception(ran: RanSnippet, error: SnippetError, page: str) -> Cause:
    if _NETWORK.intersection(ran.kinds):
        return "asset"
    # A dotted name means that the package is there and has no such part: that is code, not environment.
    if "builtins.ModuleNotFoundError" in ran.kinds and ran.missing and "." not in ran.missing:
        return "environment"
    innermost = next((frame for frame in reversed(error.frames) if _is_hub(frame) or frame.file == page), None)
    if innermost is None or not _is_hub(innermost):
        return "page"
    # The page called into the repository and may have done it wrongly, unless what was raised owes nothing to the call.
    surely_its_own = innermost.function == "<module>" or error.name in _OWES_NOTHING_TO_THE_CALL
    return "upstream" if surely_its_own or _NO_SUCH_NAME.match(error.message) else "page-or-upstream"


_OWES_NOTHING_TO_THE_CALL = frozenset({"NameError", "UnboundLocalError", "ImportError", "SyntaxError"})
_NO_SUCH_NAME = re.compile(r"module '[\w.]+' has no attribute ")


def _is_hub(frame: Frame) -> bool:
    return frame.file.startswith(_HUB)


def _names(requests: Iterable[AssetRequest]) -> str:
    return ", ".join(dict.fromkeys(f"{request.url} ({request.reason})" for request in requests))
