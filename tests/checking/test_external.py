"""Links to other sites, asked for at servers on this machine."""

import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from generator.checking.external import (
    check_external,
    dead_links,
    is_unknown_host,
)
from generator.checking.machine import OfflineError
from generator.model.diagnostic import Diagnostic
from tests.pages import a_page, line_of, read


@dataclass
class Site:
    """A server that answers as told and remembers what it was asked."""

    url: str
    answers: dict[str, int] = field(default_factory=dict)
    """Path, or method and path (`HEAD /x`), to status; 200 for any other, 0 to hang up."""
    locations: dict[str, str] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    agents: set[str] = field(default_factory=set)
    before_answering: Callable[[], None] = lambda: None


@contextmanager
def a_site(**settings: object) -> Iterator[Site]:
    """A site on a free port of this machine."""

    class Handler(BaseHTTPRequestHandler):
        def do_HEAD(self) -> None:
            made.asked.append(f"{self.command} {self.path}")
            made.agents.add(self.headers["User-Agent"])
            made.before_answering()
            status = made.answers.get(f"{self.command} {self.path}", made.answers.get(self.path, 200))
            if status == 0:
                self.close_connection = True
                return
            self.send_response(status)
            if self.path in made.locations:
                self.send_header("Location", made.locations[self.path])
            self.send_header("Content-Length", "0")
            self.end_headers()

        do_GET = do_HEAD  # noqa: N815

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    made = Site(f"http://127.0.0.1:{server.server_port}", **settings)  # type: ignore[arg-type]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield made
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture
def site() -> Iterator[Site]:
    """One site."""
    with a_site() as made:
        yield made


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever proxy the machine uses, it does not know these servers."""
    monkeypatch.setenv("no_proxy", "*")


def check(cache_file: Path, *urls: str, timeout: float = 30) -> list[Diagnostic]:
    """What is found in a page that links to these addresses."""
    return check_external([read(_page(*urls))], cache_file, timeout)


def _page(*urls: str) -> str:
    # The page's own link leads nowhere near the network.
    return a_page(link="ftp://x.example.org/", zh="、".join(f"[链接]({url})" for url in urls))


def test_dead_link_is_found_at_every_place(tmp_path: Path, site: Site) -> None:
    """In front matter and in each section, asked for once; the part behind # is no matter of the host's."""
    site.answers = {"/dead": 404, "/gone": 410}
    dead, gone = f"{site.url}/dead", f"{site.url}/gone"
    text = a_page(link=dead, zh=f"好 [一]({site.url}/alive) [二]({dead}#part)", en=f"Bad <{gone}>")
    found = check_external([read(text)], tmp_path / "links.json")
    assert [(one.line, one.column, one.rule, one.severity, one.message) for one in found] == [
        (
            line_of(text, "github-link"),
            len("github-link: ") + 1,
            "dead-link",
            "warning",
            f"{dead} answers 404, not found: correct or remove the link",
        ),
        (
            line_of(text, "好"),
            text.splitlines()[line_of(text, "好") - 1].index(dead) + 1,
            "dead-link",
            "warning",
            f"{dead} answers 404, not found: correct or remove the link",
        ),
        (
            line_of(text, "Bad"),
            len("Bad <") + 1,
            "dead-link",
            "warning",
            f"{gone} answers 410, gone: correct or remove the link",
        ),
    ]
    assert site.asked.count("HEAD /dead") == 1


@pytest.mark.parametrize("status", [400, 401, 403, 429, 500, 503])
def test_host_that_does_not_serve_a_program_is_no_finding(tmp_path: Path, site: Site, status: int) -> None:
    """A reader's browser may be served; and next time the host is asked again."""
    site.answers = {"/x": status}
    assert check(tmp_path / "links.json", f"{site.url}/x") == []
    before = len(site.asked)
    assert check(tmp_path / "links.json", f"{site.url}/x") == []
    assert len(site.asked) > before


