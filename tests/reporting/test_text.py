"""What people read after a verification."""

import io
from collections.abc import Sequence
from dataclasses import replace

import pytest

from generator.model.asset import AssetRequest
from generator.model.run import EntryCheck, SnippetError, Status
from generator.reporting.characters import display_width, fit, visible
from generator.reporting.stack import shorten_traceback
from generator.reporting.text import entry_lines, failure_lines, run_line, summary_lines, table_lines
from tests.reporting.runs import (
    CALL,
    PRINT,
    RULE,
    SAMPLE,
    UNREAD,
    WARNED,
    a_failing_run,
    a_mismatch,
    a_tiny_run,
    an_unstable_run,
    one_of_each,
)
from tests.reporting.terminals import in_a_terminal, without_colours

SUMMARY = """\
page    languages     verdict   cause             ran     seconds
a       zh_CN, en_US  passed                      3 of 3      3.5
b       zh_CN, en_US  failed    page-or-upstream  2 of 3      3.5
c       zh_CN, en_US  failed    crash             2 of 3      3.5
中文页  zh_CN, en_US  passed                      2 of 3      3.5
e       zh_CN, en_US  flaky     asset             3 of 3      3.5
f       zh_CN, en_US  unstable                    3 of 3      3.5
g       zh_CN, en_US  skipped                     0 of 3      3.5

中文页.md:24: skipped in zh_CN: needs a camera
中文页.md:38: skipped in en_US: needs a camera
g.md:13: skipped in zh_CN, en_US: needs a GPU
g.md:20: skipped in zh_CN: needs a GPU
g.md:34: skipped in en_US: needs a GPU
g.md:24: skipped in zh_CN: needs a GPU
g.md:38: skipped in en_US: needs a GPU

b.md:20: in zh_CN
b.md:34: in en_US
  AttributeError: 'int' object has no attribute 'shape'
  cause: page-or-upstream
  │ b.md, line 20
  │ ---> 20 predictions = model(3)
  │ File hub:/models/zoo/net.py:15, in Net.scale(self, x)
  │      14 def scale(self, x):
  │ ---> 15     return x / x.shape[0]
  again: verify b.md

c.md:20: in zh_CN
c.md:34: in en_US
  SIGSEGV: the kernel was killed by SIGSEGV
  cause: crash
  │   File "hub:/models/zoo/native.py", line 7 in poke
  │   File "c.md", line 20 in <module>
  again: verify c.md

e.md:24: in zh_CN
e.md:38: in en_US
  passed only after a failure of the network: ConnectionError: reset by peer
  cause: asset
  again: verify e.md

f.md:24: in zh_CN
f.md:38: in en_US
  passed, and printed something else each time
  to do: seed what is random, or state below the snippet what it prints, with ... for what differs each time
  │ --- first
  │ +++ second
  │ -0.51
  │ +0.52
  again: verify f.md

6 scripts run: 2 passed, 2 failed, 1 flaky, 1 unstable; 1 skipped; 15 of 21 snippets ran
"""


def test_summary_is_a_table_then_every_skip_then_what_is_not_green() -> None:
    """Every kind of run, as it is read; the last line is the tally."""
    lines = summary_lines(one_of_each(), lambda run: f"verify {run.path}")
    assert "".join(f"{line.text}\n" for line in lines) == SUMMARY


def test_what_differs_is_told_once() -> None:
    """The time that it did, where that is known; nothing is said again as its cause."""
    run = replace(an_unstable_run(), reason="printed something else the third time")
    told = [line.text for line in failure_lines(run)]
    assert told[2] == "  passed, and printed something else the third time"
    assert "".join(told).count("something else") == 1


