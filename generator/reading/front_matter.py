"""The YAML head of a page: where it ends, and what that of hub1 says."""

import difflib
from collections.abc import Mapping, Sequence
from typing import cast

import yaml

from generator.frameworks import names
from generator.model.diagnostic import Diagnostic
from generator.model.front_matter import KEYS, METRIC_KEYS, Key
from generator.model.metrics import Better, Metric
from generator.model.page import GUIDE, MODEL, FrontMatter
from generator.reading.yaml_head import HeadReader, is_among, line_of

NAMES = tuple(key.name for key in KEYS)
REQUIRED = tuple(key.name for key in KEYS if key.is_required)

_EXAMPLES = {key.name: key.example for key in KEYS}


def split_front_matter(text: str, path: str, required: Sequence[str] = REQUIRED) -> tuple[str, int, list[Diagnostic]]:
    """The YAML text, the line where the body begins (1-based), and what is wrong with the two `---` lines.

    Args:
        required: the keys that it must have.
    """
    lines = text.split("\n")
    if lines[0].rstrip() != "---":
        what = "the page is empty" if not text.strip() else "the page does not begin with front matter"
        message = f"{what}: its first line must be --- and the keys {', '.join(required)} follow"
        return "", 1, [Diagnostic(path, 1, 1, "missing-front-matter", message)]
    for index, line in enumerate(lines[1:], start=1):
        if line.rstrip() == "---":
            return "\n".join(lines[1:index]) + "\n", index + 2, []
    message = "the front matter is not closed: put a line --- below its last key"
    return "", 1, [Diagnostic(path, 1, 1, "unclosed-front-matter", message)]


def read_front_matter(text: str, path: str, only: str = "") -> tuple[FrontMatter | None, list[Diagnostic]]:
    """The front matter that begins on line 2 of a page; None where the findings hold an error.

    Args:
        only: the hub's language where it has no other: then a line of text stands for a map of languages.
    """
    return _Reader(path, _EXAMPLES, only).read(text)


class _Reader(HeadReader):
    """Reads the keys of hub1."""

    def read(self, text: str) -> tuple[FrontMatter | None, list[Diagnostic]]:
        nodes = self.nodes(text)
        if nodes is None:
            return None, self.findings
        values = {key: node for key, (_, node) in nodes.items()}
        lines = {key: line_of(key_node) for key, (key_node, _) in nodes.items()}
        for key in KEYS:
            if key.is_required and key.name not in nodes:
                self.missing(key.name, nodes)
            elif key.needs and key.name in nodes and not is_among(key.needs, nodes, NAMES):
                message = f"{key.needs} is missing beside {key.name}: add `{key.needs}: {_EXAMPLES[key.needs]}`"
                self.note(nodes[key.name][0], "missing-key", message)
        for name in nodes:
            if name not in NAMES:
                self.unknown(name, nodes)
        texts = {key.name: self.text(values, key.name) for key in KEYS if key.kind == "text"}
        maps = {key.name: self.texts(values, key.name) for key in KEYS if key.kind == "texts"}
        lists = {key.name: self.list_of(values, key) for key in KEYS if key.kind == "list"}
        metrics = [self._metrics(values, key) for key in KEYS if key.kind == "metrics"]
        head = FrontMatter(
            template=texts["template"],
            title=texts["title"],
            summary=maps["summary"],
            author=texts["author"],
            tags=lists["tags"],
            github_link=texts["github-link"],
            lines=lines,
            license=texts["license"],
            weights_license=texts["weights-license"],
            task=texts["task"],
            datasets=lists["datasets"],
            metrics=metrics[0],
            image=texts["image"],
            image_credit=texts["image-credit"],
            titles=maps["titles"],
            kind=self._one_of(values, "kind", texts["kind"], (MODEL, GUIDE)) or MODEL,
            framework=self._one_of(values, "framework", texts["framework"], names()),
        )
        usable = all(finding.severity != "error" for finding in self.findings)
        return (head if usable else None), self.findings

    def _one_of(self, nodes: Mapping[str, yaml.Node], key: str, text: str, known: Sequence[str]) -> str:
        if text and text not in known:
            self.note(nodes[key], "wrong-type", f"{key} must be {', '.join(known[:-1])} or {known[-1]}, not {text!r}")
        return text

    def _metrics(self, nodes: Mapping[str, yaml.Node], key: Key) -> tuple[Metric, ...]:
        found: dict[tuple[str, str, str], Metric] = {}
        for item in self.items(nodes, key):
            if not isinstance(item, yaml.MappingNode):
                self.note(item, "wrong-type", f"each of {key.name} must be a map: `{key.example}`")
                continue
            metric = self._metric(item)
            first = found.setdefault((metric.name, metric.dataset, metric.column), metric)
            if first is not metric:
                self.note(item, "duplicate-key", f"this metric was already named on line {first.line}: keep one")
        return tuple(found.values())

    def _metric(self, node: yaml.MappingNode) -> Metric:
        given: dict[str, str] = {}
        seen: list[str] = []
        names = [key.name for key in METRIC_KEYS]
        for key_node, value in node.value:
            name = str(key_node.value) if isinstance(key_node, yaml.ScalarNode) else ""
            seen.append(name)
            if name in given:
                self.note(key_node, "duplicate-key", f"{name} of this metric is set twice: keep one")
            elif name in names:
                given[name] = self.string(value, f"{name} of a metric", one_line=True)
            else:
                near = difflib.get_close_matches(name, [known for known in names if known not in given], 1, 0.75)
                hint = f"did you mean {near[0]}?" if near else "figures are read from the page's table"
                message = f"{name or 'this'} is not a key of a metric: {hint}"
                self.note(key_node, "unknown-key", message, "error" if near else "warning")
        for key in METRIC_KEYS:
            if key.is_required and not is_among(key.name, seen, names):
                self.note(node, "missing-key", f"{key.name} of this metric is missing: add `{key.name}: {key.example}`")
        better = given.get("better", "")
        if better not in ("", "higher", "lower"):
            self.note(node, "wrong-type", f"better must be higher or lower, not {better!r}")
            better = ""
        name, dataset, column = (given.get(key, "") for key in ("name", "dataset", "column"))
        return Metric(name, dataset, line_of(node), column, cast(Better, better))
