"""A picture that a stranger's page shows, drawn anew: what is published of a file is its pixels and nothing else."""

import hashlib
import io
import re
import stat
import time
import warnings
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import unquote

from generator.keeping import keep, recall
from generator.model.addresses import asset
from generator.model.site import PagePicture, RenderedFile
from generator.seen import is_sure, note, state_of

if TYPE_CHECKING:  # loading it takes longer than checking a page, and most pages have no picture
    from PIL.Image import Image
    from PIL.ImageFile import ImageFile

MAX_BYTES = 10 << 20
MAX_PIXELS = 40_000_000
"""More than any camera of today's phones gives unless asked; some 300 MB while it is drawn."""
MAX_SIDE = 10_000
WIDTH = 1600
"""Pixels. A card is 40em wide: this is enough for it on the sharpest screens."""
KEPT_BYTES = 1 << 20
"""Of a picture that code wrote, as evidence keeps it: a photograph of that width fits as JPEG."""

_VERSION = 1
"""Part of the name of every kept copy, as is Pillow's: what is drawn in another way is drawn again."""

_FORMATS = {
    "PNG": ("PNG", "png"),
    "GIF": ("PNG", "png"),
    "JPEG": ("JPEG", "jpg"),
    "MPO": ("JPEG", "jpg"),
    "WEBP": ("WEBP", "webp"),
}
"""What the bytes are, whatever the file is called, to what is published of them. MPO is how some cameras write JPEG."""

_OPENED = ("PNG", "GIF", "JPEG", "WEBP")
_CAPTURED = ("PNG", "JPEG", "WEBP")
"""What is opened of pages' pictures, and of those that code wrote or showed. JPEG is MPO as well."""

_OPTIONS: Mapping[str, Mapping[str, Any]] = {
    "PNG": {"optimize": True},
    "JPEG": {"quality": 85, "optimize": True, "progressive": True},
    "WEBP": {"quality": 85},
}
_ELSEWHERE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:|//|\\\\|[#?]|$")


CapturedMime = Literal["image/png", "image/jpeg"]
"""What evidence keeps pictures as."""

State = tuple[object, ...]
"""What the system says of a file, and what it holds where that is in doubt: another one means that it changed."""


class PictureError(Exception):
    """Why a picture cannot be published, and what its author can do."""


def is_local(address: str) -> bool:
    """Whether the address of a picture is meant as a file of the hub."""
    return _ELSEWHERE.match(address) is None


def check_picture(folder: Path, address: str) -> None:
    """Raise PictureError where a file cannot be published.

    Args:
        folder: the folder of the page.
        address: as the page has it; one for which `is_local` holds.
    """
    fault = _fault(*_find(folder, address))
    if fault:
        raise PictureError(fault)


def publish_picture(folder: Path, address: str, cache: Path) -> PagePicture:
    """The picture as a file of the site, the same for the same bytes wherever they lie. Raises as `check_picture`.

    Args:
        cache: folder of the pictures that were drawn before.
    """
    check_picture(folder, address)
    return _published(*_find(folder, address), cache)


def keepable(data: bytes, name: str) -> tuple[CapturedMime, bytes]:
    """A picture that code wrote to a file, drawn anew as PNG or JPEG of at most `KEPT_BYTES`, with its type.

    The same bytes for the same ones. Raises PictureError for what is no sound picture within bounds.

    Args:
        data: what the file holds.
        name: what it is called.
    """
    if len(data) > MAX_BYTES:
        raise PictureError(f"{name} has more than {MAX_BYTES >> 20} MiB: save it smaller")
    image, kind = _decoded(data, name, _CAPTURED)
    is_opaque = image.mode != "RGBA"
    image = _within(image, (WIDTH, WIDTH))
    kind = "PNG" if kind == "PNG" or not is_opaque else "JPEG"  # no notebook shows WebP everywhere
    while len(kept := _saved(image, kind)) > KEPT_BYTES:
        if kind == "PNG" and is_opaque:  # a photograph, most likely
            kind = "JPEG"
        else:
            image = image.reduce(2)
    return ("image/png" if kind == "PNG" else "image/jpeg"), kept


def size_of(data: bytes) -> tuple[int, int] | None:
    """Width and height in pixels of a picture in PNG, JPEG or WebP, by its head; None for none within bounds."""
    try:
        return _opened(data, _CAPTURED).size
    except Exception:  # what a decoder says of bytes that somebody made up can be anything
        return None


def thumbnail(data: bytes, box: tuple[int, int], cache: Path | None) -> PagePicture:
    """A picture drawn small, as a file of the site. Raises PictureError.

    Args:
        box: how many pixels it is wide and high at most.
        cache: folder of the pictures that were drawn before; without one it is drawn in any case.
    """
    from PIL import Image, __version__

    def draw() -> bytes:
        return _saved(_within(_decoded(data, "the picture", _CAPTURED)[0], box), "WEBP")

    identity = f"{_VERSION} {__version__} {box} ".encode() + data
    small = kept_or_made(cache / hashlib.sha256(identity).hexdigest(), draw) if cache else draw()
    with Image.open(io.BytesIO(small)) as image:
        return PagePicture(RenderedFile(asset("thumbnail", small, ".webp"), small), *image.size)


