"""Which pictures that a snippet wrote to files are results of it, and not files that it only downloaded."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from urllib.parse import unquote

from generator.model.asset import AssetRequest
from generator.model.run import Script, SnippetRun
from generator.running.transcript import RanSnippet
from generator.running.written import Written

_FILE_OF_ADDRESS = re.compile(r"https?://[^\s\"'<>?#]*/([^\s\"'<>?#/]+)", re.IGNORECASE)


def with_drawn(ran: RanSnippet, script: Script, requests: Sequence[AssetRequest] | None) -> SnippetRun:
    """A snippet's run, with the pictures that it drew to files behind what it displayed.

    Args:
        requests: what the proxy saw of the script: a file with the bytes of one that it served is no result. None in
            live mode, where nobody saw what was downloaded: there a file that is called as the last part of an address
            in the script's code is taken for a download.
    """
    drawn = ran.written
    if drawn and requests is not None:
        served = {request.sha256 for request in requests}
        drawn = tuple(one for one in drawn if one.sha256 not in served)
    elif drawn:
        drawn = tuple(_not_called(drawn, set(_downloads_of(script))))
    return replace(ran.run, outputs=(*ran.run.outputs, *(one.output for one in drawn))) if drawn else ran.run


def _downloads_of(script: Script) -> Iterator[str]:
    """The last parts of all addresses in a script's code."""
    for snippet in script.snippets:
        for name in _FILE_OF_ADDRESS.findall(snippet.code):
            yield unquote(name)


def _not_called(drawn: Iterable[Written], names: set[str]) -> Iterator[Written]:
    return (one for one in drawn if one.output.name.rpartition("/")[2] not in names)
