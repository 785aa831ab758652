"""From what a snippet draws to what a card shows: pages that are verified and built by the command line."""

import base64
import http.server
import io
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from tests.kernels import a_hub_root, hubpages
from tests.pages import a_page, write
from tests.rendering.sites import Elements
from tests.test_pictures import saved

PHOTO = saved(Image.effect_noise((64, 48), 90), "JPEG")
URL = "https://pictures.example.org/cat.jpg"

DOWNLOADS = """\
import urllib.request
name = "cat.jpg"
answer = urllib.request.urlretrieve("{url}", name)"""
DRAWS = """\
import cv2, shutil
shutil.copy(name, "copy.jpg")
cv2.imwrite("boxes.png", 255 - cv2.imread(name))
from IPython.display import Image, display
display(Image("boxes.png"))"""


@contextmanager
def served(body: bytes) -> Iterator[str]:
    """An address of this machine at which these bytes are."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            """Send them, whatever is asked for."""
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/cat.jpg"
        finally:
            server.shutdown()


def outputs(run: dict[str, Any]) -> list[list[tuple[str, str]]]:
    """Kind and name of what each snippet showed."""
    return [[(one["kind"], one["name"]) for one in snippet["outputs"]] for snippet in run["snippets"]]


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A hub whose page was run against locked downloads, twice, and then built."""
    root = a_hub_root(tmp_path_factory.mktemp("drawn"))
    write(root, acme_vision_drawn=a_page(DRAWS, sample=DOWNLOADS.format(url=URL), title="Drawn"))
    (root / "cat.jpg").write_bytes(PHOTO)
    assert hubpages("-C", root, "assets", "add", URL, root / "cat.jpg").status == 0
    called = hubpages("-C", root, "verify", "--assets", "replay", "--repeat", "2", "--format", "json")
    assert called.status == 0, called.err
    (root / "run.json").write_text(json.dumps(called.run_of("acme_vision_drawn")))
    assert hubpages("-C", root, "build").status == 0
    return root


def test_what_was_only_downloaded_is_no_result(drawn: Path) -> None:
    """Neither under its name nor under another one; what was drawn from it is."""
    run = json.loads((drawn / "run.json").read_text())
    assert (run["verdict"], run["weights"], run["repeats"]) == ("passed", "published", 2)
    assert outputs(run) == [[], [("display", ""), ("display", "boxes.png")]]
    (_, picture) = run["snippets"][1]["outputs"]
    assert Image.open(io.BytesIO(base64.b64decode(picture["data"]))).size == (64, 48)


def test_card_and_list_show_what_was_drawn(drawn: Path) -> None:
    """Below its snippet with its name, and as the picture that stands for the page."""
    site = drawn / "site"
    for language in ("zh", "en"):
        card = Elements((site / language / "models/acme_vision_drawn/index.html").read_text(encoding="utf-8"))
        sources = card.attributes("img", "src")
        assert len(sources) == 3
        assert all((site / language / "models/acme_vision_drawn" / source).is_file() for source in sources)
        assert "boxes.png" in card.text
        row = Elements((site / language / "index.html").read_text(encoding="utf-8"))
        (thumbnail,) = row.attributes("img", "src")
        assert (site / language / thumbnail).is_file()


def test_live_download_is_known_by_its_address(tmp_path: Path) -> None:
    """Nobody sees what was downloaded, so a file that is called as an address of the code ends is left out."""
    root = a_hub_root(tmp_path)
    with served(PHOTO) as url:
        write(root, live=a_page(DRAWS, sample=DOWNLOADS.format(url=url), en=None))
        called = hubpages("-C", root, "verify", "--format", "json")
    assert called.status == 0, called.err
    written = [[name for _, name in of if name] for of in outputs(called.run_of("live"))]
    assert written == [[], ["copy.jpg", "boxes.png"]]
