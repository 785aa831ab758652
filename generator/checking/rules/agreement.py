"""Rules about agreement: who reads one language is shown the same code, links, pictures and headings as the others."""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

from generator.checking.alignment import align, apart, first_moved, languages, without_comments
from generator.checking.code_tokens import first_difference, shape
from generator.checking.nearest import MOST, nearest
from generator.checking.parts import Finding, Link
from generator.checking.registry import Rule
from generator.checking.view import PageView, SectionView
from generator.model.page import Region

_RUN = {
    **dict.fromkeys(("python", "python3", "py"), "python"),
    **dict.fromkeys(("shell", "sh", "bash", "zsh", "console"), "shell"),
}
"""What a reader runs, by how its fence is marked. Output, BibTeX and the like may be translated."""
_EXCERPT = 80
_MOST_SEARCHED = 500
"""Addresses that are looked for as a part of a whole section, before those of its links are all that counts."""

_LANGUAGE_IN_PATH = re.compile(
    r"(?:^|[/._=-])(?:zh(?:[-_](?:cn|hans|hant|tw))?|en(?:[-_](?:us|gb))?|cn|chinese|english)(?=[/._=?&#-]|$)",
    re.IGNORECASE,
)
_LANGUAGE_IN_HOST = re.compile(r"(?:zh|cn|en)\.", re.IGNORECASE)
_PAPER = re.compile(r"(?:export\.)?arxiv\.org/(?:abs|pdf)/(.+?)(?:v\d+)?(?:\.pdf)?")


def code_differs(view: PageView) -> Iterator[Finding]:
    """Every language shows the same code in the same order: readers of one must not get another result.

    Comments and strings may be translated.

    Bad:  cv2.resize(image, (224, 224)) in Chinese and cv2.resize(image, (256, 256)) in English
    Good: cv2.resize(image, (224, 224)) in both
    """
    for first, other in languages(view):
        alone = apart(first, other)
        ours = [fence for fence in _fences(view, first) if not alone.holds_first(fence.first)]
        theirs = [fence for fence in _fences(view, other) if not alone.holds_other(fence.first)]
        if [fence.text for fence in ours] == [fence.text for fence in theirs]:
            continue
        shapes = [[(_RUN[fence.language], shape(fence.text)) for fence in fences] for fences in (ours, theirs)]
        moved = first_moved(*shapes)
        if moved is not None:
            message = f"the snippets from here on have another order than in {first.language}: give both the same"
            yield Finding(theirs[moved].first, message)
            continue
        for here, there in align(*shapes):
            if there is None and here is not None:
                message = (
                    f"the snippet on line {ours[here].first} in {first.language} is missing in {other.language}: add it"
                )
                yield Finding(other.section.marker_line, message)
            elif here is None and there is not None:
                message = f"this snippet is missing in {first.language}: add it there or remove it here"
                yield Finding(theirs[there].first, message)
            elif here is not None and there is not None:
                yield from _differing_line(view, first, ours[here], theirs[there])


def headings_differ(view: PageView) -> Iterator[Finding]:
    """Every language has the same headings: a link to one then works in all, and nothing is told to some readers only.

    Bad:  ### 用途, ### 限制 in Chinese and ### Purpose in English
    Good: ### 用途, ### 限制 in Chinese and ### Purpose, ### Limits in English
    """
    for first, other in languages(view):
        ours, theirs = first.headings, other.headings
        if [heading.level for heading in ours] == [heading.level for heading in theirs]:
            continue
        if len(ours) == len(theirs):
            ours_at, theirs_at = next(pair for pair in zip(ours, theirs, strict=True) if pair[0].level != pair[1].level)
            message = (
                f"this heading is {'#' * theirs_at.level} and the one on line {ours_at.line} in {first.language}"
                f" {'#' * ours_at.level}: give both the same level"
            )
            yield Finding(theirs_at.line, message)
            continue
        alone = apart(first, other)
        for heading in alone.first:
            message = f"the heading on line {heading.line} in {first.language} is missing in {other.language}: add it"
            yield Finding(other.section.marker_line, message)
        for heading in alone.other:
            message = f"this heading is missing in {first.language}: add it there or remove it here"
            yield Finding(heading.line, message)
        if not alone.first and not alone.other:
            message = (
                f"{_count(len(theirs), 'heading')} in {other.language} and {len(ours)} in {first.language} from line"
                f" {ours[0].line if ours else first.section.marker_line}: give both the same headings"
            )
            yield Finding(theirs[0].line if theirs else other.section.marker_line, message)


def links_differ(view: PageView) -> Iterator[Finding]:
    """Every language links to the same places; addresses that name a language, such as /zh/ and /en/, may differ.

    Bad:  [paper](https://arxiv.org/abs/1512.03385) in Chinese and [paper](https://arxiv.org/abs/1512.03358) in English
    Good: [paper](https://arxiv.org/abs/1512.03385) in both
    """
    for first, other in languages(view):
        yield from _differing_targets(first, other, images=False)


