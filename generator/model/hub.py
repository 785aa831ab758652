"""What a hub's owner decides about languages and tags."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

FormatName = Literal["hub1", "pytorch-hub"]
HUB1: FormatName = "hub1"
"""Formats that a hub's pages may be written in; `reading.formats` reads them."""


@dataclass(frozen=True, slots=True)
class Language:
    """One language of the hub."""

    code: str
    """As pages spell it: zh_CN."""
    path: str
    """Its folder in the site: zh. Empty where the hub has no other language: then the site is its folder."""
    lang: str
    """Its BCP 47 tag in HTML: zh-Hans."""
    name: str
    """Its name in itself: 中文."""
    required: bool = False
    """Whether every page must have it."""


Tags = Mapping[str, Mapping[str, str]]
"""Tag id to language code to the tag's name."""


@dataclass(frozen=True, slots=True)
class Theme:
    """What a hub looks like, where it looks like no other. Files are those in its folder templates/static."""

    accent: str = ""
    """Colour of links and of what is chosen, as #rrggbb; empty for the usual one."""
    accent_dark: str = ""
    """The same in the dark theme; made of the other where it is empty."""
    logo: str = ""
    """A picture before the title in the head of every page."""
    icon: str = ""
    """A picture for the tabs of browsers."""
    extra_css: str = ""
    """A style sheet that comes after hubpages' own."""
    footer: Mapping[str, str] = field(default_factory=dict, hash=False)
    """The sentence in the foot of every page, by language code."""


@dataclass(frozen=True, slots=True)
class Hub:
    """What pages are checked against and rendered for."""

    title: str
    base_url: str
    """Where the site is published, with its final slash; empty where that is not decided."""
    languages: tuple[Language, ...]
    tags: Tags
    repository: str = ""
    """The hub's own repository on GitHub, where its pages can be seen and edited; empty where there is none."""
    branch: str = "main"
    """The branch of it that the site is built from."""
    pages: str = "hub_pages"
    """The pages' folder in it."""
    notebooks: str = ""
    """Where GitHub shows the files of the published site, with its final slash; empty where it does not."""
    titles: Mapping[str, str] = field(default_factory=dict)
    """The title in languages in which it is another one, by language code."""
    theme: Theme = field(default_factory=Theme)
    framework: str = "megengine"
    """What pages are written for that say nothing else, by the name of its file in frameworks/."""
    form: FormatName = HUB1
    """The format of its pages."""

    @property
    def order(self) -> tuple[str, ...]:
        """The languages' codes: what a reader finds no translation of is shown in the first that there is."""
        return tuple(language.code for language in self.languages)

    @property
    def has_one_language(self) -> bool:
        """Whether there is nothing to choose: no other language has pages, columns or words of its own."""
        return len(self.languages) == 1

    def title_in(self, language: Language) -> str:
        """What the hub is called in a language."""
        return self.titles.get(language.code, self.title)

    def page_file(self, page_id: str) -> str:
        """The file of a page in the hub's repository."""
        return f"{self.pages}/{page_id}.md".removeprefix("./")

    def language(self, code: str) -> Language:
        """The language with this code."""
        return next(language for language in self.languages if language.code == code)
