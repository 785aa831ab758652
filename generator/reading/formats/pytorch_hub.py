"""pytorch-hub, the format of the pages of https://github.com/pytorch/hub as they are: Jekyll pages in one language.

Which keys there are is told by its docs/template.md. A page has no markers: its sample is the Python that stands before
the first heading, where any does, and all else is the section of the hub's only language.
"""

import difflib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

import yaml

from generator.markdown_blocks import parse_blocks
from generator.model.diagnostic import Diagnostic
from generator.model.front_matter import Key
from generator.model.hub import Language
from generator.model.page import FrontMatter, Section, Snippet
from generator.reading.directives import read_snippets
from generator.reading.format import Body, BodyText, Format
from generator.reading.formats.jekyll_pictures import with_pictures
from generator.reading.sections import unsound
from generator.reading.snippets import Block, blocks, regions
from generator.reading.yaml_head import HeadReader, line_of

_LAYOUT = "hub_detail"
_TAGS = Key("tags", "list", "[vision, scriptable]", "What the model is for.", True)
_REQUIRED: Mapping[str, str] = {
    "layout": _LAYOUT,
    "title": "ResNet",
    "summary": "Deep residual networks pre-trained on ImageNet",
    "author": "Pytorch Team",
    _TAGS.name: _TAGS.example,
    "github-link": "https://github.com/pytorch/vision",
}
"""Keys that every page has, with a value of each."""
_OPTIONAL: Mapping[str, str] = {
    "background-class": "hub-background",
    "body-class": "hub",
    "category": "researchers",
    "image": "resnet.png",
    "github-id": "pytorch/vision",
    "featured_image_1": "resnet.png",
    "featured_image_2": "no-image",
    "accelerator": "cuda-optional",
    "order": "10",
    "demo-model-link": "https://huggingface.co/spaces/pytorch/ResNet",
}
_OWN = frozenset({"github-link", "github-id", "featured_image_1", "featured_image_2", "accelerator", "demo-model-link"})
"""Keys that no other page of such a site has: two of them, and the page was meant as one of the hub's."""
_FEATURED = ("featured_image_1", "featured_image_2")
_NO_PICTURE = "no-image"
_NEEDS_GPU, _ACCELERATORS = "cuda", ("cuda", "cuda-optional")
_NO_TASK = "scriptable"
"""The tag that says what can be done with a model, and not what it is for."""
_OTHER_QUOTES = "“”„‟‘’«»"
_KEY = re.compile(r"^(?P<key>[\w-]+)[ \t]*+:(?P<value>[^\n]*)", re.MULTILINE)
_FENCE = re.compile(r" {0,3}(?P<marks>`{3,}|~{3,})")
_HEADING = re.compile(r" {0,3}#{1,6}(?:[ \t]|$)")


def _is_page(text: str) -> bool:
    """Whether its front matter is that of a page of the hub, if only nearly: README.md and its like have none."""
    first, _, rest = text.partition("\n")
    if first.rstrip() != "---":
        return False
    head = re.split(r"^---[ \t]*$", rest, maxsplit=1, flags=re.MULTILINE)[0]
    keys = {match["key"]: match["value"].strip().strip("\"'") for match in _KEY.finditer(head)}
    if "layout" in keys:
        return bool(difflib.get_close_matches(keys["layout"], [_LAYOUT], 1, 0.75))
    return len(_OWN & keys.keys()) > 1


def _read_head(text: str, path: str, languages: Sequence[Language]) -> tuple[FrontMatter | None, list[Diagnostic]]:
    reader = HeadReader(path, {**_REQUIRED, **_OPTIONAL}, repeated="warning")
    nodes = reader.nodes(text)
    if nodes is None:
        return None, reader.findings
    for key in _REQUIRED:
        if key not in nodes:
            reader.missing(key, nodes)
    for key in nodes:
        if key not in reader.names:
            reader.unknown(key, nodes)
    head = _front_matter(reader, {key: value for key, (_, value) in nodes.items()}, languages[0].code)
    lines = {key: line_of(key_node) for key, (key_node, _) in nodes.items()}
    head = replace(head, lines={**lines, **_lines_of_hub1(lines, head, nodes)})
    is_sound = all(finding.severity != "error" for finding in reader.findings)
    return (head if is_sound else None), reader.findings


