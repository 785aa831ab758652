"""What `mend` found, read back as whoever reads it would: git, patch, GitHub, a terminal, a program."""

import json
import re
import subprocess
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from markdown_it import MarkdownIt

from generator.commands.rewriting import rewritten
from generator.model.mending import Candidate, Mended, Refused, Step, Unmended
from generator.model.run import SnippetError
from generator.reporting.characters import terminal_line
from generator.reporting.mending import lines, mended_json, patch, seen, suggestions
from tests.pages import a_page, read
from tests.reporting.runs import CALL, a_failing_run, a_tiny_run
from tests.reporting.test_attacks import ATTACKS

PAGE = a_page("y = np.zeros(2)\nprint(y)", "z = F.relu(y)\nprint(z)")
BOTH = [
    ("y = np", "import numpy as np\ny = np"),
    ("z = F", "import megengine.functional as F\nz = F"),
    ("print(z)", "print(z.numpy())"),
]
"""Repairs, each of two hunks: one a language."""


def mended(text: str, *repairs: tuple[str, str], path: str = "hub_pages/tiny.md", error: str = "no np") -> Mended:
    """A page with these texts put for those, a step each."""
    found = Mended(read(text, path), text)
    for old, new in repairs:
        before, found.text = found.text, found.text.replace(old, new)
        candidate = Candidate((), f"write `{new}`", "some-repair")
        found.steps.append(
            Step(candidate, SnippetError("NameError", error, CALL), before, found.text, a_tiny_run(path=path))
        )
    return found


def texts_of(one: Mended, data: bytes) -> Sequence[str]:
    """A file as it is and with each step."""
    files = [data, *(rewritten(data, one.page.source, step.after) for step in one.steps)]
    return [file.decode() for file in files]


def patched(folder: Path, tool: str, files: dict[str, bytes], text: str) -> dict[str, bytes]:
    """The files of a real repository after a patch was applied to them."""
    subprocess.run(["git", "init", "--quiet", str(folder)], check=True)
    for name, data in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    command = {"git": ["git", "apply", "--verbose", "-"], "patch": ["patch", "-p1", "--verbose"]}[tool]
    done = subprocess.run(command, input=text.encode(), cwd=folder, capture_output=True)
    told = done.stdout.decode() + done.stderr.decode()
    assert done.returncode == 0, told
    assert "offset" not in told, told
    assert "fuzz" not in told, told
    return {name: (folder / name).read_bytes() for name in files}


def as_windows(text: str) -> bytes:
    """As an editor on Windows saves it, with a byte-order mark."""
    return b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode()


def as_mixed(text: str) -> bytes:
    """Every other line ends in another way."""
    lines = text.split("\n")
    return "".join(line + ("\r\n" if number % 2 else "\n") for number, line in enumerate(lines[:-1])).encode()


@pytest.mark.parametrize("tool", ["git", "patch"])
def test_patch_applies(tool: str, tmp_path: Path) -> None:
    """Several steps of several hunks, in pages that were saved by other editors, or have blanks in their names."""
    pages = {"hub_pages/tiny.md": PAGE.encode(), "hub_pages/on windows.md": as_windows(PAGE)}
    pages |= {"hub_pages/模型.md": as_mixed(PAGE), 'hub_pages/"quoted"\\.md': PAGE.encode()}
    pages["hub_pages/no end.md"] = PAGE.rstrip("\n").encode()
    found = [mended(PAGE if "end" not in path else PAGE.rstrip("\n"), *BOTH, path=path) for path in pages]
    texts = {one.page.path: texts_of(one, pages[one.page.path]) for one in found}
    after = patched(tmp_path, tool, pages, "".join(f"{line}\n" for line in patch(found, texts)))
    assert after == {path: texts[path][-1].encode() for path in pages}
    for old, new in BOTH:
        assert after["hub_pages/on windows.md"].count(new.replace("\n", "\r\n").encode()) == 2, old
    assert b"\r\n" not in after["hub_pages/tiny.md"]
    assert not after["hub_pages/no end.md"].endswith(b"\n")


