"""Rules about front matter: against the hub that the page belongs to, and against itself."""

import difflib
import re
from collections.abc import Collection, Iterator
from urllib.parse import urlsplit

from generator.checking.parts import Finding
from generator.checking.registry import Rule
from generator.checking.view import PageView
from generator.model.page import PAGE_ID


def unknown_template(view: PageView) -> Iterator[Finding]:
    """The template must be a folder of templates/ that holds a card.html.

    Bad:  template: hub11
    Good: template: hub1
    """
    head = view.page.front_matter
    if head.template not in view.facts.templates:
        hint = _suggest(head.template, view.facts.templates)
        yield Finding(head.lines["template"], f"there is no template {head.template!r}: {hint}")


def unknown_tag(view: PageView) -> Iterator[Finding]:
    """A tag must be in the hub's list: it needs a name in every language.

    Bad:  tags: [vison]
    Good: tags: [vision]
    """
    tags = view.facts.hub.tags
    for tag in view.page.front_matter.tags:
        if tag not in tags:
            message = f"unknown tag {tag!r}: {_suggest(tag, tags)}, or add it to [tags] in hub.toml"
            yield Finding(view.page.front_matter.lines["tags"], message)


def bad_github_link(view: PageView) -> Iterator[Finding]:
    """github-link must lead to a web page: a card links to it.

    Bad:  github-link: github.com/megengine/models
    Good: github-link: https://github.com/megengine/models
    """
    url = view.page.front_matter.github_link
    try:
        parts = urlsplit(url)
        sound = parts.scheme in ("http", "https") and bool(parts.hostname) and not any(map(str.isspace, url))
    except ValueError:
        sound = False
    if not sound:
        message = f"github-link must be an https address, not {url!r}"
        yield Finding(view.page.front_matter.lines["github-link"], message)


def missing_summary(view: PageView) -> Iterator[Finding]:
    """Every language in which the page has a section needs its summary: the index shows it.

    Bad:  summary without en_US on a page that has a section in en_US
    Good: summary with zh_CN and en_US
    """
    head = view.page.front_matter
    languages = [language.code for language in view.facts.hub.languages]
    written = {section.language for section in view.page.sections}
    for code in languages:
        if code in written and code not in head.summary:
            message = f"summary has no {code}, in which the page has a section: say in a line what the model is"
            yield Finding(head.lines["summary"], message)
    for key, named in (("summary", head.summary), ("titles", head.titles)):
        for code in named:
            if code not in languages:
                message = f"{key} names an unknown language {code!r}: {_suggest(code, languages)}"
                yield Finding(head.lines[key], message)


def title_spaces(view: PageView) -> Iterator[Finding]:
    """A title has one space between words and none around them: it is compared, sorted and copied as it stands.

    Bad:  title: "Faster  R-CNN "
    Good: title: "Faster R-CNN"
    """
    number = view.page.front_matter.lines["title"]
    match = _TITLE.fullmatch(view.lines[number - 1])
    if not match:  # the title is on several lines
        return
    written = match["plain"] or match["quoted"]
    tidy = re.sub(r"[ \t]+", " ", written).strip(" \t")
    if written != tidy:
        column = match.start("plain" if match["plain"] else "quoted") + 1
        fix = view.edit(number, column, len(written), tidy)
        yield Finding(number, f"the title has stray spaces: write {tidy!r}", column, fix)


def duplicate_tag(view: PageView) -> Iterator[Finding]:
    """A tag is named once: the second says nothing.

    Bad:  tags: [vision, detection, vision]
    Good: tags: [vision, detection]
    """
    written = list(_written_tags(view))
    if tuple(dict.fromkeys(match["tag"] for _, match in written)) != view.page.front_matter.tags:
        return  # YAML reads them otherwise than they look
    seen: set[str] = set()
    for number, match in written:
        tag, line = match["tag"], match.string
        if tag not in seen:
            seen.add(tag)
            continue
        if match["comma"]:
            fix = view.edit(number, match.start() + 1, match.end() - match.start(), "")
        elif re.fullmatch(rf"[ \t]*-[ \t]+{re.escape(tag)}[ \t]*", line):
            fix = view.edit(number, 1, len(line) + 1, "")
        else:
            fix = None
        yield Finding(number, f"the tag {tag} is named twice: keep one", match.start("tag") + 1, fix)


