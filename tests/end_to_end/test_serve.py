"""`hubpages serve`: what a writer sees, without a browser."""

import re
import socket
from pathlib import Path

from generator.evidence.keeping import keep
from tests.end_to_end.serving import serving
from tests.kernels import hubpages
from tests.pages import a_page, line_of, read, write
from tests.rendering.runs import a_run

CARD = "/zh/models/tiny/"


def test_change_of_a_page_is_told_to_whoever_has_it_open(tmp_path: Path) -> None:
    """And the page is then another; one that did not change is told the same as before."""
    write(tmp_path, tiny=a_page(zh="旧的正文"), other=a_page(title="Other"))
    with serving(tmp_path) as served:
        card, other = served.events(CARD), served.events("/zh/models/other/")
        before, other_before = next(card), next(other)
        assert "旧的正文" in served.get(CARD)[1]
        write(tmp_path, tiny=a_page(zh="新的正文"))
        after = next(event for event in card if event["page"] != before["page"])
        assert next(other) == other_before
        assert "新的正文" in served.get(CARD)[1]
        assert f'data-page="{after["page"]}"' in served.get(CARD)[1]


def test_page_that_is_wrong_is_told_and_its_last_good_state_is_served(tmp_path: Path) -> None:
    """Other pages change all the while; once it is mended, nothing is told any more."""
    text = a_page(zh="正文")
    write(tmp_path, tiny=text, other=a_page(title="Other"))
    with serving(tmp_path) as served:
        served.wait_for("built ")  # again, with its index
        events = served.events(CARD)
        good = next(events)
        assert good["problems"] == []
        wrong = text.replace("title:", "titel:")
        write(tmp_path, tiny=wrong)
        told = next(event for event in events if any("titel" in problem for problem in event["problems"]))
        assert told["page"] == good["page"]
        assert f"tiny.md:{line_of(wrong, 'titel')}:1: " in told["problems"][0]
        assert served.get(CARD)[0] == 200
        write(tmp_path, other=a_page(title="Another"))
        still = next(event for event in events if "Another" in served.get("/zh/")[1])
        assert still["problems"] == told["problems"]
        write(tmp_path, tiny=text)
        assert next(event for event in events if not event["problems"])["page"] == still["page"]


def test_broken_template_is_told_and_the_site_stays(tmp_path: Path) -> None:
    """Also where the folder of templates is made while the site is served."""
    write(tmp_path, tiny=a_page())
    with serving(tmp_path) as served:
        events = served.events("/zh/")
        next(events)
        (tmp_path / "templates").mkdir()
        (tmp_path / "templates" / "index.html").write_text("<p>\n{% if %}", encoding="utf-8")
        told = next(event for event in events if event["problems"])
        assert "templates/index.html:2: " in told["problems"][0]
        assert "Tiny" in served.get("/zh/")[1]
        (tmp_path / "templates" / "index.html").write_text("<p>mended", encoding="utf-8")
        next(event for event in events if not event["problems"])
        assert "mended" in served.get("/zh/")[1]


def test_hub_that_is_broken_from_the_start_is_served_all_the_same(tmp_path: Path) -> None:
    """With what is wrong, so that it can be mended."""
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "base.html").write_text("{{", encoding="utf-8")
    write(tmp_path, tiny=a_page())
    with serving(tmp_path) as served:
        assert next(served.events("/"))["problems"]
        status, text = served.get("/")
        assert status == 404
        assert "/_live/live.js" in text


def test_evidence_and_settings_are_watched_too(tmp_path: Path) -> None:
    """A verification that ends shows on the card; so does a new title of the hub."""
    text = a_page()
    write(tmp_path, tiny=text)
    with serving(tmp_path) as served:
        events = served.events("/en/models/tiny/")
        first = next(events)
        keep(a_run(read(text)), {}, tmp_path / ".hub" / "evidence")
        ran = next(event for event in events if "1.13.0" in served.get("/en/models/tiny/")[1])
        assert ran["page"] != first["page"]
        (tmp_path / "hub.toml").write_text('title = "Zoo of models"\n', encoding="utf-8")
        titled = next(event for event in events if "Zoo of models" in served.get("/en/models/tiny/")[1])
        assert titled["page"] != ran["page"]


def test_pages_in_another_folder_are_watched_from_when_hub_toml_says_so(tmp_path: Path) -> None:
    """Those of the folder before are no longer shown."""
    write(tmp_path, tiny=a_page(title="Old"))
    moved = tmp_path / "models"
    moved.mkdir()
    (moved / "tiny.md").write_text(a_page(title="New"), encoding="utf-8")
    with serving(tmp_path) as served:
        events = served.events("/zh/")
        next(events)
        (tmp_path / "hub.toml").write_text('[pages]\nfolder = "models"\n', encoding="utf-8")
        next(event for event in events if "New" in served.get("/zh/")[1])
        assert "Old" not in served.get("/zh/")[1]
        (moved / "tiny.md").write_text(a_page(title="Newer"), encoding="utf-8")
        next(event for event in events if "Newer" in served.get("/zh/")[1])


def test_nothing_is_written_but_caches_and_ctrl_c_ends_it(tmp_path: Path) -> None:
    """The site's folder is that of `build` alone."""
    write(tmp_path, tiny=a_page())
    before = sorted(tmp_path.rglob("*"))
    with serving(tmp_path) as served:
        next(served.events("/"))
        assert served.stop() == 0
    after = sorted(tmp_path.rglob("*"))
    assert [path for path in after if tmp_path / ".hub" not in (path, *path.parents)] == before


