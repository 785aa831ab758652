"""The text of a new page: whole, and without findings but its marks where only the model's author knows what to say."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from generator import frameworks
from generator.frameworks.framework import Scaffold
from generator.model.front_matter import KEYS
from generator.model.hub import Hub
from generator.model.page import GUIDE, MODEL, PAGE_ID

MARKER = "TODO"
"""Stands before everything that waits for the author, in every language, followed by a colon and what is asked."""


def new_page(
    id: str,
    title: str,
    tags: Sequence[str],
    author: str,
    link: str,
    hub: Hub,
    summary: Mapping[str, str] | None = None,
    *,
    entry: str = "",
    framework: str = "",
    template: str = "hub1",
    license: str = "",
    kind: str = MODEL,
) -> str:
    """The text of the page `<id>.md`, in every language of the hub; its code runs as it stands.

    Args:
        id: `<org>_<task>_<name>`.
        title: the model family's name.
        tags: of the hub's; at least one.
        author: who made the model available.
        link: where the model's code is: a repository on GitHub whose hubconf.py has the entry, or a place in it.
        hub: whose page it becomes.
        summary: a line for each language code; where it has none, a mark stands in its place.
        entry: the function that the sample loads; by default one that the framework's own repository has.
        framework: what the code is written for; by default what the hub's pages are.
        template: folder of templates/ that lays out the card.
        license: SPDX expression of the code's licence; by default a mark, but for the framework's own repository.
        kind: MODEL or GUIDE, which has no sample, and a title of its own in each language.

    Raises ValueError, saying what to give instead, for an id, a tag or a link that no page may have and for empty
    texts.
    """
    _refuse(id, tags, hub, {"title": title, "author": author, "link": link})
    known = frameworks.framework(framework or hub.framework).scaffold
    repository = repository_of(link, known)
    values = {
        "template": _yaml(template),
        "title": _yaml(title),
        "summary": _summaries(hub, summary or {}),
        "author": _yaml(author),
        "tags": f"[{', '.join(dict.fromkeys(tags))}]",
        "github-link": _yaml(link),
    }
    values |= _titles(hub) if kind == GUIDE else _licences(license, repository, known)
    values |= {"framework": framework} if framework not in ("", hub.framework) else {}
    words = {"title": title, **_code(known, repository, entry or known.entry)}
    beginning = "" if kind == GUIDE else f"\n{words['sample']}"
    return f"---\n{_head(values)}---\n{beginning}{_sections(hub, words, kind == GUIDE)}"


def _summaries(hub: Hub, given: Mapping[str, str]) -> str:
    lines = {one.code: given.get(one.code) or _words(one.code).summary for one in hub.languages}
    return "".join(f"\n    {code}: {_yaml(line)}" for code, line in lines.items())


def _code(known: Scaffold, repository: str, entry: str) -> dict[str, str]:
    """The fences of a page, and the entry that they load."""
    own = known.own_installation if repository == known.repository else ""
    return {
        "entry": entry,
        "installation": own or known.installation,
        "sample": known.sample.format(repository=repository, entry=entry),
        "snippet": known.snippet,
    }


def _titles(hub: Hub) -> dict[str, str]:
    """What a guide states beside what all pages do."""
    titles = "".join(f"\n    {one.code}: {_yaml(_words(one.code).title)}" for one in hub.languages)
    return {"titles": titles, "kind": GUIDE}


def _licences(license: str, repository: str, known: Scaffold) -> dict[str, str]:
    """Likewise a model."""
    licensed = license or (known.license if repository == known.repository else f"{MARKER}: {_LICENSE}")
    return {"license": _yaml(licensed), "weights-license": _yaml(f"{MARKER}: {_WEIGHTS_LICENSE}")}


def _head(values: Mapping[str, str]) -> str:
    """Front matter with these values, in the order of the keys."""
    written = [key for key in KEYS if key.name in values]
    return "".join(f"{key.name}:{'' if key.kind == 'texts' else ' '}{values[key.name]}\n" for key in written)


def _sections(hub: Hub, words: Mapping[str, str], is_guide: bool) -> str:
    own = {one.code: _words(one.code) for one in hub.languages}
    texts = {code: of.guide if is_guide else of.section for code, of in own.items()}
    return "".join(f"\n<!-- section: {code} -->\n\n{text.format(**words)}" for code, text in texts.items())


def _refuse(id: str, tags: Sequence[str], hub: Hub, texts: Mapping[str, str]) -> None:
    parts_of(id)
    unknown = [tag for tag in tags if tag not in hub.tags]
    if unknown or not tags:
        what = f"unknown tag {unknown[0]}" if unknown else "no tag"
        raise ValueError(f"{what}: name at least one of {', '.join(hub.tags)}")
    for name, text in texts.items():
        if not text.strip() or "\n" in text:
            raise ValueError(f"the {name} must be one line of text")


def parts_of(id: str) -> tuple[str, str, str]:
    """Organisation, task and name of a page's id. Raises ValueError, saying what to give instead, for what is none."""
    if match := PAGE_ID.fullmatch(id):
        return match["org"], match["task"], match["name"]
    form = "<org>_<task>_<name> in lower-case ASCII, such as megengine_vision_resnet"
    raise ValueError(f"{id!r} is no name for a page: take {form}")