def images_differ(view: PageView) -> Iterator[Finding]:
    """Every language shows the same pictures; files that name a language, such as cats_zh.png, may differ.

    Bad:  ![猫](cats.jpg) in Chinese and no picture in English
    Good: ![猫](cats.jpg) in Chinese and ![Cats](cats.jpg) in English
    """
    for first, other in languages(view):
        yield from _differing_targets(first, other, images=True)


def _fences(view: PageView, section: SectionView) -> list[Region]:
    return [region for region in view.page.regions_in(section.section) if region.language in _RUN]


def _differing_line(view: PageView, first: SectionView, ours: Region, theirs: Region) -> Iterator[Finding]:
    parting = first_difference(ours.text, theirs.text)
    if parting is None:
        return
    line, other_line = ours.first + 1 + parting[0], theirs.first + 1 + parting[1]
    written = view.lines[line - 1].strip()
    excerpt = written if len(written) <= _EXCERPT else f"{written[: _EXCERPT - 1]}…"
    message = f"this code differs from line {line} in {first.language}, `{excerpt}`: make both the same"
    yield Finding(other_line, message)


def _differing_targets(first: SectionView, other: SectionView, *, images: bool) -> Iterator[Finding]:
    what, verb = ("picture", "show") if images else ("link", "link to")
    ours, theirs = _targets(first, images), _targets(other, images)
    if ours.keys() == theirs.keys():
        return
    alone = apart(first, other)
    unanswered = [link for link in _unsaid(ours, theirs, other) if not alone.holds_first(link.line)]
    added = [link for link in _unsaid(theirs, ours, first) if not alone.holds_other(link.line)]
    partners = _partners(added, unanswered)
    taken = set(partners.values())
    missing = [link for link in unanswered if link not in taken]
    for link in added:
        partner = partners.get(link)
        if partner is None:
            message = f"this {what} is missing in {first.language}: {verb} the same in every language"
        else:
            message = (
                f"line {partner.line} in {first.language} has {partner.url} here: {verb} the same in every language"
            )
        yield Finding(link.line, message, link.column)
    if len(missing) == 1:
        link = missing[0]
        message = (
            f"the {what} on line {link.line} in {first.language}, {link.url}, is missing in {other.language}: add it"
        )
        yield Finding(other.section.marker_line, message)
    elif missing:
        message = (
            f"{len(missing)} {what}s of {first.language} are missing in {other.language}, the first on line"
            f" {missing[0].line}, {missing[0].url}: add them"
        )
        yield Finding(other.section.marker_line, message)


def _targets(section: SectionView, images: bool) -> Mapping[str, Link]:
    found: dict[str, Link] = {}
    for link in section.links:
        key = _target(link.url) if link.is_image == images else ""
        if key:
            found.setdefault(key, link)
    return found


@lru_cache(4096)
def _target(url: str) -> str:
    """Where an address leads, however it is written; nothing where that is a matter of language, or within the page."""
    address = url.partition("#")[0]
    is_web, rest = "://" in address, address.partition("://")[2]
    host, _, path = rest.partition("/") if is_web else ("", "", address)
    if not address or _LANGUAGE_IN_HOST.match(host) or _LANGUAGE_IN_PATH.search(path):
        return ""
    if not is_web:
        return address
    place = f"{host.lower().removeprefix('www.')}/{path}".rstrip("/").removesuffix(".git")
    paper = _PAPER.fullmatch(place)
    return f"arxiv:{paper[1]}" if paper else place


def _unsaid(targets: Mapping[str, Link], others: Mapping[str, Link], section: SectionView) -> list[Link]:
    """Those that another section neither links to nor names."""
    alone = [link for key, link in targets.items() if key not in others]
    text = without_comments(section.section.text)
    return [link for number, link in enumerate(alone) if number >= _MOST_SEARCHED or link.url not in text]


def _partners(links: Sequence[Link], missing: Sequence[Link]) -> Mapping[Link, Link]:
    """Each link with the one that it was meant to be: of the same text, else of an address that is nearly the same."""
    by_text: dict[str, dict[Link, None]] = defaultdict(dict)
    by_url: dict[str, Link] = {}
    for link in missing:
        by_text[link.text][link] = None
        by_url[link.url] = link
    found: dict[Link, Link] = {}
    for link in links:
        same_text = by_text[link.text]
        near = nearest(link.url, by_url, 0.8) if not same_text and len(links) <= MOST else None
        partner = next(iter(same_text), None) if near is None else by_url[near]
        if partner is not None:
            found[link] = partner
            del by_text[partner.text][partner], by_url[partner.url]
    return found


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number or 'no'} {noun}s"


RULES: tuple[Rule, ...] = (
    Rule(code_differs),
    Rule(headings_differ),
    Rule(links_differ),
    Rule(images_differ),
)