def test_what_a_long_message_ends_with_is_told() -> None:
    """A traceback in a message ends with what it says; the verdict's sentence is not said again for its blanks."""
    frames = "".join(f'  File "a.py", line {number}, in f\n    f()\n' for number in range(9))
    message = f"Caught KeyError.\nOriginal Traceback (most recent call last):\n{frames}KeyError: 'mean' \n"
    run = a_failing_run(SnippetError("RuntimeError", message, CALL))
    told = [
        line.text for line in failure_lines(replace(run, reason="RuntimeError: Caught KeyError. … KeyError: 'mean'"))
    ]
    assert "  KeyError: 'mean'" in told
    assert "  cause: page" in told
    run = a_failing_run(SnippetError("ValueError", "shapes (3,) ", CALL))
    assert "  cause: page" in [line.text for line in failure_lines(replace(run, reason="ValueError: shapes (3,) "))]


def test_what_runs_too_long_may_be_given_more_time_or_be_left_out() -> None:
    """By the directives for it."""
    error = SnippetError("DeadlineExceeded", "still running after 40 s", CALL)
    told = "\n".join(line.text for line in failure_lines(replace(a_failing_run(error), cause="limit")))
    assert "  to do: <!-- verify: timeout=SECONDS --> above the fence gives it more time" in told
    assert '<!-- verify: skip reason="…" -->' in told


def test_summary_of_green_runs_has_no_failures() -> None:
    """One row and the tally."""
    lines = [line.text for line in summary_lines([a_tiny_run()], lambda run: "again")]
    assert lines[1].split() == ["tiny", "zh_CN,", "en_US", "passed", "3", "of", "3", "3.5"]
    assert lines[2:] == ["", "1 script run: 1 passed, 0 failed"]


def test_table_is_cut_to_the_terminal() -> None:
    """Long names in two scripts, in 60 columns."""
    runs = [replace(a_tiny_run(), page=name) for name in ("megengine_vision_faster_rcnn", "很长的中文页面名称", "tiny")]
    lines = [line.text for line in table_lines(runs, 60)]
    assert {display_width(line) for line in lines} == {59}
    assert lines[1].startswith("megengine") and "…" in lines[1]
    assert all(line.endswith("3.5") for line in lines[1:])


def test_variant_is_told_from_its_page() -> None:
    """In the line of a finished run and in the table."""
    run = replace(a_tiny_run(), variant="resnet34")
    assert run_line(run) == "✔ tiny (resnet34) [zh_CN, en_US] passed in 3.5 s"
    assert [line.text.split("  ")[0] for line in table_lines([run])][1] == "tiny (resnet34)"


def test_run_that_failed_without_a_failing_snippet_is_told_by_its_reason() -> None:
    """A page that swallows the error of a download that was refused."""
    run = a_tiny_run(verdict="failed", cause="asset", reason="the snippets passed, but without http://a.b/c")
    assert [line.text for line in failure_lines(run)] == [
        f"tiny.md:{PRINT['zh_CN']}: in zh_CN",
        f"tiny.md:{PRINT['en_US']}: in en_US",
        "  the snippets passed, but without http://a.b/c",
        "  cause: asset",
    ]


def test_failure_in_the_sample_has_one_place_for_all_languages() -> None:
    """They share its lines."""
    run = a_failing_run(SnippetError("NameError", "x", dict.fromkeys(CALL, SAMPLE)))
    assert next(failure_lines(run)).text == f"tiny.md:{SAMPLE}: in zh_CN, en_US"


def test_entry_that_is_not_there_is_told_at_its_line() -> None:
    """With the repository and the reason; one that is there is not told of."""
    check = EntryCheck(
        "tiny", "tiny.md", "megengine/models", "resnet9", {"zh_CN": 14}, "failed", "page", "no such entry"
    )
    assert [line.text for line in entry_lines(check)] == [
        "tiny.md:14: in zh_CN",
        "  resnet9 of megengine/models: no such entry",
        "  cause: page",
    ]
    assert list(entry_lines(replace(check, verdict="passed"))) == []


def test_long_messages_and_differences_are_shortened() -> None:
    """Hundreds of lines leave room for the others."""
    error = SnippetError("ValueError", "\n".join(map(str, range(300))), CALL)
    assert len(list(failure_lines(a_failing_run(error)))) < 20
    unstable = an_unstable_run("\n".join("x" * 5000 for _ in range(300)))
    told = [line.text for line in failure_lines(unstable)]
    assert len(told) < 30 and max(map(len, told)) < 200


