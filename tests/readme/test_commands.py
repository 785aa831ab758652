"""Every command of README.md and CONTRIBUTING.md, taken from their own fences and typed in a fresh clone.

A fence that cannot be run here has a comment above it that says why: `<!-- not run: … -->`.
"""

import os
import re
import subprocess
from pathlib import Path

import pytest

from tests.kernels import ROOT

DOCUMENTS = ("README.md", "CONTRIBUTING.md")
_FENCE = re.compile(
    r"(?:<!-- not run: (?P<reason>.+?) -->\n\n)?^```(?P<language>sh|shell|bash|console)\n(?P<text>.*?)^```", re.M | re.S
)
MOST_NOT_RUN = 4


def fences(document: str) -> list[tuple[int, str, str]]:
    """Line, text and reason not to be run of each fence of commands."""
    text = (ROOT / document).read_text(encoding="utf-8")
    return [(text.count("\n", 0, one.start("text")), one["text"], one["reason"] or "") for one in _FENCE.finditer(text)]


COMMANDS = [
    pytest.param(text, id=f"{document}:{line}")
    for document in DOCUMENTS
    for line, text, reason in fences(document)
    if not reason
]


def test_documents_have_commands_and_few_that_are_not_run() -> None:
    """Each document has some; a reason is a sentence."""
    reasons = [reason for document in DOCUMENTS for _, _, reason in fences(document) if reason]
    assert len(reasons) <= MOST_NOT_RUN
    assert all(len(reason.split()) > 3 for reason in reasons)
    assert all(any(param.id.startswith(document) for param in COMMANDS) for document in DOCUMENTS)


@pytest.mark.parametrize("text", COMMANDS)
def test_commands_do_what_the_document_says(clone: Path, text: str) -> None:
    """Typed one after another in the clone's folder, each ends well."""
    environ = {
        name: value for name, value in os.environ.items() if not name.startswith(("PYTEST", "VIRTUAL_ENV", "MAKE"))
    }
    done = subprocess.run(
        ["sh", "-e", "-c", text], cwd=clone, env=environ, stdin=subprocess.DEVNULL, capture_output=True, text=True
    )
    assert done.returncode == 0, f"{text}\n{done.stdout[-3000:]}\n{done.stderr[-6000:]}"
    assert "Traceback" not in done.stderr
