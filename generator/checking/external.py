"""Whether links to other sites lead anywhere. The only check that asks the network, and only where that is wanted."""

import json
import socket
import threading
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from http.client import HTTPException
from pathlib import Path
from queue import SimpleQueue
from typing import Literal
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import (
    HTTPDefaultErrorHandler,
    HTTPErrorProcessor,
    HTTPHandler,
    HTTPRedirectHandler,
    HTTPSHandler,
    OpenerDirector,
    ProxyHandler,
    Request,
    UnknownHandler,
)

from generator import __version__
from generator.checking.machine import OfflineError
from generator.checking.view import SectionView
from generator.files import write_whole
from generator.interrupts import Interrupts
from generator.model.diagnostic import Diagnostic
from generator.model.link_address import asked_address
from generator.model.page import Page

RULE = "dead-link"
ANSWERS_LAST = 7 * 24 * 3600
"""Seconds for which a link that led somewhere is not asked for again."""
MOST_HOSTS = 8
"""How many are asked at the same time, each for one page at a time."""
TIMEOUT = 20.0
"""Seconds."""

Answer = Literal["alive", "not found", "gone", "no such host", "unclear"]
"""unclear: refused to a program, too busy, too slow, out of reach; a reader may have more luck."""

_HEADERS = {"User-Agent": f"hubpages/{__version__} (link check)", "Accept": "*/*"}
_DEAD: Mapping[Answer, str] = {
    "not found": "answers 404, not found",
    "gone": "answers 410, gone",
    "no such host": "names a host that does not exist",
}
_STATUS: Mapping[int, Answer] = {404: "not found", 410: "gone"}
_UNKNOWN_HOST = {socket.EAI_NONAME, getattr(socket, "EAI_NODATA", socket.EAI_NONAME)}


def check_external(pages: Iterable[Page], cache_file: Path, timeout: float = TIMEOUT) -> list[Diagnostic]:
    """A finding for every place that links to what is gone for good, or to a host that never was.

    Args:
        cache_file: JSON of what led somewhere and when; made where it is missing, safe to delete.
        timeout: seconds that a host has for each answer.

    Raises OfflineError where no host at all could be found, and OSError where the cache cannot be written.
    """
    places = places_of(pages)
    known = _read_cache(cache_file)
    answers: dict[str, Answer] = {}
    try:
        for url, answer in _ask_all([url for url in places if url not in known], timeout):
            answers[url] = answer
        witness = next((url for url in places if url in known), None)
        if witness and set(answers.values()) == {"no such host"}:  # is it they, or is it this machine?
            answers[witness] = _ask_twice(_opener(), witness, timeout)
    finally:
        now = int(time.time())
        _write_cache(cache_file, known, {url: now for url, answer in answers.items() if answer == "alive"})
    return dead_links(places, answers)


def dead_links(places: Mapping[str, Sequence[tuple[str, int, int]]], answers: Mapping[str, Answer]) -> list[Diagnostic]:
    """The findings, from the places (path, line, column) of each link and the answers to those that were asked for.

    Raises OfflineError where several hosts were asked and none of them was found.
    """
    if len({_host(url) for url in answers}) > 1 and set(answers.values()) == {"no such host"}:
        raise OfflineError("none of the hosts that the pages link to could be found: is this machine offline?")
    return sorted(
        Diagnostic(path, line, column, RULE, f"{url} {_DEAD[answer]}: correct or remove the link", "warning")
        for url, answer in answers.items()
        if answer in _DEAD
        for path, line, column in places[url]
    )


def places_of(pages: Iterable[Page]) -> Mapping[str, Sequence[tuple[str, int, int]]]:
    """Path, line and column of every link to another site, by its address as it is asked for."""
    found: dict[str, list[tuple[str, int, int]]] = defaultdict(list)
    for page in pages:
        head = page.front_matter
        line = head.lines["github-link"]
        column = page.source.split("\n")[line - 1].find(head.github_link) + 1
        links = [(head.github_link, line, max(column, 1))]
        for section in page.sections:
            links += [(link.url, link.line, link.column) for link in SectionView(section).links]
        for url, line, column in links:
            if _host(url):
                found[asked_address(url)].append((page.path, line, column))
    return found


