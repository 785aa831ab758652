"""Rules about the summaries of a page, one a language."""

import re
import unicodedata
from collections.abc import Iterator
from functools import cache

from generator.checking.parts import Finding
from generator.checking.registry import Rule
from generator.checking.view import PageView

SUMMARY_WIDTH = 120
"""In Latin characters; one of Chinese is as wide as two."""


def summaries_differ(view: PageView) -> Iterator[Finding]:
    """What one summary names the others name too: models, data sets, figures; no reader is told less than another.

    Names are words with capitals or digits inside, such as ResNet-18 and COCO2017; numbers count from 13 on.

    Bad:
        en_US: ResNet-50 pre-trained on ImageNet
        zh_CN: ImageNet预训练的ResNet-18

    Good:
        en_US: ResNet-18 pre-trained on ImageNet
        zh_CN: ImageNet预训练的ResNet-18
    """
    summary = {code: text for code, text in view.page.front_matter.summary.items() if text}
    first, *others = summary or [""]
    for other in others:
        for code, against in ((first, other), (other, first)):
            missing = _missing_names(summary[code], summary[against])
            if missing:
                message = (
                    f"the {against} summary does not say {', '.join(missing)}, which the {code} summary does: "
                    "name the same things in both"
                )
                yield Finding(_summary_line(view, against), message)


def summary_length(view: PageView) -> Iterator[Finding]:
    """A summary is one line: up to 120 Latin characters, or 60 of Chinese. The rest belongs in a section.

    Bad:  en_US: A network that was first to … and has since … and is known for … (and so on for three lines)
    Good: en_US: A two-stage object detector for the 80 COCO classes
    """
    for code, text in view.page.front_matter.summary.items():
        width = sum(1 + (unicodedata.east_asian_width(character) in "WF") for character in text)
        if width > SUMMARY_WIDTH:
            message = (
                f"the {code} summary is as wide as {width} Latin characters: keep it within {SUMMARY_WIDTH} "
                "and move the rest into the section"
            )
            yield Finding(_summary_line(view, code), message)


_WORD = re.compile(r"[A-Za-z0-9]+(?:[.-][A-Za-z0-9]+)*")
_NAME_PART = re.compile(r"[A-Z].*[A-Z]|[A-Za-z]\d")
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
# Numbers that are written in words cannot be compared.
_LARGE_IN_WORDS = re.compile(
    r"[百千万亿]|[二三四五六七八九]十|million|billion|thousand|hundred|dozen|teen\b|"
    r"(?:twen|thir|for|fif|six|seven|eigh|nine)ty"
)

_ORDINARY = re.compile(
    r"(?:[234]d|ai|api|asr|b?fp?16|bgr|bn|cnn|cpu|cv|dnn|float(?:16|32)|fp32|gan|gpu|hd|id|kd|llm|lstm|mlp|nlp|ocr|ptq|"
    r"qat|rgb|rnn|roi|sota|tts|u?int[48]|vae|vit|vqa)s?",
    re.IGNORECASE,
)
"""Abbreviations that the other language may write out."""


@cache
def _missing_names(text: str, other: str) -> tuple[str, ...]:
    """What one summary names and the other does not."""
    there = _bare(other)
    initials = "".join(word[0] for word in re.findall(r"[A-Za-z]+", other)).casefold()
    numbers = set(_NUMBER.findall(_without_separators(other)))
    compare_numbers = not (_LARGE_IN_WORDS.search(text) or _LARGE_IN_WORDS.search(other))
    missing = []
    for word in _WORD.findall(_without_separators(text)):
        if _NUMBER.fullmatch(word):
            if compare_numbers and float(word) > 12 and word not in numbers and word not in there:
                missing.append(word)
        elif name := _name_in(word):
            bare = _bare(name)
            if bare not in there and bare.removesuffix("s") not in there and bare not in initials:
                missing.append(name)
    return tuple(dict.fromkeys(missing))


def _name_in(word: str) -> str:
    """The model or data set that a word names: COCO of COCO-style, nothing of One-Stage."""
    parts = word.split("-")
    while parts and parts[-1].islower() and parts[-1].isalpha():
        parts.pop()
    while parts and ((parts[0].islower() and parts[0].isalpha()) or parts[0].isdigit()):
        parts.pop(0)
    name = "-".join(parts)
    if len(name) < 3 or _ORDINARY.fullmatch(name):
        return ""
    return name if any(_NAME_PART.search(part) for part in parts) else ""


def _bare(text: str) -> str:
    return re.sub(r"[\s_-]+", "", text).casefold()


def _without_separators(text: str) -> str:
    return re.sub(r"(?<=\d),(?=\d{3})", "", text)


def _summary_line(view: PageView, code: str) -> int:
    start = view.page.front_matter.lines["summary"]
    for number, line in enumerate(view.lines[start:], start=start + 1):
        if not line[:1].isspace():
            break
        if line.lstrip().startswith(f"{code}:"):
            return number
    return start


RULES: tuple[Rule, ...] = (Rule(summaries_differ), Rule(summary_length, of_hub1=True))