def test_head_counts_for_a_link_and_not_against_it(tmp_path: Path, site: Site) -> None:
    """Some hosts know no HEAD, or get it wrong: then GET decides."""
    site.answers = {"HEAD /x": 404, "HEAD /y": 405, "HEAD /z": 0}
    assert check(tmp_path / "links.json", *(f"{site.url}/{name}" for name in "xyz")) == []
    assert site.asked == ["HEAD /x", "GET /x", "HEAD /y", "GET /y", "HEAD /z", "GET /z"]


def test_link_that_answers_head_is_not_fetched(tmp_path: Path, site: Site) -> None:
    """A link may lead to hundreds of megabytes."""
    assert check(tmp_path / "links.json", f"{site.url}/weights.pkl") == []
    assert site.asked == ["HEAD /weights.pkl"]


def test_failure_is_asked_for_once_more(tmp_path: Path, site: Site) -> None:
    """And no more than that."""
    site.answers = {"/x": 0}
    assert check(tmp_path / "links.json", f"{site.url}/x") == []
    assert site.asked == ["HEAD /x", "GET /x"] * 2


def test_host_is_told_who_asks(tmp_path: Path, site: Site) -> None:
    """So that its owner knows whom to turn away."""
    check(tmp_path / "links.json", f"{site.url}/x")
    (agent,) = site.agents
    assert agent.startswith("hubpages/")


def test_redirect_is_followed(tmp_path: Path, site: Site) -> None:
    """A moved page is a page; one moved to nowhere is dead."""
    site.answers = {"/moved": 301, "/lost": 302, "/nowhere": 404}
    site.locations = {"/moved": "/here", "/lost": "/nowhere"}
    (found,) = check(tmp_path / "links.json", f"{site.url}/moved", f"{site.url}/lost")
    assert found.message.startswith(f"{site.url}/lost answers 404")


def test_redirect_to_a_file_is_not_followed(tmp_path: Path, site: Site) -> None:
    """Nothing outside the web is read, so nothing is taken to be alive."""
    (tmp_path / "secret").write_text("secret")
    site.answers = {"/x": 302, "/y": 302}
    site.locations = {"/x": (tmp_path / "secret").as_uri(), "/y": "ftp://127.0.0.1:1/secret"}
    assert check(tmp_path / "links.json", f"{site.url}/x", f"{site.url}/y") == []
    assert not json.loads((tmp_path / "links.json").read_text())


def test_address_outside_ascii_is_asked_for_as_browsers_do(tmp_path: Path, site: Site) -> None:
    """And an escape that is there already stays one."""
    check(tmp_path / "links.json", f"{site.url}/模型?名=a", f"{site.url}/%E6%A8%A1")
    assert site.asked == ["HEAD /%E6%A8%A1%E5%9E%8B?%E5%90%8D=a", "HEAD /%E6%A8%A1"]


def test_what_is_no_link_to_a_site_is_not_asked_for(tmp_path: Path, site: Site) -> None:
    """Nor does an address without a sound host stop the others."""
    host = site.url.removeprefix("http://")
    links = ["mailto:a@example.org", "#x", "images/x.png", "http://[x/", "https:///x", f"//{host}/x", f"{site.url}/y"]
    assert check(tmp_path / "links.json", *links) == []
    assert site.asked == ["HEAD /y"]


def test_slow_and_closed_hosts_are_no_finding(tmp_path: Path) -> None:
    """One takes the connection and says nothing, one refuses it."""
    with socket.create_server(("127.0.0.1", 0)) as silent, socket.create_server(("127.0.0.1", 0)) as closed:
        ports = silent.getsockname()[1], closed.getsockname()[1]
        closed.close()
        assert check(tmp_path / "links.json", *(f"http://127.0.0.1:{port}/" for port in ports), timeout=0.1) == []
    assert not json.loads((tmp_path / "links.json").read_text())


