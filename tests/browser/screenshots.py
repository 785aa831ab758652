"""The pictures of the README: `python -m tests.browser.screenshots DIR` builds the hub's site and photographs it."""

import sys
import tempfile
from pathlib import Path

from tests.browser.chromium import chromium, served
from tests.kernels import ROOT, hubpages

PICTURES = {
    "card.png": ("en/models/megengine_vision_faster_rcnn/", 1280, 860),
    "index.png": ("zh/", 1280, 520),
    "status.png": ("en/status/", 1280, 420),
}


def main() -> None:
    """Write the pictures into the folder named on the command line."""
    target = Path(sys.argv[1])
    target.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        site = Path(folder) / "site"
        called = hubpages("build", "--out", site, cwd=ROOT)
        if called.status != 0:
            sys.exit(called.err)
        with served(site) as address, chromium() as browser:
            for name, (path, width, height) in PICTURES.items():
                page = browser.new_page(viewport={"width": width, "height": height})
                page.goto(address + path)
                page.screenshot(path=target / name)
                page.close()


if __name__ == "__main__":
    main()
