"""What past runs say of a script that is about to run."""

from dataclasses import replace

from generator.evidence.past import Past, past_of
from generator.model.run import Facts, Script, ScriptRun
from generator.scripts.planning import plan
from tests.pages import a_page, read
from tests.rendering.runs import a_run

PAGE = read(a_page("print(1)"))


def a_script(code: str = "print(1)") -> Script:
    """A script of the page."""
    return plan([read(a_page(code))])[0]


def run_of(code: str = "print(1)", seconds: float = 5.0, memory: int | None = None, **changes: object) -> ScriptRun:
    """A run of a script of the page."""
    facts = Facts(None, memory, None) if memory is not None else None
    return replace(a_run(read(a_page(code))), seconds=seconds, facts=facts, **changes)  # type: ignore[arg-type]


def test_run_of_the_same_code_speaks_before_others_of_its_page() -> None:
    """Other code of the page is the next best; nothing known is nothing said."""
    runs = [run_of("print(2)", 90.0, 900), run_of(seconds=3.0, memory=300)]
    assert past_of(a_script(), runs, "cpu") == Past(3.0, 300)
    assert past_of(a_script("print(3)"), runs, "cpu") == Past(90.0, 900)
    assert past_of(a_script(), [], "cpu") == Past(None, None)


def test_latest_duration_and_highest_peak_count() -> None:
    """The machine may have become another; memory has to suffice for what was seen."""
    runs = [run_of(seconds=3.0, memory=300), run_of(seconds=9.0, memory=900)]  # the latest first
    assert past_of(a_script(), runs, "cpu") == Past(3.0, 900)


def test_run_that_broke_off_says_how_long_only_where_none_passed() -> None:
    """A failure in the first line is soon over."""
    failed = run_of(seconds=0.5, verdict="failed")
    assert past_of(a_script(), [failed, run_of(seconds=40.0)], "cpu").seconds == 40.0
    assert past_of(a_script(), [failed], "cpu").seconds == 0.5


def test_run_on_another_device_or_of_nothing_says_nothing() -> None:
    """Neither how long it takes nor what it holds."""
    elsewhere = replace(run_of(memory=300), environment=replace(run_of().environment, device="H100"))
    skipped = run_of(seconds=1.0, verdict="skipped")
    assert past_of(a_script(), [elsewhere, skipped], "cpu") == Past(None, None)
    assert past_of(a_script(), [elsewhere, skipped], "H100") == Past(5.0, 300)


def test_memory_of_a_gpu_is_known_of_the_very_same_code_alone() -> None:
    """On a guess nobody else is let onto its GPU; the highest of all runs counts."""
    gpu = replace(run_of().environment, device="H100")
    held = [run_of(environment=gpu, memory=1) for _ in range(3)]
    sizes = (700, 900, None)
    runs = [replace(run, facts=Facts(None, 1, size)) for run, size in zip(held, sizes, strict=True)]
    assert past_of(a_script(), runs, "H100").gpu_memory == 900
    assert past_of(a_script("print(3)"), runs, "H100").gpu_memory is None
    assert past_of(a_script(), runs, "A100").gpu_memory is None
    assert past_of(a_script(), runs[2:], "H100").gpu_memory is None
