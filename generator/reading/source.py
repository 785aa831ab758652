"""Bytes to text, refusing what no editor meant to save."""

from generator.model.diagnostic import Diagnostic

MAX_BYTES = 1 << 20
"""A page is prose and a few snippets; the longest real one has 12 KB."""

_BOM = b"\xef\xbb\xbf"


def decode(data: bytes, path: str) -> tuple[str, list[Diagnostic]]:
    """Text of a page with LF line ends and no byte-order mark; what stands in the way, if anything does."""
    if len(data) > MAX_BYTES:
        message = f"the page has more than {MAX_BYTES:,} bytes: a page is prose and snippets, move data out of it"
        return "", [Diagnostic(path, 1, 1, "page-too-large", message)]
    data = data.removeprefix(_BOM)
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        line, column = _place(data, error.start)
        message = f"byte 0x{data[error.start]:02x} is not UTF-8: save the file as UTF-8"
        return "", [Diagnostic(path, line, column, "not-utf8", message)]
    if "\0" in text:
        line, column = _place(data, data.index(b"\0"))
        message = "the file holds a NUL byte: it is binary or damaged; save it as UTF-8 text"
        return "", [Diagnostic(path, line, column, "nul-byte", message)]
    return text.replace("\r\n", "\n").replace("\r", "\n"), []


def _place(data: bytes, offset: int) -> tuple[int, int]:
    before = data[:offset].replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    last_line = before.rpartition(b"\n")[2]
    return before.count(b"\n") + 1, len(last_line.decode("utf-8", "replace")) + 1
