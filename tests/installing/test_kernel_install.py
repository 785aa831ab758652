"""`hubpages kernel`: the environment is as pinned, or it says how not; what is half made is never taken for one."""

import json
import os
import shutil
import signal
import socket
import subprocess
from pathlib import Path

import psutil
import pytest

from generator.frameworks import kernel_environments
from generator.installing.pinned import pinned_files, pins_of
from tests.installing.programs import BASE, BUILD, PINNED, Program
from tests.kernels import KERNEL_PYTHON, a_hub_root, hubpages
from tests.pages import a_page, write


@pytest.fixture
def program(tmp_path: Path) -> Program:
    """With a hub that has no kernel environment."""
    return Program(tmp_path)


@pytest.mark.parametrize("installer", ["pip", "uv"])
def test_environment_is_made_and_brought_up_to_date(program: Program, installer: str) -> None:
    """In the order of the files, and once; what somebody added to it stays, and what differs is named and put right."""
    if installer == "uv":
        program.with_uv()
    called = program.call("kernel", "check")
    assert called.status == 3
    assert f"there is no kernel environment in {program.place}: `hubpages kernel install`" in called.err
    called = program.call("kernel", "install")
    assert called.status == 0, called.err
    told = [line for line in called.err.splitlines() if line.startswith("installing")]
    assert told == [f"installing what {name} pins, by {installer}" for name in (BUILD, PINNED)]
    assert program.module("easydict").exists()
    assert program.module("termcolor").exists()
    assert f"{program.place} is as pinned: Python 3.10" in called.err
    assert "installing" not in program.call("kernel", "install").err
    assert program.call("kernel", "check").status == 0
    ready = program.place / ".ready"
    os.utime(ready, (0, 0))
    assert program.call("kernel", "install").status == 0
    assert ready.stat().st_mtime > (program.folder / "environments" / PINNED).stat().st_mtime  # make goes by that

    added = program.module("added")
    added.write_text("")
    program.pin(PINNED, "termcolor", "einops")
    shutil.rmtree(next(added.parent.glob("easydict-*.dist-info")))
    called = program.call("kernel", "check")
    assert called.status == 1
    assert [line.partition(": ")[2] for line in called.err.splitlines()[:-1]] == [
        "easydict 9.0 is missing",
        "einops 9.0 is missing",
    ]
    assert program.call("kernel", "install").status == 0
    assert program.module("einops").exists()
    assert added.exists()


def test_environment_that_failed_is_none(program: Program) -> None:
    """`check` and `verify` say so; the next call makes it anew."""
    write(program.with_uv().hub, tiny=a_page())
    program.pin(PINNED, "nowhere")
    called = program.call("kernel", "install")
    assert called.status == 3
    assert called.err.splitlines()[-1].startswith("hubpages: no kernel environment: uv ended with 1: put right")
    assert (program.place / "bin" / "python").exists()
    for command in (["kernel", "check"], ["verify"]):
        called = program.call(*command)
        assert called.status == 3
        assert "never finished: `hubpages kernel install` makes one" in called.err
    left = program.module("left")
    left.write_text("")
    program.pin(PINNED, "termcolor")
    assert program.call("kernel", "install").status == 0
    assert not left.exists()
    assert program.call("kernel", "check").status == 0


