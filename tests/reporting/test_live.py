"""How far a verification is, on a terminal and elsewhere."""

import io
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from generator.reporting.characters import display_width
from generator.reporting.live import LiveProgress
from generator.scripts.planning import plan
from tests.kernels import ROOT
from tests.pages import a_page, read
from tests.rendering.runs import ENVIRONMENT, a_run
from tests.reporting.terminals import in_a_terminal, without_colours

SCHEDULE = """
from dataclasses import replace
from generator.reporting.live import LiveProgress
from generator.scripts.planning import plan
from tests.pages import a_page, read
from tests.rendering.runs import ENVIRONMENT, a_run
from tests.reporting.runs import a_crash, moved

names = ["一个名字很长的页面，它的名字比终端还要长，所以必须截断"]
names += ["megengine_vision_faster_rcnn_res50_coco_3x_800size", "[red]"]
names += [f"page_{number}" for number in range(20)]
pages = [read(a_page("y = 1"), f"{name}.md") for name in names]
scripts = [plan([page])[0] for page in pages]
with LiveProgress() as live:
    live.planned(ENVIRONMENT, scripts)
    for script in scripts[:20]:
        live.started(script)
    live.finished(a_run(pages[3]))
    live.finished(a_run(pages[0]))
    live.finished(moved(a_crash(), names[1]))
    live.finished(a_run(pages[2]))
    END
"""


def test_elsewhere_every_start_and_end_is_one_line() -> None:
    """As logs want it."""
    page = read(a_page("y = 1"))
    (script,) = plan([page])
    stream = io.StringIO()
    with LiveProgress(stream) as live:
        live.planned(ENVIRONMENT, [script])
        live.started(script)
        live.finished(a_run(page))
    assert stream.getvalue().splitlines() == [
        "1 script to run on MegEngine 1.13.0, Python 3.10.13, cpu",
        "… tiny [zh_CN, en_US]",
        "✔ tiny [zh_CN, en_US] passed in 3.5 s",
    ]


def test_device_of_a_script_is_named_where_it_is_known() -> None:
    """Several may be in use at once."""
    (script,) = plan([read(a_page("y = 1"))])
    stream = io.StringIO()
    LiveProgress(stream).started(replace(script, variant="resnet34"), "GPU 3")
    assert stream.getvalue() == "… tiny (resnet34) [zh_CN, en_US] on GPU 3\n"


class _Slow(io.StringIO):
    """A stream that lets other threads write between any two calls."""

    def __init__(self) -> None:
        super().__init__()
        self.writers = 0
        self.together = False
        self.meeting = threading.Barrier(2)

    def write(self, text: str) -> int:
        self.writers += 1
        self.together |= self.writers > 1
        try:
            self.meeting.wait(0.02)
        except threading.BrokenBarrierError:
            self.meeting.reset()
        written = super().write(text)
        self.writers -= 1
        return written


def test_threads_do_not_write_into_each_other_s_lines() -> None:
    """Each line is written by one thread at a time."""
    page = read(a_page("y = 1"))
    stream = _Slow()
    live = LiveProgress(stream)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(live.finished, [a_run(page)] * 24))
    assert stream.getvalue().splitlines() == ["✔ tiny [zh_CN, en_US] passed in 3.5 s"] * 24
    assert not stream.together


def test_terminal_shows_what_runs_and_what_is_left_and_keeps_what_is_finished() -> None:
    """On a wide one also on what device."""
    shown = without_colours(in_a_terminal(SCHEDULE.replace("END", "pass"), columns=100, rows=40))
    crashed = "megengine_vision_faster_rcnn_res50_coco_3x_800size [zh_CN, en_US] failed (crash)"
    assert f"✘ {crashed} in 3.5 s; 2 of 3 snippets ran; 1 not reached\n" in shown
    assert "✔ [red] [zh_CN, en_US] passed in 3.5 s\n" in shown
    board = shown[shown.rindex("✔ [red]") :]
    assert "… page_16" in board and "page_17" not in board
    assert "cpu" in board
    assert "4 of 23 done, 16 running, 3 waiting, 1 not green" in board


def test_narrow_and_low_terminal_is_not_broken() -> None:
    """No line of the board is wider than the terminal, nor the board higher, whatever the pages are called."""
    shown = in_a_terminal(SCHEDULE.replace("END", "pass"), columns=60, rows=10)
    # Each frame is drawn over the one before, whose lines are erased first.
    erased = [without_colours(part).strip().splitlines() for part in shown.split("\x1b[2K")]
    frames = [lines for lines in erased if lines and "done" in lines[-1]]
    assert max(display_width(line) for frame in frames for line in frame if line[0] not in "✔✘") <= 60
    assert any("一个名字" in line and "…  zh_CN" in line for frame in frames for line in frame)
    board = frames[-1]
    assert len(board) <= 9
    assert "… and 11 more" in board[-2]


def test_terminal_gets_its_cursor_back_after_an_error() -> None:
    """Also when the verification is interrupted."""
    shown = in_a_terminal(SCHEDULE.replace("END", "raise KeyboardInterrupt"), columns=80, status=-2)
    assert shown.rindex("\x1b[?25h") > shown.rindex("\x1b[?25l")


def test_what_programs_read_stays_on_standard_output() -> None:
    """Though the board is drawn on standard error."""
    shown = in_a_terminal(SCHEDULE.replace("END", "print('for programs')"), columns=80)
    assert "for programs" not in shown


def test_threads_on_a_terminal_do_not_wait_for_each_other_for_ever() -> None:
    """Starts and ends from many threads while the board draws itself."""
    many = """
    from concurrent.futures import ThreadPoolExecutor
    def both(script):
        live.started(script)
        live.finished(a_run(pages[0]))
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(both, scripts))
"""
    shown = without_colours(in_a_terminal(SCHEDULE.replace("    END", many), columns=80))
    assert shown.count("✔") == 3 + 23


def test_rich_is_imported_for_terminals_alone() -> None:
    """Neither `build` nor a log needs it."""
    program = (
        "import sys, generator.cli, io\n"
        "from generator.reporting import junit, github, machine, markdown, text\n"
        "from generator.reporting.live import LiveProgress\n"
        "LiveProgress(io.StringIO())\n"
        "sys.exit('rich' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", program], cwd=ROOT).returncode == 0
