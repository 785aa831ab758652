"""What the figures were measured on."""

import datetime
import os
import platform
import re
import subprocess
from pathlib import Path

from benchmarks.peers.tool import ROOT, Tool, peer_versions
from generator import __version__


def machine() -> dict[str, str]:
    """The machine and the day, in words."""
    memory = int(_first(r"^MemTotal:\s+(\d+) kB", "/proc/meminfo") or 0) / 2**20
    return {
        "processor": _first(r"^model name\s*: (.+)$", "/proc/cpuinfo") or platform.machine(),
        "cores": str(len(os.sched_getaffinity(0))),
        "memory": f"{memory:.1f} GiB",
        "kernel": f"{platform.system()} {platform.release()}",
        "Python": platform.python_version(),
        "load before": f"{os.getloadavg()[0]:.1f}",
        "date": datetime.datetime.now(datetime.UTC).date().isoformat(),
    }


def versions(tools: list[Tool]) -> dict[str, str]:
    """The version of each tool, and of what makes the search of those that have none."""
    peers = peer_versions() if any(tool.distribution for tool in tools) else {}
    found = {tool.title: peers.get(tool.distribution, _own()) for tool in tools}
    return found | ({"Pagefind": peers["pagefind"]} if "pagefind" in peers else {})


def _own() -> str:
    """hubpages' version, and the commit where git knows it."""
    command = ["git", "-C", str(ROOT), "describe", "--always", "--dirty"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return f"{__version__} at {done.stdout.strip()}" if done.returncode == 0 else __version__


def _first(pattern: str, path: str) -> str:
    found = re.search(pattern, Path(path).read_text(encoding="utf-8"), re.M)
    return found[1].strip() if found else ""
