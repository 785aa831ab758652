"""Every page is HTML as the standard has it, and no page has anything inline that the policy would have to allow."""

import gzip
import json
from pathlib import Path

from tests.audits.npm import FOLDER, MODULES, node
from tests.rendering.sites import Elements

_BUDGETS = {".js": 25 * 1024, ".css": 20 * 1024}
"""Bytes of our own script and of our own style, compressed: the most that a visitor loads of each."""


def test_html_validate_finds_no_error_in_the_whole_site(site: Path) -> None:
    """Its standard rules and those for accessibility, over every page."""
    validate = MODULES / "html-validate" / "bin" / "html-validate.mjs"
    printed = node(validate, "--config", str(FOLDER / "htmlvalidate.json"), "--formatter", "json", str(site))
    found = [
        f"{Path(file['filePath']).relative_to(site)}:{message['line']}: {message['ruleId']}: {message['message']}"
        for file in json.loads(printed)
        for message in file["messages"]
    ]
    assert found == []


def test_no_page_has_anything_inline_that_runs_or_styles(site: Path) -> None:
    """No style, no handler, no script but data: for search, charts and everything else alike.

    The pages are valid, as the test above has it: no two parsers read them otherwise.
    """
    for path in site.rglob("*.html"):
        for tag, attributes in Elements(path.read_text(encoding="utf-8")).tags:
            where = f"{path.relative_to(site)}: {tag} {attributes}"
            assert not any(name.startswith("on") or name in ("style", "srcdoc") for name in attributes), where
            assert tag != "style", where
            if tag == "script":
                assert attributes.get("type") == "application/ld+json" or attributes.get("src"), where


def test_own_script_and_style_keep_to_their_budgets(site: Path) -> None:
    """Compressed as a server would; Pagefind's own files come only when somebody searches."""
    for suffix, most in _BUDGETS.items():
        files = list((site / "assets").glob(f"*{suffix}"))
        assert files or suffix == ".js"
        assert sum(len(gzip.compress(path.read_bytes(), 6)) for path in files) <= most
