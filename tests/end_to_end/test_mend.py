"""`hubpages mend` as a user calls it, on real kernels."""

import os
import signal
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests.kernels import ROOT, Called, a_hub_root, hubpages
from tests.pages import a_page, write

USE = "print(np.zeros(2).sum())"
BROKEN, MENDED = a_page(USE), a_page(f"import numpy as np\n{USE}")
HOPELESS = a_page("print(1 // 0)")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A hub without pages, in a folder of its own."""
    (tmp_path / "hub").mkdir()
    return a_hub_root(tmp_path / "hub")


def mend(root: Path, *options: str | Path, cwd: Path | None = None) -> Called:
    """The command on a hub whose pages download nothing: it needs no proxy, which is slow to start."""
    return hubpages("-C", root, "mend", *options, cwd=cwd)


def apply(text: str, folder: Path) -> None:
    """Apply a patch with git."""
    done = subprocess.run(["git", "apply", "-"], input=text.encode(), cwd=folder, capture_output=True, text=False)
    assert done.returncode == 0, done.stderr.decode() + text


def test_what_failed_is_mended_by_the_patch(root: Path) -> None:
    """Status 0, as nothing is left; the pages are as they were until the patch is applied; then they pass."""
    folder = write(
        root, one=BROKEN, two=a_page(f"x = 1\n{USE}", "print(F.__name__)", "print(math.pi)"), sound=a_page("print(1)")
    )
    two = (folder / "two.md").read_text()
    called = mend(root, folder / "one.md", folder / "sound.md")
    assert (called.status, (folder / "one.md").read_text()) == (0, BROKEN)
    assert "1 page failed: 1 mended; 1 repair, seen to pass on MegEngine" in called.err
    assert "sound.md:" not in called.err
    assert "the patch is on standard output" in called.err
    apply(called.out, root)
    assert (folder / "one.md").read_text() == MENDED
    assert (folder / "two.md").read_text() == two
    called = mend(root)
    apply(called.out, root)
    assert called.status == 0
    assert "import megengine.functional as F" in (folder / "two.md").read_text()
    again = mend(root)
    assert (again.status, again.out) == (0, "")
    assert "3 scripts run, and nothing failed: there is nothing to mend" in again.err


def test_what_is_left_is_told(root: Path) -> None:
    """Status 1; what was mended is in the patch all the same."""
    write(root, one=BROKEN, two=HOPELESS)
    called = mend(root)
    assert called.status == 1
    apply(called.out, root)
    assert (root / "hub_pages" / "one.md").read_text() == MENDED
    assert "ZeroDivisionError: integer division or modulo by zero\n    not mended: no repair is known" in called.err
    assert "2 pages failed: 1 mended, 1 not; 1 repair, seen to pass" in called.err


def test_a_page_that_cannot_be_read_is_told(root: Path) -> None:
    """It is no page to mend, and not everything is well: status 1."""
    write(root, one=a_page("print(1)"), unread="no page at all\n")
    called = mend(root)
    assert called.status == 1
    assert "unread.md:1:1: error: " in called.err
    assert "nothing to mend" not in called.err


def test_patch_is_for_the_folder_where_one_stands(root: Path, tmp_path: Path) -> None:
    """With -C as without; where a page lies outside of it, for the hub's root, and that is told."""
    write(root, one=BROKEN)
    from_above = mend(Path("hub"), cwd=tmp_path)
    assert "--- a/hub/hub_pages/one.md\n" in from_above.out
    assert "✔ hub/hub_pages/one.md:" in from_above.err
    assert "to be applied in" not in from_above.out
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (root / "docs").mkdir()
    inside = hubpages("mend", cwd=root / "docs")
    outside = mend(root, cwd=elsewhere)
    for called in (inside, outside):
        assert called.out.startswith(f"# to be applied in {root}\n"), called.out + called.err
        assert "--- a/hub_pages/one.md\n" in called.out
    apply(outside.out, root)
    assert (root / "hub_pages" / "one.md").read_text() == MENDED


IMPORT = "import numpy as np"
LISTED = "- 一\n\n    ```python\n    import os\n\n    {}print(np.ones(2).sum())\n    ```\n"
QUOTED = "> ```python\n> {}print(np.ones(2).sum())\n> ```\n"
LIST = a_page(zh="正文\n\n" + LISTED, en="Text\n\n" + QUOTED)


