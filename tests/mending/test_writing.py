"""What `mend --write` leaves of a page's bytes."""

from pathlib import Path

from tests.kernels import a_hub_root, hubpages
from tests.pages import a_page


def test_page_in_lists_and_quotes_keeps_its_line_ends(tmp_path: Path) -> None:
    """Every line ends as it did, what comes in too, inside the list or quote around the snippet."""
    root = a_hub_root(tmp_path, snippet_seconds=60)
    snippet = ["import json", "", "# {}", "x = math.floor(2.5)", "print(json.dumps(x))"]
    chinese = "\n".join(["1. 列表", "", "   ```python", *(f"   {line}".rstrip() for line in snippet), "   ```"])
    english = "\n".join(["> ```python", *(f"> {line}".rstrip() for line in snippet), "> ```"])
    before = a_page(zh=chinese.format("一半"), en=english.format("a half"))
    page = root / "hub_pages" / "tiny.md"
    page.write_bytes(b"\xef\xbb\xbf" + before.replace("\n", "\r\n").encode())
    called = hubpages("-C", root, "mend", "--write", "--format", "json", "--evidence", root / "runs")
    after = before.replace("import json\n", "import json\n{}import math\n").format("   ", "> ")
    assert page.read_bytes() == b"\xef\xbb\xbf" + after.replace("\n", "\r\n").encode(), called
