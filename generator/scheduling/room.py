"""What this machine has for scripts."""

import os

import psutil

from generator.running.cgroup import memory_left


def cores() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def available_memory() -> int:
    """Bytes that may be used now without swapping, by the machine or by the control group that this process is in."""
    free = int(psutil.virtual_memory().available)
    left = memory_left()
    return free if left is None else min(free, left)