def test_each_hunk_says_what_it_mends_and_how_it_was_seen() -> None:
    """On a line that git and patch skip, with the line of the page that failed, in the language of the hunk."""
    found = mended(PAGE, *BOTH[:1])
    told = [line for line in patch([found], {found.page.path: texts_of(found, PAGE.encode())}) if line.startswith("#")]
    assert len(told) == 2
    failed = [number for number, line in enumerate(PAGE.split("\n"), start=1) if line.startswith("y = np")]
    assert [int(line.split(":")[1]) for line in told] == failed == list(CALL.values())
    assert re.fullmatch(
        r"# hub_pages/tiny\.md:\d+: NameError: no np; write `import numpy as np y = np` \(some-repair\); "
        r"seen to pass on MegEngine 1\.13\.0, Python 3\.10\.13, cpu, with no weights",
        told[0],
    )


def test_a_page_that_is_not_mended_is_no_patch() -> None:
    """Not even a head of one."""
    found = Mended(read(PAGE), PAGE, unmended=[Unmended(a_failing_run(SnippetError("KeyError", "x", CALL)))])
    assert list(patch([found], {found.page.path: [PAGE]})) == []


def test_suggestions_keep_the_blanks_around_code() -> None:
    """What a repair does is a sentence with code in it."""
    found = mended(PAGE, *BOTH[:1])
    step = found.steps[0]
    found.steps[0] = replace(step, candidate=replace(step.candidate, what="add `easy_dict` to a*b, `x` too"))
    assert "; add `easy_dict` to a\\*b, `x` too (some-repair); seen to pass" in "\n".join(suggestions([found]))


def test_package_that_was_installed_for_it_is_told() -> None:
    """With its version: what was seen was seen with that."""
    found = mended(PAGE, *BOTH[:1])
    (step,) = found.steps
    environment = replace(step.run.environment, packages={**step.run.environment.packages, "easy-dict": "1.9"})
    step = replace(
        step, candidate=replace(step.candidate, install="Easy_Dict"), run=replace(step.run, environment=environment)
    )
    assert seen(step).endswith(", cpu, with no weights, with Easy_Dict 1.9 installed for it")


@pytest.mark.parametrize("attack", ATTACKS.values(), ids=ATTACKS.keys())
def test_nothing_obeys_a_page(attack: str) -> None:
    """Neither a terminal nor GitHub's runner, whatever a page, its name, an error or a snippet says."""
    words = attack.encode(errors="replace").decode().replace("\0", "")
    inside = f"s = '''\n{words.replace('```', '``')}\n'''\n"
    text = a_page(f"{inside}y = np.zeros(2)")
    source = text.replace("\r\n", "\n").replace("\r", "\n")
    hostile = mended(source, BOTH[0], path=f"hub_pages/{words}.md".replace("\n", " "), error=attack)
    left = Unmended(
        a_failing_run(SnippetError("E", attack, CALL), reason=attack), [Refused(Candidate((), attack), attack)]
    )
    hostile.unmended.append(left)
    told = [
        *patch([hostile], {hostile.page.path: texts_of(hostile, source.encode())}),
        *(line for part in suggestions([hostile]) for line in part.split("\n")),
    ]
    for line in told:
        assert terminal_line(line) == line
    assert json.loads(mended_json([hostile]))["pages"][0]["text"] == hostile.text


def test_what_cannot_be_shown_is_told() -> None:
    """And the rest of the patch is whole."""
    text = a_page("s = '\x1b[2J'\ny = np.zeros(2)", "q = 1\nw = 2\ne = 3\nr = 4\nz = F.relu(y)")
    found = mended(text, *BOTH[:2])
    told = list(patch([found], {found.page.path: texts_of(found, text.encode())}))
    assert sum(line.startswith("# left out: ") for line in told) == 2
    assert sum(line == "+import megengine.functional as F" for line in told) == 2
    markdown = "\n".join(suggestions([found]))
    assert markdown.count("Not shown: it holds what GitHub would obey.") == 2  # the line above, that would be replaced
    assert len(suggested(markdown)) == 2


def suggested(markdown: str) -> list[tuple[int, int, str]]:
    """First and last line of each suggestion, and what is to stand there."""
    found = []
    tokens = MarkdownIt("commonmark").parse(markdown)
    for index, token in enumerate(tokens):
        if token.type == "fence" and token.info == "suggestion":
            numbers = [int(number) for number in re.findall(r"\d+", tokens[index - 2].content)]
            found.append((numbers[0], numbers[-1], token.content))
    return found