def test_interrupted_installation_ends_as_a_whole_and_leaves_no_environment(program: Program) -> None:
    """Also what pip does by then: it waits for a server that says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        address = f"http://127.0.0.1:{server.getsockname()[1]}/"
        process = subprocess.Popen(
            program.command("kernel", "install", "--installer", "pip"),
            cwd=program.folder,
            env=program.environ(PIP_FIND_LINKS=address),
            stderr=subprocess.PIPE,
        )
        connection, _ = server.accept()
        started = psutil.Process(process.pid).children(recursive=True)
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) == 130
        connection.close()
    assert process.stderr is not None
    process.stderr.close()
    assert started
    assert not [one for one in started if one.is_running() and one.status() != psutil.STATUS_ZOMBIE]
    assert "never finished" in program.call("kernel", "check").err


def test_what_somebody_else_made_is_left(program: Program) -> None:
    """Another thing in its place, which nobody is told to remove, and an environment that is not as pinned."""
    program.place.mkdir()
    (program.place / "mine").write_text("mine")
    called = program.call("kernel", "install")
    assert called.status == 3
    assert called.err.endswith(
        f"{program.place} holds something else than an environment, and is left as it is: "
        "name another place in hub.toml, [kernel] python\n"
    )
    assert [path.name for path in program.place.iterdir()] == ["mine"]
    (program.place / "mine").unlink()
    subprocess.run([BASE, "-m", "venv", "--without-pip", program.place], check=True)
    called = program.call("kernel", "install")
    assert called.status == 3
    assert f"{program.place} is an environment that was not made here, and is left as it is" in called.err
    assert not (program.place / ".unfinished").exists()


def test_own_requirements_are_installed_last(program: Program) -> None:
    """They have the last word on versions, and a change of theirs is a difference."""
    own = program.with_uv().hub / "more.txt"
    own.write_text("einops\n", encoding="utf-8")
    (program.hub / "hub.toml").write_text('[kernel]\nrequirements = "more.txt"\n', encoding="utf-8")
    called = program.call("kernel", "install")
    assert called.status == 0, called.err
    assert "installing" in called.err.splitlines()[-2]
    assert "more.txt" in called.err.splitlines()[-2]
    assert program.module("einops").exists()
    told = json.loads((program.place / ".ready").read_text())
    assert told["own"]["einops"] == "9.0"
    assert program.call("kernel", "check").status == 0
    own.write_text("einops\neasydict\n", encoding="utf-8")
    called = program.call("kernel", "check")
    assert called.status == 1
    assert "the hub's own requirements are others than it was made with" in called.err
    own.unlink()
    called = program.call("kernel", "install")
    assert called.status == 2
    assert f"[kernel] requirements: there is no file {own}" in called.err


def test_what_is_lacking_is_told_before_anything_is_made(program: Program, tmp_path: Path) -> None:
    """A Python that starts, a compiler, uv where it is asked for; and a place that is no environment."""
    bare = tmp_path / "bare"
    bare.mkdir()
    (bare / "sh").symlink_to("/bin/sh")
    compiler = bare / "c++"
    compiler.symlink_to("/bin/true")
    alone = {"PATH": str(bare), "PYENV_ROOT": str(bare), "CXX": ""}
    called = program.call("kernel", "install", **alone)
    assert called.status == 3
    assert "No Python 3.10 that starts was found: install one with" in called.err
    called = program.call("kernel", "install", "--installer", "uv", **alone)
    assert (called.status, "there is no uv on PATH" in called.err) == (3, True)
    compiler.unlink()
    called = program.call("kernel", "install", **alone)
    assert (called.status, "there is no C++ compiler: install one" in called.err) == (3, True)
    assert not program.place.exists()
    (program.hub / "hub.toml").write_text('[kernel]\npython = "/opt/python3"\n', encoding="utf-8")
    called = program.call("kernel", "install")
    assert (called.status, "is no environment's bin/python" in called.err) == (2, True)


def test_environment_of_the_tests_is_as_pinned(tmp_path: Path) -> None:
    """The real one, by the pins that a hub gets."""
    called = hubpages("-C", a_hub_root(tmp_path), "kernel", "check")
    assert called.status == 0, called.err
    assert f"{KERNEL_PYTHON.parents[1]} is as pinned" in called.err


def test_every_pinned_line_is_understood() -> None:
    """Each names one version for every machine: a marker would be judged by nobody."""
    for environment in kernel_environments().values():
        files = pinned_files(environment)
        lines = [line for file in files for line in file.read_text(encoding="utf-8").splitlines()]
        wanted = {line.split("==")[0] for line in lines if line and not line.startswith((" ", "#"))}
        assert set(pins_of(files)) == wanted
        assert not [line for line in lines if ";" in line]
