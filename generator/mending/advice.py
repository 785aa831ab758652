"""What an author is told to do about a failure that no edit of the page alone may be right for."""

from collections.abc import Callable, Mapping

from generator.checking.nearest import nearest
from generator.checking.statements import name_called
from generator.evidence.unread_pictures import unread_picture
from generator.mending.broken import Broken

_ALIKE = 0.6
_NO_WINDOWS = "Rebuild the library with Windows, GTK+"
"""What OpenCV says that was made for machines without a display."""
_SKIP = 'put <!-- verify: skip reason="…" --> above the code'
_OF_TENSOR = ("dtype", "device", "is_const", "no_cache", "name", "format")
"""What MegEngine's Tensor takes besides its data, as its source has it."""
_MOST_NAMES = 12
"""Of what could have been given, that are told."""


def advice(failure: Broken) -> str:
    """What to do about a failure, in a sentence; empty where nothing is known for it."""
    return next((told for one in _ADVICE if (told := one(failure))), "")


def _of_keyword(failure: Broken) -> str:
    """A keyword that nothing takes which the page calls."""
    keyword = failure.clues.keyword
    if not keyword:
        return ""
    calls = [call for call in failure.calls() if keyword in (one.arg for one in call.keywords)]
    given = {one.arg for call in calls for one in call.keywords}
    names = [name for name in failure.clues.accepted if name not in given]
    if near := nearest(keyword, names, _ALIKE):
        return f"nothing takes {keyword}= here: did you mean {near}=?"
    known = f"; taken are {', '.join(names[:_MOST_NAMES])}" if names else ""
    return f"nothing takes {keyword}= here: leave it out{known}"


def _of_tensor(failure: Broken) -> str:
    """A keyword that a tensor of MegEngine does not take, of which it says no word."""
    if failure.error.name != "IndexError" or failure.error.message != "tuple assignment index out of range":
        return ""
    for call in failure.calls():
        name = name_called(call)
        given = [one.arg for one in call.keywords if one.arg and one.arg not in _OF_TENSOR]
        if name in ("tensor", "Tensor", "Parameter") and given:
            return f"{name}() does not take {given[0]}=: leave it out; taken are {', '.join(_OF_TENSOR)}"
    return ""


def _of_picture(failure: Broken) -> str:
    """A picture that is not there."""
    picture = unread_picture(failure.script, failure.error, [snippet.lines for snippet in failure.run.snippets])
    if picture is None:
        return ""
    why = (
        f"there is no file {picture.file}" if picture.is_no_file else "there is no such file, or none that it can read"
    )
    told = f"{picture.call} on {_lines(picture.lines)} gave None: {why}"
    if picture.is_made:
        return told
    return f"{told}, and nothing on this page writes or downloads it: download it above that line"


def _of_window(failure: Broken) -> str:
    """A window, where there can be none."""
    if failure.error.lacks_display:
        why = "there is no display"
    elif _NO_WINDOWS in failure.error.message:
        why = "this OpenCV has none"
    else:
        return ""
    return f"this opens a window, and {why}: write the picture to a file, as cv2.imwrite does, or {_SKIP}"


def _of_input(failure: Broken) -> str:
    """A question to the reader."""
    if failure.error.name != "StdinNotImplementedError":
        return ""
    return f"this asks the reader, and nobody answers when it is verified: give a value, or {_SKIP}"


def _of_arguments(failure: Broken) -> str:
    """Arguments of a command, which code in a notebook has not."""
    if not failure.reads_arguments:
        return ""
    return "parse_args() read the arguments of the kernel's own command: parse_args([]) takes the defaults"


def _lines(lines: Mapping[str, int]) -> str:
    """`line 36 (zh_CN) and 59 (en_US)`; `line 14` where it is the same for all."""
    if len({*lines.values()}) == 1:
        return f"line {next(iter(lines.values()))}"
    return "line " + " and ".join(f"{line} ({language})" for language, line in lines.items())


_ADVICE: tuple[Callable[[Broken], str], ...] = (
    *(_of_keyword, _of_tensor, _of_picture, _of_window, _of_input, _of_arguments),
)
"""The first that knows something is told."""
