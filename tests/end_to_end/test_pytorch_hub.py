"""A folder of pages as PyTorch Hub has them, with all else that lies there: checked, run, built and audited."""

import json
import shutil
from pathlib import Path

import pytest
import tomli_w

from tests.audits.npm import FOLDER, MODULES, node
from tests.kernels import KERNEL_PYTHON, ROOT, hubpages
from tests.pages import line_of
from tests.reading.formats.test_pytorch_hub import a_page
from tests.rendering.sites import Elements

SOUND = """\
```bash
pip install tiny
```

```python
x = 41
```

![Drawn](https://pytorch.org/assets/images/tiny.png) and <img src="/assets/images/tiny.png" alt="drawn again">,
and far away <img src="https://pictures.acme.org/far.png" width="100%">.

```python
%env TINY=1
!echo from a shell
print(x + 1)
```

```
not run
```

### Model Description

Words.
"""
BROKEN = "# Use\n\n```python\ny = 1\n```\n\nWords.\n\n```python\ny = 2\nprint(undefined_name)\n```\n"
PAGES = {
    "acme_tiny": a_page(SOUND),
    "acme_repo_broken": a_page(BROKEN, title="Broken", tags="[nlp]"),
    "acme_cuda": a_page("```python\nprint(3)\n```\n\nWords.\n", title="Fast", accelerator="cuda"),
}


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder, with hub.toml beside the pages, as in a clone of such a repository."""
    folder = tmp_path_factory.mktemp("pytorch") / "hub"
    (folder / "images").mkdir(parents=True)
    shutil.copy(ROOT / "docs" / "card.png", folder / "images" / "tiny.png")
    for name, text in PAGES.items():
        (folder / f"{name}.md").write_text(text, encoding="utf-8")
    (folder / "README.md").write_text("# How to contribute\n\n```python\nno page(\n```\n", encoding="utf-8")
    settings = {"format": "pytorch-hub", "pages": {"folder": "."}, "kernel": {"python": str(KERNEL_PYTHON)}}
    (folder / "hub.toml").write_text(tomli_w.dumps(settings), encoding="utf-8")
    return folder


def test_check_asks_nothing_that_only_hub1_knows(hub: Path) -> None:
    """Neither names of files, nor section markers, nor what is a command of a notebook; what it finds is so."""
    called = hubpages("-C", hub, "check", "--format", "json", cwd=hub)
    found = {(Path(each["path"]).name, each["line"], each["rule"]) for each in json.loads(called.out)}
    line = line_of(PAGES["acme_repo_broken"], "undefined_name")
    assert found == {("acme_repo_broken.md", line, "undefined-name")}
    assert "3 pages read" in called.err


def test_finding_about_the_head_is_at_the_key_that_says_it(hub: Path, tmp_path: Path) -> None:
    """A picture that is not there, and a tag that hub.toml does not have: once, where this format has them."""
    folder = tmp_path / "hub"
    shutil.copytree(hub, folder)
    text = a_page(SOUND, featured_image_1="no-image", featured_image_2="gone.png", tags="[wombat]")
    (folder / "acme_tiny.md").write_text(text, encoding="utf-8")
    called = hubpages("-C", folder, "check", "--format", "json", folder / "acme_tiny.md")
    found = [(each["line"], each["rule"], each["severity"]) for each in json.loads(called.out)]
    of_tag = (line_of(text, "tags:"), "unknown-tag", "error")
    assert found == [of_tag, (line_of(text, "featured_image_2:"), "unusable-picture", "error")]


def test_fix_leaves_what_was_read_as_something_else(hub: Path, tmp_path: Path) -> None:
    """A line with a picture in HTML is not mended where another text is seen than the file has; the next one is."""
    folder = tmp_path / "hub"
    shutil.copytree(hub, folder)
    text = a_page('# Use\n\nIt was <img src="a.jpg" alt="A"> recieved.\n\nIt was recieved.\n')
    (folder / "acme_tiny.md").write_text(text, encoding="utf-8")
    shutil.copy(folder / "images" / "tiny.png", folder / "a.jpg")
    hubpages("-C", folder, "check", "--fix", folder / "acme_tiny.md")
    mended = text.replace("It was recieved.", "It was received.")
    assert (folder / "acme_tiny.md").read_text(encoding="utf-8") == mended


def test_verify_runs_what_a_notebook_runs(hub: Path) -> None:
    """Commands run in the kernel, a failure is told at its line of the file, and what needs CUDA waits for a GPU."""
    called = hubpages("-C", hub, "verify", "--format", "json", "--device", "cpu", cwd=hub)
    assert called.status == 1
    assert called.run_of("acme_tiny")["verdict"] == "passed"
    printed = "".join(
        output["data"] for snippet in called.run_of("acme_tiny")["snippets"] for output in snippet["outputs"]
    )
    assert "from a shell" in printed
    assert printed.split()[-1] == "42"
    broken = called.run_of("acme_repo_broken")
    assert [snippet["status"] for snippet in broken["snippets"]] == ["passed", "failed"]
    line = line_of(PAGES["acme_repo_broken"], "undefined_name")
    assert broken["snippets"][1]["error"]["lines"] == {"en_US": line}
    assert called.run_of("acme_cuda")["verdict"] == "skipped"
    assert f"acme_repo_broken.md:{line}" in called.err


def test_site_shows_pages_as_they_are(hub: Path) -> None:
    """One language, the sample first, pictures from beside the page, a card without a sample; html-validate agrees."""
    called = hubpages("-C", hub, "build", cwd=hub)
    assert called.status == 0, called.err
    assert "3 pages" in called.err
    site = hub / "site"
    card = Elements((site / "models/acme_tiny/index.html").read_text(encoding="utf-8"))
    pictures = [source for source in card.attributes("img", "src") if "picture" in source]
    assert len(pictures) == 2
    assert all((site / source.removeprefix("../../")).is_file() for source in pictures)
    assert "https://pictures.acme.org/far.png" in card.attributes("a", "href")
    assert "Sample" in card.attributes("section", "id")
    assert card.text.index("x = 41") < card.text.index("pip install tiny")
    assert card.text.count("x = 41") == 1
    without = Elements((site / "models/acme_repo_broken/index.html").read_text(encoding="utf-8"))
    assert "Sample" not in without.attributes("section", "id")
    assert "undefined_name" in without.text
    markdown = (site / "models/acme_tiny/index.md").read_text(encoding="utf-8")
    assert "\n\n\n" not in markdown
    assert markdown.index("x = 41") < markdown.index("pip install tiny")
    cells = json.loads((site / "models/acme_tiny/acme_tiny.ipynb").read_text(encoding="utf-8"))["cells"]
    assert not any("\n\n\n" in "".join(cell["source"]) for cell in cells)
    assert not (site / "models" / "README").exists()
    validate = MODULES / "html-validate" / "bin" / "html-validate.mjs"
    printed = node(validate, "--config", str(FOLDER / "htmlvalidate.json"), "--formatter", "json", str(site))
    assert [message for file in json.loads(printed) for message in file["messages"]] == []


def test_what_only_hub1_has_says_so(hub: Path) -> None:
    """No page of another format is written, and no schema told: exit 2, and what to do."""
    for command in (("new", "acme_vision_new", "--link", "https://github.com/a/b"), ("schema",)):
        called = hubpages("-C", hub, *command)
        assert called.status == 2
        assert "the pages of this hub are of the format pytorch-hub" in called.err
        assert not (hub / "acme_vision_new.md").exists()
