"""YAML between two `---` lines, of whichever format: its keys and values with their lines, and what is wrong."""

import difflib
from collections.abc import Collection, Mapping
from typing import Any, cast

import yaml

from generator.model.diagnostic import Diagnostic, Severity
from generator.model.front_matter import Key

_YAML = "tag:yaml.org,2002:"
MAX_DEPTH = 8
"""No format needs more than three levels."""

# PyYAML without libyaml still reads every page, only slower.
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class HeadReader:
    """Reads one head, noting findings on the way so that an author sees all of them at once."""

    def __init__(self, path: str, examples: Mapping[str, str], only: str = "", repeated: Severity = "error") -> None:
        """What is read, and by which rules.

        Args:
            path: the page's file, for the findings.
            examples: every key that the format has, with a value as a page has it.
            only: the hub's language where it has no other: then a line of text stands for a map of languages.
            repeated: how grave it is to set a key twice. The first counts.
        """
        self.path = path
        self.examples = examples
        self.names = tuple(examples)
        self.only = only
        self.repeated: Severity = repeated
        self.findings: list[Diagnostic] = []

    def nodes(self, text: str) -> Mapping[str, tuple[yaml.Node, yaml.Node]] | None:
        """Every top-level key with its key node and value node; None where there is no map to read."""
        try:
            # Events come without recursion: depth and aliases are judged before anything is built.
            depth = 0
            for event in yaml.parse(text, Loader=_Loader):
                depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
                if depth > MAX_DEPTH:
                    self.note(event, "deep-nesting", "the front matter is nested too deeply: three levels do")
                    return None
                if isinstance(event, yaml.AliasEvent):
                    self.note(event, "yaml-alias", "front matter has no aliases: write the value out")
                    return None
                tag = getattr(event, "tag", None) or "!"
                if tag != "!" and tag.removeprefix(_YAML) not in {"str", *_KINDS}:
                    what = tag.replace(_YAML, "!!")
                    self.note(event, "yaml-tag", f"front matter has no values of types of its own: remove {what}")
                    return None
            root = yaml.compose(text, Loader=_Loader)
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            line, column = (mark.line + 2, mark.column + 1) if mark else (2, 1)
            problem = " ".join(str(error.problem or error.context or "not YAML").split())
            self.note_at(line, column, "yaml-syntax", f"not YAML: {problem}")
            return None
        except yaml.YAMLError as error:  # such as a control character, which has no mark
            position = getattr(error, "position", 0)
            before = text.encode("utf-8")[:position].decode("utf-8", "ignore")
            line, column = before.count("\n") + 2, len(before.rpartition("\n")[2]) + 1
            reason = getattr(error, "reason", None) or "not YAML"
            self.note_at(line, column, "yaml-syntax", f"not YAML: {reason}")
            return None
        if not isinstance(root, yaml.MappingNode):
            what = "empty" if root is None else "a list" if isinstance(root, yaml.SequenceNode) else "plain text"
            message = f"the front matter is {what}, not a map: write `key: value` on each line"
            self.note_at(2, 1, "front-matter-not-a-map", message)
            return None
        nodes: dict[str, tuple[yaml.Node, yaml.Node]] = {}
        for key_node, value_node in root.value:
            if not isinstance(key_node, yaml.ScalarNode):
                self.note(key_node, "wrong-type", "a key must be text")
            elif key_node.value in nodes:
                first = line_of(nodes[key_node.value][0])
                message = f"{key_node.value} was already set on line {first}: keep one"
                self.note(key_node, "duplicate-key", message, self.repeated)
            else:
                nodes[key_node.value] = (key_node, value_node)
        return nodes

    def missing(self, key: str, nodes: Mapping[str, object]) -> None:
        """Note that a key is missing, unless it is there and only misspelt."""
        if is_among(key, nodes, self.names):
            return
        self.note_at(1, 1, "missing-key", f"{key} is missing: add `{key}: {self.examples[key]}`")

    def unknown(self, key: str, nodes: Mapping[str, tuple[yaml.Node, yaml.Node]]) -> None:
        """Note a key that the format does not have, with the one that may have been meant."""
        node = nodes[key][0]
        near = difflib.get_close_matches(key, [name for name in self.names if name not in nodes], 1, 0.75)
        if near:
            self.note(node, "unknown-key", f"{key} is not a key: did you mean {near[0]}?")
        else:
            message = f"{key} is not a key of front matter and is ignored: remove it"
            self.note(node, "unknown-key", message, "warning")

    def text(self, nodes: Mapping[str, yaml.Node], key: str) -> str:
        """The line of text behind a key; empty where the key is missing."""
        return self.string(nodes[key], key, one_line=True) if key in nodes else ""

    def string(self, node: yaml.Node, name: str, *, one_line: bool = False) -> str:
        """A text that must be one; empty, with a finding, where it is not."""
        if _is_null(node) or (isinstance(node, yaml.ScalarNode) and _is_blank(str(node.value))):
            remedy = f"write `{name}: {self.examples[name]}`" if name in self.examples else "write it"
            self.note(node, "empty-value", f"{name} is empty: {remedy}, or ask the model's author")
            return ""
        if not isinstance(node, yaml.ScalarNode) or node.tag != f"{_YAML}str":
            given = _KINDS.get(node.tag.rpartition(":")[2], "something else")
            hint = "put it in quotes" if isinstance(node, yaml.ScalarNode) else "write one line of text"
            self.note(node, "wrong-type", f"{name} must be text, not {given}: {hint}")
            return ""
        value = str(node.value).strip()
        is_folded = bool(one_line and node.start_mark and node.end_mark and node.start_mark.line < node.end_mark.line)
        if "\n" in value or is_folded:
            self.note(node, "several-lines", f"{name} goes over several lines: write it on one, behind its key")
        return value

    def texts(self, nodes: Mapping[str, yaml.Node], key: str) -> Mapping[str, str]:
        """A map of languages, a text each; where the hub has one language, its text alone will do."""
        node = nodes.get(key)
        if node is None:
            return {}
        if _is_null(node):
            what = "write a line of text" if self.only else f"write a line for each language: `{self.examples[key]}`"
            self.note(node, "empty-value", f"{key} is empty: {what}")
            return {}
        if self.only and isinstance(node, yaml.ScalarNode):
            return {self.only: self.string(node, key, one_line=True)}
        if not isinstance(node, yaml.MappingNode):
            self.note(node, "wrong-type", f"{key} must be a map of languages: `{self.examples[key]}`")
            return {}
        for language, _ in node.value:
            if not isinstance(language, yaml.ScalarNode):
                self.note(language, "wrong-type", f"{key} must be a map of languages: `{self.examples[key]}`")
                return {}
        found: dict[str, str] = {}
        lines: dict[str, int] = {}
        for language, text in node.value:
            code = str(language.value)
            if code in found:
                self.note(language, "duplicate-key", f"{code} of {key} was already set on line {lines[code]}: keep one")
            lines.setdefault(code, line_of(language))
            found[code] = self.string(text, f"{key} of {code}")
        return found

    def list_of(self, nodes: Mapping[str, yaml.Node], key: Key) -> tuple[str, ...]:
        """A list of texts, each once."""
        return tuple(dict.fromkeys(self.string(item, f"each of {key.name}") for item in self.items(nodes, key)))

    def items(self, nodes: Mapping[str, yaml.Node], key: Key) -> list[yaml.Node]:
        """What a list holds."""
        node = nodes.get(key.name)
        if node is None:
            return []
        if not isinstance(node, yaml.SequenceNode) and not _is_null(node):
            self.note(node, "wrong-type", f"{key.name} must be a list: `{key.example}`")
            return []
        if not isinstance(node, yaml.SequenceNode) or not node.value:
            self.note(node, "empty-value", f"{key.name} is empty: name at least one, such as `{key.example}`")
            return []
        if key.most and len(node.value) > key.most:
            message = f"{key.name} names more than {key.most}: keep those that tell most of the model"
            self.note(node.value[key.most], "too-complex", message)
        return cast("list[yaml.Node]", node.value)

    def note(self, place: yaml.Node | yaml.Event, rule: str, message: str, severity: Severity = "error") -> None:
        """Note what is wrong with a part of the head."""
        self.note_at(line_of(place), _column(place), rule, message, severity)

    def note_at(self, line: int, column: int, rule: str, message: str, severity: Severity = "error") -> None:
        """Note what is wrong at a place in the page."""
        self.findings.append(Diagnostic(self.path, line, column, rule, message, severity))


_KINDS = {
    "int": "a number",
    "float": "a number",
    "bool": "true or false",
    "timestamp": "a date",
    "seq": "a list",
    "map": "a map",
}


def is_among(key: str, given: Collection[str], known: Collection[str]) -> bool:
    """Whether a key is there, if only misspelt: then that is told where it stands."""
    unknown = (other for other in given if other not in known)
    return key in given or any(difflib.get_close_matches(other, [key], 1, 0.75) for other in unknown)


def _is_blank(text: str) -> bool:
    """Whether nothing of it can be seen: rules take characters away that cannot, and then nothing is left."""
    return not any(character.isprintable() and character != " " for character in text)


def _is_null(node: yaml.Node) -> bool:
    return bool(node.tag == "tag:yaml.org,2002:null")


def line_of(place: yaml.Node | yaml.Event) -> int:
    """The line of the page on which a part of its head begins."""
    return (place.start_mark.line if place.start_mark else 0) + 2  # the head begins on the page's second line


def _column(place: yaml.Node | yaml.Event) -> int:
    return (place.start_mark.column if place.start_mark else 0) + 1
