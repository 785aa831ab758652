"""Rules about what the text says the page is about."""

import re
from collections import Counter, deque
from collections.abc import Iterator
from functools import cache, lru_cache

from generator.checking.parts import Finding, HubFacts, ProseLine
from generator.checking.registry import Rule
from generator.checking.view import PageView, SectionView


def other_model_named(view: PageView) -> Iterator[Finding]:
    """Where the text says which model is provided, it is the page's own: text copied from another page often is not.

    A comparison with another model, or a reference to one, is no such sentence.

    Bad:  a page of FreeAnchor that says: Currently we provide RetinaNet models pretrained on COCO2017.
    Good: a page of FreeAnchor that says: Currently we provide FreeAnchor models pretrained on COCO2017.
    """
    for section in view.sections:
        if not any(word in section.section.text for word in _PROVIDING):
            continue
        for first, text in _paragraphs(section):
            lowered = text.lower()
            claims = [pattern for words, pattern in _CLAIMS if any(word in lowered for word in words)]
            for match in (match for pattern in claims for match in pattern.finditer(text)):
                written = _other_model(match["name"], view)
                if not written or _names_own(_sentence_around(text, match.start()), view):
                    continue
                title = view.page.front_matter.title
                message = f"the text says that {written} is provided, but the page is about {title}: name {title}"
                place = match.start("name")
                line, column = text.count("\n", 0, place), place - text.rfind("\n", 0, place)
                yield Finding(first + line, message, column)


def title_near_miss(view: PageView) -> Iterator[Finding]:
    """The page's title is spelled in the text as it is in the head, letters, hyphens and spaces alike.

    Another spelling that the whole section keeps to is let through, and so is the official one, such as Faster R-CNN.

    Bad:  a page of FreeAnchor that says: FreeAchor learns which anchors match.
    Good: a page of FreeAnchor that says: FreeAnchor learns which anchors match.
    """
    title = view.page.front_matter.title
    bare = _bare(title)
    if not 5 <= len(bare) <= 60 or not title.isascii() or not _NAME_LIKE.search(title):
        return
    for number, line in _summary_lines(view):
        for column, written in _candidates(line, title):
            if _is_near_miss(_bare(written), bare) and not _is_known(_family(_bare(written)), view):
                yield Finding(number, _near_miss_message(written, title), column)
    for section in view.sections:
        spelled: list[tuple[int, int, str]] = []
        for prose in _own_words(section):
            for column, written in _candidates(prose.prose, title):
                other = _bare(written)
                if other == bare:
                    spelled.append((prose.number, column, written))
                elif _is_near_miss(other, bare) and not _is_known(_family(other), view) and not _in_code(other, view):
                    yield Finding(prose.number, _near_miss_message(written, title), column)
        yield from _odd_spellings(spelled, title)


def _odd_spellings(spelled: list[tuple[int, int, str]], title: str) -> Iterator[Finding]:
    """The title with other hyphens or spaces, in a section that has it mostly as it stands in the head."""
    counts = Counter(written.casefold() for _, _, written in spelled)
    for number, column, written in spelled:
        spelling = written.casefold()
        is_usual = spelling == title.casefold() or spelling in _OFFICIAL
        if not is_usual and counts[spelling] < counts[title.casefold()]:
            message = f"the title is written {title} elsewhere: write {title} for {written}"
            yield Finding(number, message, column)


def _near_miss_message(written: str, title: str) -> str:
    return f"{written} looks like a slip for the title: write {title}"


