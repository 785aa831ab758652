"""From the kernel's file names and lines to the page's."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from generator.model.clues import Value
from generator.model.run import Frame

# ipykernel writes a cell's code under this name; its lines are the page's, thanks to the padding.
# What stands below %%time is compiled by that.
_CELL_FILE = r"(?:(?:/[^\s\"'<>:]*)?/ipykernel_\d+/\d+\.py|<timed (?:exec|eval)>)"
_CELL = re.compile(_CELL_FILE)
_CELL_IN_SYNTAX_ERROR = re.compile(r"\(\d+\.py, line (\d+)\)")
_CELL_IN_TRACEBACK = re.compile(r"Cell In\[\d+\], line (\d+)")
_STACK_ENTRY = re.compile(rf'File "{_CELL_FILE}", line (\d+) in ')
# The modules of Python, and Python itself, which a native stack names.
_STANDARD_LIBRARY = re.compile(r"/[^\s\"'<>:]*/lib/(?:python3\.\d+/(?!site-packages)|(?=libpython3))")
_PADDING_SHOWN = re.compile(r"^ *\d+ #\n(?:^ *\(\.\.\.\)\n)?", re.MULTILINE)
_ANSI = re.compile(r"\x1b\[[0-9;?]*[ -/]*[@-~]")
_PADDING = "#\n"
_MAGIC = re.compile(r"\s*%%(?P<name>\w+)[^\n]*\n")
_PYTHON_MAGICS = ("time", "timeit", "capture", "prun")


def pad(code: str, line: int) -> str:
    """Code for a kernel in which `line` of the page is where it says: comments fill the lines above.

    Blank lines would not do, IPython strips them. What is for the whole cell has to stand in its first line, and counts
    the lines below it from one.
    """
    if magic := _MAGIC.match(code):
        above = line - 1 + magic[0].count("\n") if magic["name"] in _PYTHON_MAGICS else 0
        return magic[0].lstrip() + _PADDING * above + code[magic.end() :]
    return _PADDING * (line - 1) + code


def without_ansi(text: str) -> str:
    """Text without the colours of a terminal."""
    return _ANSI.sub("", text)


def without_padding(traceback: str) -> str:
    """A traceback without the padding that stands above the first lines of a cell."""
    return _PADDING_SHOWN.sub("", traceback)


@dataclass(frozen=True, slots=True)
class Places:
    """Renames what is particular to one run on one machine."""

    page: str
    """The page's file name."""
    folders: Mapping[str, str]
    """Folder of this machine to the name that stands for it, the longest first."""

    def rename(self, text: str) -> str:
        """The text with the page's name and lines for those of cells, and without folders of this machine."""
        text = _CELL.sub(self.page, text)
        text = _CELL_IN_TRACEBACK.sub(rf"{self.page}, line \1", text)
        text = _CELL_IN_SYNTAX_ERROR.sub(rf"({self.page}, line \1)", text)
        for folder, name in self.folders.items():
            text = text.replace(folder, name)
        return _STANDARD_LIBRARY.sub("", text)

    def frame(self, file: str, line: int, function: str, values: tuple[Value, ...] = ()) -> Frame:
        """One level of a traceback as the evidence keeps it."""
        return Frame(self.rename(file), line, function, values)

    def innermost_line(self, stack: str) -> int | None:
        """The page's line in a native stack that faulthandler printed, if any frame of it is the page's."""
        main_thread = stack.rpartition("(most recent call first)")[2]
        found = _STACK_ENTRY.search(main_thread) or _STACK_ENTRY.search(stack)
        return int(found[1]) if found else None