def _front_matter(reader: HeadReader, values: Mapping[str, yaml.Node], language: str) -> FrontMatter:
    """What the head says; findings are noted."""
    texts = {key: reader.text(values, key) for key in _REQUIRED if key != _TAGS.name}
    tags = reader.list_of(values, _TAGS)
    if (layout := texts["layout"]) not in ("", _LAYOUT):
        reader.note(values["layout"], "wrong-type", f"layout must be {_LAYOUT}, not {layout!r}")
    featured = (_plain(values[key]) for key in _FEATURED if key in values)
    picture = next((name for name in featured if name not in ("", _NO_PICTURE)), "")
    return FrontMatter(
        template="hub1",
        title=texts["title"],
        summary={language: texts["summary"]},
        author=texts["author"],
        tags=tags,
        github_link=texts["github-link"],
        lines={},
        task=next((tag for tag in tags if tag != _NO_TASK), ""),
        image=picture and f"images/{picture}",
        image_credit=picture and texts["author"],
        organisation=_plain(values["github-id"]).partition("/")[0] if "github-id" in values else "",
        needs_gpu=_accelerator(reader, values) == _NEEDS_GPU,
        framework="pytorch",
    )


def _lines_of_hub1(
    lines: Mapping[str, int], head: FrontMatter, nodes: Mapping[str, tuple[yaml.Node, yaml.Node]]
) -> Mapping[str, int]:
    """Where it stands what other keys of hub1 would say: rules know these alone."""
    named = (key for key in _FEATURED if key in nodes and f"images/{_plain(nodes[key][1])}" == head.image)
    told_by = {"image": next(named, ""), "image-credit": "author", "task": _TAGS.name}
    return {key: lines[other] for key, other in told_by.items() if other in lines}


def _plain(node: yaml.Node) -> str:
    """A value as text, whatever type YAML takes it for."""
    return str(node.value).strip() if isinstance(node, yaml.ScalarNode) else ""


def _accelerator(reader: HeadReader, values: Mapping[str, yaml.Node]) -> str:
    """What the code needs: typographic quotes are a part of the value for YAML, and of no meaning to anybody."""
    if "accelerator" not in values:
        return ""
    node = values["accelerator"]
    value = _plain(node)
    meant = value.strip(_OTHER_QUOTES).strip()
    if meant not in _ACCELERATORS:
        message = f"accelerator must be one of {', '.join(_ACCELERATORS)}, not {value!r}"
        reader.note(node, "wrong-type", message, "warning")
    elif meant != value:
        message = f"these quotes are a part of the value to YAML: write `accelerator: {meant}`"
        reader.note(node, "wrong-type", message, "warning")
    return meant


def _read_body(body: BodyText) -> Body:
    lines = body.text.split("\n")
    found = list(blocks(parse_blocks(body.text if body.text.endswith("\n") else body.text + "\n")))
    findings = unsound(found, body.first_line, body.path)
    snippets, problems = read_snippets(found, lines, body.first_line, body.path, body.today)
    if body.head and body.head.needs_gpu:
        snippets = tuple(map(_on_gpu, snippets))
    sample = next(iter(snippets[:1]), None) if _begins_with_code(found) else None
    shown = with_pictures(lines, found)
    if sample:
        first = sample.fence_line - body.first_line
        end = next(block.end for block in found if block.kind == "fence" and block.first == first)
        shown[first:end] = [""] * (end - first)
    section = Section(
        body.languages[0].code,
        body.first_line - 1,
        "\n".join(shown),
        snippets[1:] if sample else snippets,
    )
    # An open fence swallows all that follows it: saying so once is enough.
    findings = findings or problems
    return Body(sample, (section,), tuple(regions(found, body.first_line)), {}, findings)


def _begins_with_code(found: Iterable[Block]) -> bool:
    """Whether Python stands before the first heading."""
    first = next((block for block in found if block.level == 0 and (block.is_python or block.is_heading)), None)
    return first is not None and first.is_python


def _on_gpu(snippet: Snippet) -> Snippet:
    """What is only compiled needs no device."""
    if snippet.directives.no_run:
        return snippet
    return replace(snippet, directives=replace(snippet.directives, device="gpu"))


def _beginning(text: str, languages: Sequence[Language]) -> str:
    """What stands before the first heading."""
    lines = text.split("\n")
    marks = ""
    for index, line in enumerate(lines):
        if fence := _FENCE.match(line):
            if not marks:
                marks = fence["marks"]
            elif fence["marks"].startswith(marks) and not line.strip(" \t" + marks[0]):
                marks = ""
        elif not marks and index and _HEADING.match(line):
            return "\n".join(lines[:index]) + "\n"
    return text


FORMAT = Format("pytorch-hub", tuple(_REQUIRED), _is_page, _read_head, _read_body, _beginning)
