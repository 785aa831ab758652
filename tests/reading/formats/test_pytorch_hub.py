"""Pages as those of PyTorch Hub are written, with every oddity that they have."""

from pathlib import Path

import pytest

from generator.model.hub import Language
from generator.model.page import Page
from generator.reading.hub import read_beginning, read_hub, read_page
from tests.pages import line_of

ENGLISH = (Language("en_US", "", "en", "English", required=True),)
HEAD = """\
layout: hub_detail
background-class: hub-background
body-class: hub
title: TinyNet
summary: A tiny network
category: researchers
image: logo.png
author: Acme Team
tags: [vision, scriptable]
github-link: https://github.com/acme/tiny
github-id: acme/tiny
featured_image_1: tiny.png
featured_image_2: no-image
accelerator: cuda-optional
order: 10
"""
SAMPLE = "```python\nimport torch\nmodel = torch.hub.load('acme/tiny', 'tiny')\n```\n"


def a_page(body: str = SAMPLE, head: str = HEAD, **changed: str) -> str:
    """The text of a page; keys of its head may have other values."""
    for key, value in changed.items():
        name = key.replace("_", "-") if f"{key}:" not in head else key
        line = next(line for line in head.splitlines() if line.startswith(f"{name}:"))
        head = head.replace(line, f"{name}: {value}")
    return f"---\n{head}---\n\n{body}"


def read(text: str) -> Page:
    """A page in which nothing is wrong."""
    page, findings = read_page(text, "acme_tiny.md", ENGLISH, form="pytorch-hub")
    assert findings == []
    assert page is not None
    return page


def told(text: str) -> tuple[Page | None, list[str]]:
    """A page, and its findings as `line: severity: rule: message`."""
    page, findings = read_page(text, "acme_tiny.md", ENGLISH, form="pytorch-hub")
    return page, [f"{each.line}: {each.severity}: {each.rule}: {each.message}" for each in findings]


def test_head_says_what_the_hub_asks() -> None:
    """Title, summary in the hub's one language, task of the first tag that names one, picture and whose model it is."""
    head = read(a_page(tags="[scriptable, nlp]")).front_matter
    assert (head.title, head.summary, head.author) == ("TinyNet", {"en_US": "A tiny network"}, "Acme Team")
    assert (head.tags, head.task, head.github_link) == (("scriptable", "nlp"), "nlp", "https://github.com/acme/tiny")
    assert (head.image, head.image_credit, head.organisation) == ("images/tiny.png", "Acme Team", "acme")
    assert head.lines["tags"] == 10
    assert not head.needs_gpu


@pytest.mark.parametrize(
    ("first", "second", "image"),
    [("no-image", "b.png", "images/b.png"), ("no-image", "no-image", ""), ("a.jpg", "b.png", "images/a.jpg")],
)
def test_picture_is_the_first_that_is_one(first: str, second: str, image: str) -> None:
    """`no-image` stands for none, and without one nobody is credited."""
    head = read(a_page(featured_image_1=first, featured_image_2=second)).front_matter
    assert (head.image, bool(head.image_credit)) == (image, bool(image))


def test_sample_is_the_python_before_the_first_heading() -> None:
    """All else is the one section, whose lines are those of the file, but blank where the sample is."""
    text = a_page(
        f"Install it:\n\n```bash\npip install tiny\n```\n\n{SAMPLE}\nWords.\n\n```py\nprint(1)\n```\n\n### Use\n\n"
        "```python\nprint(2)\n```\n"
    )
    page = read(text)
    assert page.sample is not None
    assert page.sample.code == "import torch\nmodel = torch.hub.load('acme/tiny', 'tiny')\n"
    assert page.sample.line == line_of(text, "import torch")
    (section,) = page.sections
    assert section.language == "en_US"
    assert [snippet.line for snippet in section.snippets] == [line_of(text, "print(1)"), line_of(text, "print(2)")]
    lines = text.split("\n")
    for index, line in enumerate(section.text.split("\n"), start=section.first_line):
        in_sample = line_of(text, "```python") <= index <= line_of(text, "'tiny')") + 1
        assert line == ("" if in_sample else lines[index - 1])
    assert section.first_line + section.text.count("\n") == len(lines)


@pytest.mark.parametrize(
    "body",
    [
        "### Use\n\n" + SAMPLE,
        "# Tiny\n\n" + SAMPLE,
        "Title\n=====\n\n" + SAMPLE,
        "No code at all.\n",
        "- a\n\n  # b\n\n## c\n" + SAMPLE,
    ],
)
def test_code_below_a_heading_is_no_sample(body: str) -> None:
    """It is the section's, and the page is as good."""
    page = read(a_page(body))
    assert page.sample is None
    assert len(page.sections[0].snippets) == body.count("```python")
    assert page.snippets_in(page.sections[0]) == page.sections[0].snippets


