"""`hubpages verify` on GPUs: the driver is faked, and all else is real. A made-up framework takes what it is given."""

import json
import os
import shutil
import signal
import subprocess
import time
from pathlib import Path

import psutil
import pytest

from tests.frameworks.third import Program
from tests.gpus import DIVIDED, ONE, TWO, faked_gpus
from tests.kernels import Called
from tests.pages import a_page

FIRST, SECOND = "GPU-aaaa1111-0000", "GPU-bbbb2222-0000"
H100 = "NVIDIA H100 80GB HBM3"
SETTINGS = 'framework = "tinynet"\n[limits]\nsnippet_seconds = 600\n'
VERIFY = ("verify", "--format", "json", "--sandbox", "none", "--device", "gpu", "--jobs", "4", "--variants", "none")


class Machine:
    """A machine with GPUs, and a hub whose kernels can meet in a folder."""

    def __init__(self, folder: Path) -> None:
        self.driver = folder / "driver"
        self.claims = folder / "temporary" / f"hubpages-gpus-{os.getuid()}"
        self.claims.parent.mkdir()
        self.program = Program(folder, {**faked_gpus(self.driver), "TMPDIR": str(self.claims.parent)})
        (self.program.hub / "hub.toml").write_text(SETTINGS)
        self.meeting = folder / "meeting"

    def begin(self, *lines: str, **pages: str) -> None:
        """These GPUs, and these pages by what their code does; nobody has come to the meeting yet."""
        faked_gpus(self.driver, lines)
        shutil.rmtree(self.meeting, ignore_errors=True)
        self.meeting.mkdir()
        (self.meeting / "meeting.py").write_bytes((Path(__file__).parents[1] / "gpus" / "meeting.py").read_bytes())
        for path in (self.program.hub / "hub_pages").glob("*"):
            path.unlink()
        sample = (
            f"import os, sys\nsys.path.insert(0, {str(self.meeting)!r})\nimport meeting, tinynet\nprint(meeting.GPU)"
        )
        for name, code in pages.items():
            page = self.program.hub / "hub_pages" / f"{name}.md"
            page.write_text(a_page(code, sample=sample, en=None), encoding="utf-8")

    def verify(self, *options: str, **environ: str) -> Called:
        """All pages."""
        return self.program.call(*VERIFY, *options, **environ)

    def begin_to_verify(self, *pages: str) -> subprocess.Popen[str]:
        """Some pages, while others do what they do."""
        return self.program.start(*VERIFY, "--fresh", *(f"hub_pages/{page}.md" for page in pages))

    def wait_for_kernel_of(self, process: subprocess.Popen[str]) -> None:
        """Return once it has started a kernel which says that it is here."""
        here = self.meeting / "here"
        while not (here.exists() and here.read_text()):
            assert process.poll() is None
            time.sleep(0.01)


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Machine:
    """One for all tests here."""
    return Machine(tmp_path_factory.mktemp("gpus"))


def waits_for_gpu(process: subprocess.Popen[str]) -> str:
    """What it says when it does."""
    assert process.stderr is not None
    return next((line for line in process.stderr if "another program has the GPU" in line), "")


def verdicts(called: Called) -> dict[str, str]:
    """By page."""
    return {run["page"]: run["verdict"] for run in called.json["runs"]}


def gpu_of(called: Called, page: str) -> str:
    """The UUID that its kernel saw."""
    return str(called.run_of(page)["snippets"][0]["outputs"][0]["data"]).strip()


def test_two_gpus_have_one_script_each(machine: Machine) -> None:
    """Two at a time, never two on one; what is over makes room for the next."""
    code = "with meeting.alone():\n    meeting.with_another()"
    machine.begin(*TWO, **{name: f"{code}\nprint({name!r})" for name in "abcd"})
    called = machine.verify()
    assert verdicts(called) == dict.fromkeys("abcd", "passed"), called.err
    assert sorted(gpu_of(called, name) for name in "abcd") == [FIRST, FIRST, SECOND, SECOND]
    assert not list(machine.claims.glob("claim-*"))


