"""What the machine has: real control groups, and the files of the version that this machine has not."""

import os
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from generator.model.limits import Limits
from generator.running import cgroup
from generator.running.cgroup import control_group, memory_left
from generator.scheduling.room import available_memory, cores

MIB = 1 << 20


def test_memory_is_what_the_control_group_leaves() -> None:
    """A process in a group of 300 MiB has less than that, and one that holds 100 MiB less still."""
    ask = "from generator.scheduling.room import available_memory as a; x = b'x' * {held}; print(a())"
    with control_group(Limits(memory_bytes=300 * MIB)) as group:
        if group is None or group.memory is None:
            pytest.skip("no control group bounds memory here")

        def left_beside(held: int) -> int:
            command = ["/bin/sh", "-c", group.entry + 'exec "$@"', "sh", sys.executable, "-c", ask.format(held=held)]
            return int(subprocess.run(command, capture_output=True, text=True, check=True).stdout)

        assert 100 * MIB < left_beside(1) < 300 * MIB
        assert left_beside(100 * MIB) < left_beside(1) - 90 * MIB


@pytest.mark.parametrize(
    ("files", "left"),
    [
        ({"memory.max": "1000", "memory.current": "700", "memory.stat": "anon 1\ninactive_file 50\n"}, 350),
        ({"memory.max": "max", "memory.current": "700", "memory.stat": ""}, None),
        ({"memory.limit_in_bytes": "1000", "memory.usage_in_bytes": "1200", "memory.stat": ""}, 0),
        ({}, None),
    ],
)
def test_either_version_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, files: dict[str, str], left: int | None
) -> None:
    """The bound less what is held, without what gives way; the narrowest of all groups counts."""
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    wide = tmp_path / "wide"
    wide.mkdir()
    (wide / "memory.max").write_text("max")
    monkeypatch.setattr(cgroup, "_parents", lambda: {"": (wide, tmp_path), "memory": ()})
    assert memory_left() == left


def test_there_is_no_more_than_the_machine_has() -> None:
    """At least a core, and some memory."""
    assert 1 <= cores() <= (os.cpu_count() or 1)
    assert 0 < available_memory() <= psutil.virtual_memory().total
