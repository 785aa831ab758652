"""Snippets are a stranger's code: where they run, and what of this machine they see there.

With bubblewrap a kernel has a read-only system, its own environment, the folder of its run, and nothing else: no other
file, process, variable or, unless it is shared, network.
"""

import os
import resource
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from generator.model.limits import Limits
from generator.model.run import SandboxChoice, SandboxKind
from generator.running import relay
from generator.running.cgroup import Cgroup
from generator.running.keyrings import key_filter
from generator.running.visible import SYSTEM, show_environment
from generator.running.visible import SandboxError as SandboxError

INSIDE = Path("/run/hub")
"""The run's folder as a sandboxed kernel sees it: the same for all, so that no evidence names a machine's path."""

PACKAGES = "/run/packages"
"""What it sees the packages under that it alone has."""
CERTIFICATE = "/run/certificate.pem"
"""Likewise the proxy's certificate."""
_RELAY = "/run/relay.py"
_PATH = "/usr/local/bin:/usr/bin:/bin"
_SHARED_MEMORY = 1 << 30
_PATIENCE_SECONDS = 120
"""How long bubblewrap may take to start: on a machine that stands still for a while nothing is to run without it."""
_BLOCK = 512
"""What POSIX says that `ulimit -f` counts in."""

_NAMESPACES = (
    "--die-with-parent",
    "--new-session",
    "--unshare-pid",
    "--unshare-ipc",
    "--unshare-uts",
    "--unshare-cgroup-try",
    # Root would keep its powers inside, and could mount what is hidden.
    *("--cap-drop", "ALL"),
    *("--hostname", "hub"),
)

# What programs look up and what says nothing of this machine's people: libraries, certificates, fonts, the clock.
_SETTINGS = (
    "/etc/ld.so.cache",
    "/etc/ld.so.conf",
    "/etc/ld.so.conf.d",
    "/etc/alternatives",
    "/etc/ssl/certs",
    "/etc/ssl/openssl.cnf",
    "/etc/ca-certificates",
    "/etc/pki/tls/certs",
    "/etc/pki/ca-trust/extracted",
    "/etc/fonts",
    "/etc/localtime",
    "/etc/mime.types",
    "/etc/nsswitch.conf",
    "/etc/protocols",
    "/etc/services",
)
_NETWORK_SETTINGS = ("/etc/resolv.conf", "/etc/hosts")
_OWN_SETTINGS = {
    "passwd": "hub:x:{user}:{group}:hub:/run/hub/home:/bin/sh\n",
    "group": "hub:x:{group}:\n",
    "hosts": "127.0.0.1 localhost hub\n::1 localhost\n",
}
# Numerical libraries look up how many processors there are, and MegEngine's DataLoader with workers how much memory:
# where the kernel has no such file, as with control groups of version 2, it fails inside the sandbox and outside.
_MACHINE = ("/sys/devices/system/cpu", "/sys/fs/cgroup/memory/memory.limit_in_bytes")
_GPU_SETTINGS = ("/sys/bus/pci", "/sys/devices", "/etc/OpenCL", "/etc/vulkan")


@dataclass(frozen=True, slots=True)
class Sandbox:
    """What kernels are kept apart with."""

    kind: SandboxKind
    reason: str = ""
    """Where it is none, though one was wanted if possible: why, in a sentence to show once."""


@dataclass(frozen=True, slots=True)
class Outside:
    """What of the machine a kernel may use besides its environment and the folder of its run."""

    network: bool = True
    """Whether it shares the machine's network. Without bubblewrap it does in any case."""
    certificate: Path | None = None
    """The one that clients of the proxy must trust. The folder around it, with its key, stays hidden."""
    gpu: bool = False
    packages: Path | None = None
    """A folder of packages that the kernel has besides those of its environment."""


