"""The one writer of files, and what the system refuses in words."""

import errno
import os
from pathlib import Path

import pytest

from generator.files import in_words, write_whole
from tests.kernels import hubpages
from tests.pages import a_page, write


def test_pipe_is_written_to_and_stays_a_pipe(tmp_path: Path) -> None:
    """So is a device: what a name leads to may not be there for one program alone."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDWR | os.O_NONBLOCK)
    write_whole(pipe, "文")
    assert os.read(reader, 10).decode() == "文"
    os.close(reader)
    assert pipe.is_fifo()
    assert [path.name for path in tmp_path.iterdir()] == ["pipe"]


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (
            OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "site/a"),
            "site/a: no space left on device; free some space",
        ),
        (OSError(errno.EEXIST, os.strerror(errno.EEXIST), "site"), "site: file exists; it is in the way"),
        (OSError(errno.ENXIO, "No such device or address"), "no such device or address"),
        (OSError(errno.EXDEV, os.strerror(errno.EXDEV), "a", None, "b"), "b: invalid cross-device link"),
        (OSError("a sentence of our own"), "a sentence of our own"),
        (ValueError("another"), "another"),
    ],
)
def test_what_the_system_refuses_is_said_in_words(error: Exception, words: str) -> None:
    """File, reason and what to do; no number."""
    assert in_words(error).startswith(words)
    assert "Errno" not in in_words(error)


@pytest.mark.parametrize(
    ("command", "said"),
    [
        ("rules --markdown", "hubpages: no space left on device; free some space"),
        ("check --format json", "hubpages: no space left on device; free some space"),
        ("check --baseline .", ". is not a baseline (.: is a directory; a file is needed there: move the folder"),
        ("check --update-baseline no/such", "no/.writing-"),
    ],
)
def test_commands_say_so(tmp_path: Path, command: str, said: str) -> None:
    """Whatever was to be written or read."""
    write(tmp_path, org_vision_tiny=a_page(tags=["vison"]))
    full = (
        ["/bin/sh", "-c", 'exec "$@" >/dev/full', "sh"]
        if "--baseline" not in command and "update" not in command
        else []
    )
    called = hubpages(*command.split(), cwd=tmp_path, before=full, PYTHONUNBUFFERED="")
    assert said in called.err
    assert "Errno" not in called.err
    assert called.status in (2, 3)


@pytest.mark.parametrize("command", ["rules --markdown", "check --format json"])
def test_reader_that_has_seen_enough_is_no_fault(tmp_path: Path, command: str) -> None:
    """A pipe whose other end is gone ends the command without a word about it."""
    write(tmp_path, org_vision_tiny=a_page())
    gone = ["/bin/sh", "-c", '"$@" | :', "sh"]
    called = hubpages(*command.split(), cwd=tmp_path, before=gone, PYTHONUNBUFFERED="")
    assert called.status == 0
    assert "pipe" not in called.err.lower()
