"""What each client of the replay proxy asked for: one JSON line a request, in a file of the client's own."""

import json
import os
import re
from dataclasses import asdict
from pathlib import Path

from generator.model.asset import AssetRequest

ANONYMOUS = "anonymous"
"""The client of a request that names none, or names it wrongly."""

_CLIENT = re.compile(r"[A-Za-z0-9_-]{1,64}")


def is_client_name(name: str) -> bool:
    """Whether a client may be called so: it becomes a file name and a user name in a URL."""
    return _CLIENT.fullmatch(name) is not None


def check_client_name(name: str) -> str:
    """The name itself; ValueError, saying what is allowed, for one that no client may have."""
    if not is_client_name(name):
        raise ValueError(f"{name!r} is not a client name: use 1 to 64 of A-Z, a-z, 0-9, _ and -")
    return name


def append_event(folder: Path, client: str, request: AssetRequest) -> None:
    """Add a request to its client's file; other processes can read it when this returns."""
    line = json.dumps(asdict(request), ensure_ascii=False) + "\n"
    descriptor = os.open(_file_of(folder, client), os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
    with os.fdopen(descriptor, "wb") as target:
        target.write(line.encode("utf-8", "backslashreplace"))


def read_events(folder: Path, client: str) -> tuple[AssetRequest, ...]:
    """What a client asked for, in the order of asking; nothing for a client that never did."""
    try:
        text = _file_of(folder, client).read_text(encoding="utf-8")
    except FileNotFoundError:
        return ()
    # The proxy may be writing the next line just now: only what ends in a newline is whole.
    lines = text.split("\n")[:-1]
    return tuple(AssetRequest(**json.loads(line)) for line in lines)


def _file_of(folder: Path, client: str) -> Path:
    return folder / f"{check_client_name(client)}.jsonl"
