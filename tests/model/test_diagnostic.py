"""Findings as values."""

import pickle

from generator.model.diagnostic import Diagnostic, Edit


def test_finding_comes_whole_from_another_process() -> None:
    """With what mends it, which is no part of what is compared."""
    sent = Diagnostic("a.md", 3, 7, "title-spaces", "two spaces", "warning", Edit(4, 6, " "))
    came = pickle.loads(pickle.dumps(sent))
    assert (came, came.fix) == (sent, sent.fix)
