"""A job of a workflow, its steps run as shell scripts on a repository of their own, with programs that note calls."""

import os
import re
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any

import yaml

from tests.kernels import ROOT
from tests.pages import a_page, write
from tests.typed import without_make

GH = """\
#!/bin/sh
for word in "$@"; do printf '%s\\t' "$word"; done >>"$GH_CALLS"
echo >>"$GH_CALLS"
case "$1 $2" in "issue list") cat "$GH_OPEN" ;; "pr list") cat "$GH_OPEN" ;; esac
"""
OWNER = "owner/hub"
TARGETS = ("environment-pytorch", "environments", "program", "site", "test")


NOTES = """\
#!/bin/sh
echo "$(basename "$0") $*" >>"$ROOT_CALLS"
"""
"""What only root does: `sudo` and `apt-get`."""
_EXPRESSION = re.compile(r"\$\{\{ *(.*?) *\}\}")


class Job:
    """A checkout in which a job's steps are run, and the repository that it came from."""

    def __init__(self, folder: Path, workflows: Path = ROOT / ".github" / "workflows") -> None:
        self.workflows = workflows
        self.here, self.remote = folder / "checkout", folder / "host" / f"{OWNER}.git"
        self.calls, self.open = folder / "calls", folder / "open"
        (folder / "bin").mkdir()
        self.bin = folder / "bin"
        for name, text in {"gh": GH, "sudo": NOTES, "apt-get": NOTES}.items():
            self.program(name, text)
        self.open.write_text("")
        self.environ = {
            **without_make(),
            "PATH": f"{folder / 'bin'}{os.pathsep}{os.environ['PATH']}",
            "GITHUB_SERVER_URL": f"file://{folder / 'host'}",
            "GITHUB_REPOSITORY": OWNER,
            "GITHUB_REF_NAME": "main",
            "GITHUB_STEP_SUMMARY": str(folder / "summary.md"),
            "GH_CALLS": str(self.calls),
            "GH_OPEN": str(self.open),
            "ROOT_CALLS": str(folder / "root"),
            "GIT_CONFIG_GLOBAL": os.devnull,
        }
        self.summary, self.as_root = folder / "summary.md", folder / "root"
        write(self._cloned(), tiny=a_page())
        (self.here / "hub.lock").write_text("# nothing\n")
        self.git("add", "--all")
        self.git("-c", "user.name=A", "-c", "user.email=a@example.org", "commit", "--quiet", "--message", "A hub")
        self.git("push", "--quiet", "origin", "HEAD:refs/heads/main")
        (self.here / ".venv").symlink_to(sys.prefix)
        (self.here / ".ci").symlink_to(ROOT / ".ci")
        (self.here / "Makefile").write_text(makefile())

    def program(self, name: str, text: str) -> None:
        """A script that stands before the machine's own programs."""
        (self.bin / name).write_text(text)
        (self.bin / name).chmod(0o755)

    def _cloned(self) -> Path:
        subprocess.run(["git", "init", "--quiet", "--bare", self.remote], check=True)
        subprocess.run(["git", "init", "--quiet", "--initial-branch", "main", self.here], check=True)
        self.git("remote", "add", "origin", str(self.remote))
        return self.here

    def git(self, *words: str) -> str:
        """git in the checkout."""
        done = subprocess.run(["git", *words], cwd=self.here, env=self.environ, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def commit(self) -> str:
        """All that is in the checkout but its environment; the commit before."""
        before = self.git("rev-parse", "HEAD")
        self.git("add", "--all", "--", "hub_pages", "hub.toml")
        self.git("-c", "user.name=A", "-c", "user.email=a@example.org", "commit", "--quiet", "--message", "More")
        return before

    def steps(
        self, workflow: str, job: str, given: Mapping[str, str] = MappingProxyType({}), **status: int
    ) -> dict[str, str]:
        """Run every `run:` block of a job one after another, whatever it depends on; what each said.

        Args:
            given: what GitHub would put in the place of expressions.
            status: by the id of a step, with what it ends; all others end with 0, or 1 where that stops nothing.
        """
        told = {}
        whole = workflow_of(workflow, self.workflows)
        own = whole["jobs"][job]
        for step in own["steps"]:
            if "run" not in step:
                continue
            environ = {**whole.get("env", {}), **own.get("env", {}), **step.get("env", {})}
            environ = {name: _EXPRESSION.sub(lambda found: given[found[1]], value) for name, value in environ.items()}
            name = step.get("name", step["run"].split()[0])
            ends = (0, 1) if step.get("continue-on-error") else (status.get(step.get("id", ""), 0),)
            told[name] = self.run(step["run"], ends, **environ)
        return told

    def run(self, script: str, status: Sequence[int] = (0,), **environ: str) -> str:
        """A `run:` block as GitHub's runner runs it; what it said."""
        command = ["bash", "-e", "-c", script]
        done = subprocess.run(
            command, cwd=self.here, env={**self.environ, **environ}, capture_output=True, text=True, encoding="utf-8"
        )
        assert done.returncode in status, done.stdout + done.stderr
        return done.stdout + done.stderr

    def published(self, branch: str, place: Path) -> Path:
        """A clone of one of the repository's branches."""
        subprocess.run(["git", "clone", "--quiet", "--branch", branch, self.remote, place], check=True)
        return place

    def asked(self) -> list[list[str]]:
        """What gh was called with so far."""
        return [line.split("\t")[:-1] for line in self.calls.read_text().splitlines()] if self.calls.exists() else []


def workflow_of(name: str, folder: Path = ROOT / ".github" / "workflows") -> dict[str, Any]:
    """A workflow of this repository, or of another one."""
    data = yaml.safe_load((folder / f"{name}.yml").read_text(encoding="utf-8"))
    return dict(data)


def makefile() -> str:
    """The Makefile's targets that workflows call, without what sets them up: that is there already."""
    text = (ROOT / "Makefile").read_text(encoding="utf-8")
    recipes = dict(re.findall(r"(?m)^([a-z-]+):.*\n((?:\t.*\n)*)", text))
    recipes["test"] = "\t@echo all tests\n"  # of which this is one
    return "".join(f"{name}:\n{recipes[name] or chr(9) + '@true' + chr(10)}" for name in TARGETS)


def block(workflow: str, job: str, name: str) -> str:
    """What a named step runs."""
    steps = workflow_of(workflow)["jobs"][job]["steps"]
    (found,) = [step["run"] for step in steps if step.get("name") == name]
    return str(found)
