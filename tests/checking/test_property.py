"""A valid page, generated, has no findings; the same page with one mistake has exactly that finding."""

from dataclasses import dataclass

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from generator.checking.page import check
from generator.checking.parts import HubFacts
from generator.checking.rules import RULES
from generator.config import Config
from generator.reading.hub import read_page
from tests.pages import LANGUAGES

FACTS = HubFacts(Config().hub, frozenset({"hub1"}), {}, {})

TITLES = ["ResNet", "ShuffleNet V2", "RetinaNet", "FCOS", "DeepLabV3+"]
SENTENCES = [
    ("输入图片为三通道 BGR 格式。", "The input is a picture with three channels in BGR order."),
    ("模型在一张显卡上训练了三天。", "The model was trained on one graphics card for three days."),
    ("输出是每个类别的得分。", "The output is a score for every class."),
    ("请先安装 MegEngine，再运行下面的代码。", "Install MegEngine first, then run the code below."),
    ("调用 `model.eval()` 之后结果才稳定。", "Call `model.eval()` before you compare results."),
]
HEADINGS = [("模型描述", "Description"), ("使用限制", "Limits"), ("训练细节", "Training"), ("数据", "Data")]
SNIPPETS = [
    "import megengine\n\nx = megengine.tensor([1.0, 2.0])\nprint(model(x))",
    'import cv2\n\npicture = cv2.imread("cat.jpg")\nprint(picture.shape)',
    "for name, _ in model.named_parameters():\n    print(name)",
]
LINK = ("[论文](https://arxiv.org/abs/1512.03385)", "[the paper](https://arxiv.org/abs/1512.03385)")

HEAD = """---
template: hub1
title: {title}
summary:
    zh_CN: {title} 预训练模型
    en_US: {title}, pretrained
author: MegEngine Team
tags: [vision]
github-link: https://github.com/MegEngine/Models
---

```python
from megengine import hub

model = hub.load("megengine/models", "resnet18", pretrained=True)
model.eval()
```
"""


@st.composite
def valid_pages(draw: st.DrawFn) -> str:
    """A page in both languages of the same parts in the same order."""
    title = draw(st.sampled_from(TITLES))
    parts: list[tuple[str, str]] = [draw(st.sampled_from(SENTENCES))]
    for heading in draw(st.lists(st.sampled_from(HEADINGS), unique=True, min_size=1, max_size=3)):
        parts.append((f"### {heading[0]}", f"### {heading[1]}"))
        parts += draw(st.lists(st.sampled_from(SENTENCES), unique=True, min_size=1, max_size=3))
        if draw(st.booleans()):
            snippet = f"```python\n{draw(st.sampled_from(SNIPPETS))}\n```"
            parts.append((snippet, snippet))
        if draw(st.booleans()):
            score = draw(st.integers(100, 999)) / 10
            rows = f"| --- | ---: |\n| resnet18 | {score} |"
            parts.append((f"| 模型 | top-1 |\n{rows}", f"| Model | top-1 |\n{rows}"))
    parts.append((f"方法见{LINK[0]}。", f"The method is in {LINK[1]}."))
    parts.append(("### 结语", "### Closing"))
    parts.append(("模型可以直接使用，欢迎反馈意见。", "The model is ready for use, and remarks are welcome."))
    sections = [
        f"\n<!-- section: {language} -->\n\n" + "\n\n".join(part[index] for part in parts) + "\n"
        for index, language in enumerate(("zh_CN", "en_US"))
    ]
    return HEAD.format(title=title) + "".join(sections)


def findings(text: str) -> list[tuple[str, int]]:
    """Rule and line of each finding of reading and of every rule, one for each rule and line."""
    page, found = read_page(text, "megengine_vision_model.md", LANGUAGES)
    if page is not None:
        found = [*found, *check([page], FACTS, RULES)]
    return sorted({(finding.rule, finding.line) for finding in found})


@dataclass(frozen=True)
class Mistake:
    """One change to a valid page and the rule that it breaks."""

    rule: str
    old: str
    new: str
    at: str
    """Part of the line that must be told; of the last line that holds it."""
    also: tuple[str, str] = ("", "")
    """What is changed besides, where one language alone would make another mistake."""


PAPER = "[the paper](https://arxiv.org"

