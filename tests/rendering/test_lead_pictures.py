"""The picture that stands for a page: which one it is, and where it stands for it."""

import base64
import io
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from generator.model.page import Page
from generator.model.run import Output, ScriptRun, SnippetError
from generator.reading.page_pictures import read_pictures
from tests.pages import a_page, line_of, read
from tests.rendering.runs import a_run
from tests.rendering.sites import Elements, site_files
from tests.test_pictures import a_png, saved

TEXT = a_page("first()", "second()", title="Drawn")
PAGE = read(TEXT, "acme_vision_drawn.md")
OTHER = read(a_page("other()", title="Other"), "acme_vision_other.md")


def a_picture(red: int, name: str = "", size: tuple[int, int] = (1200, 800)) -> Output:
    """An output of one colour."""
    data = saved(Image.new("RGB", size, (red, 60, 60)))
    return Output("display", "image/png", base64.b64encode(data).decode(), name)


DRAWN = a_run(PAGE, (), [a_picture(10)], [a_picture(20, "boxes.png"), Output("stdout", "text/plain", "done\n")])


def leads(page: Page, *runs: ScriptRun) -> dict[str, tuple[int, str]]:
    """By language, how red the picture on the card is, and the anchor that it leads to; nothing where there is none."""
    files = {file.path: file.data for file in site_files(page, OTHER, evidence={page.id: runs})}
    found = {}
    for language in ("zh", "en"):
        html = files[f"{language}/models/{page.id}/index.html"].decode()
        row = Elements(files[f"{language}/index.html"].decode())
        related = Elements(files[f"{language}/models/{OTHER.id}/index.html"].decode())
        if '<figure class="lead">' not in html:
            assert not row.attributes("img", "src")
            assert not related.attributes("img", "src")
            continue
        link = Elements(html[html.index('<figure class="lead">') :])
        (thumbnail,) = row.attributes("img", "src")
        assert related.attributes("img", "src") == [f"../../{thumbnail}"]
        small = picture(files[thumbnail.removeprefix("../")])
        large = picture(files[link.attributes("img", "src")[0].removeprefix("../../../")])
        assert (large.size, small.size) == ((528, 352), (320, 213))
        assert [link.attributes("img", side)[0] for side in ("width", "height")] == ["264", "176"]
        found[language] = red(large), link.attributes("a", "href")[0]
        assert abs(red(small) - red(large)) <= 3
    return found


def picture(data: bytes) -> Image.Image:
    """A picture of the site."""
    return Image.open(io.BytesIO(data))


def red(image: Image.Image) -> int:
    """How red it is, to tens."""
    pixel = image.convert("RGB").getpixel((0, 0))
    assert isinstance(pixel, tuple)
    return round(pixel[0] / 10) * 10


def test_last_picture_stands_for_the_page() -> None:
    """It leads to the snippet that made it, where each reader has that."""
    zh, en = (f"#L{line_of(TEXT, 'second()', occurrence) - 1}" for occurrence in (1, 2))
    assert leads(PAGE, DRAWN) == {"zh": (20, zh), "en": (20, en)}


def _shown_by_the_first_alone(run: ScriptRun) -> ScriptRun:
    *_, second = run.snippets
    return replace(run, snippets=(*run.snippets[:-1], replace(second, outputs=())))


def test_a_snippet_before_the_last_may_have_made_it() -> None:
    """Pictures are what counts, not snippets."""
    assert {red for red, _ in leads(PAGE, _shown_by_the_first_alone(DRAWN)).values()} == {10}


NONE: dict[str, Callable[[ScriptRun], ScriptRun]] = {
    "random weights": lambda run: replace(run, weights="standin"),
    "failed": lambda run: replace(
        run,
        verdict="failed",
        snippets=(
            *run.snippets[:2],
            replace(run.snippets[2], status="failed", error=SnippetError("E", "", {"zh_CN": 9})),
        ),
    ),
    "unstable": lambda run: replace(run, verdict="unstable"),
    "flaky": lambda run: replace(run, verdict="flaky"),
    "other code": lambda run: replace(run, script="0" * 64),
    "another entry": lambda run: replace(run, variant="resnet34"),
    "failed as expected": lambda run: replace(
        run, snippets=tuple(replace(one, status="xfailed" if one.outputs else one.status) for one in run.snippets)
    ),
}


