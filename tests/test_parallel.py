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
    list(mapper(time.sleep, [0.0] + [600.0] * {WORTH_IT}))
"""
BROKEN = f"""
import os, signal, sys, time
from concurrent.futures.process import BrokenProcessPool
from generator.parallel import pool

def work(item):
    if item == 1:
        time.sleep(600)
    if item == 2:
        os.kill(os.getpid(), signal.SIGKILL)

signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
with pool() as mapper:
    try:
        list(mapper(work, range({WORTH_IT})))
    except BrokenProcessPool:
        print("told")
"""
LOADING = f"""
from functools import cache
from generator.parallel import pool

@cache
def loaded():
    return object()

def work(item):
    misses = loaded.cache_info().misses
    loaded()
    return loaded.cache_info().misses - misses

with pool() as mapper:
    print(sum(mapper(work, range({WORTH_IT}))))
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


def test_death_of_one_is_told_and_ends_the_others() -> None:
    """However busy these are: nobody waits for what they would have done."""
    done = subprocess.run([sys.executable, "-c", BROKEN], cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE)
    assert (done.returncode, done.stdout) == (0, "told\n"), done.stderr


def test_what_the_first_item_loads_is_loaded_once() -> None:
    """Processes that are forked have it already: templates are compiled for all of them, and not by each."""
    done = subprocess.run([sys.executable, "-c", LOADING], cwd=ROOT, capture_output=True, check=True, text=True)
    assert done.stdout.split() == ["1"]
