"""The YAML head of a page: where it ends, what it says, and on which line."""

import difflib
from collections.abc import Collection, Mapping, Sequence
from typing import Any, cast

import yaml

from generator.frameworks import names
from generator.model.diagnostic import Diagnostic, Severity
from generator.model.front_matter import KEYS, METRIC_KEYS, Key
from generator.model.metrics import Better, Metric
from generator.model.page import GUIDE, MODEL, FrontMatter

NAMES = tuple(key.name for key in KEYS)
REQUIRED = tuple(key.name for key in KEYS if key.is_required)
_YAML = "tag:yaml.org,2002:"
MAX_DEPTH = 8
"""The format needs three levels."""

# PyYAML without libyaml still reads every page, only slower.
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

_EXAMPLES = {key.name: key.example for key in KEYS}


def split_front_matter(text: str, path: str) -> tuple[str, int, list[Diagnostic]]:
    """The YAML text, the line where the body begins (1-based), and what is wrong with the two `---` lines."""
    lines = text.split("\n")
    if lines[0].rstrip() != "---":
        what = "the page is empty" if not text.strip() else "the page does not begin with front matter"
        message = f"{what}: its first line must be --- and the keys {', '.join(REQUIRED)} follow"
        return "", 1, [Diagnostic(path, 1, 1, "missing-front-matter", message)]
    for index, line in enumerate(lines[1:], start=1):
        if line.rstrip() == "---":
            return "\n".join(lines[1:index]) + "\n", index + 2, []
    message = "the front matter is not closed: put a line --- below its last key"
    return "", 1, [Diagnostic(path, 1, 1, "unclosed-front-matter", message)]


def read_front_matter(text: str, path: str) -> tuple[FrontMatter | None, list[Diagnostic]]:
    """The front matter that begins on line 2 of a page; None where the findings hold an error."""
    return _Reader(path).read(text)


