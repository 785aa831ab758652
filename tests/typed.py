"""What a command finds in its environment that somebody types, and the tests do not start."""

import os

_OF_MAKE = ("MAKE", "MFLAGS", "ARGS")
_OF_TESTS = ("PYTEST", "VIRTUAL_ENV", "PYTHONPATH", "COV_")


def without_make() -> dict[str, str]:
    """Without what a make hands to a make within it: its options, and the variables of its command line."""
    return {name: value for name, value in os.environ.items() if not name.startswith(_OF_MAKE)}


def without_tests() -> dict[str, str]:
    """Without what the environment of the tests puts there, either."""
    return {name: value for name, value in without_make().items() if not name.startswith(_OF_TESTS)}