def test_evidence_and_card_name_the_gpu_its_driver_and_cuda(machine: Machine) -> None:
    """What the driver said when it ran."""
    machine.begin(*ONE, a="print(os.environ['CUDA_DEVICE_ORDER'])")
    run = machine.verify().run_of("a")
    environment = {name: run["environment"][name] for name in ("device", "driver", "cuda")}
    assert environment == {"device": H100, "driver": "580.65.06", "cuda": "13.0"}
    assert run["snippets"][1]["outputs"][0]["data"] == "PCI_BUS_ID\n"
    called = machine.program.call("build", "--no-search")
    card = (machine.program.hub / "site" / "zh" / "models" / "a" / "index.html").read_text(encoding="utf-8")
    for shown in (H100, "580.65.06", "13.0"):
        assert f"<dd>{shown}</dd>" in card, called.err
    (model,) = json.loads((machine.program.hub / "site" / "api" / "v1" / "models.json").read_text())["models"]
    assert (model["seen"]["zh_CN"]["device"], model["seen"]["zh_CN"]["driver"]) == (H100, "580.65.06")


def test_pass_under_the_same_driver_alone_is_not_run_again(machine: Machine) -> None:
    """Another driver is another machine."""
    machine.begin(*ONE, same="print(1)")
    machine.verify()
    assert "passed before" in machine.verify().err
    machine.begin("driver 590.44.01 13010", *ONE[1:], same="print(1)")
    called = machine.verify()
    assert "passed before" not in called.err
    assert called.run_of("same")["environment"]["driver"] == "590.44.01"


def test_slices_of_a_gpu_have_one_script_each(machine: Machine) -> None:
    """Each is a device of its own, by whose name its runs are kept and found again."""
    machine.begin(*DIVIDED[:4], **{name: f"meeting.with_another()\nprint({name!r})" for name in ("small", "large")})
    called = machine.verify()
    assert {gpu_of(called, name) for name in ("small", "large")} == {"MIG-11110000-1g", "MIG-22220000-3g"}
    devices = {run["environment"]["device"] for run in called.json["runs"]}
    assert devices == {f"{H100} MIG 1g.10gb", f"{H100} MIG 3g.40gb"}
    assert "2 of them passed before" in machine.verify().err


def test_caller_who_was_given_one_gpu_uses_that_one(machine: Machine) -> None:
    """By its number or its UUID; and who was given none is told so."""
    machine.begin(*TWO, given="print(1)")
    for visible in ("1", "GPU-bbbb"):
        assert gpu_of(machine.verify("--fresh", CUDA_VISIBLE_DEVICES=visible), "given") == SECOND
    called = machine.verify("--fresh", CUDA_VISIBLE_DEVICES="")
    assert called.status == 3
    assert "CUDA_VISIBLE_DEVICES= leaves none of the 2 that there are" in called.err


def test_script_for_a_cpu_sees_no_gpu(machine: Machine) -> None:
    """Though there are some."""
    machine.begin(*TWO, cpu="print(1)")
    called = machine.program.call(*VERIFY, "--device", "cpu")
    assert gpu_of(called, "cpu") == ""
    environment = called.run_of("cpu")["environment"]
    assert [environment[name] for name in ("device", "driver", "cuda")] == ["cpu", "", ""]


def test_scripts_share_a_gpu_by_what_they_held_before(machine: Machine) -> None:
    """The first time each has it alone; then two of three fit, with a margin, and the third waits."""
    code = (
        "tinynet.held = 30 << 30\n"
        "if (meeting.HERE / 'meet').exists():\n"
        "    meeting.with_another()\n"
        f"    claims = list(meeting.Path({str(machine.claims)!r}).glob('claim-*'))\n"
        "    assert len(claims) <= 2, claims\n"
        "else:\n"
        "    with meeting.alone():\n"
        "        pass\n"
    )
    pages = {name: f"{code}{name} = 1" for name in "abcd"}
    machine.begin(*ONE, **pages)
    called = machine.verify()
    assert verdicts(called) == dict.fromkeys("abcd", "passed"), called.err
    assert called.run_of("a")["facts"]["peak_gpu_memory"] == 30 << 30
    (machine.meeting / "meet").touch()
    called = machine.verify("--fresh")
    assert verdicts(called) == dict.fromkeys("abcd", "passed"), called.err


def test_gpu_of_a_worker_that_was_killed_is_free(machine: Machine) -> None:
    """The next script has it."""
    machine.begin(*ONE, a="os.kill(os.getppid(), 9)\nmeeting.until(lambda: False)", b="with meeting.alone():\n    pass")
    called = machine.verify()
    assert verdicts(called) == {"a": "failed", "b": "passed"}, called.err
    assert called.run_of("a")["snippets"][1]["error"]["name"] == "WorkerDied"
    assert not list(machine.claims.glob("claim-*"))


IS_THERE = "os.path.exists('/proc/' + (meeting.HERE / 'here').read_text())"
HERE = "(meeting.HERE / 'here').write_text(str(os.getpid()))\nmeeting.until(lambda: (meeting.HERE / 'go').exists())"


