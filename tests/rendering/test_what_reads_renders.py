"""Whatever page can be read can also be planned, checked, rendered, exported and published, whoever wrote it."""

import json
import tempfile
from pathlib import Path

import nbformat
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from generator.checking.page import check
from generator.checking.parts import HubFacts
from generator.checking.rules import RULES
from generator.config import Config
from generator.model.page import Page
from generator.publishing import publish
from generator.reading.hub import read_page
from generator.scripts.planning import plan
from generator.scripts.variants import variants
from generator.site_files import compare
from tests.pages import LANGUAGES, a_page
from tests.rendering.runs import a_run
from tests.rendering.sites import site_files

_WORDS = st.sampled_from(
    [
        *("**真，**她", "`code", "``", "[a](b)", "![a](b.png)", "[x][y]", "<script>", "<details>", "&lt;", "| a | b |"),
        *("$x$", "https://example.org/(a", "\u2028", "\u202e", "\ufeff", "\x0b", "e\u0301", "😀", "中文。English", "*"),
    ]
)
_PLAIN = st.one_of(
    st.lists(_WORDS, min_size=1, max_size=4).map(" ".join),
    st.sampled_from(
        [
            *("### 标题", "#heading", "[x]: y", "---", "<!-- words -->", "<!-- two\nlines -->", "words <!-- here -->"),
            *("| a | b |\n|---|---|\n| `|` | <br> |", "<details>\n\n1\n\n</details>", "<!-- verify: hide -->"),
            *('<!-- verify: skip reason="no" -->', '<!-- check: allow bare-except reason="y" -->', "    indented"),
        ]
    ),
    st.builds(
        lambda marks, info, code: f"{marks}{info}\n{code}\n{marks}",
        st.sampled_from(["```", "~~~~", "`````"]),
        st.sampled_from(["python", "", "text", "py title", "bash"]),
        st.sampled_from(["print(1)", "x = [", "# hub.load('a/b', 'c')", "<!-- section: en_US -->", "\u2028\t1", ""]),
    ),
)


def _within(mark: str, block: str) -> str:
    """A block in a quotation or an item of a list."""
    rest = ">" + mark[1:] if mark.startswith(">") else " " * len(mark)
    first, *others = block.split("\n")
    return "\n".join([mark + first, *(rest + line for line in others)])


_BLOCK = st.recursive(
    _PLAIN, lambda inner: st.builds(_within, st.sampled_from(["> ", "- ", "1. ", ">", "*\t"]), inner), max_leaves=3
)
TEXTS = st.lists(_BLOCK, max_size=6).flatmap(
    lambda blocks: st.sampled_from(["\n\n", "\n"]).map(lambda by: by.join(blocks))
)
_SAMPLE = st.sampled_from(
    ["x = 1", "# hub.load('a/b', 'c')\nx = 1", "x = [", "(" * 300, "'\u2028'\n1", "\t", "x = 1\x0c"]
)
FACTS = HubFacts(Config().hub, frozenset({"hub1"}), {}, {})


def _export(page: Page, folder: Path) -> None:
    (script, *_) = plan([page])
    variants(script)
    files = site_files(page, evidence={page.id: [a_run(page)]})
    assert publish(files, folder) == len(files)
    shown = {path: (folder / path).read_bytes() for path in compare(folder, {}).strays}
    assert all(shown[file.path] == file.data for file in files)
    for path, data in shown.items():
        if path.endswith(".ipynb"):
            nbformat.validate(nbformat.reads(data.decode(), as_version=4))
        elif path.endswith(".json"):
            json.loads(data)


# A smaller example would be nice, and takes minutes to find.
@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
)
@given(TEXTS, TEXTS, _SAMPLE)
def test_what_reads_also_renders_exports_and_publishes(zh: str, en: str, sample: str) -> None:
    """Or is refused with a finding at a line of the page."""
    text = a_page("print(x)", zh=zh, en=en, sample=sample)
    page, findings = read_page(text, "acme_vision_tiny.md", LANGUAGES)
    lines = text.count("\n") + 1
    assert all(1 <= finding.line <= lines for finding in findings)
    if page is None:
        assert any(finding.severity == "error" for finding in findings)
        return
    assert all(1 <= finding.line <= lines for finding in check([page], FACTS, RULES))
    with tempfile.TemporaryDirectory() as folder:
        _export(page, Path(folder) / "site")
