"""Rules about what front matter states of a model besides its name: licences, task, data sets, results."""

import re
from collections.abc import Iterator
from functools import lru_cache

from generator.checking.licences import fault_of
from generator.checking.nearest import nearest
from generator.checking.parts import Finding
from generator.checking.registry import Rule
from generator.checking.view import PageView
from generator.model.diagnostic import Edit
from generator.model.metrics import TableText, reported_of

WAITING = re.compile(r"(?:TODO|FIXME)\b", re.IGNORECASE)
"""How a value begins that the page's author has still to give, as the rule placeholder tells."""

_DATASETS = (
    *("ADE20K", "AISHELL", "CelebA", "CelebA-HQ", "CIFAR-10", "CIFAR-100", "Cityscapes", "COCO", "COCO-Stuff"),
    *("CrowdPose", "DIV2K", "FFHQ", "GLUE", "ImageNet", "ImageNet-21k", "Kinetics", "KITTI", "LAION-400M", "LFW"),
    *("LibriSpeech", "LSUN", "LVIS", "MNIST", "MPII", "MRPC", "MS1M", "nuScenes", "Objects365", "OpenImages"),
    *("Pascal VOC", "SQuAD", "UCF101", "WebText", "WIDER FACE", "WikiText"),
)
"""Well-known data sets as their authors spell them."""


def unknown_license(view: PageView) -> Iterator[Finding]:
    """license and weights-license are SPDX expressions: named otherwise, a licence cannot be looked up.

    The list is https://spdx.org/licenses/. A licence that is not in it is called LicenseRef- and a name, and the page
    says what it allows.

    Bad:  license: Apache License 2.0
    Good: license: Apache-2.0
    """
    head = view.page.front_matter
    for key, value in (("license", head.license), ("weights-license", head.weights_license)):
        fault = fault_of(value) if value and not WAITING.match(value) else None
        if fault:
            line, column, fix = _place(view, key, value, fault.instead)
            yield Finding(line, fault.message, column, fix)


def unknown_task(view: PageView) -> Iterator[Finding]:
    """A task is one of the hub's tags: it needs a name in every language.

    Bad:  task: detecton
    Good: task: detection
    """
    head, tags = view.page.front_matter, view.facts.hub.tags
    if head.task and head.task not in tags:
        near = nearest(head.task, tags, 0.6)
        hint = f"did you mean {near}?" if near else f"use one of {', '.join(sorted(tags))}"
        yield Finding(head.lines["task"], f"unknown task {head.task!r}: {hint}, or add it to [tags] in hub.toml")


def task_without_tag(view: PageView) -> Iterator[Finding]:
    """A task that a page names is among its tags, so that the lists of both agree.

    Bad:  task: detection below tags: [vision]
    Good: task: detection below tags: [vision, detection]
    """
    head = view.page.front_matter
    if head.task in view.facts.hub.tags and head.task not in head.tags:
        message = f"the task {head.task} is not among the tags: add the tag, or name another task"
        yield Finding(head.lines["task"], message)


def dataset_name(view: PageView) -> Iterator[Finding]:
    """A well-known data set is spelled as its authors do, so that all pages with it stand together; and named once.

    Bad:  datasets: [imagenet]
    Good: datasets: [ImageNet]
    """
    head = view.page.front_matter
    first: dict[str, str] = {}
    for name in head.datasets:
        meant = _known_dataset(name)
        if meant and meant != name:
            line, column, fix = _place(view, "datasets", name, meant)
            yield Finding(line, f"the data set {name} is spelled {meant}: write {meant}", column, fix)
        other = first.setdefault(_letters(name), name)
        if other != name:
            yield Finding(head.lines["datasets"], f"{name} and {other} are the same data set: keep one")


def metric_without_column(view: PageView) -> Iterator[Finding]:
    """A metric names a column of a table of its page, by its header: from there its figures are read.

    What stands in brackets behind the header, such as (%), may be left out. Which way is better is known of the usual
    names; others say `better: higher` or `better: lower`.

    Bad:  metrics: [{name: mAP, dataset: COCO val2017}] where the table's column is called AP
    Good: metrics: [{name: mAP, dataset: COCO val2017, column: AP}]
    """
    metrics = view.page.front_matter.metrics
    if not metrics:
        return
    tables = [
        TableText(table.header.cells, [row.cells for row in table.rows])
        for section in view.sections
        for table in section.tables
    ]
    headers = dict.fromkeys(header for table in tables for header in table.head)
    for metric in metrics:
        wanted = metric.column or metric.name
        results = reported_of(metric, tables)
        if results is None:
            near = nearest(wanted, headers, 0.5)
            if near == wanted:
                hint = "its cells hold no numbers"
            else:
                hint = f"write `column: {near}`, if that is meant" if near else "name it in `column`, or add the table"
            yield Finding(metric.line, f"no table of this page has a column {wanted!r} with figures: {hint}")
        elif not results.better:
            message = f"nobody can tell which way {metric.name} is better: add `better: higher` or `better: lower`"
            yield Finding(metric.line, message)


def _place(view: PageView, key: str, value: str, instead: str) -> tuple[int, int, Edit | None]:
    """Line and column of a value, and the change that puts another in its place; none where it is written otherwise."""
    lines = view.page.front_matter.lines
    first = lines[key]
    whole = re.compile(rf"(?<![^\s\[,\"']){re.escape(value)}(?![^\s\],\"'])")
    for number in range(first, len(view.lines) + 1):
        text = view.lines[number - 1]
        if number > first and (number in lines.values() or text.startswith("---")):
            break
        if match := whole.search(text, text.find(":") + 1 if number == first else 0):
            fix = view.edit(number, match.start() + 1, len(value), instead) if instead else None
            return number, match.start() + 1, fix
    return first, 1, None


@lru_cache(1024)
def _known_dataset(name: str) -> str:
    """The data set that a name is meant for; empty where it is none of the well-known ones."""
    return {_letters(known): known for known in _DATASETS}.get(_letters(name), "")


def _letters(name: str) -> str:
    return "".join(filter(str.isalnum, name.casefold()))


RULES: tuple[Rule, ...] = (
    Rule(unknown_license, "error", fixable=True),
    Rule(unknown_task, "error", of_hub1=True),
    Rule(task_without_tag),
    Rule(dataset_name, fixable=True),
    Rule(metric_without_column),
)
