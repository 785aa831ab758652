"""Run by the kernel's Python: `python making FOLDER REPOSITORY…` makes pictures and every entry's weights in FOLDER.

FOLDER/weights.json then says which file of FOLDER belongs to which URL.
"""

import json
import sys
from pathlib import Path

from figure import draw_figure
from picture import draw_picture
from weights import save_weights


def main(folder, repositories):
    """Make everything; a second call makes the same bytes."""
    (folder / "cat.jpg").write_bytes(draw_picture())
    (folder / "skier.jpg").write_bytes(draw_figure())
    files = {}
    for repository in repositories:
        files |= save_weights(repository, folder)
    (folder / "weights.json").write_text(json.dumps(files, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]), [Path(name) for name in sys.argv[2:]])
