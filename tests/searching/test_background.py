"""An index that is made while its documents go on changing."""

import threading
from contextlib import closing
from pathlib import Path

import pytest

from generator.searching import background
from generator.searching.background import BackgroundIndex
from generator.searching.documents import Documents


def test_documents_that_change_while_they_are_read_are_read_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where they have changed back by then: what was read may be of both."""
    may_go_on, done, made = threading.Event(), threading.Event(), []

    def index(documents: Documents, cache: Path) -> list[object]:
        may_go_on.wait(30)
        made.append(documents)
        return []

    monkeypatch.setattr(background, "index_documents", index)
    one, two = (Documents(tmp_path, {"a": digest}) for digest in ("1", "2"))
    with closing(BackgroundIndex(tmp_path, done.set)) as of:
        for documents in (one, two, one):
            assert of.start(documents, "") == ""
        may_go_on.set()
        assert done.wait(30)
        done.clear()
        may_go_on.clear()
        assert of.start(one, "") not in ("", one.key, two.key)
        may_go_on.set()
        assert done.wait(30)
        assert of.start(one, "") == one.key
    assert made == [one, one]
