"""Captured outputs as a card shows them: text, and pictures as files of the site; never HTML that a snippet made."""

import base64
import binascii
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from generator.model.addresses import asset
from generator.model.run import Output
from generator.model.site import RenderedFile

# What a browser would make of the bytes is decided by the bytes, not by what the snippet called them.
_SIGNATURES = {b"\x89PNG\r\n\x1a\n": ".png", b"\xff\xd8\xff": ".jpg"}


@dataclass(frozen=True, slots=True)
class ShownOutput:
    """One output below a snippet: text, or a picture."""

    kind: str
    """stdout, stderr, result, display."""
    text: str
    image: RenderedFile | None = None
    """The picture's file; `text` is empty then."""

    @property
    def is_visible(self) -> bool:
        """Whether there is anything to see."""
        return self.image is not None or bool(self.text.strip())


def show_output(output: Output) -> ShownOutput:
    """An output as a card shows it."""
    if output.mime == "text/plain":
        return ShownOutput(output.kind, output.data)
    image = _image(output.data)
    return ShownOutput(output.kind, "" if image else f"[{output.mime}]", image)


def captured_images(outputs: Iterable[ShownOutput]) -> Iterator[RenderedFile]:
    """The files of all pictures, each once."""
    files = {output.image.path: output.image for output in outputs if output.image}
    yield from files.values()


def _image(data: str) -> RenderedFile | None:
    try:
        content = base64.b64decode(data, validate=True)
    except binascii.Error:
        return None
    for signature, suffix in _SIGNATURES.items():
        if content.startswith(signature):
            return RenderedFile(asset("output", content, suffix), content)
    return None
