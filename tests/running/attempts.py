"""Pages run by a worker of their own, as `verify` runs them."""

import os
import socket
import subprocess
import sys
from collections.abc import Mapping
from typing import Any

import msgspec

from generator.model.limits import Limits
from generator.running.attempt import Attempt, Job, read_attempt
from generator.running.sandbox import choose
from generator.scripts.planning import plan
from tests.kernels import KERNEL_PYTHON, ROOT
from tests.pages import a_page, read

SANDBOX = choose("auto").kind
"""What this machine has."""


def attempt(text: str, caller: Mapping[str, str] | None = None, limits: Limits | None = None, **job: Any) -> Attempt:
    """What came of a page.

    Args:
        caller: variables of the process that runs the worker.
        job: the job's other fields; a sandbox without a network where the machine has one, unless they say otherwise.
    """
    assert KERNEL_PYTHON.exists(), "the kernel environment is missing: `make test` sets it up"
    (script,) = plan([read(text)])
    fields = {"environ": {"CUDA_VISIBLE_DEVICES": ""}, "sandbox": SANDBOX, "network": False} | job
    own, other = socket.socketpair()
    with own, other:
        done = subprocess.run(
            [sys.executable, "-m", "generator.running.worker", str(other.fileno())],
            input=msgspec.json.encode(Job(script, str(KERNEL_PYTHON), limits or Limits(), **fields)),
            capture_output=True,
            cwd=ROOT,
            env={**os.environ, **(caller or {})},
            pass_fds=[other.fileno()],
            check=False,
        )
    assert done.returncode == 0, done.stderr.decode()
    return read_attempt(done.stdout)


def a_run(snippet: str, **options: Any) -> Attempt:
    """What came of a page with this snippet."""
    return attempt(a_page(snippet, en=None), **options)


def printed(attempt: Attempt) -> str:
    """All text that it showed."""
    return "".join(output.data for ran in attempt.snippets for output in ran.run.outputs)
