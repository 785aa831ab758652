"""The picture that is shown with a link to a card."""

import io
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image, ImageChops

from generator.config import Config
from generator.model.site import Pictures
from generator.rendering.environment import load_templates, template_folders
from generator.rendering.fonts import Faces, find_faces
from generator.rendering.social_image import CardText, draw_card
from generator.rendering.social_images import social_images
from tests.pages import a_page, read
from tests.rendering.sites import ROOT

STRINGS = load_templates(template_folders(ROOT)).strings
HUB = Config().hub
CARD = CardText("Model Hub", "FreeAnchor", "自主学习锚框匹配的单阶段目标检测模型", ("视觉", "检测"), "zh-Hans")


@pytest.fixture(scope="module")
def faces() -> Faces:
    """A font with Han characters."""
    found = find_faces("zh-Hans")
    assert found, "there is no font with Chinese characters: `apt-get install fonts-noto-cjk`"
    return found


def picture(data: bytes) -> Image.Image:
    """A PNG's pixels."""
    return Image.open(io.BytesIO(data)).convert("RGB")


def ink(data: bytes, box: tuple[int, int, int, int]) -> tuple[int, int, int, int] | None:
    """Where within a box something is drawn on the paper."""
    part = picture(data).crop(box)
    return ImageChops.difference(part, Image.new("RGB", part.size, part.getpixel((0, 0)))).getbbox()  # type: ignore[arg-type]


def test_picture_has_the_size_that_is_asked_for(faces: Faces) -> None:
    """1200 by 630, and small enough to be fetched by whoever shows a link."""
    data = draw_card(CARD, faces)
    assert picture(data).size == (1200, 630)
    assert len(data) < 100_000


def test_same_words_give_the_same_bytes(faces: Faces) -> None:
    """And any other word gives others."""
    assert draw_card(CARD, faces) == draw_card(CARD, faces)
    for field in ("hub", "title", "summary"):
        assert draw_card(replace(CARD, **{field: "检查"}), faces) != draw_card(CARD, faces)
    assert draw_card(replace(CARD, tags=("视觉",)), faces) != draw_card(CARD, faces)


def test_chinese_is_drawn_and_not_boxes(faces: Faces) -> None:
    """Two words of one length differ."""
    assert draw_card(replace(CARD, summary="目标检测"), faces) != draw_card(replace(CARD, summary="图像分类"), faces)


@pytest.mark.parametrize("text", ["W" * 300, "长" * 300, "word " * 100, "", "、。" * 80, "x\u202ey\x07z"])
def test_words_stay_on_the_picture(faces: Faces, text: str) -> None:
    """However long they are: nothing in the margins, nothing on the tags."""
    data = draw_card(replace(CARD, title=text, summary=text, tags=(text, "检测") if text else ()), faces)
    assert ink(data, (0, 20, 70, 630)) is None
    assert ink(data, (1130, 20, 1200, 630)) is None
    assert ink(data, (0, 478, 1200, 508)) is None
    assert ink(data, (0, 575, 1200, 630)) is None


def test_only_what_changed_is_drawn_again(tmp_path: Path) -> None:
    """Pictures are kept by their words: changed text elsewhere on the page is none of theirs."""
    drawn: list[int] = []

    def count(function, jobs):  # type: ignore[no-untyped-def]
        rows = list(jobs)
        drawn.append(len(rows))
        return map(function, rows)

    def make(*pages: str) -> Pictures:
        read_pages = [read(text, f"p{number}.md") for number, text in enumerate(pages)]
        return social_images(read_pages, HUB, STRINGS, tmp_path, count)

    first = make(a_page(title="One"), a_page(title="Two", en=None))
    again = make(a_page(title="One", zh="新的正文"), a_page(title="Three", en=None))
    assert drawn == [2 + 2 + 1, 1]
    languages = {page: set(of) for page, of in first.items()}
    assert languages == {"": {"zh_CN", "en_US"}, "p0": {"zh_CN", "en_US"}, "p1": {"zh_CN"}}
    assert first["p0"]["zh_CN"] == again["p0"]["zh_CN"]
    assert first["p1"]["zh_CN"].path != again["p1"]["zh_CN"].path
