"""`hubpages` and `python -m generator`: the command line, and Ctrl-C from the first moment on."""

import os
import signal
import sys
from types import FrameType

_INTERRUPTED = 130


def main() -> int:
    """Run the command line; return the exit status."""
    is_heard = signal.getsignal(signal.SIGINT) is signal.default_int_handler  # else whoever started us keeps it away
    try:
        if is_heard:  # loading the rest takes a tenth of a second, in which there is nothing to tidy up
            signal.signal(signal.SIGINT, _stop)
        from generator.cli import main as run

        if is_heard:
            signal.signal(signal.SIGINT, signal.default_int_handler)
        return run()
    except KeyboardInterrupt:
        return _INTERRUPTED
    finally:
        if is_heard:  # nor while Python takes itself down
            signal.signal(signal.SIGINT, signal.SIG_DFL)


def _stop(number: int, frame: FrameType | None) -> None:
    os._exit(_INTERRUPTED)


if __name__ == "__main__":
    sys.exit(main())
