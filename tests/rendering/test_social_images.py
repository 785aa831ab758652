"""The picture that is shown with a link to a card."""

import io
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image, ImageChops

from generator.config import Config
from generator.rendering.environment import load_templates
from generator.rendering.fonts import Faces, find_faces
from generator.rendering.social_image import CardText, draw_card
from generator.rendering.social_images import card_images, hub_images
from generator.rendering.template_folders import template_folders
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

    def make(*pages: str) -> dict[str, dict[str, str]]:
        made = {"": hub_images(HUB, STRINGS, tmp_path)}
        made |= {f"p{n}": card_images(read(text, f"p{n}.md"), HUB, tmp_path) for n, text in enumerate(pages)}
        return {page: {language: file.path for language, file in of.items()} for page, of in made.items()}

    first = make(a_page(title="One"), a_page(title="Two", en=None))
    drawn = {file: file.stat().st_ino for file in tmp_path.iterdir()}
    assert len(drawn) == 2 + 2 + 1
    again = make(a_page(title="One", zh="新的正文"), a_page(title="Three", en=None))
    now = {file: file.stat().st_ino for file in tmp_path.iterdir()}
    assert {file: now[file] for file in drawn} == drawn
    assert len(now) == len(drawn) + 1
    languages = {page: set(of) for page, of in first.items()}
    assert languages == {"": {"zh_CN", "en_US"}, "p0": {"zh_CN", "en_US"}, "p1": {"zh_CN"}}
    assert first["p0"]["zh_CN"] == again["p0"]["zh_CN"]
    assert first["p1"]["zh_CN"] != again["p1"]["zh_CN"]
