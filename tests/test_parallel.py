"""Work in several processes: none of them outlives whoever gives it."""

import subprocess
import sys

import psutil

from generator.parallel import WORTH_IT
from tests.kernels import ROOT

PATIENCE = 30
WORK = f"""
import time
from generator.parallel import pool

with pool() as mapper:
    list(mapper(time.sleep, [600.0] * {WORTH_IT}))
"""


def test_processes_end_with_the_one_that_they_work_for() -> None:
    """Also where that was killed, and could tell nobody."""
    process = subprocess.Popen([sys.executable, "-c", WORK], cwd=ROOT)
    workers: list[psutil.Process] = []
    while not workers:
        assert process.poll() is None
        workers = psutil.Process(process.pid).children()
    process.kill()
    process.wait()
    try:
        assert psutil.wait_procs(workers, PATIENCE)[1] == []
    finally:
        for worker in workers:
            if worker.is_running():
                worker.kill()
