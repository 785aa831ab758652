"""Pictures that snippets write to files, in real kernels and in folders full of traps."""

import base64
import io
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest
from PIL import Image

from generator import pictures as drawing
from generator.pictures import MAX_BYTES
from generator.running import written
from generator.running.attempt import Attempt
from generator.running.written import MOST_OF_SNIPPET, Written, WrittenPictures, watching
from tests.pages import a_page
from tests.running.attempts import attempt
from tests.test_pictures import a_png, saved

NOISE = Image.effect_noise((640, 480), 90).convert("RGB")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A working folder, beside which lies a picture that is none of its business."""
    (tmp_path / "secret.png").write_bytes(saved(NOISE))
    (tmp_path / "work").mkdir()
    return tmp_path / "work"


@pytest.fixture
def pictures(folder: Path) -> Iterator[WrittenPictures]:
    """Those of that folder."""
    with watching(folder) as found:
        yield found


def a_picture(shade: int = 0, kind: str = "PNG", size: tuple[int, int] = (40, 30)) -> bytes:
    """A plain one."""
    return saved(Image.new("RGB", size, (shade, 90, 120)), kind)


def write(folder: Path, *names: str, shade: int = 0) -> None:
    """Pictures under these names, each a second younger than the one before."""
    for number, name in enumerate(names):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(a_picture(shade + number))
        os.utime(folder / name, (number, number))


def names(found: Sequence[Written]) -> list[str]:
    """What they are called."""
    return [one.output.name for one in found]


def opened(one: Written) -> Image.Image:
    """It, as a browser reads it."""
    image = Image.open(io.BytesIO(base64.b64decode(one.output.data)))
    image.load()
    return image


def attempt_of(*snippets: str) -> Attempt:
    """What came of a page with this sample and these snippets."""
    return attempt(a_page(*snippets[1:], sample=snippets[0], en=None))


DRAWS = """\
import os, cv2, numpy
from PIL import Image
shades = numpy.arange(40 * 30 * 3, dtype=numpy.uint8).reshape(30, 40, 3)
cv2.imwrite("result.png", shades)
Image.fromarray(shades).save("photo.JPG")
os.mkdir("out")
clear = Image.fromarray(shades)
clear.putalpha(90)
clear.save("out/框.webp")
print(os.listdir())
"""
AGAIN = """\
os.utime("photo.JPG")
cv2.imwrite("result.png", 255 - shades)
open("notes.txt", "w").write("no picture")
"""


def test_pictures_are_those_of_the_snippet_that_wrote_them() -> None:
    """In order, with their names, behind what it printed; a file that was only touched is none of them."""
    sample, second, third = attempt_of(DRAWS, AGAIN, "raise ValueError(cv2.imwrite('last.jpg', shades))").snippets
    assert names(sample.written) == ["result.png", "photo.JPG", "out/框.webp"]
    assert [one.output.mime for one in sample.written] == ["image/png", "image/jpeg", "image/png"]
    assert {opened(one).size for one in sample.written} == {(40, 30)}
    assert names(second.written) == ["result.png"]
    assert opened(second.written[0]).getpixel((0, 0)) == (253, 254, 255)
    assert names(third.written) == ["last.jpg"]
    assert third.run.status == "failed"
    assert [output.kind for output in sample.run.outputs] == ["stdout"]


def test_same_code_gives_the_same_bytes() -> None:
    """Of every picture, whenever it ran."""
    first, second = (attempt_of(DRAWS).snippets[0].written for _ in range(2))
    assert first
    assert first == second


SWAPS = f"""\
import os
with open("mine.png", "wb") as file: file.write({a_picture()!r})
os.rename("../work", "../elsewhere")
os.symlink("/", "../work")
"""


def test_folder_that_was_moved_away_is_still_the_one_that_is_read() -> None:
    """Nothing is looked for behind the link that stands in its place."""
    (ran,) = attempt_of(SWAPS).snippets
    assert names(ran.written) == ["mine.png"]


GROWS = f"""\
import threading
head = {a_picture()!r}
def grow():
    with open("growing.png", "wb", buffering=0) as file:
        file.write(head)
        while True: file.write(b"more")
started = threading.Thread(target=grow, daemon=True)
started.start()
while started.is_alive():
    try:
        if len(open("growing.png", "rb").read()) > len(head): break
    except OSError: pass
