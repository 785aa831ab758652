"""The keyrings of the caller are kept from a kernel: they belong to the user, and no namespace parts them.

A filter of system calls (seccomp) refuses the three that speak of keys. It is a program of classic BPF, in the form of
linux/filter.h, which bubblewrap reads from a file and sets before the kernel starts.
"""

import platform
import struct

_EPERM = 1
_ALLOW, _REFUSE = 0x7FFF0000, 0x00050000 | _EPERM  # SECCOMP_RET_ALLOW, SECCOMP_RET_ERRNO of linux/seccomp.h
_LOAD, _IF_EQUAL, _IF_AT_LEAST, _RETURN = 0x20, 0x15, 0x35, 0x06  # of linux/bpf_common.h
_NUMBER, _ARCHITECTURE = 0, 4  # where they stand in struct seccomp_data
_X32 = 0x40000000
"""From here on, numbers are those of another calling convention of x86-64."""

_KEY_CALLS = {"x86_64": (0xC000003E, (248, 249, 250)), "aarch64": (0xC00000B7, (217, 218, 219))}
"""By machine: its AUDIT_ARCH of linux/audit.h, and the numbers of add_key, request_key and keyctl."""


def key_filter(machine: str = "") -> bytes:
    """The filter for a machine, by default this one; empty where its numbers are not known here.

    Programs of another architecture than the machine's own are refused everything: their numbers are others.
    """
    known = _KEY_CALLS.get(machine or platform.machine())
    if known is None:
        return b""
    architecture, numbers = known
    tests = [_step(_IF_EQUAL, number, len(numbers) - place, 0) for place, number in enumerate(numbers)]
    return b"".join(
        [
            _step(_LOAD, _ARCHITECTURE),
            _step(_IF_EQUAL, architecture, 1, 0),
            _step(_RETURN, _REFUSE),
            _step(_LOAD, _NUMBER),
            _step(_IF_AT_LEAST, _X32, len(numbers) + 1, 0),
            *tests,
            _step(_RETURN, _ALLOW),
            _step(_RETURN, _REFUSE),
        ]
    )


def _step(code: int, value: int, if_true: int = 0, if_false: int = 0) -> bytes:
    """One instruction; the steps are how many that follow it are left out."""
    return struct.pack("=HBBI", code, if_true, if_false, value)
