"""The pictures of README and docs: `python -m tests.browser.screenshots DIR` builds sites and photographs them."""

import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from generator.publishing import publish
from tests.browser.chromium import chromium, served
from tests.browser.showcase import showcase
from tests.kernels import ROOT, hubpages

Pictures = Mapping[str, tuple[str, int, int]]
"""File name to address, width and height."""

OF_HUB: Pictures = {
    "card.png": ("en/models/megengine_vision_resnet/", 1280, 860),
    "index.png": ("en/", 1280, 620),
    "status.png": ("en/status/", 1280, 420),
    "looks/index-after.png": ("en/", 1280, 800),
    "looks/comparison-after.png": ("en/models/megengine_vision_resnet/compare/", 1280, 1100),
}
OF_SHOWCASE: Pictures = {
    "looks/card-after.png": ("en/models/megengine_vision_freeanchor/", 1280, 1100),
    "looks/failing-after.png": ("en/models/acme_vision_broken/", 1280, 800),
}
"""Of a hub that has a card in every state."""


def main() -> None:
    """Write the pictures into the folder named on the command line."""
    target = Path(sys.argv[1])
    (target / "looks").mkdir(parents=True, exist_ok=True)
    with chromium() as browser:
        for site, pictures in ((_hub(), OF_HUB), (_showcase(), OF_SHOWCASE)):
            with site as address:
                for name, (path, width, height) in pictures.items():
                    page = browser.new_page(viewport={"width": width, "height": height})
                    page.goto(address + path)
                    page.wait_for_load_state("networkidle")
                    page.screenshot(path=target / name)
                    page.close()


@contextmanager
def _hub() -> Iterator[str]:
    with tempfile.TemporaryDirectory() as folder:
        site = Path(folder) / "site"
        called = hubpages("build", "--out", site, cwd=ROOT)
        if called.status != 0:
            sys.exit(called.err)
        with served(site) as address:
            yield address


@contextmanager
def _showcase() -> Iterator[str]:
    with tempfile.TemporaryDirectory() as folder:
        site = Path(folder) / "site"
        publish(showcase(), site)
        with served(site) as address:
            yield address


if __name__ == "__main__":
    main()