with open("done.png", "wb") as file: file.write(head)
"""


def test_file_that_still_grows_keeps_nobody_waiting() -> None:
    """What is finished beside it is kept; it is itself, where it stood still long enough to be read."""
    (ran,) = attempt_of(GROWS).snippets
    assert ran.run.status == "passed"
    assert set(names(ran.written)) - {"growing.png"} == {"done.png"}


def test_only_files_of_its_own_are_read(folder: Path, pictures: WrittenPictures) -> None:
    """No link of any kind, no pipe, no socket, no folder; none is waited for."""
    secret = folder.parent / "secret.png"
    (folder / "linked.png").symlink_to(secret)
    (folder / "second name.png").hardlink_to(secret)
    (folder / "up").symlink_to(folder.parent)
    (folder / "loop.png").symlink_to("loop.png")
    (folder / "folder.png").mkdir()
    os.mkfifo(folder / "pipe.png")
    with socket.socket(socket.AF_UNIX) as bound:
        bound.bind(str(folder / "s.png"))
        write(folder, "mine.png")
        assert names(pictures.take()) == ["mine.png"]


@pytest.mark.parametrize(
    ("trap", "make"),
    [
        ("folder.png", lambda path: path.mkdir()),
        ("pipe.png", lambda path: os.mkfifo(path)),
        ("link.png", lambda path: path.symlink_to(path.parent.parent / "secret.png")),
        ("hard.png", lambda path: path.hardlink_to(path.parent.parent / "secret.png")),
        ("gone.png", lambda path: None),
        ("other.png", lambda path: path.write_bytes(a_picture(9))),
    ],
)
def test_file_that_is_another_once_it_is_opened_is_left(
    folder: Path, pictures: WrittenPictures, monkeypatch: pytest.MonkeyPatch, trap: str, make: Callable[[Path], object]
) -> None:
    """Between the look at it and the reading of it a program may put anything in its place."""
    write(folder, "mine.png", trap)
    look = written._files

    def look_then_swap(descriptor: int) -> Iterator[tuple[str, object]]:
        found = list(look(descriptor))
        (folder / trap).unlink(missing_ok=True)
        make(folder / trap)
        yield from found

    monkeypatch.setattr(written, "_files", look_then_swap)
    assert names(pictures.take()) == ["mine.png"]


def test_leased_file_is_not_waited_for(folder: Path, pictures: WrittenPictures) -> None:
    """A program can make others wait for a minute who open a file of its own."""
    write(folder, "a.png", "leased.png")
    lease = (
        "import fcntl, signal, sys; signal.signal(signal.SIGIO, signal.SIG_IGN); file = open(sys.argv[1], 'r+');"
        "fcntl.fcntl(file, fcntl.F_SETLEASE, fcntl.F_WRLCK); print('leased', flush=True); sys.stdin.read()"
    )
    command = [sys.executable, "-c", lease, str(folder / "leased.png")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout is not None
        if holder.stdout.readline() != "leased\n":
            pytest.skip("this file system has no leases")
        try:
            assert names(pictures.take()) == ["a.png"]
        finally:
            holder.kill()


def test_what_is_no_sound_picture_is_passed_over(folder: Path, pictures: WrittenPictures) -> None:
    """Bombs, halves, other formats, and what is too heavy to be read; and without a word about any."""
    unsound = {
        "bomb.png": a_png(9000, 9000, bytes(9000 * 1126)),
        "head.png": a_png(20_000, 20_000),
        "cut.jpg": saved(NOISE, "JPEG")[:-400],
        "gif.png": saved(NOISE, "GIF"),
        "page.png": b"<svg onload=alert(1)>",
        "empty.png": b"",
        "heavy.png": a_picture() + bytes(MAX_BYTES),
    }
    for name, data in unsound.items():
        (folder / name).write_bytes(data)
    write(folder, "mine.png")
    assert names(pictures.take()) == ["mine.png"]


def test_only_the_last_ones_of_many_are_kept(folder: Path, pictures: WrittenPictures) -> None:
    """The steps of a training run may be thousands; of the same time, their numbers say which came last."""
    write(folder, *(f"step{number}.png" for number in range(30)))
    for path in folder.iterdir():
        os.utime(path, (1, 1))
    assert names(pictures.take()) == [f"step{number}.png" for number in range(30 - MOST_OF_SNIPPET, 30)]
    assert pictures.take() == ()


def test_folder_of_thousands_is_left_aside(folder: Path, pictures: WrittenPictures) -> None:
    """A data set that was unpacked is no result; what lies beside it is seen, if not too deep."""
    (folder / "a_set").mkdir()
    for number in range(2000):
        (folder / "a_set" / f"{number}.txt").touch()
    seen = ["result.png", "out/result.png", "out/deeper/and/deeper.png"]
    write(folder, "a_set/a.png", *seen, "a/b/c/d/too_deep.png", ".git/hidden.png")
    assert names(pictures.take()) == seen


def test_a_look_comes_to_an_end(folder: Path, pictures: WrittenPictures, monkeypatch: pytest.MonkeyPatch) -> None:
    """However many folders there are: those at the top are seen first."""
    monkeypatch.setattr(written, "_ENTRIES", 30)
    for number in range(20):
        write(folder, f"f{number:02}/x.png")
    write(folder, "result.png")
    assert names(pictures.take()) == [*(f"f{number:02}/x.png" for number in range(4, 9)), "result.png"]


@pytest.mark.parametrize(
    "name", ["gpj.\u202egnp.png", "a\nb.png", "\x1b[31mred.png", b"\xff.png", ".hidden.png", f"{'a' * 220}.png"]
)
def test_name_that_cannot_be_shown_is_none(folder: Path, pictures: WrittenPictures, name: str | bytes) -> None:
    """It would read as another one, or not at all."""
    (folder / os.fsdecode(name)).write_bytes(a_picture())
    write(folder, "图 1's <b>.png")
    assert names(pictures.take()) == ["图 1's <b>.png"]


def test_what_is_kept_is_small_and_nothing_but_pixels(
    folder: Path, pictures: WrittenPictures, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A photograph becomes a JPEG, a large picture a smaller one, and what goes along with it is gone."""
    monkeypatch.setattr(drawing, "KEPT_BYTES", 200_000)
    clear = NOISE.copy()
    clear.putalpha(90)
    exif = Image.Exif()
    exif[0x010E] = "secret place"
    for name, image in {"a.png": NOISE, "b.jpg": NOISE.resize((2000, 300)), "c.png": clear}.items():
        (folder / name).write_bytes(saved(image, "JPEG" if name.endswith("jpg") else "PNG", exif=exif))
        assert b"secret" in (folder / name).read_bytes()
        os.utime(folder / name, (1, 1))
    found = pictures.take()
    assert [one.output.mime for one in found] == ["image/jpeg", "image/jpeg", "image/png"]
    kept = [base64.b64decode(one.output.data) for one in found]
    assert all(len(data) <= 200_000 and b"secret" not in data for data in kept)
    assert [opened(one).size for one in found[:2]] == [(640, 480), (1600, 240)]
    assert opened(found[2]).mode == "RGBA"