def repository_of(link: str, known: Scaffold) -> str:
    """`<owner>/<name>` of the repository that a link leads to. Raises ValueError for a link to anywhere else.

    Args:
        known: of the framework, whose own repository has one spelling.
    """
    match = re.fullmatch(r"https://github\.com/([\w.-]+/[\w.-]+?)(?:\.git)?(?:/\S*)?", link)
    if match is None:
        raise ValueError(f"{link!r} is no repository that hub.load takes: give --link https://github.com/OWNER/REPO")
    return known.repository if match[1].lower() == known.repository.lower() else match[1]


def placeholders(text: str) -> list[tuple[int, str]]:
    """Line, from 1, and what is asked there, of every mark that still waits for the author."""
    return list(_placeholders(text))


def _placeholders(text: str) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(text.split("\n"), start=1):
        if match := _MARK.search(line):
            yield number, match["what"].strip(" |\"'")


def without_marks(text: str) -> str:
    """The text as it stands with what is asked, but nothing that says so; what asks for an id goes as a whole."""
    return _MARK.sub(lambda match: match["what"], _MARKED_LICENSE.sub("", text))


_MARK = re.compile(rf"\b{MARKER}\s?[:：]\s*(?P<what>.*)")
_MARKED_LICENSE = re.compile(rf'^(?:weights-)?license: "{MARKER}:.*\n', re.MULTILINE)
_PLAIN = re.compile(r"[^\W\d_](?:[\w .+/(),，、：-]|:(?=\S))*")
_NOT_TEXT = re.compile(r"true|false|yes|no|on|off|null|y|n", re.IGNORECASE)


def _yaml(text: str) -> str:
    """A text as YAML: plain where it can be, else in double quotes."""
    text = text.strip()
    if _PLAIN.fullmatch(text) and not _NOT_TEXT.fullmatch(text):
        return text
    return json.dumps(text, ensure_ascii=False)


@dataclass(frozen=True, slots=True)
class _Words:
    """What a language says on a new page."""

    summary: str
    section: str
    title: str
    """Of a guide, as `guide` is its section."""
    guide: str


def _words(code: str) -> _Words:
    """A language without words of its own gets English ones, to be translated."""
    return _WORDS.get(code, _WORDS["en_US"])


_LICENSE = "the SPDX id of the code's licence, such as MIT"
_WEIGHTS_LICENSE = "that of the weights; remove this line if nobody states one"

