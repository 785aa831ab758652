"""What the commands ask that run snippets: where downloads come from, on what, under what."""

import argparse
import errno
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

from generator.cli.arguments import positive
from generator.commands.root import HubRoot
from generator.files import temporary_folder
from generator.model.run import AssetMode, DeviceChoice, SandboxChoice, Weights

if TYPE_CHECKING:
    from generator.commands.machine import Request


def how_it_is_run(added: argparse.ArgumentParser) -> None:
    """Add the options that say how snippets are run."""
    how = added.add_argument_group("how it is run")
    how.add_argument(
        "--assets",
        choices=get_args(AssetMode),
        help="where downloads come from: the network, the network into store and lock (trusted pages only), the store; "
        "default: what hub.toml says under [verify], else live",
    )
    how.add_argument("--accept-changes", action="store_true", help="with record: lock anew what changed upstream")
    how.add_argument(
        "--weights",
        choices=get_args(Weights),
        help="standin: random weights of the right shapes in place of the published files",
    )
    how.add_argument("--device", choices=get_args(DeviceChoice), default="auto", help="default: a GPU if there is one")
    how.add_argument(
        "--sandbox",
        choices=get_args(SandboxChoice),
        default="auto",
        help="default: bubblewrap where it works, and a line that says so where it does not",
    )
    how.add_argument(
        "--jobs",
        type=positive,
        metavar="N",
        help="scripts at a time, at most; default: one a core. Fewer run where memory has no room for what they held "
        "in past runs",
    )


def what_adds(root: HubRoot, names: str = "NAME") -> str:
    """How a kernel gets a module that it lacks."""
    return f"modules are looked for where {root.kernel_python} does: its `-m pip install {names}` adds what is missing"


def request_of(root: HubRoot, options: argparse.Namespace, **more: Any) -> "Request":
    """How pages are to be run, as these options, and hub.toml where they say nothing, have it.

    Args:
        more: what the command decides beside them.
    """
    from generator.commands.machine import Request  # kernels are slow to load

    return Request(
        assets=options.assets or root.config.verify.assets,
        weights=options.weights or root.config.verify.weights,
        device=options.device,
        sandbox=options.sandbox,
        jobs=options.jobs,
        accept_changes=options.accept_changes,
        evidence=options.evidence,
        **more,
    )


def prove_writable(evidence: Path, junit_file: Path | None = None) -> None:
    """Raise ValueError where a run would be lost at its end, which may be an hour away; OSError for a full disk."""
    if junit_file and junit_file.is_dir():
        raise ValueError(f"--junit {junit_file} is a folder: name the file to be written")
    wanted = {"evidence": evidence} | ({"the JUnit report": junit_file.parent} if junit_file else {})
    for what, folder in wanted.items():
        try:
            folder.mkdir(parents=True, exist_ok=True)
            with temporary_folder(".trying-", folder):
                pass
        except OSError as error:
            if error.errno in (errno.ENOSPC, errno.EDQUOT):  # whatever folder is named, this one would still be full
                raise
            message = f"{what} cannot be written to {folder} ({error.strerror}): name a folder that can be written to"
            raise ValueError(message) from error