def test_two_programs_never_share_a_gpu_beyond_its_memory(machine: Machine) -> None:
    """The second says once that it waits, and starts when the kernel of the first is gone."""
    machine.begin(*ONE, first=HERE, second=f"print({IS_THERE})", third=f"print({IS_THERE}, end='\\n')")
    with machine.begin_to_verify("first") as first:
        machine.wait_for_kernel_of(first)
        with machine.begin_to_verify("second", "third") as second:
            said = waits_for_gpu(second)
            (machine.meeting / "go").touch()
            first.communicate()
            out, err = second.communicate()
    assert said
    assert said not in err
    called = Called(second.returncode, out, err)
    assert verdicts(called) == {"second": "passed", "third": "passed"}, err
    printed = [called.run_of(page)["snippets"][1]["outputs"][0]["data"] for page in ("second", "third")]
    assert printed == ["False\n"] * 2
    assert not list(machine.claims.glob("claim-*"))


def test_gpu_of_a_program_that_was_killed_is_free_once_its_worker_is_dead(machine: Machine) -> None:
    """And not before: its kernel is on the GPU until then."""
    machine.begin(*ONE, first=HERE, second=f"print({IS_THERE})")
    with machine.begin_to_verify("first") as first:
        machine.wait_for_kernel_of(first)
        worker = psutil.Process(int((machine.meeting / "here").read_text())).parent()
        assert worker
        worker.suspend()
        first.kill()
        first.wait()
        with machine.begin_to_verify("second") as second:
            said = waits_for_gpu(second)
            worker.resume()
            out, err = second.communicate()
    assert said
    called = Called(second.returncode, out, err)
    assert verdicts(called) == {"second": "passed"}, err
    assert called.run_of("second")["snippets"][1]["outputs"][0]["data"] == "False\n"
    assert not list(machine.claims.glob("claim-*"))


def test_program_that_waits_for_a_gpu_can_be_interrupted(machine: Machine) -> None:
    """It ends at once, and the other one goes on."""
    machine.begin(*ONE, first=HERE, second="print(2)")
    with machine.begin_to_verify("first") as first:
        machine.wait_for_kernel_of(first)
        with machine.begin_to_verify("second") as second:
            assert waits_for_gpu(second)
            os.kill(second.pid, signal.SIGINT)
            _, err = second.communicate()
        assert second.returncode == 130, err
        assert first.poll() is None
        (machine.meeting / "go").touch()
        _, err = first.communicate()
    assert first.returncode == 0, err


def test_framework_that_cannot_use_the_gpu_is_told(machine: Machine) -> None:
    """The driver's word is not enough."""
    machine.begin(*TWO, a="print(1)")
    python = machine.program.hub / ".venv-tinynet" / "bin" / "python"
    framework = machine.program.program / "generator" / "frameworks" / "tinynet.py"
    whole = framework.read_text()
    cannot = f"TinyNet of {python} cannot use {H100}"
    try:
        framework.write_text(whole.replace('"FAKED_GPUS" in', '"NO_SUCH" in'))
        none = machine.verify()
        framework.write_text(
            whole.replace('    return "FAKED_GPUS" in', '    raise ValueError("not for sm_90\\nback")\n    return')
        )
        fails, falls_back = machine.verify(), machine.verify("--device", "auto")
    finally:
        framework.write_text(whole)
    assert none.status == fails.status == 3
    told = f"there is no GPU to run on: {cannot}: it finds none; --device cpu runs without"
    assert told in " ".join(none.err.split())
    assert f"{cannot}: ValueError: not for sm_90; --device cpu runs without" in " ".join(fails.err.split())
    assert f"{cannot}: ValueError: not for sm_90; scripts run on the CPU" in " ".join(falls_back.err.split())
    assert falls_back.run_of("a")["environment"]["device"] == "cpu"


def test_gpus_that_the_framework_cannot_use_are_left_out(machine: Machine) -> None:
    """Beside others that it can."""
    machine.begin(TWO[0], "gpu GPU-cccc3333-0000 16106127360 off Old Card", TWO[1], a="print(1)")
    framework = machine.program.program / "generator" / "frameworks" / "tinynet.py"
    whole = framework.read_text()
    try:
        framework.write_text(
            whole.replace(
                '    return "FAKED_GPUS" in',
                '    return "cccc" not in os.environ["CUDA_VISIBLE_DEVICES"] and "FAKED_GPUS" in',
            )
        )
        called = machine.verify()
    finally:
        framework.write_text(whole)
    assert "cannot use Old Card: it finds none" in " ".join(called.err.split())
    assert called.run_of("a")["environment"]["device"] == H100