@dataclass(frozen=True, slots=True)
class Enclosure:
    """Where one kernel runs, and how it gets there."""

    folder: Path
    """The folder of its run, as this process sees it."""
    inside: Path
    """The same, as the kernel sees it."""
    prefix: tuple[str, ...] = ()
    """What to put before the kernel's command."""
    environ: Mapping[str, str] = field(default_factory=dict)
    """Variables of the process that is started; the kernel has no others."""
    descriptors: tuple[int, ...] = ()
    """What the process must inherit besides its standard streams."""
    kind: SandboxKind = "none"


def choose(wanted: SandboxChoice) -> Sandbox:
    """The sandbox for kernels on this machine, tried by running something in it.

    Raises SandboxError where `bwrap` is wanted and does not work; `auto` then has none, and its reason says why.
    """
    if wanted == "none":
        return Sandbox("none")
    problem = _problem()
    if problem is None:
        return Sandbox("bwrap")
    if wanted == "bwrap":
        raise SandboxError(f"no sandbox: {problem}")
    return Sandbox("none", f"snippets run without a sandbox, with all that this user may do: {problem}")


def enclose(
    kind: SandboxKind,
    folder: Path,
    python: Path,
    environ: Mapping[str, str],
    limits: Limits,
    outside: Outside,
    *,
    group: Cgroup | None = None,
    inlet: relay.Relay | None = None,
) -> Enclosure:
    """How to start a kernel so that it is kept apart and within bounds.

    Args:
        folder: the run's own; the kernel may write there and, with bubblewrap, nowhere else.
        python: interpreter of the kernel environment, by the name that it is called by.
        environ: the kernel's variables. With bubblewrap, PATH and the certificate's path become those inside.
        group: the control group that the kernel shall be in.
        inlet: with bubblewrap and no network, the way to the proxy.

    Raises SandboxError where the sandbox would have to show a whole home folder.
    """
    if outside.packages:
        environ = {**environ, "PYTHONPATH": str(outside.packages)}
    if kind == "none":
        return Enclosure(folder, folder, _bounding_shell(limits, group), dict(environ))
    program = shutil.which("bwrap")
    if program is None:
        raise SandboxError(f"no sandbox: {_problem()}")
    own = (outside.certificate, CERTIFICATE), (outside.packages, PACKAGES)
    shown = {str(path): name for path, name in own if path}
    inner = {name: shown.get(value, value) for name, value in environ.items()}
    # Its parent is number 1 there. Without one, ipykernel takes itself for started by hand and says how to stop it.
    inner["JPY_PARENT_PID"] = "1"
    inner["PATH"] = os.pathsep.join([str(python.parent), _PATH])
    own_descriptors = (inlet.descriptor,) if inlet else ()
    filters, reads = _filters(folder, own_descriptors)
    command = [program, *_NAMESPACES, *filters, "--clearenv", *([] if outside.network else ["--unshare-net"])]
    for name, value in inner.items():
        command += ["--setenv", name, value]
    command += [*_system(), *_devices(outside.gpu), *_settings(folder, outside.network)]
    command += ["--bind", str(folder / "tmp"), "/tmp", "--bind", str(folder), str(INSIDE)]
    command += ["--dir", "/home", "--dir", "/root", *show_environment(python)]
    command += [word for path, name in shown.items() for word in ("--ro-bind", path, name)]
    command += ["--ro-bind", relay.__file__, _RELAY] if inlet else []
    command += ["--remount-ro", "/", "--chdir", str(INSIDE / "work"), "--"]
    if inlet:
        command += [str(python), "-I", "-S", _RELAY, str(inlet.descriptor), str(inlet.port)]
    command = [*_bounding_shell(limits, group, reads), *command]
    return Enclosure(folder, INSIDE, tuple(command), {"PATH": _PATH}, own_descriptors, "bwrap")