def _host(url: str) -> str:
    """Host and port of a link to another site; nothing for any other link, or one that is no address."""
    try:
        parts = urlsplit(url)
        return parts.netloc.lower() if parts.scheme in ("http", "https") and parts.hostname else ""
    except ValueError:
        return ""


def _ask_all(urls: Iterable[str], timeout: float) -> Iterator[tuple[str, Answer]]:
    by_host: dict[str, list[str]] = defaultdict(list)
    for url in urls:
        by_host[_host(url)].append(url)
    stop = threading.Event()

    def ask_host(urls: Sequence[str]) -> list[tuple[str, Answer]]:
        opener = _opener()
        return [(url, _ask_twice(opener, url, timeout)) for url in urls if not stop.is_set()]

    answered: SimpleQueue[Future[list[tuple[str, Answer]]]] = SimpleQueue()
    with Interrupts() as interrupts, ThreadPoolExecutor(MOST_HOSTS) as pool:
        try:
            for urls in by_host.values():
                pool.submit(ask_host, urls).add_done_callback(answered.put)
            for _ in by_host:
                yield from interrupts.wait_for(answered).result()
        finally:
            stop.set()  # who interrupts waits for what is under way and for no more
            pool.shutdown(wait=False, cancel_futures=True)


def _ask_twice(opener: OpenerDirector, url: str, timeout: float) -> Answer:
    answer = _ask(opener, url, timeout)
    return _ask(opener, url, timeout) if answer in ("unclear", "no such host") else answer


def _ask(opener: OpenerDirector, url: str, timeout: float) -> Answer:
    """HEAD is less work for the host, but not every host does it right: only what GET says counts against a link."""
    answer: Answer = "unclear"
    for method in ("HEAD", "GET"):
        try:
            with opener.open(Request(url, method=method, headers=_HEADERS), timeout=timeout):
                return "alive"
        except HTTPError as error:
            error.close()
            answer = _STATUS.get(error.code, "unclear")
            if error.code == 429:
                break
        except OSError as error:
            if is_unknown_host(error):
                return "no such host"
            if isinstance(getattr(error, "reason", error), TimeoutError):
                break
            answer = "unclear"
        except (HTTPException, ValueError):
            answer = "unclear"
    return answer


def is_unknown_host(error: OSError) -> bool:
    """Whether the name of a host was looked up and is nobody's; not whether the look-up failed."""
    reason = getattr(error, "reason", error)
    return isinstance(reason, socket.gaierror) and reason.errno in _UNKNOWN_HOST


def _opener() -> OpenerDirector:
    """The usual one without file: and ftp:, to which a stranger's host could redirect."""
    opener = OpenerDirector()
    for handler in (
        ProxyHandler(),
        UnknownHandler(),
        HTTPHandler(),
        HTTPSHandler(),
        HTTPDefaultErrorHandler(),
        HTTPRedirectHandler(),
        HTTPErrorProcessor(),
    ):
        opener.add_handler(handler)
    return opener


def _read_cache(cache_file: Path) -> dict[str, int]:
    """What led somewhere lately, with the time of that; nothing where the cache cannot be read."""
    try:
        found = json.loads(cache_file.read_text(encoding="utf-8"))
        oldest = time.time() - ANSWERS_LAST
        return {url: asked for url, asked in found.items() if oldest < asked <= time.time() + 60}
    except (OSError, ValueError, AttributeError, TypeError):
        return {}


def _write_cache(cache_file: Path, known: Mapping[str, int], new: Mapping[str, int]) -> None:
    cache_file.parent.mkdir(parents=True, exist_ok=True)
    write_whole(cache_file, json.dumps({**known, **new}, indent=1, sort_keys=True) + "\n", durable=False)
