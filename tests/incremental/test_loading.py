"""What a build loads: who changed nothing waits for nothing."""

import subprocess
import sys
from pathlib import Path

from tests.incremental.hubs import a_hub
from tests.kernels import ROOT, hubpages

LOADED = """
import runpy, sys

sys.argv[1:] = ["-C", sys.argv[1], "build"]
try:
    runpy.run_module("generator", run_name="__main__", alter_sys=True)
except SystemExit as ended:
    assert not ended.code, ended.code
print(*sorted(sys.modules))
"""
HEAVY = (
    "jinja2",
    "markdown_it",
    "PIL",
    "pygments",
    "minify",
    "concurrent.futures.process",
    "generator.checking.rules.claims",
    "generator.checking.rules.spelling",
    "generator.rendering.cards",
)


def loaded(hub: Path) -> list[str]:
    """The heavy modules that a build loads."""
    done = subprocess.run([sys.executable, "-c", LOADED, hub], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    modules = done.stdout.split()
    assert "generator.commands.build" in modules
    return [name for name in HEAVY if name in modules]


def test_where_nothing_changed_nothing_heavy_is_loaded(tmp_path: Path) -> None:
    """No template, no Markdown, no rule; and where a page changed, all that it needs."""
    hub = a_hub(tmp_path)
    assert hubpages("-C", hub, "build").status == 0
    assert loaded(hub) == []
    (hub / "hub_pages" / "four.md").open("a").write("more\n")
    assert {"jinja2", "markdown_it", "generator.rendering.cards"} <= set(loaded(hub))
