"""The files of a new hub: settings, a first page that runs, what checks pages before a commit, and two workflows.

They lie here as they are written, but for the words in capitals that stand for what is decided on the way.
"""

import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from generator.frameworks.kernel_environment import KernelEnvironment
from generator.model.hub import Language

TITLES: Mapping[str, str] = {"en_US": "Model Hub", "zh_CN": "模型库"}
"""What a hub is called that nobody has named, by the languages that a new hub can have."""

_HERE = Path(__file__).parent
_SUMMARY = re.compile(r"    (?P<code>\w+): .*\n")
_SECTION = re.compile(r"(?=^<!-- section: )", re.MULTILINE)


def first_page(framework: str, languages: Sequence[str], head: str = "") -> tuple[str, str]:
    """Name and text of a page with a small model that it builds itself, in these languages.

    Args:
        framework: one whose environment can be installed.
        head: a line that its front matter begins with.
    """
    (path,) = (_HERE / framework).glob("*.md")
    beginning, *sections = _SECTION.split(path.read_text(encoding="utf-8"))
    beginning = _SUMMARY.sub(lambda line: line[0] if line["code"] in languages else "", beginning)
    begins = tuple(f"<!-- section: {code} " for code in languages)
    kept = [section for section in sections if section.startswith(begins)]
    text = "".join([beginning, *kept]).rstrip() + "\n"
    return path.name, text.replace("---\n", f"---\n{head}\n", 1) if head else text


def settings(title: str, languages: Sequence[Language], folder: str, framework: str) -> str:
    """The text of hub.toml.

    Args:
        title: in every language; empty for the usual ones.
        languages: all that the hub has.
        folder: of the kernel environment.
        framework: what pages are written for.
    """
    first, *others = sorted(language.code for language in languages)
    names = "".join(f"{code} = {_toml(TITLES[code])}\n" for code in others)
    text = (_HERE / "hub.toml").read_text(encoding="utf-8").replace("KERNEL_FOLDER", folder)
    text = text.replace("FRAMEWORK", _toml(framework))
    text = text.replace("HUB_NAMES\n", f"[titles]\n{names}\n" if others and not title else "")
    return text.replace("HUB_TITLE", _toml(title or TITLES[first])) + ("" if others else _of_one(languages[0]))


def _of_one(language: Language) -> str:
    values = "".join(f"{key} = {_toml(getattr(language, key))}\n" for key in ("code", "path", "lang", "name"))
    return f"\n[[languages]]\n{values}required = true\n"


def _toml(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def other_files(environment: KernelEnvironment, version: str) -> dict[str, str]:
    """The text of every other file, by its path in the hub.

    Args:
        version: of hubpages, which is what the hub is checked and run with.
    """
    words = {
        "HUBPAGES_VERSION": version,
        "KERNEL_VERSION": environment.pythons[0],
        "KERNEL_FOLDER": environment.folder,
    }
    places = {".gitignore": "gitignore", ".pre-commit-config.yaml": "pre-commit-config.yaml"}
    places |= {f".github/workflows/{name}.yml": f"workflows/{name}.yml" for name in ("pull-request", "site")}
    texts = {path: (_HERE / name).read_text(encoding="utf-8") for path, name in places.items()}
    for word, value in words.items():
        texts = {path: text.replace(word, value) for path, text in texts.items()}
    return texts
