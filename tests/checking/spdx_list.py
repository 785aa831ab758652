"""The list of SPDX licences that hubpages keeps is the one that `packaging` carries, which is SPDX's own.

`python -m tests.checking.spdx_list` writes it anew, as after `make pins`.
"""

import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from textwrap import wrap
from typing import Any

from packaging.licenses import _spdx

from generator.checking import licences

FILE = Path(licences.__file__).with_name("spdx.toml")


def listed() -> str:
    """The file as it should be."""
    tables: Mapping[str, Any] = {"licenses": _spdx.LICENSES, "exceptions": _spdx.EXCEPTIONS}
    current = {name: [of["id"] for of in table.values() if not of["deprecated"]] for name, table in tables.items()}
    return (
        "# The ids of https://spdx.org/licenses/: written by `make docs`, from what the package packaging carries.\n"
        f'version = "{_spdx.VERSION}"\n' + "".join(_texts(name, ids) for name, ids in current.items())
    )


def _texts(name: str, ids: Iterable[str]) -> str:
    lines = wrap(" ".join(sorted(ids, key=str.casefold)), 110, break_long_words=False, break_on_hyphens=False)
    return f'{name} = """\n' + "\n".join(lines) + '\n"""\n'


if __name__ == "__main__":
    FILE.write_text(listed(), encoding="utf-8")
    print(f"{FILE}: SPDX {_spdx.VERSION}", file=sys.stderr)
