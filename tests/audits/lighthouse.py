"""`python -m tests.audits.lighthouse`: Lighthouse on the hub's index, a card, a tag page and a comparison, as a phone
sees them, as a table. The site is built for the address where it is served here.

The status is 1 where one of the four categories has less than 100.
"""

import json
import os
import shutil
import sys
import tempfile
from pathlib import Path

from tests.audits.npm import MODULES, node
from tests.browser.chromium import served
from tests.kernels import hubpages

_CARD = "zh/models/megengine_vision_faster_rcnn/"
_PAGES = {"index": "zh/", "card": _CARD, "tag page": "zh/tags/detection/", "comparison": f"{_CARD}compare/"}
_CATEGORIES = ("performance", "accessibility", "best-practices", "seo")
_FLAGS = "--headless=new --no-sandbox --disable-gpu --disable-dev-shm-usage"


def main() -> int:
    """Print the table, and below it what cost a point."""
    os.environ.setdefault("CHROME_PATH", os.environ.get("HUBPAGES_CHROMIUM") or shutil.which("chromium") or "")
    lines: list[str] = []
    lost: list[str] = []
    with tempfile.TemporaryDirectory() as folder:
        site = Path(folder) / "site"
        with served(site) as address:
            called = hubpages("build", "--out", site, "--base-url", address)
            if called.status != 0:
                sys.exit(called.err)
            for name, path in _PAGES.items():
                scores, why = _audit(address + path)
                lines.append(f"| {name} | " + " | ".join(f"{score:.0f}" for score in scores) + " |")
                lost += [f"{name}: {one}" for one in why]
    print("| page | " + " | ".join(_CATEGORIES) + " |")
    print("|---|" + "---:|" * len(_CATEGORIES))
    print("\n".join([*lines, "", *lost]).strip())
    return 1 if lost else 0


def _audit(address: str) -> tuple[list[float], list[str]]:
    """The scores from 0 to 100, and the audits that took from them."""
    printed = node(
        MODULES / "lighthouse" / "cli" / "index.js",
        address,
        "--output=json",
        "--quiet",
        f"--chrome-flags={_FLAGS}",
        f"--only-categories={','.join(_CATEGORIES)}",
    )
    report = json.loads(printed)
    scores, why = [], []
    for category in _CATEGORIES:
        found = report["categories"][category]
        scores.append(100 * (found["score"] or 0))
        if scores[-1] < 100:
            for reference in found["auditRefs"]:
                audit = report["audits"][reference["id"]]
                if reference["weight"] and audit["score"] is not None and audit["score"] < 1:
                    why.append(f"{category}: {audit['title']} {audit.get('displayValue', '')}".strip())
    return scores, why


if __name__ == "__main__":
    sys.exit(main())