MISTAKES = [
    Mistake("unknown-tag", "tags: [vision]", "tags: [vision, detecton]", "tags:"),
    Mistake("unknown-template", "template: hub1", "template: hub11", "template:"),
    Mistake("bad-github-link", "https://github.com/MegEngine", "github.com/MegEngine", "github-link:"),
    Mistake("duplicate-tag", "tags: [vision]", "tags: [vision, vision]", "tags:"),
    Mistake("missing-blank-line", "\n\n<!-- section: en_US -->", "\n<!-- section: en_US -->", "section: en_US"),
    Mistake("blank-lines", "\n\n### Closing", "\n\n\n### Closing", ""),
    Mistake("trailing-space", "remarks are welcome.", "remarks are welcome.   ", "remarks are welcome"),
    Mistake("final-newline", "remarks are welcome.\n", "remarks are welcome.", "remarks are welcome"),
    Mistake("heading-jump", "### Closing", "##### Closing", "##### Closing", ("### 结语", "##### 结语")),
    Mistake("misspelling", "remarks are welcome", "reszied remarks are welcome", "reszied"),
    Mistake("doubled-word", "is ready for use", "is is ready for use", "is is ready"),
    Mistake("sentence-end", "remarks are welcome.", "remarks are welcome", "remarks are"),
    Mistake("half-width-punctuation", "直接使用，欢迎", "直接使用,欢迎", "直接使用"),
    Mistake("arxiv-pdf", f"{PAPER}/abs/1512.03385)", f"{PAPER}/pdf/1512.03385.pdf)", "The method"),
    Mistake("http-link", "[the paper](https://arxiv.org", "[the paper](http://arxiv.org", "The method"),
    Mistake("links-differ", f"{PAPER}/abs/1512.03385)", f"{PAPER}/abs/1512.03386)", "The method"),
    Mistake("broken-anchor", "remarks are welcome", "[remarks](#nowhere) are welcome", "#nowhere"),
    Mistake("raw-html", "remarks are welcome", "<b>remarks</b> are welcome", "<b>"),
    Mistake("unbalanced-brackets", "remarks are welcome.", "remarks (are welcome.", "remarks (are"),
    Mistake("duplicate-section", "welcome.\n", "welcome.\n\n<!-- section: zh_CN -->\n", "section: zh_CN"),
    Mistake("unclosed-fence", "remarks are welcome.\n", "remarks are welcome.\n\n```text\nx\n", "```text"),
    Mistake("unknown-key", "author: ", "licence: MIT\nauthor: ", "licence:"),
    Mistake("bad-marker", "<!-- section: en_US -->", "<!-- sectoin: en_US -->", "sectoin"),
    Mistake("several-lines", "title: ", "title: |\n    The\n    ", "title: |"),
    Mistake(
        "duplicate-heading",
        "### Closing",
        "### Closing\n\nMore.\n\n### Closing",
        "### Closing",
        ("### 结语", "### 结语\n\n还有。\n\n### 结束"),
    ),
    Mistake("placeholder", "remarks are welcome.", "remarks are welcome. TODO: say where.", "TODO"),
    Mistake("doubled-mark", "remarks are welcome.", "remarks are welcome. .", "welcome. ."),
    Mistake("spaced-markup", "remarks are welcome", "** remarks** are welcome", "** remarks"),
    Mistake("undefined-reference", "remarks are welcome", "[remarks][1] are welcome", "[remarks]"),
    Mistake("tight-heading", "### Closing", "###Closing", "###Closing", ("### 结语", "###结语")),
    Mistake(
        "chinese-in-english", "remarks are welcome.", "remarks are welcome. 欢迎反馈意见和建议。", "欢迎反馈意见和建议"
    ),
    Mistake(
        "unsafe-link",
        f"{PAPER}/abs/1512.03385)",
        "[the paper](javascript:x)",
        "javascript",
        ("[论文](https://arxiv.org/abs/1512.03385)", "[论文](javascript:x)"),
    ),
    Mistake(
        "github-route",
        f"{PAPER}/abs/1512.03385)",
        "[the paper](https://github.com/a/b/c)",
        "github.com/a",
        ("[论文](https://arxiv.org/abs/1512.03385)", "[论文](https://github.com/a/b/c)"),
    ),
    Mistake("unrun-fence", "remarks are welcome.\n", "remarks are welcome.\n\n```pyton\nx = 1\n```\n", "```pyton"),
]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(valid_pages())
def test_valid_page_has_no_findings(text: str) -> None:
    """Whatever parts it is made of."""
    assert findings(text) == []


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda mistake: mistake.rule)
@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(text=valid_pages())
def test_one_mistake_is_exactly_that_finding(mistake: Mistake, text: str) -> None:
    """Its rule, at its line, and nothing else."""
    before, old, after = text.rpartition(mistake.old)
    assert old, mistake.old
    wrong = before + mistake.new + after
    if mistake.also[0]:
        wrong = wrong.replace(*mistake.also)
    found = findings(wrong)
    assert {rule for rule, _ in found} == {mistake.rule}, found
    lines = [number for number, line in enumerate(wrong.split("\n"), start=1) if mistake.at and mistake.at in line]
    if lines:
        assert found[-1][1] == lines[-1]
