"""What standard error holds that nobody needs to see at once: progress bars, and warnings that code will change."""

import re
from collections.abc import Sequence

_LINE = re.compile(r"[^\n]*\n|[^\n]+")
# Possessive, and each begun where its characters begin: no text makes these go over it again and again.
_BAR = re.compile(
    r"""
      \r                                                        # what a terminal would have written over
    | [0-9]\s?%\s?[|\[]                                         # tqdm, click:  45%|████▌     | 9/20 [00:01<00:01]
    | \b[0-9]++[A-Za-z]*+\s?\[[0-9]+:[0-9]{2}[,<:\]]            # tqdm without a total: 12it [00:03, 3.9it/s]
    | (?<![=\#>━█])[=\#>━█]{3,}+[ .\-]*+\]?\s*+[0-9.]{1,5}+\s?%  # [=====>....] 45 %
    | \b[0-9]++/[0-9]++\s?\[[=>.\s]++\]                         # Keras: 3/10 [==>.......] - ETA: 1s
    """,
    re.VERBOSE,
)
_WARNING = re.compile(r"(?:\S.*:[0-9]+: )?(?:\w*DeprecationWarning|FutureWarning|UserWarning): ")
_ANOTHER = re.compile(r"Traceback|(?:Error|Exception|Warning)\b|\b(?:ERR|WRN|CRIT|error|fatal)\b")
"""What no warning goes on with."""
_MOST_LINES = 4
"""Of a warning, below its first."""
_LOGGED = re.compile(r"[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2} (?!(?:WRN|ERR|CRIT)\b)\S")
"""What MegEngine's logger says below a warning: that it downloads something, above the bar of that."""


def split_log(text: str) -> tuple[str, str]:
    """Standard error in two: its log, and what stands in it besides.

    The log is progress bars, deprecation and user warnings, each with all of its lines down to the line of code that
    Python shows below it, and what MegEngine tells of its downloads. A blank line stays with what is above it.
    """
    log: list[str] = []
    rest: list[str] = []
    is_log, of_warning = False, 0
    lines = _LINE.findall(text)
    for number, line in enumerate(lines):
        is_of_warning, of_warning = of_warning > 0, of_warning - 1
        if _WARNING.match(line):
            is_of_warning, of_warning = True, _lines_of_warning(lines[number + 1 : number + 1 + _MOST_LINES])
        if line.strip():
            is_log = is_of_warning or bool(_BAR.search(line) or _LOGGED.match(line))
        (log if is_log else rest).append(line)
    return "".join(log), "".join(rest)


def _lines_of_warning(below: Sequence[str]) -> int:
    """How many of the lines below a warning's first are its own: up to its line of code, where there is one."""
    for number, line in enumerate(below, start=1):
        if line.startswith("  "):
            return number
        if not line.strip() or _ANOTHER.search(line):
            break
    return 0