_CHINESE = """\
### 用途

TODO：用两三句话说明{title}能做什么、适合哪些场景。

### 安装

以下命令适用于Python 3.10：

{installation}
TODO：删去用不到的软件包，补上缺少的，并说明理由。

### 预处理

用`cv2.imread`读入图片，通道顺序为BGR，取值0–255。图片缩放到224×224像素，减去均值（103.53、116.28、123.675），再除以标准差（57.375、57.12、58.395）。

TODO：核对尺寸、通道顺序、均值和标准差与训练时是否一致。

### 运行示例

以下代码接在页首的示例之后运行：下载一张猫的照片，做好预处理，打印概率最高的五个类别。

{snippet}
TODO：如果输入不是图片或输出不是类别概率，请改写这段代码，并说明打印的内容。

### 输入与输出

| 名称 | 形状 | 类型 | 内容 |
| --- | --- | --- | --- |
| `batch` | (1, 3, 224, 224) | float32 | 归一化后的BGR图片 |
| `probabilities` | (1000,) | float32 | 各类别的概率，0–1 |

TODO：核对形状、类型和取值范围。

### 使用限制

- TODO：写明哪些输入效果不好，以及对显存、内存或设备有什么要求。

### 结果

TODO：写明数据集、评测方法和数字的出处，填写下表，并在页首用`datasets`和`metrics`指明数据集和指标列。

| 入口名称 | 指标 |
| --- | --- |
| `{entry}` | TODO：填写数值 |

### 参考文献

- TODO：列出论文的作者、标题、会议或期刊和链接。
"""

_ENGLISH = """\
### Purpose

TODO: say in two or three sentences what {title} does and what it is good for.

### Installation

These commands are for Python 3.10:

{installation}
TODO: drop the packages that are not needed, add those that are missing, and say why.

### Preprocessing

Start from what `cv2.imread` gives you: BGR channels, values 0–255. The picture is resized to 224 by 224 pixels.
Then the mean (103.53, 116.28, 123.675) is subtracted and the result divided by the standard deviation
(57.375, 57.12, 58.395).

TODO: check that size, channel order, mean and standard deviation are those used in training.

### Running an example

Run this after the sample at the top of the page. It downloads a photograph of a cat, prepares it
and prints the five most likely classes.

{snippet}
TODO: rewrite the code if the input is no picture or the output no class probabilities, and explain what it prints.

### Input and output

| Name | Shape | Type | Content |
| --- | --- | --- | --- |
| `batch` | (1, 3, 224, 224) | float32 | normalised BGR picture |
| `probabilities` | (1000,) | float32 | probability of each class, 0–1 |

TODO: check shapes, types and ranges.

### Limits

- TODO: say which inputs work badly and what memory or device the model needs.

### Results

TODO: name the data set, the way of measuring and the source of the figures, fill in the table, and name data sets and
its columns in `datasets` and `metrics` of the front matter.

| Entry | Metric |
| --- | --- |
| `{entry}` | TODO: give the figure |

### References

- TODO: list each paper with authors, title, venue and link.
"""

_CHINESE_GUIDE = """\
### 你需要什么

TODO：按读者的需求分条写明选哪个模型，并链接到它的页面，例如`[ResNet](megengine_vision_resnet.md)`。

### 数据

TODO：写明数字的出处，填写下表，数字与各模型的页面一致。

| 入口 | 指标 |
| --- | --- |
| `{entry}` | TODO：填写数值 |

### 安装

以下命令适用于Python 3.10：

{installation}
### 运行示例

{sample}
TODO：让两个模型处理同样的输入，打印不同之处，并说明打印的内容。
"""

_ENGLISH_GUIDE = """\
### What you need

TODO: say for each need of a reader which model to take, with a link to its page, such as
`[ResNet](megengine_vision_resnet.md)`.

### Figures

TODO: name the source of the figures and fill in the table; they are those of the models' pages.

| Entry | Metric |
| --- | --- |
| `{entry}` | TODO: give the figure |

### Installation

These commands are for Python 3.10:

{installation}
### Running an example

{sample}
TODO: give two models the same input, print what differs, and explain what it prints.
"""

_WORDS = {
    "zh_CN": _Words("TODO：用一句话说明这个模型做什么", _CHINESE, "TODO：中文标题", _CHINESE_GUIDE),
    "en_US": _Words("TODO: say in one line what the model does", _ENGLISH, "TODO: the English title", _ENGLISH_GUIDE),
}