def test_a_run_keeps_no_more_than_its_share(
    folder: Path, pictures: WrittenPictures, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However many snippets write; a small one still fits where a large one does not."""
    monkeypatch.setattr(written, "BYTES_OF_RUN", 400_000)
    with watching(folder) as found:
        (folder / "noise.png").write_bytes(saved(NOISE.convert("L")))
        assert names(found.take()) == ["noise.png"]
        (folder / "noise.png").write_bytes(saved(NOISE.convert("L").rotate(180)))
        write(folder, "small.png")
        assert names(found.take()) == ["small.png"]


def test_folder_in_motion_is_no_trouble(folder: Path, pictures: WrittenPictures) -> None:
    """Files that come, go and change while they are looked at; what stands still is found each time it changes."""
    is_done = threading.Event()

    def move() -> None:
        number = 0
        while not is_done.is_set():
            number += 1
            path = folder / f"moving{number % 7}.png"
            path.write_bytes(a_picture(number % 256))
            (folder / f"moving{(number + 3) % 7}.png").unlink(missing_ok=True)

    mover = threading.Thread(target=move)
    mover.start()
    try:
        for shade in range(40):
            (folder / "still.png").write_bytes(a_picture(shade, size=(41, 30)))
            os.utime(folder / "still.png", (2**33, 2**33))
            found = pictures.take()
            assert names(found)[-1] == "still.png"
            assert opened(found[-1]).getpixel((0, 0)) == (shade, 90, 120)
    finally:
        is_done.set()
        mover.join()


INLINE = """\
import os, importlib.util
print(os.environ["MPLBACKEND"], importlib.util.find_spec("matplotlib_inline") is not None)
"""


def test_figures_of_matplotlib_arrive_as_what_is_displayed() -> None:
    """Where matplotlib is installed: the backend that draws into outputs is there, and is the one that is used."""
    (ran,) = attempt_of(INLINE).snippets
    assert ran.run.outputs[0].data == "module://matplotlib_inline.backend_inline True\n"
