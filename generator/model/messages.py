"""What the message of an error says, where there is no room for all of it."""

import re
from itertools import pairwise

_FIRST_LINES, _LAST_LINES = 6, 5
_TRACEBACK = "Traceback (most recent call last):"
# What MegEngine's C++ puts below its messages: libraries and addresses, which are others on each machine and each time.
_NATIVE_STACK = re.compile(r"(?:\nbacktrace:)?(?:\n[^\s(]*\.so[.\d]*+\([^\s)]*+\) \[0x[0-9a-f]++\][ \t]*+)++")


def abridged(message: str) -> str:
    """Its first and last lines, the last one of a traceback in it being the error itself; no stack of native code."""
    lines = _without_native_stack(message).split("\n")
    if len(lines) > _FIRST_LINES + _LAST_LINES:
        lines[_FIRST_LINES:-_LAST_LINES] = ["…"]
    return "\n".join(lines)


def headline(name: str, message: str) -> str:
    """What an exception says, in a line: its first one, and of a traceback in it what that ends with."""
    text = _without_native_stack(message)
    lines = [line.rstrip() for line in (f"{name}: {text}" if text else name).splitlines() if line.strip()] or [""]
    if not any(line.endswith(_TRACEBACK) for line in lines):
        return lines[0]
    ends = [line for above, line in pairwise(lines) if _is_frame(above) and not _is_frame(line)]
    return f"{lines[0]} … {ends[-1]}" if ends else lines[0]


def _without_native_stack(message: str) -> str:
    return _NATIVE_STACK.sub("", message.replace("\r\n", "\n")).strip()


def _is_frame(line: str) -> bool:
    return line.startswith("  ")
