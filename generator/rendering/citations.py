"""References as authors write them in a list, read well enough to be cited again in BibTeX."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from markdown_it.token import Token

HEADINGS = frozenset({"参考文献", "参考资料", "引用", "references", "reference", "citation", "citations"})
"""What stands above the list, in lower case."""

# An initial ends in a full stop without ending a sentence: C. Lawrence Zitnick.
_SENTENCE = re.compile(r"(?<![\s.,-][A-Z])(?<=[\w)\]}?!’”])\.\s+")
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_ARXIV = re.compile(r"arxiv\.org/(?:abs|pdf)/(?P<id>\d{4}\.\d{4,5}|[a-z-]+/\d{7})", re.I)
_DOI = re.compile(r"\b10\.\d{4,9}/[^\s,;()]+[^\s,;.()]")
_JOURNAL = re.compile(r"\b(?:journal|transactions|letters|nature|science|PAMI|TPAMI|IJCV|JMLR)\b", re.I)
_SMALL = frozenset({"a", "an", "the", "on", "in", "of", "for", "to", "with", "and", "towards", "is"})
_ESCAPES = str.maketrans(
    {
        "&": r"\&",
        "%": r"\%",
        "$": r"\$",
        "#": r"\#",
        "_": r"\_",
        "~": r"\textasciitilde{}",
        "\\": "",
        "{": "",
        "}": "",
    }
)


@dataclass(frozen=True, slots=True)
class Citation:
    """A reference that could be read."""

    authors: tuple[str, ...]
    title: str
    venue: str
    year: str
    url: str
    arxiv: str
    doi: str

    @property
    def bibtex(self) -> str:
        """The entry, with its key made of the first author, the year and the title's first word."""
        kind = "misc"
        where: dict[str, str] = {}
        if self.venue and _JOURNAL.search(self.venue):
            kind, where = "article", {"journal": self.venue}
        elif self.venue:
            kind, where = "inproceedings", {"booktitle": self.venue}
        fields = {"title": self.title, "author": " and ".join(self.authors), **where, "year": self.year}
        links = {"doi": self.doi, "eprint": self.arxiv, "archivePrefix": "arXiv" if self.arxiv else "", "url": self.url}
        lines = [f"  {name} = {{{_escaped(value)}}}," for name, value in fields.items()]
        lines += [f"  {name} = {{{_without_braces(value)}}}," for name, value in links.items() if value]
        return "\n".join([f"@{kind}{{{self._key},", *lines, "}"]) + "\n"

    @property
    def _key(self) -> str:
        words = [word for word in re.findall(r"\w+", _ascii(self.title).lower()) if word not in _SMALL]
        surname = re.sub(r"\W", "", _ascii(self.authors[0].split()[-1]).lower())
        return f"{surname or 'anonymous'}{self.year}{words[0] if words else ''}"


def read_citation(token: Token) -> Citation | None:
    """The reference in an item of a list; None where it is written in a way that cannot be told apart.

    Read are `Authors. Title. Venue 2019. [arXiv:1909.02466](https://…)`, and the link at the front:
    `[Title](https://…) Authors. Venue, 2019.`
    """
    links, texts = _links_and_texts(token.children or ())
    if not links:
        return None
    linked, url = links[0]
    before, after = texts[0].strip(), "".join(texts[1:]).strip()
    said = token.content
    if before:
        parts = [part.strip() for part in _SENTENCE.split(" " + before) if part.strip()]
        if len(parts) != 3:
            return None
        names, title, where = parts
    else:
        parts = [part.strip() for part in _SENTENCE.split(" " + after, maxsplit=1) if part.strip()]
        if len(parts) != 2 or len(links) > 1:
            return None
        title, (names, where) = linked, parts
    authors, years = _authors(names), _YEAR.findall(where)
    if not authors or not years or not title:
        return None
    arxiv, doi = _ARXIV.search(url), _DOI.search(url) or _DOI.search(said)
    venue = _venue(where, years[-1] if before else years[0])
    return Citation(authors, title, venue, years[-1], url, arxiv["id"] if arxiv else "", doi[0] if doi else "")


def _links_and_texts(children: Sequence[Token]) -> tuple[list[tuple[str, str]], list[str]]:
    """Text and address of every link, and the text before, between and after the links."""
    links: list[tuple[str, str]] = []
    texts = [""]
    url: str | None = None
    inside = ""
    for child in children:
        if child.type == "link_open":
            url, inside = str(child.attrGet("href") or ""), ""
        elif child.type == "link_close" and url is not None:
            links.append((inside.strip(), url))
            texts.append("")
            url = None
        else:
            content = " " if child.type in ("softbreak", "hardbreak") else child.content
            if url is None:
                texts[-1] += content
            else:
                inside += content
    return links, texts


def _authors(names: str) -> tuple[str, ...]:
    """The authors; none where a name has only one word, as where surnames come first, or some are left out."""
    found = [name.strip() for name in re.split(r",\s*and\s+|\s+and\s+|,\s*|、", names) if name.strip()]
    if any(len(name.replace(".", ". ").split()) < 2 or "et al" in name for name in found):
        return ()
    return tuple(found)


def _venue(where: str, year: str) -> str:
    """Where it was published, without the year and what stands around it; nothing for a bare preprint."""
    before, _, after = where.partition(year)
    before = re.sub(r"^in:?\s+", "", before.strip(" (,."), flags=re.I)
    venue = before or re.split(r",|\.\s", after.strip(" (),."))[0]
    return "" if venue.lower().startswith("arxiv") else venue.strip(" ,(")


def _ascii(text: str) -> str:
    return unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()


def _escaped(text: str) -> str:
    return text.translate(_ESCAPES)


def _without_braces(text: str) -> str:
    return re.sub(r"[{}\s\\]", "", text)
