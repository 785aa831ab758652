"""Types that several threads read for the first time at once, in a process of their own: it may not survive."""

import subprocess
import sys

import msgspec
import pytest

from generator.decoding import converted, from_json, from_msgpack, from_toml
from tests.kernels import ROOT

_THREADS_READ = """
import sys, threading
from dataclasses import field, make_dataclass
from generator.decoding import converted, from_json, from_msgpack, from_toml

{reader}

sys.setswitchinterval(1e-6)
failures = []
for number in range(40):
    inner = make_dataclass(f"Inner{{number}}", [(f"x{{i}}", int, i) for i in range(30)])
    outer = make_dataclass(f"Outer{{number}}", [("one", inner, field(default_factory=inner)), ("all", list[inner], ())])
    together = threading.Barrier(4)

    def read(kind):
        together.wait()
        try:
            value = read_as(kind)
            assert value.one.x29 == 29, value
        except BaseException as error:
            failures.append(repr(error))

    threads = [threading.Thread(target=read, args=(outer,)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
print(failures or "whole")
"""


@pytest.mark.parametrize(
    "reader",
    [
        "from_json(b'{\"one\": {}}', kind)",
        'from_msgpack(b"\\x81\\xa3one\\x80", kind)',
        'from_toml("[one]", kind)',
        'converted({"one": {}}, kind)',
    ],
    ids=["json", "msgpack", "toml", "objects"],
)
def test_threads_read_the_first_values_of_a_type_at_once(reader: str) -> None:
    """Each has what was written, and the process lives."""
    code = _THREADS_READ.format(reader=f"def read_as(kind):\n    return {reader}")
    ended = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stdout.strip()) == (0, "whole"), ended.stderr[-2000:]


def test_what_is_not_of_the_type_is_said() -> None:
    """By msgspec's own errors, whatever the format."""
    for read in (
        lambda: from_json(b'{"a": "x"}', dict[str, int]),
        lambda: from_msgpack(b"\x81\xa1a\xa1x", dict[str, int]),
        lambda: from_toml('a = "x"', dict[str, int]),
        lambda: converted({"a": "x"}, dict[str, int]),
    ):
        with pytest.raises(msgspec.ValidationError, match=r"Expected `int`, got `str` - at `\$\[...\]`"):
            read()
    for broken in (lambda: from_json(b"{", dict[str, int]), lambda: from_toml("a", dict[str, int])):
        with pytest.raises(msgspec.DecodeError):
            broken()