def file_name(view: PageView) -> Iterator[Finding]:
    """A page is called <org>_<task>_<name>.md, in lower-case ASCII: the name is its address and sorts it.

    The organisation is the author's or the repository's, and a task that is a tag is among the page's tags.

    Bad:  001_Faster-RCNN.md
    Good: megengine_vision_faster_rcnn.md
    """
    head, name = view.page.front_matter, view.page.id
    match = PAGE_ID.fullmatch(name)
    if not match:
        message = (
            f"a page is called <org>_<task>_<name>.md in lower-case ASCII, not {name}.md: "
            f"rename it, such as {_proposed_id(view)}.md"
        )
        yield Finding(1, message)
        return
    task = match["task"]
    if task in view.facts.hub.tags and task not in head.tags:
        message = f"the file's name says {task}, which is not among the tags: add the tag or rename the file"
        yield Finding(head.lines["tags"], message)
    owner = _owner(head.github_link)
    sources = (head.author, *owner, *_LOADED_FROM.findall(view.page.sample_code))
    if owner and not any(_is_short_for(match["org"], source) for source in sources):
        message = (
            f"the file's name says {match['org']}, but the author is {head.author} and the repository "
            f"{'/'.join(owner)}: begin the name with the organisation that made the model available"
        )
        yield Finding(1, message)


_TITLE = re.compile(
    r"""title[ \t]*:[ \t]+
    (?: (?P<quote>["'])(?P<quoted>[^"'\\]*)(?P=quote) | (?P<plain>[^\s"'\[{&*!|>%@`#].{0,300}?) )
    [ \t]*(?:(?<=[ \t])\#.*)?""",
    re.VERBOSE,
)
_TAG = re.compile(r"""(?P<comma>,[ \t]*)?(?P<tag>[^\s,\[\]"']+)""")
_COMMENT = re.compile(r"(?<=\s)#")
_LOADED_FROM = re.compile(r"""\b(?:load|import_module)\(\s*["']([\w.-]+)/""")


def _written_tags(view: PageView) -> Iterator[tuple[int, re.Match[str]]]:
    """Line and place of every tag as it is written: reading keeps each once."""
    lines = view.page.front_matter.lines
    start = lines["tags"]
    if not view.lines[start - 1].startswith("tags"):  # the whole head is on one line
        return
    for number, line in enumerate(view.lines[start - 1 :], start=start):
        if number > start and (number in lines.values() or line.startswith("---")):
            return
        begin = line.find(":") + 1 if number == start else 0
        comment = _COMMENT.search(line)
        for match in _TAG.finditer(line, begin, comment.start() if comment else len(line)):
            if match["tag"] != "-":
                yield number, match


def _owner(url: str) -> tuple[str, ...]:
    """Owner and repository, where the address is one of a place that holds repositories."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ()
    known = parts.hostname in ("github.com", "gitee.com", "gitlab.com", "huggingface.co", "www.github.com")
    path = [part for part in parts.path.split("/") if part]
    return tuple(path[:2]) if known and len(path) >= 2 else ()


def _is_short_for(organisation: str, name: str) -> bool:
    """Whether a name is the organisation's: its letters are there in order, as msra is in Microsoft Research Asia."""
    short, full = (re.sub(r"[^a-z0-9]", "", text.casefold()) for text in (organisation, name))
    letters = iter(full)
    return not full or (len(full) > 2 and full in short) or all(letter in letters for letter in short)


def _proposed_id(view: PageView) -> str:
    head = view.page.front_matter
    owner = _owner(head.github_link)
    task = next((tag for tag in head.tags if tag in view.facts.hub.tags), "task")
    parts = (owner[0] if owner else "org", task, head.title)
    proposed = "_".join(re.sub(r"[^a-z0-9]+", "_", part.casefold()).strip("_") or "name" for part in parts)
    return proposed if PAGE_ID.fullmatch(proposed) else "megengine_vision_faster_rcnn"


def _suggest(name: str, known: Collection[str]) -> str:
    near = difflib.get_close_matches(name, known, 1, 0.6)
    return f"did you mean {near[0]}?" if near else f"use one of {', '.join(sorted(known))}"


RULES: tuple[Rule, ...] = (
    Rule(unknown_template, "error", of_hub1=True),
    Rule(unknown_tag, "error"),
    Rule(bad_github_link, "error"),
    Rule(missing_summary, "error"),
    Rule(title_spaces, fixable=True),
    Rule(duplicate_tag, fixable=True),
    Rule(file_name, of_hub1=True),
)
