"""The pages of a hub: the only module here that opens files."""

import stat
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path

from generator.markdown_blocks import NOT_PARSED, ParsedPage
from generator.model.diagnostic import Diagnostic
from generator.model.hub import HUB1, FormatName, Language
from generator.model.page import Page
from generator.parallel import Mapper
from generator.reading.bounds import head_out_of_bounds, out_of_bounds
from generator.reading.files import head_of, last_changes, page_files, same_ids
from generator.reading.format import BodyText
from generator.reading.formats import FORMATS
from generator.reading.front_matter import split_front_matter
from generator.reading.source import MAX_BYTES, decode


def read_hub(
    paths: Sequence[Path],
    languages: Sequence[Language],
    mapper: Mapper = map,
    today: date | None = None,
    form: FormatName = HUB1,
) -> tuple[list[Page], list[Diagnostic]]:
    """Every page among these files and folders, and what is wrong with any of them on this day, by default today.

    A page with an error is left out and told of; the others are read all the same.
    Raises FileNotFoundError for a path that does not exist: that is the caller's mistake, not an author's.

    Args:
        mapper: like `map`; one that uses several processes reads a large hub sooner.
        form: the format that they are written in.
    """
    files = page_files(paths)
    findings = same_ids(files)
    twice = {finding.path for finding in findings}
    pages: list[Page] = []
    read = partial(read_file, languages=languages, today=today, form=form)
    for path, (page, problems) in zip(files, mapper(read, files), strict=True):
        findings += problems
        if page is not None and str(path) not in twice:
            pages.append(page)
    changes = {folder: last_changes(folder, head_of(folder)) for folder in {path.parent for path in files}}
    found = ((page, Path(page.path)) for page in pages)
    return [replace(page, updated=changes[path.parent].get(path.name)) for page, path in found], findings


def read_page(
    text: str, path: str, languages: Sequence[Language], today: date | None = None, form: FormatName = HUB1
) -> tuple[Page | None, list[Diagnostic]]:
    """A page from its text, as it is on this day, by default today; None where an error keeps it from being used."""
    page, _, findings = read_parsed(text, path, languages, today, form)
    return page, findings


def read_parsed(
    text: str, path: str, languages: Sequence[Language], today: date | None = None, form: FormatName = HUB1
) -> tuple[Page | None, ParsedPage, list[Diagnostic]]:
    """The same with the blocks of the page's Markdown, for whoever goes on with the page in this process."""
    form_of = FORMATS[form]
    if not form_of.is_page(text):
        return None, NOT_PARSED, []
    if findings := out_of_bounds(text, path):
        return None, NOT_PARSED, findings
    head_text, body_line, findings = split_front_matter(text, path, form_of.required)
    findings = findings or head_out_of_bounds(head_text, path)
    if findings:
        return None, NOT_PARSED, findings
    head, findings = form_of.read_head(head_text, path, languages)
    body = "\n".join(text.split("\n")[body_line - 1 :])
    read = form_of.read_body(BodyText(body, body_line, path, head, head_text, languages, today or date.today()))
    # What is missing from a body is told where it would begin, which may be behind the last line.
    last = text.count("\n") + 1
    findings = sorted(replace(one, line=min(one.line, last)) for one in [*findings, *read.findings])
    if head is None or any(finding.severity == "error" for finding in findings):
        return None, NOT_PARSED, findings
    return Page(Path(path).stem, path, head, read.sample, read.sections, text, read.regions), read.parsed, findings


def read_file(
    path: Path, languages: Sequence[Language], today: date | None = None, form: FormatName = HUB1
) -> tuple[Page | None, list[Diagnostic]]:
    """A page from its file, as `read_page`; without the time of its last change."""
    text, findings = _text_of(path)
    return (None, findings) if findings else read_page(text, str(path), languages, today, form)


def read_parsed_file(
    path: Path, languages: Sequence[Language], today: date | None = None, form: FormatName = HUB1
) -> tuple[Page | None, ParsedPage, list[Diagnostic]]:
    """The same with the blocks of the page's Markdown, as `read_parsed`."""
    text, findings = _text_of(path)
    return (None, NOT_PARSED, findings) if findings else read_parsed(text, str(path), languages, today, form)


def read_beginning(
    path: Path, languages: Sequence[Language], today: date | None = None, form: FormatName = HUB1
) -> Page | None:
    """A page without its sections: its front matter and its sample are all that is parsed, and are as `read_file` says.

    None where an error in these keeps it from being used; the sections may hold another one.
    """
    text, findings = _text_of(path)
    if findings:
        return None
    beginning = FORMATS[form].beginning(text, languages)
    page, findings = read_page(beginning, str(path), languages, today, form)
    # Where it ends is told without a parser, and may be wrong: then all of the page is read.
    return read_page(text, str(path), languages, today, form)[0] if page is None and findings else page


def _text_of(path: Path) -> tuple[str, list[Diagnostic]]:
    """What a page's file says; what stands in the way, if anything does."""
    name = str(path)
    try:
        # What is no link lies in its folder: most files need not be followed to where they are.
        is_link = stat.S_ISLNK(path.lstat().st_mode)
        if is_link and not path.resolve(strict=True).is_relative_to(path.parent.resolve()):
            message = "this is a link to a file outside its folder: put the page itself here"
            return "", [Diagnostic(name, 1, 1, "unreadable-page", message)]
        if not path.is_file():  # opening a pipe would wait for ever
            message = f"this is a {'folder' if path.is_dir() else 'special file'}, not a page: rename or remove it"
            return "", [Diagnostic(name, 1, 1, "unreadable-page", message)]
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except (OSError, RuntimeError) as error:  # RuntimeError: a loop of links, until Python 3.13
        reason = getattr(error, "strerror", None) or str(error)
        return "", [Diagnostic(name, 1, 1, "unreadable-page", f"cannot be read ({reason}): check the file")]
    return decode(data, name)
