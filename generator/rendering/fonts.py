"""Fonts of this machine that have Han characters."""

import shutil
import subprocess
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Face:
    """One face of a font's file."""

    path: str
    index: int
    """Within a collection."""

    @property
    def identity(self) -> str:
        """What tells this font from another and from its other versions, wherever it is installed."""
        path = Path(self.path)
        return f"{path.name}/{self.index}/{path.stat().st_size}"


@dataclass(frozen=True, slots=True)
class Faces:
    """What a picture is written in."""

    regular: Face
    bold: Face


_NOTO_FOLDERS = (
    "/usr/share/fonts/opentype/noto",
    "/usr/share/fonts/noto-cjk",
    "/usr/share/fonts/google-noto-cjk",
    "/usr/share/fonts/google-noto-sans-cjk-fonts",
)
_NOTO_FACES = {"ja": 0, "ko": 1, "zh-Hant": 3}  # order within the collection; 2 is simplified Chinese
_OTHERS = (
    ("C:/Windows/Fonts/msyh.ttc", "C:/Windows/Fonts/msyhbd.ttc"),
    ("/System/Library/Fonts/PingFang.ttc", "/System/Library/Fonts/PingFang.ttc"),
    ("/System/Library/Fonts/Hiragino Sans GB.ttc", "/System/Library/Fonts/Hiragino Sans GB.ttc"),
)


@lru_cache(maxsize=16)
def find_faces(lang: str) -> Faces | None:
    """A regular and a bold face for a language; None where no font of this machine has Han characters."""
    return next((faces for faces in _candidates(lang) if _has_han(faces.regular) and _has_han(faces.bold)), None)


def font_files(langs: Iterable[str]) -> list[str]:
    """The files that faces for these languages may come from, as far as they are there."""
    faces = [face for lang in langs for each in _candidates(lang) for face in (each.regular, each.bold)]
    return sorted({face.path for face in faces if Path(face.path).is_file()})


def _candidates(lang: str) -> Iterator[Faces]:
    index = next((index for tag, index in _NOTO_FACES.items() if lang.startswith(tag)), 2)
    for folder in _NOTO_FOLDERS:
        yield Faces(*(Face(f"{folder}/NotoSansCJK-{weight}.ttc", index) for weight in ("Regular", "Bold")))
    for regular, bold in _OTHERS:
        yield Faces(Face(regular, 0), Face(bold, 0))
    regular_face, bold_face = _ask_fontconfig("regular"), _ask_fontconfig("bold")
    if regular_face:
        yield Faces(regular_face, bold_face or regular_face)


@lru_cache(maxsize=2)
def _ask_fontconfig(weight: str) -> Face | None:
    program = shutil.which("fc-match")
    if program is None:
        return None
    command = [program, "--format", "%{file}\n%{index}", f"sans-serif:lang=zh-cn:{weight}"]
    answer = subprocess.run(command, capture_output=True, text=True, check=False).stdout.split("\n")
    # Of a variable font the upper half of the index names an instance.
    return Face(answer[0], int(answer[1]) & 0xFFFF) if len(answer) == 2 and answer[1].isdigit() else None


def _has_han(face: Face) -> bool:
    """Whether it draws a Han character as something else than a character that no font has."""
    from PIL import ImageFont  # slow to load, and whoever only asks which fonts there are does without

    try:
        font = ImageFont.truetype(face.path, 24, index=face.index)
    except OSError:
        return False
    return bytes(font.getmask("检")) != bytes(font.getmask("\uffff"))