class _Reader:
    """Reads one head, noting findings on the way so that an author sees all of them at once."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.findings: list[Diagnostic] = []

    def read(self, text: str) -> tuple[FrontMatter | None, list[Diagnostic]]:
        nodes = self._nodes(text)
        if nodes is None:
            return None, self.findings
        values = {key: node for key, (_, node) in nodes.items()}
        lines = {key: _line(key_node) for key, (key_node, _) in nodes.items()}
        for key in KEYS:
            if key.is_required and key.name not in nodes:
                self._missing(key.name, nodes)
            elif key.needs and key.name in nodes and not _is_among(key.needs, nodes, NAMES):
                message = f"{key.needs} is missing beside {key.name}: add `{key.needs}: {_EXAMPLES[key.needs]}`"
                self._note(nodes[key.name][0], "missing-key", message)
        for name in nodes:
            if name not in NAMES:
                self._unknown(name, nodes)
        texts = {key.name: self._text(values, key.name) for key in KEYS if key.kind == "text"}
        maps = {key.name: self._texts(values, key.name) for key in KEYS if key.kind == "texts"}
        lists = {key.name: self._list(values, key) for key in KEYS if key.kind == "list"}
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
            self._note(nodes[key], "wrong-type", f"{key} must be {', '.join(known[:-1])} or {known[-1]}, not {text!r}")
        return text

    def _nodes(self, text: str) -> Mapping[str, tuple[yaml.Node, yaml.Node]] | None:
        """Every top-level key with its key node and value node; None where there is no map to read."""
        try:
            # Events come without recursion: depth and aliases are judged before anything is built.
            depth = 0
            for event in yaml.parse(text, Loader=_Loader):
                depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
                if depth > MAX_DEPTH:
                    self._note(event, "deep-nesting", "the front matter is nested too deeply: three levels do")
                    return None
                if isinstance(event, yaml.AliasEvent):
                    self._note(event, "yaml-alias", "front matter has no aliases: write the value out")
                    return None
                tag = getattr(event, "tag", None) or "!"
                if tag != "!" and tag.removeprefix(_YAML) not in {"str", *_KINDS}:
                    what = tag.replace(_YAML, "!!")
                    self._note(event, "yaml-tag", f"front matter has no values of types of its own: remove {what}")
                    return None
            root = yaml.compose(text, Loader=_Loader)
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            line, column = (mark.line + 2, mark.column + 1) if mark else (2, 1)
            problem = " ".join(str(error.problem or error.context or "not YAML").split())
            self._note_at(line, column, "yaml-syntax", f"not YAML: {problem}")
            return None
        except yaml.YAMLError as error:  # such as a control character, which has no mark
            position = getattr(error, "position", 0)
            before = text.encode("utf-8")[:position].decode("utf-8", "ignore")
            line, column = before.count("\n") + 2, len(before.rpartition("\n")[2]) + 1
            reason = getattr(error, "reason", None) or "not YAML"
            self._note_at(line, column, "yaml-syntax", f"not YAML: {reason}")
            return None
        if not isinstance(root, yaml.MappingNode):
            what = "empty" if root is None else "a list" if isinstance(root, yaml.SequenceNode) else "plain text"
            message = f"the front matter is {what}, not a map: write `key: value` on each line"
            self._note_at(2, 1, "front-matter-not-a-map", message)
            return None
        nodes: dict[str, tuple[yaml.Node, yaml.Node]] = {}
        for key_node, value_node in root.value:
            if not isinstance(key_node, yaml.ScalarNode):
                self._note(key_node, "wrong-type", "a key must be text")
            elif key_node.value in nodes:
                first = _line(nodes[key_node.value][0])
                self._note(key_node, "duplicate-key", f"{key_node.value} was already set on line {first}: keep one")
            else:
                nodes[key_node.value] = (key_node, value_node)
        return nodes

    def _missing(self, key: str, nodes: Mapping[str, object]) -> None:
        if _is_among(key, nodes, NAMES):
            return
        self._note_at(1, 1, "missing-key", f"{key} is missing: add `{key}: {_EXAMPLES[key]}`")

    def _unknown(self, key: str, nodes: Mapping[str, tuple[yaml.Node, yaml.Node]]) -> None:
        node = nodes[key][0]
        near = difflib.get_close_matches(key, [name for name in NAMES if name not in nodes], 1, 0.75)
        if near:
            self._note(node, "unknown-key", f"{key} is not a key: did you mean {near[0]}?")
        else:
            message = f"{key} is not a key of front matter and is ignored: remove it"
            self._note(node, "unknown-key", message, "warning")

    def _text(self, nodes: Mapping[str, yaml.Node], key: str) -> str:
        return self._string(nodes[key], key, one_line=True) if key in nodes else ""

    def _string(self, node: yaml.Node, name: str, *, one_line: bool = False) -> str:
        if _is_null(node) or (isinstance(node, yaml.ScalarNode) and not str(node.value).strip()):
            remedy = f"write `{name}: {_EXAMPLES[name]}`" if name in _EXAMPLES else "write it"
            self._note(node, "empty-value", f"{name} is empty: {remedy}, or ask the model's author")
            return ""
        if not isinstance(node, yaml.ScalarNode) or node.tag != f"{_YAML}str":
            given = _KINDS.get(node.tag.rpartition(":")[2], "something else")
            hint = "put it in quotes" if isinstance(node, yaml.ScalarNode) else "write one line of text"
            self._note(node, "wrong-type", f"{name} must be text, not {given}: {hint}")
            return ""
        value = str(node.value).strip()
        is_folded = bool(one_line and node.start_mark and node.end_mark and node.start_mark.line < node.end_mark.line)
        if "\n" in value or is_folded:
            self._note(node, "several-lines", f"{name} goes over several lines: write it on one, behind its key")
        return value

    def _texts(self, nodes: Mapping[str, yaml.Node], key: str) -> Mapping[str, str]:
        node = nodes.get(key)
        if node is None:
            return {}
        if _is_null(node):
            self._note(node, "empty-value", f"{key} is empty: write a line for each language: `{_EXAMPLES[key]}`")
            return {}
        if not isinstance(node, yaml.MappingNode):
            self._note(node, "wrong-type", f"{key} must be a map of languages: `{_EXAMPLES[key]}`")
            return {}
        for language, _ in node.value:
            if not isinstance(language, yaml.ScalarNode):
                self._note(language, "wrong-type", f"{key} must be a map of languages: `{_EXAMPLES[key]}`")
                return {}
        found: dict[str, str] = {}
        lines: dict[str, int] = {}
        for language, text in node.value:
            code = str(language.value)
            if code in found:
                self._note(
                    language, "duplicate-key", f"{code} of {key} was already set on line {lines[code]}: keep one"
                )
            lines.setdefault(code, _line(language))
            found[code] = self._string(text, f"{key} of {code}")
        return found

    def _list(self, nodes: Mapping[str, yaml.Node], key: Key) -> tuple[str, ...]:
        return tuple(dict.fromkeys(self._string(item, f"each of {key.name}") for item in self._items(nodes, key)))

    def _items(self, nodes: Mapping[str, yaml.Node], key: Key) -> list[yaml.Node]:
        node = nodes.get(key.name)
        if node is None:
            return []
        if not isinstance(node, yaml.SequenceNode) and not _is_null(node):
            self._note(node, "wrong-type", f"{key.name} must be a list: `{key.example}`")
            return []
        if not isinstance(node, yaml.SequenceNode) or not node.value:
            self._note(node, "empty-value", f"{key.name} is empty: name at least one, such as `{key.example}`")
            return []
        if key.most and len(node.value) > key.most:
            message = f"{key.name} names more than {key.most}: keep those that tell most of the model"
            self._note(node.value[key.most], "too-complex", message)
        return cast("list[yaml.Node]", node.value)

    def _metrics(self, nodes: Mapping[str, yaml.Node], key: Key) -> tuple[Metric, ...]:
        found: dict[tuple[str, str, str], Metric] = {}
        for item in self._items(nodes, key):
            if not isinstance(item, yaml.MappingNode):
                self._note(item, "wrong-type", f"each of {key.name} must be a map: `{key.example}`")
                continue
            metric = self._metric(item)
            first = found.setdefault((metric.name, metric.dataset, metric.column), metric)
            if first is not metric:
                self._note(item, "duplicate-key", f"this metric was already named on line {first.line}: keep one")
        return tuple(found.values())

    def _metric(self, node: yaml.MappingNode) -> Metric:
        given: dict[str, str] = {}
        seen: list[str] = []
        names = [key.name for key in METRIC_KEYS]
        for key_node, value in node.value:
            name = str(key_node.value) if isinstance(key_node, yaml.ScalarNode) else ""
            seen.append(name)
            if name in given:
                self._note(key_node, "duplicate-key", f"{name} of this metric is set twice: keep one")
            elif name in names:
                given[name] = self._string(value, f"{name} of a metric", one_line=True)
            else:
                near = difflib.get_close_matches(name, [known for known in names if known not in given], 1, 0.75)
                hint = f"did you mean {near[0]}?" if near else "figures are read from the page's table"
                message = f"{name or 'this'} is not a key of a metric: {hint}"
                self._note(key_node, "unknown-key", message, "error" if near else "warning")
        for key in METRIC_KEYS:
            if key.is_required and not _is_among(key.name, seen, names):
                self._note(
                    node, "missing-key", f"{key.name} of this metric is missing: add `{key.name}: {key.example}`"
                )
        better = given.get("better", "")
        if better not in ("", "higher", "lower"):
            self._note(node, "wrong-type", f"better must be higher or lower, not {better!r}")
            better = ""
        name, dataset, column = (given.get(key, "") for key in ("name", "dataset", "column"))
        return Metric(name, dataset, _line(node), column, cast(Better, better))

    def _note(self, place: yaml.Node | yaml.Event, rule: str, message: str, severity: Severity = "error") -> None:
        self._note_at(_line(place), _column(place), rule, message, severity)

    def _note_at(self, line: int, column: int, rule: str, message: str, severity: Severity = "error") -> None:
        self.findings.append(Diagnostic(self.path, line, column, rule, message, severity))


_KINDS = {
    "int": "a number",
    "float": "a number",
    "bool": "true or false",
    "timestamp": "a date",
    "seq": "a list",
    "map": "a map",
}


def _is_among(key: str, given: Collection[str], known: Collection[str]) -> bool:
    """Whether a key is there, if only misspelt: then that is told where it stands."""
    unknown = (other for other in given if other not in known)
    return key in given or any(difflib.get_close_matches(other, [key], 1, 0.75) for other in unknown)


def _is_null(node: yaml.Node) -> bool:
    return bool(node.tag == "tag:yaml.org,2002:null")


def _line(place: yaml.Node | yaml.Event) -> int:
    return (place.start_mark.line if place.start_mark else 0) + 2  # the head begins on the page's second line


def _column(place: yaml.Node | yaml.Event) -> int:
    return (place.start_mark.column if place.start_mark else 0) + 1
