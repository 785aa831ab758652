"""What a hub's owner decides about languages and tags."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Language:
    """One language of the hub."""

    code: str
    """As pages spell it: zh_CN."""
    path: str
    """Its folder in the site: zh."""
    lang: str
    """Its BCP 47 tag in HTML: zh-Hans."""
    name: str
    """Its name in itself: 中文."""
    required: bool = False
    """Whether every page must have it."""


KERNEL_PYTHON = (3, 10)
"""The Python that runs snippets: MegEngine has no newer one. By its grammar they are judged."""

Tags = Mapping[str, Mapping[str, str]]
"""Tag id to language code to the tag's name."""


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

    def language(self, code: str) -> Language:
        """The language with this code."""
        return next(language for language in self.languages if language.code == code)