def test_living_link_is_asked_for_once_in_seven_days(tmp_path: Path, site: Site) -> None:
    """Then again; and a dead one every time, for it may have been mended."""
    cache, alive, dead = tmp_path / "new" / "links.json", f"{site.url}/alive", f"{site.url}/dead"
    site.answers = {"/dead": 404}
    assert len(check(cache, alive, dead)) == len(check(cache, alive, dead)) == 1
    assert site.asked.count("HEAD /alive") == 1
    assert site.asked.count("HEAD /dead") == 2
    assert [path.name for path in cache.parent.iterdir()] == ["links.json"]

    week = 7 * 24 * 3600
    for age, times in ((week - 60, 1), (week + 60, 2)):
        cache.write_text(json.dumps({alive: int(time.time()) - age}))
        check(cache, alive)
        assert site.asked.count("HEAD /alive") == times
    assert json.loads(cache.read_text())[alive] >= time.time() - 60


@pytest.mark.parametrize("text", ["", "{", "[]", "3", '{"{url}": "x"}', '{"{url}": 99999999999}'])
def test_damaged_cache_is_made_again(tmp_path: Path, site: Site, text: str) -> None:
    """Everything is asked for, as if it had been deleted."""
    cache, url = tmp_path / "links.json", f"{site.url}/x"
    cache.write_text(text.replace("{url}", url))
    assert check(cache, url) == []
    assert site.asked == ["HEAD /x"]
    assert list(json.loads(cache.read_text())) == [url]


class _Crowd:
    """Requests that wait in their handlers until more than `limit` are there, or no more come."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.most = 0
        self._present = 0
        self._changed = threading.Condition()

    def enter(self) -> None:
        with self._changed:
            self._present += 1
            self.most = max(self.most, self._present)
            self._changed.notify_all()
            self._changed.wait_for(lambda: self.most > self.limit, timeout=0.5)
            self._present -= 1


def test_host_is_asked_for_one_thing_at_a_time(tmp_path: Path) -> None:
    """However many links lead there."""
    crowd = _Crowd(limit=1)
    with a_site(before_answering=crowd.enter) as site:
        check(tmp_path / "links.json", *(f"{site.url}/{number}" for number in range(3)))
        assert len(site.asked) == 3
    assert crowd.most == 1


def test_hosts_are_asked_side_by_side_but_not_too_many(tmp_path: Path) -> None:
    """Eight of ten wait together, and the other two for them."""
    crowd = _Crowd(limit=8)
    hosts = [a_site(before_answering=crowd.enter) for _ in range(10)]
    sites = [host.__enter__() for host in hosts]
    try:
        check(tmp_path / "links.json", *(site.url for site in sites))
        assert all(site.asked for site in sites)
    finally:
        for host in hosts:
            host.__exit__(None, None, None)
    assert crowd.most == 8


def test_name_that_is_nobodys_is_told_from_a_look_up_that_failed() -> None:
    """A name server out of reach says nothing of the link."""
    assert is_unknown_host(socket.gaierror(socket.EAI_NONAME, "Name or service not known"))
    assert not is_unknown_host(socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution"))
    assert not is_unknown_host(ConnectionRefusedError())


def test_host_that_does_not_exist_is_a_finding() -> None:
    """Unless none of several does: then it is this machine that is offline."""
    places = {"http://a.invalid/x": [("a.md", 3, 5)], "http://b.invalid/": [("a.md", 4, 1)]}
    (found,) = dead_links(places, {"http://a.invalid/x": "no such host", "http://b.invalid/": "alive"})
    assert (found.path, found.line, found.column) == ("a.md", 3, 5)
    assert "names a host that does not exist" in found.message
    assert len(dead_links(places, {"http://a.invalid/x": "no such host"})) == 1
    with pytest.raises(OfflineError, match="offline"):
        dead_links(places, dict.fromkeys(places, "no such host"))