def test_only_python_is_run() -> None:
    """What is marked otherwise, or not at all, is shown; a comment with # in code is no heading."""
    fences = "".join(f"```{mark}\n# {mark or 'bare'}\n```\n\n" for mark in ("", "bash", "shell", "bibtex"))
    page = read(a_page(fences + SAMPLE + fences))
    assert page.sample is not None
    assert page.sections[0].snippets == ()
    assert [region.language for region in page.regions] == [
        "",
        "bash",
        "shell",
        "bibtex",
        "python",
        "",
        "bash",
        "shell",
        "bibtex",
    ]


def test_commands_of_a_notebook_are_code_as_any() -> None:
    """`!pip` and `%matplotlib` are left for the kernel."""
    page = read(a_page("### Use\n\n```python\n!pip install tiny\n%matplotlib inline\nprint(1)\n```\n"))
    assert page.sections[0].snippets[0].code.startswith("!pip install tiny\n%matplotlib inline\n")


@pytest.mark.parametrize(
    ("accelerator", "device"), [("cuda", "gpu"), ("cuda-optional", None), ('"cuda-optional"', None), ('"cuda"', "gpu")]
)
def test_what_needs_cuda_asks_for_a_gpu(accelerator: str, device: str | None) -> None:
    """Every snippet of the page, but one that is only compiled."""
    no_run = "\n<!-- verify: no-run -->\n```python\nx\n```\n"
    page = read(a_page(f"{SAMPLE}\n```python\nprint(1)\n```\n{no_run}", accelerator=accelerator))
    assert page.sample is not None
    snippets = page.snippets_in(page.sections[0])
    assert [snippet.directives.device for snippet in snippets] == [device, device, None]


@pytest.mark.parametrize("value", ["“cuda”", "“cuda” "])
def test_typographic_quotes_are_told_and_understood(value: str) -> None:
    """To YAML they are a part of the value."""
    page, (finding,) = told(a_page(accelerator=value))
    assert finding == "15: warning: wrong-type: these quotes are a part of the value to YAML: write `accelerator: cuda`"
    assert page is not None
    assert page.front_matter.needs_gpu


def test_repeated_key_is_a_warning() -> None:
    """The page is read all the same: in the file that it is of, nothing depends on it."""
    page, (finding,) = told(a_page(head=HEAD + "featured_image_1: no-image\n"))
    assert finding == "17: warning: duplicate-key: featured_image_1 was already set on line 13: keep one"
    assert page is not None
    assert page.front_matter.image == "images/tiny.png"


def test_line_ends_of_windows_are_read(tmp_path: Path) -> None:
    """Lines are the same, and no carriage return is left."""
    text = a_page(f"{SAMPLE}\nWords.\n")
    (tmp_path / "acme_tiny.md").write_bytes(text.replace("\n", "\r\n").encode())
    (page,), findings = read_hub([tmp_path], ENGLISH, form="pytorch-hub")
    assert findings == []
    assert page.sample is not None
    assert (page.sample.code, page.sample.line) == (read(text).sample_code, line_of(text, "import torch"))
    assert "\r" not in page.source


@pytest.mark.parametrize(
    "other",
    [
        "# A README\n",
        "",
        "---\n\nA rule above.\n",
        "---\nlayout: default\ntitle: About\ngithub-link: x\ngithub-id: y\n---\n",
        "---\ntitle: No page of the hub\n---\n",
        "---\n: not YAML\n---\n",
        "x" * 2_000_000,
    ],
    ids=["readme", "empty", "rule", "other layout", "other page", "no yaml", "too large"],
)
def test_what_is_no_page_of_the_hub_is_left_out(tmp_path: Path, other: str) -> None:
    """Without a word: README.md lies beside the pages. Only what is too large to be looked at is told of."""
    (tmp_path / "acme_tiny.md").write_text(a_page(), encoding="utf-8")
    (tmp_path / "README.md").write_text(other, encoding="utf-8")
    pages, findings = read_hub([tmp_path], ENGLISH, form="pytorch-hub")
    assert [page.id for page in pages] == ["acme_tiny"]
    assert [finding.rule for finding in findings] == (["page-too-large"] if len(other) > 1_000_000 else [])


