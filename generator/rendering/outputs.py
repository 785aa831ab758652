"""Captured outputs as a card shows them: text, and pictures as files of the site; never HTML that a snippet made."""

import base64
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from generator.model.addresses import asset
from generator.model.run import Output
from generator.model.site import PagePicture, RenderedFile
from generator.pictures import size_of
from generator.rendering.logs import split_log

# What a browser would make of the bytes is decided by the bytes, not by what the snippet called them.
_SIGNATURES = {b"\x89PNG\r\n\x1a\n": ".png", b"\xff\xd8\xff": ".jpg"}


@dataclass(frozen=True, slots=True)
class ShownOutput:
    """One output below a snippet: text, or a picture."""

    kind: str
    """stdout, stderr, result, display; log for what of standard error nobody needs to see at once."""
    text: str
    picture: PagePicture | None = None
    """`text` is empty then."""
    name: str = ""
    """The file that the snippet wrote the picture to; empty for one that it displayed."""

    @property
    def is_visible(self) -> bool:
        """Whether there is anything to see."""
        return self.picture is not None or bool(self.text.strip())


def show_outputs(outputs: Iterable[Output]) -> tuple[ShownOutput, ...]:
    """The outputs of a snippet as a card shows them, those that are visible; its whole log last, in one."""
    shown: list[ShownOutput] = []
    logs = ""
    for output in outputs:
        if output.kind == "stderr":
            log, rest = split_log(output.data)
            logs += log
            shown.append(ShownOutput(output.kind, rest))
        elif output.mime == "text/plain":
            shown.append(ShownOutput(output.kind, output.data))
        else:
            picture = _picture(output.data)
            shown.append(ShownOutput(output.kind, "" if picture else f"[{output.mime}]", picture, output.name))
    return tuple(output for output in (*shown, ShownOutput("log", logs)) if output.is_visible)


def captured_images(outputs: Iterable[ShownOutput]) -> Iterator[RenderedFile]:
    """The files of all pictures, each once."""
    files = {output.picture.file.path: output.picture.file for output in outputs if output.picture}
    yield from files.values()


def _picture(data: str) -> PagePicture | None:
    try:
        content = base64.b64decode(data, validate=True)
    except ValueError:  # no base64, or no ASCII
        return None
    suffix = next((suffix for signature, suffix in _SIGNATURES.items() if content.startswith(signature)), None)
    size = size_of(content) if suffix else None
    return PagePicture(RenderedFile(asset("output", content, suffix), content), *size) if suffix and size else None