def test_write_changes_the_lines_of_the_repair_and_no_byte_else(root: Path) -> None:
    """Line ends and marks of other editors, lists, quotes, wide characters, a last line that does not end."""
    texts = {
        "plain": a_page("x = '猫' + str(np.zeros(2).sum())\nprint(x)"),
        "windows": BROKEN,
        "marked": BROKEN,
        "old_mac": BROKEN,
        "listed": LIST.replace("{}", ""),
        "open_end": BROKEN.removesuffix("\n"),
    }
    ends = {"windows": "\r\n", "old_mac": "\r"}
    marks = {"marked": b"\xef\xbb\xbf", "windows": b"\xef\xbb\xbf"}

    def saved(name: str, text: str) -> bytes:
        return marks.get(name, b"") + text.replace("\n", ends.get(name, "\n")).encode()

    folder = root / "hub_pages"
    for name, text in texts.items():
        (folder / f"{name}.md").write_bytes(saved(name, text))
    called = mend(root, "--write")
    assert called.status == 0, called.err
    wanted = {name: text.replace("print(np", f"{IMPORT}\nprint(np") for name, text in texts.items()}
    wanted["plain"] = texts["plain"].replace("x = '猫'", f"{IMPORT}\nx = '猫'")
    listed = LIST.replace("import os\n", f"import os\n    {IMPORT}\n").replace("> {}", f"> {IMPORT}\n> {{}}")
    wanted["listed"] = listed.replace("{}", "")
    for name, text in wanted.items():
        assert (folder / f"{name}.md").read_bytes() == saved(name, text), name
        assert f"{name}.md: mended" in called.err
    assert mend(root).out == ""


def test_a_page_that_its_author_changed_meanwhile_is_left_alone(root: Path) -> None:
    """Status 1, and the line says why; the patch still shows what was found."""
    page = root / "hub_pages" / "one.md"
    write(root, one=a_page(f"open({str(page)!r}, 'a').write('More.\\n')\n{USE}"), two=BROKEN)
    called = mend(root, "--write", "--sandbox", "none")
    assert called.status == 1
    assert f"{page} has changed since it was read, and is left as it is: run this again" in called.err
    assert "import numpy" not in page.read_text()
    assert "+import numpy as np" in called.out
    assert (root / "hub_pages" / "two.md").read_text() == MENDED


@pytest.mark.parametrize(
    ("options", "why"),
    [
        (["--format", "xml"], "invalid choice"),
        (["--weights", "standin", "--assets", "live"], "--weights standin needs --assets replay or record"),
        (["nowhere.md"], "nowhere.md"),
        (["--jobs", "0"], "--jobs"),
        (["--write-all"], "--write-all"),
        (["--changed-since", "no-such-revision"], "--changed-since cannot tell what has changed"),
    ],
)
def test_wrong_calls(root: Path, options: list[str], why: str) -> None:
    """Status 2, and what is wrong with it."""
    write(root, one=BROKEN)
    called = hubpages("-C", root, "mend", *options)
    assert (called.status, called.out) == (2, "")
    assert why in called.err


def test_interruption_tells_what_was_found(root: Path) -> None:
    """Status 130; the page that was done is in the patch and written, the other is as it was, and nothing goes on."""
    mark = f"hubpages-mend-interrupted-{os.getpid()}"
    hang = f"{USE}\nimport subprocess\nsubprocess.run(['sh', '-c', 'sleep 600; :', '{mark}'])"
    folder = write(root, quick=BROKEN, slow=a_page(hang))
    options = ["mend", "--assets", "replay", "--jobs", "2", "--write"]
    with TemporaryDirectory(prefix="int") as temporary:  # a short path: the kernels' sockets lie in it
        process = subprocess.Popen(
            [sys.executable, "-m", "generator", "-C", str(root), *options],
            cwd=ROOT,
            env={**os.environ, "TMPDIR": temporary},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert process.stderr is not None
        seen = [next(line for line in process.stderr if line.startswith("✔ quick"))]
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
        assert list(Path(temporary).iterdir()) == []
    assert process.returncode == 130, (seen, err)
    assert "quick.md" in out
    assert "slow.md" not in out
    assert "not mended: this was ended before all repairs of it were tried" in err
    assert "interrupted; what was done so far is kept" in err
    assert (folder / "quick.md").read_text() == MENDED
    assert (folder / "slow.md").read_text() == a_page(hang)
    assert sorted(path.name for path in folder.iterdir()) == ["quick.md", "slow.md"]
    assert subprocess.run(["pgrep", "-f", mark], capture_output=True, text=True).stdout == ""
