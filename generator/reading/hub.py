"""The pages of a hub: the only module here that opens files."""

import subprocess
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import lru_cache, partial
from pathlib import Path

from generator.model.diagnostic import Diagnostic
from generator.model.hub import Language
from generator.model.page import Page
from generator.parallel import Mapper
from generator.reading.bounds import head_out_of_bounds, out_of_bounds
from generator.reading.front_matter import read_front_matter, split_front_matter
from generator.reading.sections import read_body
from generator.reading.source import MAX_BYTES, decode


def read_hub(
    paths: Sequence[Path], languages: Sequence[Language], mapper: Mapper = map, today: date | None = None
) -> tuple[list[Page], list[Diagnostic]]:
    """Every page among these files and folders, and what is wrong with any of them on this day, by default today.

    A page with an error is left out and told of; the others are read all the same.
    Raises FileNotFoundError for a path that does not exist: that is the caller's mistake, not an author's.

    Args:
        mapper: like `map`; one that uses several processes reads a large hub sooner.
    """
    files = page_files(paths)
    findings = same_ids(files)
    twice = {finding.path for finding in findings}
    pages: list[Page] = []
    for path, (page, problems) in zip(
        files, mapper(partial(read_file, languages=languages, today=today), files), strict=True
    ):
        findings += problems
        if page is not None and str(path) not in twice:
            pages.append(page)
    changes = last_changes({path.parent for path in files})
    return [replace(page, updated=changes.get(Path(page.path))) for page in pages], findings


def page_files(paths: Iterable[Path]) -> list[Path]:
    """The files of pages among these files and folders, each once.

    Raises FileNotFoundError for a path that does not exist.
    """
    return list(_page_files(paths))


def same_ids(files: Iterable[Path]) -> list[Diagnostic]:
    """A finding for each of these pages whose id an earlier one has: it is left out."""
    findings = []
    ids: dict[str, str] = {}
    for path in files:
        # Two ids that differ in case alone are one folder on macOS and Windows.
        taken = ids.setdefault(path.stem.casefold(), str(path))
        if taken != str(path):
            message = f"{taken} has the same page id: rename one of them"
            findings.append(Diagnostic(str(path), 1, 1, "duplicate-id", message))
    return findings


def read_page(
    text: str, path: str, languages: Sequence[Language], today: date | None = None
) -> tuple[Page | None, list[Diagnostic]]:
    """A page from its text, as it is on this day, by default today; None where an error keeps it from being used."""
    if findings := out_of_bounds(text, path):
        return None, findings
    head_text, body_line, findings = split_front_matter(text, path)
    findings = findings or head_out_of_bounds(head_text, path)
    if findings:
        return None, findings
    head, findings = read_front_matter(head_text, path)
    body = "\n".join(text.split("\n")[body_line - 1 :])
    sample, sections, regions, body_findings = read_body(body, body_line, path, languages, today or date.today())
    findings = sorted([*findings, *body_findings])
    if head is None or sample is None or any(finding.severity == "error" for finding in findings):
        return None, findings
    return Page(Path(path).stem, path, head, sample, sections, text, regions), findings


def _page_files(paths: Iterable[Path]) -> Iterable[Path]:
    seen: set[Path] = set()
    for path in paths:
        found = [path]
        if path.is_dir() and path.suffix != ".md":  # a name that begins with a dot is hidden, and could lead upwards
            found = sorted(page for page in path.glob("*.md") if not page.name.startswith("."))
        if not path.exists() and not path.is_symlink():
            raise FileNotFoundError(f"{path}: no such file or folder")
        for file in found:
            if (identity := file.absolute()) not in seen:
                seen.add(identity)
                yield file


def read_file(
    path: Path, languages: Sequence[Language], today: date | None = None
) -> tuple[Page | None, list[Diagnostic]]:
    """A page from its file, as `read_page`; without the time of its last change."""
    name = str(path)
    try:
        if not path.resolve(strict=True).is_relative_to(path.parent.resolve()):
            message = "this is a link to a file outside its folder: put the page itself here"
            return None, [Diagnostic(name, 1, 1, "unreadable-page", message)]
        if not path.is_file():  # opening a pipe would wait for ever
            message = f"this is a {'folder' if path.is_dir() else 'special file'}, not a page: rename or remove it"
            return None, [Diagnostic(name, 1, 1, "unreadable-page", message)]
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except (OSError, RuntimeError) as error:  # RuntimeError: a loop of links, until Python 3.13
        reason = getattr(error, "strerror", None) or str(error)
        return None, [Diagnostic(name, 1, 1, "unreadable-page", f"cannot be read ({reason}): check the file")]
    text, findings = decode(data, name)
    return (None, findings) if findings else read_page(text, name, languages, today)


def last_changes(folders: Iterable[Path]) -> Mapping[Path, str]:
    """ISO 8601 time of the last commit that touched each file of these folders, as far as version control knows."""
    dates: dict[Path, str] = {}
    for folder in folders:
        if head := _git(folder, "rev-parse", "HEAD"):
            dates |= _last_changes(folder, head)
    return dates


@lru_cache(maxsize=16)  # what is not committed changes no date: a hub that is served is asked once for each commit
def _last_changes(folder: Path, head: str) -> dict[Path, str]:
    """ISO 8601 time of the last commit up to `head` that touched each file of a folder."""
    log = _git(folder, "-c", "core.quotepath=off", "log", "--format=/%cI", "--name-only", "--relative", head, "--", ".")
    dates: dict[Path, str] = {}
    date = ""
    for line in log.splitlines():
        if line.startswith("/"):
            date = line[1:]
        elif line:
            dates.setdefault(folder / line, date)
    return dates


def _git(folder: Path, *arguments: str) -> str:
    """What git answers; nothing where it knows nothing."""
    command = ["git", "-C", str(folder), *arguments]
    try:
        answer = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=True)
    except (OSError, subprocess.CalledProcessError):
        return ""
    return answer.stdout.strip()