def test_suggestions_are_for_the_page_as_it_is() -> None:
    """Reviewers see no other: whoever takes all of them has the mended page."""
    found = mended(PAGE, *BOTH)
    page = PAGE.split("\n")
    for first, last, text in reversed(suggested("\n".join(suggestions([found])))):
        page[first - 1 : last] = text.removesuffix("\n").split("\n")
    assert "\n".join(page) == found.text


def test_the_fence_of_a_suggestion_is_longer_than_any_in_it() -> None:
    """A page is full of fences."""
    text = a_page(zh="正文\n\n````text\n```\n````\n", en="Text\n\n````text\n```\n````\n")
    found = mended(text, ("````text", "````text-that-is-long"))
    told = "\n".join(suggestions([found]))
    assert "`````suggestion\n````text-that-is-long\n`````" in told
    assert len(suggested(told)) == 2


def test_suggestions_are_markdown_of_their_author_alone() -> None:
    """An error message makes no markup; the code in a sentence stays code."""
    found = mended(PAGE, BOTH[0], error="<img src=x> *no* [link](http://evil) @everyone")
    told = "\n".join(suggestions([found]))
    html = MarkdownIt("commonmark").render(told)
    assert "<img" not in html
    assert "<a " not in html
    assert "<em>" not in html
    assert "<code>import numpy as np y = np</code>" in html


def test_json_has_the_keys_that_are_documented() -> None:
    """Every key is named in the function's text, and nothing is there that is not."""
    found = mended(PAGE, BOTH[0])
    found.unmended.append(Unmended(a_failing_run(SnippetError("E", "m", CALL)), [Refused(Candidate((), "w"), "r")]))
    page = json.loads(mended_json([found]))["pages"][0]
    documented = set(re.findall(r"`(\w+)`", mended_json.__doc__ or ""))
    parts = [page, page["steps"][0], page["steps"][0]["hunks"][0], page["unmended"][0], page["unmended"][0]["tried"][0]]
    assert {key for part in parts for key in part} | {"pages", "verify"} == documented
    hunk = page["steps"][0]["hunks"][0]
    assert "\n".join(hunk["old"]) in PAGE
    assert found.text.split("\n")[hunk["start"] - 1] == hunk["new"][0]


def test_report_for_people() -> None:
    """Places that can be clicked, what was done, what was tried, and a line for all of it."""
    found = mended(PAGE, BOTH[0])
    error = SnippetError("KeyError", "'a'", CALL)
    tried = [Refused(Candidate((), "load `b`", "renamed-entry"), "KeyError: 'b'")]
    run = a_failing_run(error, reason="KeyError: 'a'")
    found.unmended.append(Unmended(run, tried))
    bare = Mended(read(PAGE, "hub_pages/other.md"), PAGE, unmended=[Unmended(run)])
    whole = mended(PAGE, BOTH[0], path="hub_pages/whole.md")
    place = f":{CALL['zh_CN']} (zh_CN), :{CALL['en_US']} (en_US)"
    assert [line.text for line in lines([found, bare, whole])] == [
        f"✔ hub_pages/tiny.md{place}: NameError: no np",
        "    mended: write `import numpy as np\ny = np` (some-repair)",
        f"✘ hub_pages/tiny.md{place}: KeyError: 'a'",
        "    not mended; tried (cause: page)",
        "    - load `b` (renamed-entry): KeyError: 'b'",
        f"✘ hub_pages/other.md{place}: KeyError: 'a'",
        "    not mended: no repair is known for it (cause: page)",
        f"✔ hub_pages/whole.md{place}: NameError: no np",
        "    mended: write `import numpy as np\ny = np` (some-repair)",
        "",
        "3 pages failed: 1 mended, 2 not; 2 repairs, each seen to pass on MegEngine 1.13.0, Python 3.10.13, cpu, "
        "with no weights",
    ]


def test_long_errors_are_cut() -> None:
    """MegEngine's assertions are a thousand characters long; JSON has all of them."""
    found = mended(PAGE, BOTH[0], error="x" * 1000)
    assert all(len(line.text) < 300 for line in lines([found]))
