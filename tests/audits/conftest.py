"""One site and one browser for all audits."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.audits.site import build_site
from tests.browser.chromium import chromium, served


@pytest.fixture(scope="package")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site's folder."""
    return build_site(tmp_path_factory.mktemp("audited") / "site")


@pytest.fixture(scope="package")
def address(site: Path) -> Iterator[str]:
    """Where it is served."""
    with served(site) as url:
        yield url


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """One browser."""
    with chromium() as found:
        yield found
