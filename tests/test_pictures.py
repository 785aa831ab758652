"""Pictures of pages: what is published of them, and what is refused."""

import io
import os
import struct
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, PngImagePlugin

from generator import pictures as drawing
from generator.model.site import PagePicture
from generator.pictures import (
    MAX_BYTES,
    MAX_SIDE,
    PictureError,
    is_local,
    keepable,
    publish_picture,
    size_of,
    thumbnail,
)


def saved(image: Image.Image, kind: str = "PNG", **options: object) -> bytes:
    """A picture as a file."""
    data = io.BytesIO()
    image.save(data, kind, **options)
    return data.getvalue()


def published(folder: Path, data: bytes, name: str = "cat.png") -> PagePicture:
    """What is published of these bytes."""
    (folder / name).write_bytes(data)
    return publish_picture(folder, name, folder / ".cache")


def opened(picture: PagePicture) -> Image.Image:
    """It, as a browser reads it."""
    image = Image.open(io.BytesIO(picture.file.data))
    assert image.size == (picture.width, picture.height)
    image.load()
    return image


def a_png(width: int, height: int, rows: bytes | None = None) -> bytes:
    """A PNG of one bit a pixel; where no rows are given it has nothing but its head."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + (chunk(b"IDAT", zlib.compress(rows)) if rows else b"") + chunk(b"IEND", b"")


GRADIENT = Image.linear_gradient("L").resize((40, 30))
COLOURS = Image.merge("RGB", [GRADIENT, GRADIENT.transpose(Image.Transpose.ROTATE_180), GRADIENT])


@pytest.mark.parametrize(
    ("kind", "suffix"), [("PNG", "png"), ("JPEG", "jpg"), ("WEBP", "webp"), ("GIF", "png"), ("MPO", "jpg")]
)
@pytest.mark.parametrize("name", ["cat.png", "cat.jpg", "noname", "猫 (1).webp"])
def test_format_is_that_of_the_bytes(tmp_path: Path, kind: str, suffix: str, name: str) -> None:
    """Whatever the file is called; of what moves the first frame is shown."""
    options = {"save_all": True, "append_images": [GRADIENT]} if kind in ("GIF", "MPO", "WEBP") else {}
    picture = published(tmp_path, saved(COLOURS, kind, **options), name)
    assert picture.file.path.startswith("assets/picture.")
    assert picture.file.path.endswith(f".{suffix}")
    image = opened(picture)
    assert getattr(image, "n_frames", 1) == 1
    assert image.size == (40, 30)
    at, wanted = image.convert("RGB").getpixel((20, 15)), COLOURS.getpixel((20, 15))
    assert isinstance(at, tuple) and isinstance(wanted, tuple)
    assert all(abs(one - other) < 24 for one, other in zip(at, wanted, strict=True))


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_nothing_but_pixels_is_published(tmp_path: Path, kind: str) -> None:
    """No place where it was taken, no comment, no profile, nothing that stands behind the picture; and upright."""
    exif = Image.Exif()
    exif[0x0112] = 6  # on its side
    exif[0x010E] = "secret place"
    text = PngImagePlugin.PngInfo()
    text.add_text("Comment", "secret <script>alert(1)</script>", zip=False)
    more = {"pnginfo": text} if kind == "PNG" else {"comment": b"secret"} if kind == "JPEG" else {"xmp": b"secret"}
    data = saved(COLOURS, kind, exif=exif, icc_profile=b"secret profile", **more)
    picture = published(tmp_path, data + b"PK\x03\x04<script>secret</script>")
    assert b"secret" in data
    assert b"secret" not in picture.file.data
    assert b"script" not in picture.file.data
    image = opened(picture)
    assert image.size == (30, 40)
    assert not image.getexif()
    assert not {"icc_profile", "exif", "comment", "Comment", "xmp"} & set(image.info)


def test_large_picture_is_made_smaller(tmp_path: Path) -> None:
    """To what a card can show; one that is small enough keeps its size."""
    picture = published(tmp_path, saved(Image.new("RGB", (4000, 1000), "red"), "JPEG"))
    assert (picture.width, picture.height) == (1600, 400)
    picture = published(tmp_path, saved(Image.new("L", (MAX_SIDE, 1))))
    assert (picture.width, picture.height) == (1600, 1)
    picture = published(tmp_path, saved(Image.new("L", (1600, 2000))))
    assert (picture.width, picture.height) == (1600, 2000)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "PA", "RGB", "RGBA", "I;16", "CMYK"])
def test_pictures_of_every_mode_look_as_they_did(tmp_path: Path, mode: str) -> None:
    """Transparent ones stay so, 16 bits of grey become 8."""
    if mode == "I;16":
        image = Image.new(mode, (4, 4), 128 << 8)
    else:
        image = Image.new("RGBA" if mode[-1] == "A" else "L", (4, 4), (128, 128, 128, 100) if mode[-1] == "A" else 128)
        image = image.convert("P") if mode == "PA" else image.convert(mode)
    shown = opened(published(tmp_path, saved(image, "JPEG" if mode == "CMYK" else "PNG"))).convert("RGBA")
    red, *_, alpha = shown.getpixel((2, 2))  # type: ignore[misc]
    assert (alpha == 255) == (mode[-1] != "A")
    assert red in (0, 255) if mode == "1" else abs(red - 128) < 4


def test_same_bytes_give_the_same_file(tmp_path: Path) -> None:
    """Under any name, with what was drawn before and without; and other bytes another."""
    data = saved(COLOURS, "JPEG")
    one, other = published(tmp_path, data, "a.jpg"), published(tmp_path, data, "b.png")
    (tmp_path / "sub").mkdir()
    third = published(tmp_path / "sub", data)
    assert one == other == third
    assert len(list((tmp_path / ".cache").iterdir())) == 1
    assert published(tmp_path, saved(GRADIENT, "JPEG"), "a.jpg").file.path != one.file.path


def test_damaged_picture_of_a_cache_is_drawn_anew(tmp_path: Path) -> None:
    """Whatever became of it on its disk: no site shows what nobody has drawn, and no build ends for it."""
    data = saved(COLOURS)
    drawn = thumbnail(data, (16, 16), tmp_path)
    (kept,) = tmp_path.iterdir()
    whole = kept.read_bytes()
    flipped = whole[:40] + bytes([whole[40] ^ 4]) + whole[41:]
    for damaged in (flipped, whole[:-9], b"", drawn.file.data):
        kept.write_bytes(damaged)
        assert thumbnail(data, (16, 16), tmp_path) == drawn
        assert kept.read_bytes() == whole


HOSTILE: dict[str, tuple[Callable[[], bytes], str]] = {
    "bomb": (lambda: a_png(9000, 9000, bytes(9000 * 1126)), "more than 40 million pixels or 10,000 on a side: scale"),
    "long": (lambda: a_png(1, MAX_SIDE + 1, bytes(2 * MAX_SIDE + 2)), "10,000 on a side"),
    "huge": (lambda: a_png(2**31 - 1, 2**31 - 1, b"\0"), "10,000 on a side|no picture|damaged"),
    "webp-huge": (lambda: saved(Image.new("L", (12_000, 9)), "WEBP"), "10,000 on a side"),
    "heavy": (lambda: saved(COLOURS) + bytes(MAX_BYTES), "more than 10 MiB: save it smaller"),
    "cut-png": (lambda: saved(COLOURS)[:-40], "damaged or cut off"),
    "cut-jpeg": (lambda: saved(COLOURS, "JPEG")[:-40], "damaged or cut off"),
    "cut-gif": (lambda: saved(COLOURS, "GIF")[:-40], "damaged or cut off"),
    "head-alone": (lambda: a_png(10, 10), "damaged or cut off"),
    "empty": (lambda: b"", "is no picture in PNG, JPEG, WebP or GIF"),
    "text": (lambda: b"words\n", "is no picture"),
    "html": (lambda: b"<!doctype html><script>alert(1)</script>", "is no picture"),
    "svg": (
        lambda: b'<?xml version="1.0"?>\n<SVG xmlns="http://www.w3.org/2000/svg"/>',
        "is SVG, which can hold scripts",
    ),
    "gif-then-script": (lambda: b"GIF89a/*\x0a\x0a*/=1;alert(1)", "damaged|no picture|10,000"),
    "bmp": (lambda: saved(COLOURS, "BMP"), "is no picture in PNG"),
    "tiff": (lambda: saved(COLOURS, "TIFF"), "is no picture in PNG"),
    "eps": (lambda: saved(COLOURS, "EPS"), "is no picture in PNG"),
    "pdf": (lambda: saved(COLOURS, "PDF"), "is no picture in PNG"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_what_is_no_sound_picture_is_refused(tmp_path: Path, name: str, recwarn: pytest.WarningsRecorder) -> None:
    """With what is wrong and what to do, before much is made of it, and without a word on the terminal."""
    make, message = HOSTILE[name]
    data = make()
    recwarn.clear()
    with pytest.raises(PictureError, match=f"^cat.png .*({message})"):
        published(tmp_path, data)
    assert not recwarn.list
    assert not (tmp_path / ".cache").exists()


def test_no_file_outside_of_the_folder_is_read(tmp_path: Path) -> None:
    """By no way there is; a link to a picture in the folder is one."""
    folder = tmp_path / "hub_pages"
    (folder / "images").mkdir(parents=True)
    for place in (tmp_path, folder):
        (place / "cat.png").write_bytes(saved(COLOURS))
    (folder / "out.png").symlink_to(tmp_path / "cat.png")
    (folder / "up").symlink_to(tmp_path)
    (folder / "in.png").symlink_to("cat.png")
    (folder / "gone.png").symlink_to("nothing.png")
    (folder / "loop.png").symlink_to("loop.png")
    os.mkfifo(folder / "pipe.png")
    outside = "lies outside of the page's folder: put the picture beside the page or below"
    for address, message in {
        "../cat.png": outside,
        "%2e%2e/cat.png": outside,
        "images/../../cat.png": outside,
        f"{tmp_path}/cat.png": outside,
        "/etc/passwd": outside,
        "out.png": outside,
        "up/cat.png": outside,
        "up/hub_pages/../cat.png": outside,
        "gone.png": "there is no picture",
        "nothing.png": "there is no picture",
        "cat.png/x.png": "there is no picture",
        "loop.png": "cannot be read|there is no picture",
        "a%00b.png": "cannot be read",
        f"{'a' * 300}.png": "cannot be read",
        "images": "is no file: name the picture itself",
        "pipe.png": "is no file",
        "/dev/zero": "outside",
    }.items():
        with pytest.raises(PictureError, match=message):
            publish_picture(folder, address, tmp_path / "cache")
    for address in ("cat.png", "in.png", "./images/../cat.png?raw=true#top", "up/hub_pages/cat.png", "%63at.png"):
        assert publish_picture(folder, address, tmp_path / "cache").width == 40


@pytest.mark.parametrize(
    ("address", "local"),
    [
        *(("cat.png", True), ("../a:b.png", True), ("/cat.png", True), ("é.png", True), ("", False), ("#cat", False)),
        *(("https://a/b.png", False), ("//a/b.png", False), ("data:image/png;base64,", False), ("\\\\a\\b", False)),
    ],
)
def test_a_picture_without_a_host_is_one_of_the_hub(address: str, local: bool) -> None:
    """Also one that begins at the root: it is told where pictures lie."""
    assert is_local(address) == local


def test_unreadable_file_is_told(tmp_path: Path) -> None:
    """A finding of its page, no traceback."""
    if os.geteuid() == 0:
        pytest.skip("no file is unreadable for root")
    (tmp_path / "cat.png").write_bytes(saved(COLOURS))
    (tmp_path / "cat.png").chmod(0)
    with pytest.raises(PictureError, match="cannot be read"):
        publish_picture(tmp_path, "cat.png", tmp_path / "cache")


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(["PNG", "JPEG", "GIF", "WEBP"]), st.lists(st.tuples(st.integers(0, 2000), st.integers(0, 255))))
def test_damaged_pictures_are_drawn_or_refused(
    tmp_path_factory: pytest.TempPathFactory, kind: str, changes: list[tuple[int, int]]
) -> None:
    """Whatever bytes of them are changed."""
    data = bytearray(saved(COLOURS, kind))
    for place, value in changes:
        data[place % len(data)] = value
    try:
        opened(published(tmp_path_factory.mktemp("damaged"), bytes(data)))
    except PictureError as error:
        assert "cat.png" in str(error)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_thumbnail_fits_its_box_and_is_drawn_once(tmp_path: Path, kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its shape stays, and what is clear; with what was drawn before it is the same, and no larger than it was."""
    image = COLOURS.resize((400, 100))
    if kind != "JPEG":
        image.putalpha(90)
    data = saved(image, kind)
    small = opened(thumbnail(data, (80, 90), None))
    assert (small.format, small.size) == ("WEBP", (80, 20))
    assert small.mode == ("RGB" if kind == "JPEG" else "RGBA")
    assert opened(thumbnail(data, (900, 900), None)).size == (400, 100)
    kept = thumbnail(data, (80, 90), tmp_path)
    assert kept == thumbnail(data, (80, 90), None)
    monkeypatch.setattr(drawing, "_decoded", None)
    assert thumbnail(data, (80, 90), tmp_path) == kept


@pytest.mark.parametrize("name", [name for name in HOSTILE if name not in ("head-alone", "heavy", "cut-gif")])
def test_nothing_unsound_is_kept_or_drawn_small(name: str) -> None:
    """Of what code wrote, or evidence holds; the size is that of what can be drawn, by its head."""
    make, message = HOSTILE[name]
    data = make()
    with pytest.raises(PictureError, match=message):
        keepable(data, "cat.png")
    with pytest.raises(PictureError):
        thumbnail(data, (80, 90), None)
    assert size_of(data) == ((40, 30) if name.startswith("cut-") else None)
    assert size_of(saved(COLOURS)) == (40, 30)
