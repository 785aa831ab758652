"""What of standard error is folded as a log, and what stays where it was."""

import pytest

from generator.model.run import Output
from generator.rendering.logs import split_log
from tests.pages import a_page, read
from tests.rendering.runs import a_run
from tests.rendering.sites import Elements, a_site

WARNING = """\
megengine/_env_initlization.py:23: UserWarning: pkg_resources is deprecated as an API.
  import pkg_resources
"""
LOGS = {
    "tqdm": "100%|██████████| 11.0M/11.0M [00:00<00:00, 53.0MiB/s]\n",
    "tqdm with a name": "Downloading:  45%|████▌     | 9/20 [00:01<00:01,  8.2it/s]\n",
    "tqdm in ASCII": " 30%|###       | 3/10 [00:00<00:00, 9.1it/s]\n",
    "tqdm without a total": "12it [00:03,  3.9it/s]\n",
    "click": "  [####################################]  100%\n",
    "click that is under way": "Working  [#########---------------------------]   25%  00:00:03\n",
    "pip": "   ━━━━━━━━━━━━━━━━━━━━━━━━ 12.3/12.3 MB 5.1 MB/s  ━━━━━━━━━━ 100%\n",
    "wget": "cat.jpg             100%[===================>]  66.98K  --.-KB/s\n",
    "Keras": "3/10 [========>.....................] - ETA: 1s - loss: 0.31\n",
    "a terminal's": "10 of 20\r20 of 20\n",
    "user warning": WARNING,
    "deprecation": "/tmp/a.py:3: DeprecationWarning: np.float is gone\n  np.float\n",
    "of several lines": "tiny.md:26: DeprecationWarning: `np.bool` is gone.\nFor more: https://numpy.org\n  np.bool\n"
    * 2,
    "of a library": "a b.py:3: MatplotlibDeprecationWarning: no longer\n  x()\n",
    "future": "tiny.md:20: FutureWarning: soon\n  soon()\n",
    "bare": "UserWarning: CPU only\n",
    "a download": "21 05:17:05 load_serialized_obj_from_url: download to or using cached $MGE_HOME/serialized/a.pkl\n",
    "a blank line": WARNING + "\n" + WARNING,
}
ERRORS = [
    "Traceback (most recent call last):\n  File 'a.py', line 3\nUserWarning\n",
    "tiny.md:20: RuntimeWarning: invalid value encountered in divide\n  x / 0\n",
    "21 05:17:05 WRN the weights do not fit: 3 names are missing\n",
    "21 05:17:05 ERR out of memory\n",
    "Accuracy 45% (9/20), loss 0.3\n",
    "error: 3 of 10 failed\n",
    "======== 3 failed ========\n",
    "ratio: 0.3 [m] = 45\n",
    "  an indented line\n",
    "\n",
    "",
]


@pytest.mark.parametrize("name", LOGS)
def test_progress_and_warnings_are_a_log(name: str) -> None:
    """Whole, with the line of code below a warning."""
    assert split_log(LOGS[name]) == (LOGS[name], "")


@pytest.mark.parametrize("text", ERRORS)
def test_all_else_is_none(text: str) -> None:
    """Also what looks a little like one; and beside a log, which is taken out of it."""
    assert split_log(text) == ("", text)
    log = LOGS["user warning"] + LOGS["tqdm"]
    if text.strip():
        assert split_log(log + text + log) == (log + log, text)


@pytest.mark.parametrize("text", [*ERRORS[:4], "disk is nearly full\n", "1\n2\n3\n4\n  5\n", "\n  an indented line\n"])
def test_what_follows_a_warning_without_its_code_is_none(text: str) -> None:
    """It may be anything, and is shown."""
    warning = "tiny.md:20: UserWarning: CPU only\n"
    assert "".join(split_log(warning + text)[1]).strip() == text.strip()


def test_log_stands_last_and_once_below_its_snippet() -> None:
    """Folded and neutral, also under stand-in weights, and what stands besides is shown as it was."""
    page = read(a_page("work()"))
    outputs = [
        Output("stderr", "text/plain", LOGS["tqdm"] + "disk is nearly full\n"),
        Output("stdout", "text/plain", "printed\n"),
        Output("stderr", "text/plain", WARNING),
    ]
    card = a_site(page, evidence={"tiny": [a_run(page, (), outputs)]})["en/models/tiny/index.html"]
    found = Elements(card)
    kinds = [
        attributes for tag, attributes in found.tags if tag == "details" and "output" in str(attributes.get("class"))
    ]
    classes = [str(one["class"]) for one in kinds if str(one.get("class")).startswith("output")]
    assert classes == ["output stderr", "output stdout", "output log"]
    assert [one["class"] for one in kinds if "open" in one] == ["output stdout"]
    assert card.index("disk is nearly full") < card.index("printed") < card.index("11.0M/11.0M")
    assert card.index("11.0M/11.0M") < card.index("pkg_resources is deprecated")