def test_control_characters_do_not_reach_the_terminal() -> None:
    """A page that raises an error with escape sequences cannot clear the screen."""
    error = SnippetError(
        "ValueError", "\x1b[2Jgone\r\x07\u202e", CALL, traceback="tiny.md, line 20\n---> 20 '\x1b[2J'\n"
    )
    told = "\n".join(line.text for line in failure_lines(a_failing_run(error)))
    assert visible(told) == told
    assert r"ValueError: \x1b[2Jgone\x0d\x07\u202e" in told
    assert r"---> 20 '\x1b[2J'" in told


def test_deep_recursion_keeps_its_end() -> None:
    """The innermost level is the one that tells."""
    levels = [f"tiny.md, line {line}, in f(n)\n---> {line}     f(n - 1)" for line in range(100, 200)]
    kept = shorten_traceback(
        "\n\n".join([f"{RULE}\nRecursionError  Traceback (most recent call last)", *levels]), "tiny.md"
    )
    assert len(kept) <= 21
    assert kept[-1] == "---> 199     f(n - 1)"


def test_both_exceptions_of_a_chain_are_shown() -> None:
    """The second has a heading of its own above its first level."""
    traceback = f"""{RULE}
ZeroDivisionError                         Traceback (most recent call last)
tiny.md, line 21
---> 21     1/0

File numpy/core.py:3, in divide()
----> 3     1/0

ZeroDivisionError: division by zero

The above exception was the direct cause of the following exception:

KeyError                                  Traceback (most recent call last)
tiny.md, line 23
---> 23     raise KeyError('b') from e

KeyError: 'b'"""
    assert shorten_traceback(traceback, "tiny.md") == [
        "tiny.md, line 21",
        "---> 21     1/0",
        "ZeroDivisionError: division by zero",
        "The above exception was the direct cause of the following exception:",
        "tiny.md, line 23",
        "---> 23     raise KeyError('b') from e",
    ]


def test_other_files_are_not_taken_for_the_page() -> None:
    """A page may be called like the end of another file's name, or like a word of its code."""
    traceback = "File data.md:3, in f()\n----> 3 g('a.md, line 1')\n\na.md, line 7\n----> 7 f()"
    assert shorten_traceback(traceback, "a.md") == ["a.md, line 7", "----> 7 f()"]


def test_syntax_error_is_shown_where_it_is() -> None:
    """It has no levels, only a place."""
    traceback = "  tiny.md, line 20\n    if x\n        ^\nSyntaxError: expected ':'\n"
    assert shorten_traceback(traceback, "tiny.md") == traceback.splitlines()


@pytest.mark.parametrize(
    ("text", "columns", "fitted"), [("中文", 6, "中文  "), ("中文页", 5, "中文…"), ("中文页", 4, "中… ")]
)
def test_wide_characters_count_twice(text: str, columns: int, fitted: str) -> None:
    """Padding and cutting keep columns straight."""
    assert fit(text, columns) == fitted
    assert display_width(fitted) == columns


WRITE = """
import sys
from generator.reporting.terminal import Line, columns_of, write
write([Line("passed", "green"), Line("x" * 100, "red"), Line(str(columns_of(sys.stderr)))], sys.stderr)
print("rich" in sys.modules, file=sys.stderr)
"""


def test_colours_are_for_terminals() -> None:
    """Long lines stay in one piece there."""
    shown = in_a_terminal(WRITE, columns=60)
    assert "\x1b[32mpassed\x1b[0m" in shown
    assert without_colours(shown).splitlines() == ["passed", "x" * 100, "60", "True"]


