"""The pictures of the README: `python -m tests.browser.screenshots DIR` verifies the hub's pages against the zoo,
builds their site and photographs it.
"""

import sys
import tempfile
from pathlib import Path

from tests import zoo
from tests.browser.chromium import chromium, served
from tests.kernels import ROOT, hubpages

PICTURES = {
    "card.png": ("en/models/megengine_vision_faster_rcnn/", 1280, 860),
    "index.png": ("zh/", 1280, 480),
}


def main() -> None:
    """Write the pictures into the folder named on the command line."""
    target = Path(sys.argv[1])
    target.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        root, site = Path(folder) / "zoo", Path(folder) / "site"
        zoo.make_hub_root(root)
        for arguments in (["verify", "--assets", "replay"], ["build", "--out", site]):
            called = hubpages("-C", root, *arguments, ROOT / "hub_pages")
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