_PROVIDING = ("provide", "offer", "release", "提供")
# What is provided comes right after the verb: "we provide a script for RetinaNet" is about a script.
_ENGLISH_CLAIM = re.compile(
    r"""\b(?:we|this\s(?:page|hub|model\shub)|the\s(?:page|hub))\s(?:(?:currently|now|here)\s)?
        (?:provides?|offers?|releases?|have\sreleased|have\sprovided)\s(?:here\s)?
        (?:(?:an?|the|some|several|many|two|three|four|five|six|\d+|our|official|pre-?trained|trained|following)\s)*
        `?(?P<name>[a-z][a-z0-9_+.-]{0,60}(?:[ ][a-z][a-z0-9_+.-]{0,60}){0,2})`?
        (?=(?:\s(?!backbones?\b)[\w()-]+){0,3}\s(?:models?|weights|checkpoints?|networks?|detectors?|classifiers?)\b)
        """,
    re.VERBOSE | re.IGNORECASE | re.ASCII,
)
_CHINESE_CLAIM = re.compile(
    r"""(?:我们|本页|本页面|本仓库|本项目|目前|现在|这里)(?:目前|现在|暂时|已|已经|在这里)?
        提供(?:了|有|的是)?
        (?:[一二两三四五六多若几\d]+[个种款组]|一些|以下|如下|官方的?)?
        (?:[在于基用][^，。；,;、\n]{1,24}?(?:预?训练(?:好|过)?的))?(?:预?训练(?:好|过)?的?)?
        [ ]?`?(?P<name>[A-Za-z][A-Za-z0-9_+.-]{0,60}(?:[ ][A-Z][A-Za-z0-9_+.-]{0,60}){0,2})`?[ ]?
        (?:系列)?(?:的)?(?:预?训练(?:好|过)?的?)?(?:模型|权重|网络|检测器|分类器)
        (?!的|转|代码|骨干|结构|对比|相比)""",
    re.VERBOSE,
)
_CLAIMS = ((_PROVIDING[:3], _ENGLISH_CLAIM), (_PROVIDING[3:], _CHINESE_CLAIM))
"""Each with what is in every one of them, so that most paragraphs are done with at once."""
_SENTENCE_END = re.compile(r"[。！？；;]|[.!?](?=\s|$)")
_WORD = re.compile(r"[A-Za-z0-9]+")
_NAME_LIKE = re.compile(r"[A-Za-z0-9].*[A-Z]|[A-Za-z]-?\d")
_NEXT_NAME = re.compile(r"[ -][A-Z0-9][A-Za-z0-9]*")
_GOES_ON = re.compile(r"[_/\\=@]|\.[A-Za-z]")
_REFERENCES = re.compile(r"参考|引用|文献|reference|citation|citing|bibliograph|related", re.IGNORECASE)
_SEPARATORS = re.compile(r"[\s_+.()/-]+")
_VERSION = re.compile(r"v?\d+[a-z]{0,2}(?:plus)?$|plus$")

_BACKBONES = frozenset(
    """
    resnet resnext wideresnet shufflenet mobilenet efficientnet densenet vgg alexnet squeezenet googlenet inception
    senet vit swin convnext regnet repvgg darknet ghostnet
    """.split()  # noqa: SIM905
)
"""Models that others are built on: a page may well provide its own with such a one inside."""
_FAMILIES = _BACKBONES | frozenset(
    """
    retinanet fcos atss freeanchor fasterrcnn fastrcnn maskrcnn cascadercnn yolo yolox centernet cornernet efficientdet
    detr deeplab pspnet unet fcn bisenet segformer simplebaseline hrnet openpose retinaface bert roberta gpt clip dalle
    biggan vqgan vqvae stylegan cyclegan dcgan resnest sknet lenet nasnet mnasnet
    """.split()  # noqa: SIM905
)
"""Families that are known even when their pages are not among those checked."""
_OFFICIAL = frozenset(["faster r-cnn", "mask r-cnn", "cascade r-cnn", "fast r-cnn", "dall-e", "vq-gan", "u-net"])
"""As their authors spell them."""


def _paragraphs(section: SectionView) -> Iterator[tuple[int, str]]:
    """First line and text of every run of lines of running text: a paragraph, a list, a table."""
    start, lines = 0, list[str]()
    for line in section.prose:
        if lines and line.number == start + len(lines):
            lines.append(line.source)
            continue
        if lines:
            yield start, "\n".join(lines)
        start, lines = line.number, [line.source]
    if lines:
        yield start, "\n".join(lines)


def _other_model(written: str, view: PageView) -> str:
    """The longest beginning of some words that names a model other than the page's own; empty if none does.

    `retinanet_res50` begins with one, and so does `Faster R-CNN ResNet-50`.
    """
    ends = [match.start() for match in _SEPARATORS.finditer(written)] + [len(written)]
    for end in reversed(ends):
        name = _family(_bare(written[:end]))
        if _is_known(name, view) and _is_not_own(name, view):
            return written[:end]
    return ""


def _is_known(name: str, view: PageView) -> bool:
    return len(name) > 2 and (name in _FAMILIES or name in _families_of(view.facts))


def _is_not_own(name: str, view: PageView) -> bool:
    if name in _BACKBONES and "classification" not in view.page.front_matter.tags:
        return False
    return not any(name in _bare(text) for text in (view.page.front_matter.title, view.page.id, view.page.sample_code))


@lru_cache(8)
def _families_of(facts: HubFacts) -> frozenset[str]:
    """The bare family name of every page whose title looks like a name."""
    named = [(id, title) for id, title in facts.titles.items() if _NAME_LIKE.search(title)]
    names = [name for id, title in named for name in (title, "".join(id.split("_")[2:]))]
    return frozenset(_family(_bare(name)) for name in names)