@pytest.mark.parametrize("environ", [{"NO_COLOR": "1"}, {"TERM": "dumb"}])
def test_no_colours_where_nobody_wants_them(environ: dict[str, str]) -> None:
    """NO_COLOR, and a terminal that knows none."""
    shown = in_a_terminal(WRITE, columns=60, **environ)
    assert "\x1b" not in shown
    assert shown.splitlines()[0] == "passed"
    assert shown.splitlines()[-1] == "False"


def test_who_has_no_rich_gets_plain_lines() -> None:
    """It comes with what verifies; checking needs none of that."""
    shown = in_a_terminal("import sys\nsys.modules['rich'] = None\n" + WRITE, columns=60)
    assert "\x1b" not in shown and shown.splitlines()[0] == "passed"


def test_files_get_plain_lines() -> None:
    """Nothing but the text."""
    from generator.reporting.terminal import Line, write

    stream = io.StringIO()
    write([Line("passed", "green"), Line("failed", "red")], stream)
    assert stream.getvalue() == "passed\nfailed\n"


@pytest.mark.parametrize(
    ("statuses", "told"),
    [
        (("passed", "passed", "passed"), ""),
        (("passed", "passed", "skipped"), "2 of 3 snippets ran; 1 skipped: needs a camera"),
        (("passed", "compiled", "skipped"), "1 of 3 snippets ran; 1 skipped: needs a camera; 1 compiled only"),
        (("passed", "xfailed", "passed"), "3 of 3 snippets ran; 1 failed as the page says"),
        (("passed", "failed", "not-run"), "2 of 3 snippets ran; 1 not reached"),
    ],
)
def test_line_of_a_run_says_how_much_was_run(statuses: Sequence[Status], told: str) -> None:
    """What was left out is neither passed nor failed."""
    run = a_tiny_run(*statuses)
    run = replace(run, snippets=tuple(replace(one, reason="needs a camera") for one in run.snippets))
    assert run_line(run) == "✔ tiny [zh_CN, en_US] passed in 3.5 s" + (f"; {told}" if told else "")


def test_summary_tells_of_pages_that_could_not_be_read() -> None:
    """With their findings, and in the last line."""
    lines = [line.text for line in summary_lines([a_tiny_run()], lambda run: "again", findings=[*UNREAD, WARNED])]
    assert "broken.md:3:1: error: title is missing: add `title: ResNet` (missing-key)" in lines
    assert lines[-1] == ("1 script run: 1 passed, 0 failed; 1 page could not be read; 1 finding in pages that could")


def test_difference_of_an_output_is_shown() -> None:
    """Not only that there is one."""
    assert [line.text for line in failure_lines(a_mismatch())][-3:] == ["  │ @@ -1 +1 @@", "  │ -3", "  │ +2"]


def test_what_to_do_is_told_where_the_message_does_not_say_it() -> None:
    """A file that is not locked, and a module that is missing."""
    refused = AssetRequest("https://a.b/c?d=e f", "refused", None, None, "not in hub.lock", 1.0)
    error = SnippetError("HTTPError", "HTTP Error 502: Bad Gateway", CALL)
    run = a_failing_run(error, "asset", assets=(refused,), reason="refused: https://a.b/c?d=e f (not in hub.lock)")
    told = "\n".join(line.text for line in failure_lines(run))
    assert "  to do: hubpages assets add 'https://a.b/c?d=e f' FILE puts" in told and "--assets record" in told
    missing = SnippetError("ModuleNotFoundError", "No module named 'skimage'", CALL)
    told = "\n".join(line.text for line in failure_lines(a_failing_run(missing, "environment")))
    assert "  to do: install the module in the kernel environment" in told
    packages = [replace(refused, url=f"https://pypi.org/simple/{name}/") for name in ("imgaug", "pip")]
    told = "\n".join(line.text for line in failure_lines(a_failing_run(missing, "environment", assets=packages)))
    assert "name imgaug in the page's shell block" in told
    assert "assets add" not in told
    told = "\n".join(line.text for line in failure_lines(a_failing_run(error, advice="give a value")))
    assert "  to do: give a value" in told
    assert "to do" not in "\n".join(line.text for line in failure_lines(a_failing_run(error)))
