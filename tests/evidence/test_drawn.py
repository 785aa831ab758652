"""Which files that a snippet wrote are results of it."""

from collections.abc import Sequence

import pytest

from generator.evidence.drawn import with_drawn
from generator.model.asset import AssetRequest
from generator.model.run import Output, SnippetRun
from generator.running.transcript import RanSnippet
from generator.running.written import Written
from tests.evidence.test_judging import LINES, a_script

PRINTED = Output("stdout", "text/plain", "printed")


def written(name: str, digest: str) -> Written:
    """A picture with this digest."""
    return Written(Output("display", "image/png", "", name), digest * 64)


def kept(ran: Sequence[Written], requests: Sequence[AssetRequest] | None, code: str = "pass") -> list[str]:
    """The names of those that are results."""
    run = SnippetRun("passed", LINES, 0.1, (PRINTED,))
    outputs = with_drawn(RanSnippet(run, "passed", 1.0, written=tuple(ran)), a_script(code), requests).outputs
    assert outputs[0] == PRINTED
    return [output.name for output in outputs[1:]]


def asked(status: str, digest: str | None) -> AssetRequest:
    """A request that was answered with this file."""
    return AssetRequest("https://a.example/x", status, digest and digest * 64, None, None, 1.0)  # type: ignore[arg-type]


@pytest.mark.parametrize("status", ["served", "recorded", "changed"])
def test_file_that_was_served_is_no_result(status: str) -> None:
    """Whatever it is called: its bytes tell."""
    ran = [written("a.png", "1"), written("cat.jpg", "2"), written("b.png", "3")]
    assert kept(ran, [asked(status, "2"), asked("refused", None)]) == ["a.png", "b.png"]
    assert kept(ran, []) == ["a.png", "cat.jpg", "b.png"]


@pytest.mark.parametrize(
    "code",
    [
        "get('https://a.example/images/cat.jpg', 'cat.jpg')",
        'url = "HTTP://a.example/cat.jpg?raw=1"',
        "# https://a.example/%63at.jpg",
        "!wget https://a.example/cat.jpg#top",
    ],
)
def test_live_file_that_is_called_as_an_address_ends_is_taken_for_a_download(code: str) -> None:
    """In whatever folder it lies, and whichever snippet has the address."""
    ran = [written("images/cat.jpg", "1"), written("a cat.jpg", "2"), written("cat.png", "3")]
    assert kept(ran, None, code) == ["a cat.jpg", "cat.png"]
    assert kept(ran, [], code) == ["images/cat.jpg", "a cat.jpg", "cat.png"]