def test_search_is_served_and_follows_the_pages(tmp_path: Path) -> None:
    """The site is shown before its index is made; a change of words is an index later."""
    write(tmp_path, tiny=a_page())
    with serving(tmp_path) as served:
        served.wait_for("built ")  # again, with its index
        events = served.events("/zh/")
        next(event for event in events if "search-query" in served.get("/zh/")[1])
        assert served.get("/pagefind/pagefind.js")[0] == 200
        first = served.get("/pagefind/pagefind-entry.json")[1]
        write(tmp_path, tiny=a_page(zh="别的正文"))
        next(event for event in events if served.get("/pagefind/pagefind-entry.json")[1] != first)
        assert "search-query" in served.get("/zh/")[1]


def test_site_is_that_of_build_at_this_address(tmp_path: Path) -> None:
    """Pictures, sitemap and feeds too; a warning is said, and laid over no page."""
    text = a_page(zh="[x](../gone/)")
    write(tmp_path, tiny=text)
    (tmp_path / "hub.toml").write_text('base_url = "https://example.org/hub/"\n', encoding="utf-8")
    with serving(tmp_path) as served:
        events = served.events("/zh/")
        next(event for event in events if "search-query" in served.get("/zh/")[1])
        called = hubpages("-C", tmp_path, "build", "--base-url", served.address)
        assert called.status == 0, called.err
        built = [path for path in (tmp_path / "site").rglob("*") if path.is_file() and path.name != ".hubpages"]
        assert any(path.name.startswith("card.") for path in built)
        script = re.compile(rb'<link rel="stylesheet" href="/_live/live.css">\n<script [^>]*></script>\n')
        for path in built:
            shown = served.get_bytes("/" + path.relative_to(tmp_path / "site").as_posix())
            assert script.sub(b"", shown) == path.read_bytes()
        warning = next(line for line in called.err.splitlines() if "broken-link" in line)
        assert f"tiny.md:{line_of(text, 'gone')}:1: warning: " in warning
        write(tmp_path, other=a_page(title="Other"))
        assert served.wait_for("broken-link") == warning
        assert next(events)["problems"] == []


def test_template_that_is_added_is_known(tmp_path: Path) -> None:
    """The page that asks for it is no longer wrong, though it did not change."""
    write(tmp_path, tiny=a_page(template="poster"))
    with serving(tmp_path) as served:
        events = served.events(CARD)
        assert "unknown-template" in next(events)["problems"][0]
        (tmp_path / "templates" / "poster").mkdir(parents=True)
        (tmp_path / "templates" / "poster" / "card.html").write_text("<p>a poster", encoding="utf-8")
        next(event for event in events if not event["problems"])
        assert "a poster" in served.get(CARD)[1]


EDITORS = (".#card.html", "card.html~", ".card.html.swp", "4913", "#card.html#")


def test_what_editors_leave_beside_a_file_is_nothing_of_the_site(tmp_path: Path) -> None:
    """Nor does it end anything: a lock is a link that leads nowhere."""
    write(tmp_path, tiny=a_page())
    evidence = tmp_path / ".hub" / "evidence"
    evidence.mkdir(parents=True)
    static = tmp_path / "templates" / "static"
    static.mkdir(parents=True)
    (static / "own.svg").write_text("<svg/>", encoding="utf-8")
    (evidence / ".#run.json").symlink_to("user@host.123:456")
    (tmp_path / "hub_pages" / ".#tiny.md").symlink_to("user@host.123:456")
    for folder in (static, static.parent):
        (folder / EDITORS[0]).symlink_to("user@host.123:456")
        for name in EDITORS[1:]:
            (folder / name).write_text("half a change", encoding="utf-8")
    called = hubpages("-C", tmp_path, "build", "--strict")
    assert called.status == 0, called.err
    assert [path.name.partition(".")[0] for path in (tmp_path / "site" / "assets").glob("*") if "own" in path.name]
    assert not [path for path in (tmp_path / "site" / "assets").iterdir() if path.name[0] in ".#4" or "~" in path.name]
    with serving(tmp_path) as served:
        events = served.events(CARD)
        first = next(events)
        assert first["problems"] == []
        (tmp_path / "templates" / "dangling.html").symlink_to("nowhere")  # not an editor's, and not asked for
        write(tmp_path, tiny=a_page(zh="新的正文"))
        next(event for event in events if event["page"] != first["page"])


def test_only_this_machine_is_answered(tmp_path: Path) -> None:
    """Not the network, and not a page elsewhere whose name was pointed here."""
    write(tmp_path, tiny=a_page())
    with serving(tmp_path) as served:
        port = int(served.address.rstrip("/").rpartition(":")[2])
        with socket.socket() as probe:  # any other address of this machine is still free
            probe.bind(("127.0.0.2", port))
        assert served.get("/zh/", Host="evil.example")[0] == 403
        assert served.get("/zh/", Host=f"localhost:{port}")[0] == 200


def test_paths_are_those_of_the_site(tmp_path: Path) -> None:
    """A folder without its slash leads to it; there is nothing beside the site."""
    write(tmp_path, tiny=a_page())
    (tmp_path / "hub.toml").write_text('title = "secret"\n', encoding="utf-8")
    with serving(tmp_path) as served:
        for path in ("/nowhere/", "/../hub.toml", "/%2e%2e/hub.toml", "//etc/passwd"):
            assert served.get(path)[0] == 404
        assert served.get("/zh")[0] == 301
        assert served.get("/zh/")[0] == 200


def test_port_that_is_taken_is_told(tmp_path: Path) -> None:
    """Whoever asked for it meant it."""
    write(tmp_path, tiny=a_page())
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        called = hubpages("-C", tmp_path, "serve", "--port", str(port))
    assert called.status == 3
    assert f"port {port} cannot be used" in called.err
