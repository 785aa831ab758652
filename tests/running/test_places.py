"""What is kept of a run names no folder of the machine that it ran on."""

import pytest

from generator.running.places import Places


@pytest.mark.parametrize(
    ("text", "renamed"),
    [
        ("/opt/python/lib/python3.10/json/decoder.py", "json/decoder.py"),
        ("/opt/python/lib/libpython3.10.so.1.0(+0x10aa8d) [0x7f]", "libpython3.10.so.1.0(+0x10aa8d) [0x7f]"),
        ("/opt/env/lib/python3.10/site-packages/a.py", "/opt/env/lib/python3.10/site-packages/a.py"),
        ("/opt/env/lib/libpng.so", "/opt/env/lib/libpng.so"),
    ],
)
def test_python_of_the_machine_has_no_folder(text: str, renamed: str) -> None:
    """Its modules, and the library that a native stack names; whatever else has a name of its own is left to that."""
    assert Places("tiny.md", {}).rename(f"at {text}\n") == f"at {renamed}\n"