def _names_own(sentence: str, view: PageView) -> bool:
    bare = _bare(sentence)
    own = {_family(_bare(view.page.front_matter.title)), _family(_bare("".join(view.page.id.split("_")[2:])))}
    return any(len(name) > 2 and name in bare for name in own)


def _sentence_around(text: str, position: int) -> str:
    """The sentence that holds this position, as far as 400 characters to either side."""
    start = max(position - 400, 0)
    for match in _SENTENCE_END.finditer(text, start, position + 400):
        if match.start() >= position:
            return text[start : match.start()]
        start = match.end()
    return text[start : position + 400]


def _summary_lines(view: PageView) -> Iterator[tuple[int, str]]:
    """The lines of the head that hold the summary."""
    lines = view.page.front_matter.lines
    start = lines["summary"]
    for number, line in enumerate(view.lines[start:], start=start + 1):
        if not line[:1].isspace():
            return
        yield number, line


def _own_words(section: SectionView) -> Iterator[ProseLine]:
    """Running text that is neither a table nor a list of references."""
    headings = deque((heading.line, bool(_REFERENCES.search(heading.text))) for heading in section.headings)
    in_references = False
    for line in section.prose:
        while headings and headings[0][0] <= line.number:
            in_references = headings.popleft()[1]
        if not in_references and not line.source.lstrip().startswith("|"):
            yield line


def _candidates(text: str, title: str) -> Iterator[tuple[int, str]]:
    """Column and text of every run of words that may be this title, spelled otherwise or with a slip in it.

    Its words begin with a capital or as the title does and have one space or hyphen between them; what is part of a
    file name, an address or a longer name is none.
    """
    most, length = len(_WORD.findall(title)), len(_bare(title))
    for match in _name_start(title[0]).finditer(text):
        start, end = match.span()
        letters = end - start
        for _ in range(most + 1):
            if letters > length + 2:
                break
            if letters >= length - 2 and not _GOES_ON.match(text, end):
                yield start + 1, text[start:end]
            following = _NEXT_NAME.match(text, end)
            if not following:
                break
            end = following.end()
            letters += following.end() - following.start() - 1


@cache
def _name_start(initial: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![A-Za-z0-9_/.@\\=:~-])[A-Z{re.escape(initial)}][A-Za-z0-9]*")


@lru_cache(4096)
def _is_near_miss(written: str, title: str) -> bool:
    """Whether some letters are the title's but for a slip: one for the short, two for the long.

    Short titles have real neighbours, such as ResNet and ResNeXt, so there only a doubled, a halved or two swapped
    letters count. What differs at the end alone is a form of the word: anchors, trained.
    """
    if abs(len(written) - len(title)) > 2 or written == title or written[-1:].isdigit() != title[-1:].isdigit():
        return False
    if re.sub(r"\d", "", written) == re.sub(r"\d", "", title) or re.findall(r"\d+", written) != re.findall(
        r"\d+", title
    ):
        return False
    if re.sub(r"(.)\1+", r"\1", written) == re.sub(r"(.)\1+", r"\1", title):
        return True
    if len(written) == len(title):
        different = [index for index in range(len(title)) if written[index] != title[index]]
        if len(different) == 2 and different[1] - different[0] == 1:
            first = different[0]
            if written[first : first + 2] == title[first : first + 2][::-1]:
                return True
    common = next(
        (index for index, (a, b) in enumerate(zip(written, title, strict=False)) if a != b),
        min(len(written), len(title)),
    )
    if len(title) < 8 or common >= min(len(written), len(title)) - 1 or common == 0:
        return False
    return _distance(written, title) <= (2 if len(title) >= 10 else 1)


def _distance(a: str, b: str) -> int:
    """Levenshtein's."""
    row = list(range(len(b) + 1))
    for i, left in enumerate(a, start=1):
        diagonal, row[0] = row[0], i
        for j, right in enumerate(b, start=1):
            diagonal, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, diagonal + (left != right))
    return row[len(b)]


def _in_code(bare: str, view: PageView) -> bool:
    """Whether the code says it so: then it is a name and no slip."""
    return any(bare in _bare(snippet.code) for snippet in view.snippets)


def _family(bare: str) -> str:
    """Without version and size: deeplabv3plus is deeplab, resnet50 is resnet."""
    return _VERSION.sub("", bare) or bare if len(bare) < 100 else bare


@lru_cache(4096)
def _bare(text: str) -> str:
    return _SEPARATORS.sub("", text).casefold()


RULES: tuple[Rule, ...] = (Rule(other_model_named, needs_hub=True), Rule(title_near_miss, needs_hub=True))
