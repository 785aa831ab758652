"""The index that Pagefind makes, here and after Hugo."""

import json
from pathlib import Path


def pages_of_index(site: Path) -> int:
    """How many pages the index of a site is of; none where it has no index."""
    try:
        entry = json.loads((site / "pagefind" / "pagefind-entry.json").read_text(encoding="utf-8"))
    except FileNotFoundError:
        return 0
    return sum(language["page_count"] for language in entry["languages"].values())