def _problem() -> str | None:
    """Why bubblewrap does not work here, and what to do; None where it does."""
    if sys.platform != "linux":
        return "bubblewrap is for Linux alone; --sandbox none does without"
    program = shutil.which("bwrap")
    if program is None:
        return "there is no bwrap on PATH: install bubblewrap, or choose --sandbox none to trust the pages"
    source, sink = os.pipe()
    os.write(sink, key_filter())
    os.close(sink)
    filters = ["--seccomp", str(source)] if key_filter() else []
    command = [program, *_NAMESPACES, *filters, "--unshare-net", "--clearenv", *_system(), *_devices(gpu=False)]
    try:
        done = subprocess.run(
            [*command, "--", "true"],
            pass_fds=[source],
            capture_output=True,
            text=True,
            errors="replace",
            timeout=_PATIENCE_SECONDS,
            check=False,
        )
    except (OSError, subprocess.SubprocessError) as error:
        return f"bubblewrap does not start ({error})"
    finally:
        os.close(source)
    if done.returncode == 0:
        return None
    said = (done.stderr.strip().splitlines() or [f"status {done.returncode}"])[-1]
    return f"bubblewrap does not work here ({said}): let this user make namespaces, or choose --sandbox none"


def _filters(folder: Path, taken: Iterable[int]) -> tuple[list[str], str]:
    """Bubblewrap's options for what system calls are refused, and what a shell has to do first to have it read them.

    Args:
        folder: the run's own, where the filter is kept until then.
        taken: descriptors that are something else.
    """
    program = key_filter()
    if not program:
        return [], ""
    file = folder / "filter"
    file.write_bytes(program)
    descriptor = next(number for number in range(9, 2, -1) if number not in taken)  # a shell knows no larger ones
    return ["--seccomp", str(descriptor)], f"exec {descriptor}<{shlex.quote(str(file))}; "


def _bounding_shell(limits: Limits, group: Cgroup | None, reads: str = "") -> tuple[str, ...]:
    """A shell that bounds itself and becomes what follows: it starts in a millisecond, an interpreter does not.

    Args:
        reads: what it opens for what follows.
    """
    files = _at_most(resource.RLIMIT_NOFILE, limits.open_files)
    blocks = _at_most(resource.RLIMIT_FSIZE, limits.file_bytes) // _BLOCK
    # A kernel that is made to abort for its stack must not leave gigabytes of core.
    script = f"ulimit -c 0; ulimit -n {files}; ulimit -f {blocks}; "
    return "/bin/sh", "-c", script + reads + (group.entry if group else "") + 'exec "$@"', "sh"


def _at_most(kind: int, wanted: int) -> int:
    """The bound that can be set: none may be raised above what this process was given."""
    hard = resource.getrlimit(kind)[1]
    return wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)


def _system() -> list[str]:
    options: list[str] = []
    for name in SYSTEM:
        path = Path(name)
        if path.is_symlink():
            options += ["--symlink", str(path.readlink()), name]
        elif path.is_dir():
            options += ["--ro-bind", name, name]
    return options


def _devices(gpu: bool) -> list[str]:
    # Files below /proc/sys are root's to write even without powers, and rule the whole machine.
    options = ["--proc", "/proc", "--remount-ro", "/proc"]
    options += ["--dev", "/dev", "--size", str(_SHARED_MEMORY), "--tmpfs", "/dev/shm"]
    options += _shown(_MACHINE)
    if gpu:
        for node in sorted(Path("/dev").glob("nvidia*")):
            options += ["--dev-bind-try", str(node), str(node)]
        options += _shown(_GPU_SETTINGS)
    return [*options, "--remount-ro", "/dev"]


def _settings(folder: Path, network: bool) -> list[str]:
    own = folder / "etc"
    own.mkdir()
    options = _shown(_SETTINGS)
    for name, text in _OWN_SETTINGS.items():
        (own / name).write_text(text.format(user=os.getuid(), group=os.getgid()), encoding="ascii")
        options += ["--ro-bind", str(own / name), f"/etc/{name}"]
    return options + _shown(_NETWORK_SETTINGS) if network else options


def _shown(paths: Iterable[str]) -> list[str]:
    return [word for path in paths for word in ("--ro-bind-try", path, path)]
