"""Small packages by the names of real ones, for pip to install without a network."""

import base64
import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from zipfile import ZipFile

PACKAGES: Mapping[str, tuple[str, Sequence[str]]] = {
    "easydict": ("class EasyDict(dict):\n    __getattr__ = dict.__getitem__\n", ()),
    "termcolor": ("import tomli\n\n\ndef colored(text):\n    return text\n", ("numpy>=1.20", "tomli")),
    "tomli": ("", ()),
    "einops": ("", ("numpy>=2",)),
    "numpy": ("", ()),
}
"""Of each the code of its module, and what it needs."""
_VERSION = "9.0"
"""Above those that a kernel environment may have."""


def write_wheels(folder: Path) -> dict[str, str]:
    """Make wheels of these packages; return the variables by which pip finds them, and nothing else."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, (code, needs) in PACKAGES.items():
        write_wheel(folder, name, code, needs)
    return {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(folder), "PIP_CONFIG_FILE": "/dev/null"}


def write_wheel(folder: Path, name: str, code: str, needs: Sequence[str] = ()) -> None:
    """Make a wheel with one module."""
    about = f"{name}-{_VERSION}.dist-info"
    needed = "".join(f"Requires-Dist: {need}\n" for need in needs)
    files = {
        f"{name}.py": code,
        f"{about}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {_VERSION}\n{needed}",
        f"{about}/WHEEL": "Wheel-Version: 1.0\nGenerator: hand\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    record = "".join(f"{path},{_digest(text)},{len(text)}\n" for path, text in files.items())
    with ZipFile(folder / f"{name}-{_VERSION}-py3-none-any.whl", "w") as wheel:
        for path, text in {**files, f"{about}/RECORD": f"{record}{about}/RECORD,,\n"}.items():
            wheel.writestr(path, text)


def _digest(text: str) -> str:
    digest = base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).decode()
    return f"sha256={digest.rstrip('=')}"
