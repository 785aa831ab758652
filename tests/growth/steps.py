"""Work counted in steps, which are the same on every machine and however busy it is, as seconds are not."""

import sys
from collections.abc import Callable
from pathlib import Path
from types import FrameType

import generator

_OWN = str(Path(generator.__file__).parent)


def count_steps(run: Callable[[], object]) -> int:
    """How many lines of the program and how many functions of anybody's are run."""
    steps = 0

    def line(frame: FrameType, event: str, argument: object) -> object:
        nonlocal steps
        steps += 1
        return line

    def call(frame: FrameType, event: str, argument: object) -> object:
        nonlocal steps
        steps += 1
        return line if frame.f_code.co_filename.startswith(_OWN) else None

    before = sys.gettrace()
    sys.settrace(call)
    try:
        run()
    finally:
        sys.settrace(before)
    return steps