@pytest.mark.parametrize("why", NONE)
def test_nothing_else_stands_for_it(why: str) -> None:
    """No picture that the page's own code did not make just so, with the published weights."""
    assert leads(PAGE, NONE[why](DRAWN)) == {}


def test_latest_run_decides() -> None:
    """A picture of an earlier run does not outlive a failure of the same code."""
    failed = a_run(PAGE, error=SnippetError("ValueError", "no", {"zh_CN": 20}), started="2026-11-22T08:00:00+00:00")
    assert leads(PAGE, failed, DRAWN) == {}
    assert {red for red, _ in leads(PAGE, DRAWN, failed).values()} == {20}


@pytest.mark.parametrize("word", ["hide", "setup"])
def test_what_no_reader_is_shown_is_none(word: str) -> None:
    """There would be nothing on the card that it leads to."""
    page = read(TEXT.replace("```python\nsecond()", f"<!-- verify: {word} -->\n\n```python\nsecond()"), PAGE.path)
    run = a_run(page, (), [a_picture(10)], [a_picture(20)])
    assert {red for red, _ in leads(page, run).values()} == {10}


def test_head_without_a_picture_is_none() -> None:
    """The one before it is, and with none there is none; the card says no word of it."""
    broken = Output("display", "image/png", base64.b64encode(a_png(30, 30)).decode())
    assert {red for red, _ in leads(PAGE, a_run(PAGE, (), [a_picture(10)], [broken])).values()} == {10}
    assert leads(PAGE, a_run(PAGE, (), [broken])) == {}


def test_each_language_has_the_one_of_its_own_code() -> None:
    """A section without one has none, though the other has."""
    page = read(a_page("zh()", english_snippets=["en()"], title="Drawn"), PAGE.path)
    chinese = a_run(page, (), [a_picture(30)])
    assert {language: red for language, (red, _) in leads(page, chinese).items()} == {"zh": 30}


def test_small_picture_stays_as_it_is() -> None:
    """It is drawn anew, and no larger."""
    files = site_files(PAGE, evidence={PAGE.id: [a_run(PAGE, (), [a_picture(10, size=(28, 28))])]})
    (thumbnail,) = [file for file in files if file.path.startswith("assets/thumbnail.")]
    assert picture(thumbnail.data).size == (28, 28)
    assert picture(thumbnail.data).format == "WEBP"


def test_picture_of_the_author_stands_for_what_was_not_seen(tmp_path: Path) -> None:
    """Under the credit that the page gives and as what it is; it leads nowhere, and one that was made goes first."""
    (tmp_path / "own shot.png").write_bytes(saved(Image.new("RGB", (600, 300), (200, 60, 60))))
    text = a_page("first()", "second()", stated="image: own shot.png\nimage-credit: Somebody, CC0 & others")
    page = read(text, str(tmp_path / "acme_vision_drawn.md"))
    pictures = read_pictures([page], tmp_path / "cache")
    for runs in ([], [replace(a_run(page, (), [a_picture(10)], ()), weights="standin")]):
        files = {one.path: one.data for one in site_files(page, evidence={page.id: runs}, pictures=pictures)}
        html = files[f"en/models/{page.id}/index.html"].decode()
        shown = Elements(html[html.index('<figure class="lead">') : html.index("</figcaption>")])
        large = picture(files[shown.attributes("img", "src")[0].removeprefix("../../../")])
        assert (red(large), shown.attributes("a", "href")) == (200, [])
        assert "not made by a run: Somebody, CC0 & others" in shown.text
        (thumbnail,) = Elements(files["en/index.html"].decode()).attributes("img", "src")
        assert abs(red(picture(files[thumbnail.removeprefix("../")])) - 200) <= 3
    made = {
        one.path: one.data
        for one in site_files(page, evidence={page.id: [a_run(page, (), [a_picture(10)], ())]}, pictures=pictures)
    }
    html = made[f"en/models/{page.id}/index.html"].decode()
    assert "Somebody" not in html[html.index('<figure class="lead">') : html.index("</figcaption>")]
