"""`python -m tests.zoo DIR` makes DIR a hub root whose pages can load the zoo's models without a network."""

import argparse
import sys
from pathlib import Path

from tests.zoo import MARK, MissingKernelError, make_hub_root

WRONG_CALL, NO_KERNEL = 2, 3


def main(arguments: list[str] | None = None) -> int:
    """Make the root and say how to use it; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m tests.zoo", description=__doc__)
    parser.add_argument("folder", metavar="DIR", type=Path, help="a new or empty folder, or an earlier root of the zoo")
    folder = parser.parse_args(arguments).folder.absolute()
    if not may_be_used(folder):
        print(f"{folder} is not empty and no root of the zoo: name a new folder, or empty this one", file=sys.stderr)
        return WRONG_CALL
    try:
        make_hub_root(folder)
    except MissingKernelError as error:
        print(f"The zoo's weights cannot be made: {error}.", file=sys.stderr)
        return NO_KERNEL
    print(f"{folder} replays the zoo. Run pages against it with")
    print(f"  hubpages -C {folder} verify PATH… --assets replay")
    return 0


def may_be_used(folder: Path) -> bool:
    """Whether the folder is new, empty, or a root that the zoo made."""
    if not folder.exists():
        return True
    if not folder.is_dir():
        return False
    settings = folder / "hub.toml"
    if settings.is_file():
        return settings.read_bytes().startswith(MARK.encode())
    return not any(folder.iterdir())


if __name__ == "__main__":
    sys.exit(main())
