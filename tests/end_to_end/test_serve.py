"""`hubpages serve`: what a writer sees, without a browser."""

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
        after = next(card)
        assert after["page"] != before["page"]
        assert next(other) == other_before
        assert "新的正文" in served.get(CARD)[1]
        assert f'data-page="{after["page"]}"' in served.get(CARD)[1]


def test_page_that_is_wrong_is_told_and_its_last_good_state_is_served(tmp_path: Path) -> None:
    """Other pages change all the while; once it is mended, nothing is told any more."""
    text = a_page(zh="正文")
    write(tmp_path, tiny=text, other=a_page(title="Other"))
    with serving(tmp_path) as served:
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
        still = next(events)
        assert still["problems"] == told["problems"]
        assert "Another" in served.get("/zh/")[1]
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
        ran = next(event for event in events if event["page"] != first["page"])
        assert "1.13.0" in served.get("/en/models/tiny/")[1]
        (tmp_path / "hub.toml").write_text('title = "Zoo of models"\n', encoding="utf-8")
        next(event for event in events if event["page"] != ran["page"])
        assert "Zoo of models" in served.get("/en/models/tiny/")[1]


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


def test_nothing_is_written_and_ctrl_c_ends_it(tmp_path: Path) -> None:
    """The site's folder is that of `build` alone."""
    write(tmp_path, tiny=a_page())
    before = sorted(tmp_path.rglob("*"))
    with serving(tmp_path) as served:
        next(served.events("/"))
        assert served.stop() == 0
    assert sorted(tmp_path.rglob("*")) == before


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