def _find(folder: Path, address: str) -> tuple[Path, State]:
    path = unquote(re.split(r"[?#]", address, maxsplit=1)[0])
    note(folder / path)
    looked_at = time.time_ns()
    try:
        file = (folder / path).resolve(strict=True)
        status = file.stat()
    except (FileNotFoundError, NotADirectoryError) as error:
        raise PictureError(f"there is no picture {path} beside the page: add it or correct the address") from error
    except (OSError, ValueError, RuntimeError) as error:  # a NUL in the name; a loop of links, until Python 3.13
        raise PictureError(f"{path} cannot be read ({error}): check the file and its name") from error
    if not file.is_relative_to(folder.resolve()):
        raise PictureError(f"{path} lies outside of the page's folder: put the picture beside the page or below")
    if not stat.S_ISREG(status.st_mode):  # opening a pipe would wait for ever
        raise PictureError(f"{path} is no file: name the picture itself")
    state = state_of(status)
    return file, state if is_sure(state, looked_at) else (*state, hashlib.sha256(_read(file)).digest())


@lru_cache(maxsize=4096)  # one file may be shown many times, and a decoder takes its time to find what is wrong
def _fault(file: Path, state: State) -> str:
    try:
        _decoded(_read(file), file.name)
    except PictureError as error:
        return str(error)
    return ""


@lru_cache(maxsize=256)
def _published(file: Path, state: State, cache: Path) -> PagePicture:
    from PIL import Image, __version__

    read = _read(file)
    kept = cache / hashlib.sha256(f"{_VERSION} {__version__} ".encode() + read).hexdigest()
    data = kept_or_made(kept, lambda: _drawn(*_decoded(read, file.name)))
    with Image.open(io.BytesIO(data)) as image:
        name = f"picture.{hashlib.sha256(data).hexdigest()[:12]}.{_FORMATS[str(image.format)][1]}"
        return PagePicture(RenderedFile(f"assets/{name}", data), *image.size)


def kept_or_made(kept: Path, make: Callable[[], bytes]) -> bytes:
    """What is kept in a file of a cache; where that is none, or not what was put there, it is made and put there.

    A disk that does not take it is no harm.
    """
    if found := recall(kept, [bytes]):
        return bytes(found[0])
    data = make()
    with suppress(OSError):
        keep([data], kept)
    return data


def _read(file: Path) -> bytes:
    try:
        with file.open("rb") as opened:
            data = opened.read(MAX_BYTES + 1)
    except OSError as error:
        raise PictureError(f"{file.name} cannot be read ({error.strerror}): check the file") from error
    if len(data) > MAX_BYTES:
        raise PictureError(f"{file.name} has more than {MAX_BYTES >> 20} MiB: save it smaller")
    return data


def _opened(data: bytes, formats: tuple[str, ...]) -> "ImageFile":
    """A picture of which only the head was read. Raises what Pillow does, DecompressionBombError past the bounds."""
    from PIL import Image

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # told as an error, with what to do
        opened = Image.open(io.BytesIO(data), formats=formats)
    if opened.width * opened.height > MAX_PIXELS or max(opened.size) > MAX_SIDE:
        raise Image.DecompressionBombError
    return opened


def _decoded(data: bytes, name: str, formats: tuple[str, ...] = _OPENED) -> tuple["Image", str]:
    """All pixels of the first frame, upright, as L, RGB or RGBA and nothing else of the file; and its format."""
    from PIL import Image, ImageOps, UnidentifiedImageError

    try:
        opened = _opened(data, formats)
        image = ImageOps.exif_transpose(opened)
        if image.mode.startswith("I"):  # 16 bits of grey
            image = image.point(lambda value: value * (1 / 256)).convert("L")
            image.info.clear()
        plain = "RGBA" if image.has_transparency_data else "L" if image.mode in ("1", "L") else "RGB"
        image = image.convert(plain)
    except Image.DecompressionBombError as error:
        bounds = f"{MAX_PIXELS // 1_000_000} million pixels or {MAX_SIDE:,} on a side"
        raise PictureError(f"{name} has more than {bounds}: scale it down") from error
    except UnidentifiedImageError as error:
        if b"<svg" in data[:4096].lower():
            raise PictureError(f"{name} is SVG, which can hold scripts: save the picture as PNG") from error
        raise PictureError(f"{name} is no picture in PNG, JPEG, WebP or GIF: save it as one of them") from error
    except Exception as error:  # what a decoder says of bytes that somebody made up can be anything
        raise PictureError(f"{name} is damaged or cut off ({error}): save it again") from error
    image.info.clear()  # comments and profiles would go along
    return image, _FORMATS[str(opened.format)][0]


def _drawn(image: "Image", kind: str) -> bytes:
    """The picture as a file, no wider than a card needs."""
    from PIL import Image

    if image.width > WIDTH:
        size = WIDTH, max(1, round(image.height * WIDTH / image.width))
        image = image.resize(size, Image.Resampling.LANCZOS)
    return _saved(image, kind)


def _within(image: "Image", box: tuple[int, int]) -> "Image":
    """The picture, at most so many pixels wide and high."""
    from PIL import Image

    image.thumbnail(box, Image.Resampling.LANCZOS)  # it changes the picture itself
    return image


def _saved(image: "Image", kind: str) -> bytes:
    data = io.BytesIO()
    image.save(data, kind, **_OPTIONS[kind])
    return data.getvalue()