@pytest.mark.parametrize(
    ("text", "findings"),
    [
        (a_page(layout="hub-detail"), ["2: error: wrong-type: layout must be hub_detail, not 'hub-detail'"]),
        (
            a_page(head=HEAD.replace("layout: hub_detail\n", "")),
            ["1: error: missing-key: layout is missing: add `layout: hub_detail`"],
        ),
        (
            a_page(head=HEAD.replace("summary: A tiny network\n", "")),
            [
                "1: error: missing-key: summary is missing: "
                "add `summary: Deep residual networks pre-trained on ImageNet`"
            ],
        ),
        (
            a_page(head=HEAD.replace("author:", "autor:")),
            ["9: error: unknown-key: autor is not a key: did you mean author?"],
        ),
        (
            a_page(head=HEAD + "colour: red\n"),
            ["17: warning: unknown-key: colour is not a key of front matter and is ignored: remove it"],
        ),
        (a_page(tags="vision"), ["10: error: wrong-type: tags must be a list: `[vision, scriptable]`"]),
        (a_page(title="3"), ["5: error: wrong-type: title must be text, not a number: put it in quotes"]),
        (
            a_page(accelerator="tpu"),
            ["15: warning: wrong-type: accelerator must be one of cuda, cuda-optional, not 'tpu'"],
        ),
        (a_page(title="a: b: c"), ["5: error: yaml-syntax: not YAML: mapping values are not allowed in this context"]),
        (
            "---\n" + HEAD + "\n" + SAMPLE,
            ["1: error: unclosed-front-matter: the front matter is not closed: put a line --- below its last key"],
        ),
        (
            a_page("Words.\n\n```python\nprint(1)\n"),
            ["21: error: unclosed-fence: this code fence is never closed: end it with a line of the same marks"],
        ),
        (
            a_page("<!-- verify: skip -->\n" + SAMPLE),
            [
                "19: error: bad-directive: `skip` needs `reason`, "
                'a sentence in straight double quotes: reason="needs two GPUs"'
            ],
        ),
    ],
)
def test_mistake_is_told_at_its_line(text: str, findings: list[str]) -> None:
    """And what to do about it; with an error the page is left out."""
    page, found = told(text)
    assert found == findings
    assert (page is None) == any(": error:" in each for each in found)


@pytest.mark.parametrize(
    ("written", "seen"),
    [
        ('<img width="800" alt="A [model]" src="https://a.org/b.png">', r"![A \[model\]](<https://a.org/b.png>)"),
        ("<img src='https://a.org/c/d.png?raw=true' width=50% />", "![d.png](<https://a.org/c/d.png?raw=true>)"),
        ('<img src="a.png"/><img src="b.png"/>', "![a.png](<a.png>) ![b.png](<b.png>)"),
        ('| a |\n| - |\n| <img src="/assets/images/a.png" alt="A"> |', "| a |\n| - |\n| ![A](<images/a.png>) |"),
        ("![A](https://pytorch.org/assets/images/a.png)", "![A](images/a.png)"),
        (
            "![A](/assets/images/a.png) and [b](/assets/images/a.png)",
            "![A](images/a.png) and [b](/assets/images/a.png)",
        ),
        ("![A](https://other.org/assets/images/a.png)", "![A](https://other.org/assets/images/a.png)"),
        ('`<img src="a.png">` is code', '`<img src="a.png">` is code'),
        ('```\n<img src="a.png">\n```', '```\n<img src="a.png">\n```'),
        ('<p align="center">\n<img src="a.png">\n</p>', '<p align="center">\n<img src="a.png">\n</p>'),
        ('<!-- <img src="a.png"> -->', '<!-- <img src="a.png"> -->'),
        ("<img alt='none'>", "<img alt='none'>"),
        ("<img src='a b.png'>", "<img src='a b.png'>"),
    ],
)
def test_picture_is_one_of_markdown(written: str, seen: str) -> None:
    """In HTML as in Markdown, with the file beside the page in the place of the site's address; code is left alone."""
    page = read(a_page(f"### Use\n\n{written}\n\nWords.\n"))
    assert page.sections[0].text == f"\n### Use\n\n{seen}\n\nWords.\n"
    assert written in page.source


@pytest.mark.parametrize(
    "body", [SAMPLE + "\n### a\n\n```python\nprint(1)\n```\n", "# a\n" + SAMPLE, "~~~\n# a\n~~~\n\n" + SAMPLE]
)
def test_beginning_says_what_the_whole_page_says(tmp_path: Path, body: str) -> None:
    """Its head and its sample, each with its lines."""
    path = tmp_path / "acme_tiny.md"
    path.write_text(a_page(body), encoding="utf-8")
    beginning, whole = read_beginning(path, ENGLISH, form="pytorch-hub"), read(a_page(body))
    assert beginning is not None
    assert (beginning.front_matter, beginning.sample) == (whole.front_matter, whole.sample)
    assert "print(1)" not in beginning.source


@pytest.mark.parametrize(
    "body",
    [
        "`" * 19_000 + " <img src=a>",
        "` `` " * 6_000 + " <img src=a>",
        "<img " + "a" * 49_000 + ">",
        "<img" * 12_000,
        "<img " + 'a="' * 12_000 + ">",
        "![" * 9_000,
        "a <img src='" + " " * 49_000 + "'>",
    ],
    ids=["one run", "many runs", "long attribute", "open elements", "open values", "open pictures", "long address"],
)
def test_no_page_takes_long_to_read(body: str) -> None:
    """Within the bounds of all formats the work grows with the text, and not with its square."""
    page, findings = read_page(a_page(f"### a\n\n{body}\n"), "acme_tiny.md", ENGLISH, form="pytorch-hub")
    assert page is not None or findings


def test_head_that_is_no_page_takes_no_time() -> None:
    """It is looked at before it is known to be within any bounds."""
    assert read_page("---\na: b" + " " * 900_000 + "c\n", "x.md", ENGLISH, form="pytorch-hub") == (None, [])
