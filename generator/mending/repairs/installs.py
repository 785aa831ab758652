"""Modules that are missing where the page says what to install."""

import re
from collections.abc import Iterator

from generator.mending.broken import Broken
from generator.mending.distributions import DISTRIBUTIONS
from generator.mending.registry import Repair
from generator.model.install_lines import install_lines, installed
from generator.model.mending import Candidate
from generator.model.run import distribution_key

_NO_MODULE = re.compile(r"No module named '(?P<name>\w+)'")


def missing_package(failure: Broken) -> Iterator[Candidate]:
    """A module that is not installed, and that the page's `pip install` lines do not name: added to these lines.

    It is added at the end of the last such line of each language, or on a line of its own below it where that line has
    options of its own. The run that proves it has the package, and what that needs, in a folder of its own, which pip
    fills with wheels; the kernel environment stays as it is, and `verify` passes once it has the package too.

    Only well-known packages are installed, those of `mending/distributions.py`: a module's name alone does not tell
    whose package it is. Never proposed where the page names the package already, as then it is the kernel environment
    that lacks it, nor where a language of the snippet has no such line.
    """
    match = _NO_MODULE.fullmatch(failure.error.message)
    if failure.run.cause != "environment" or match is None or match["name"] not in DISTRIBUTIONS:
        return
    name, languages = DISTRIBUTIONS[match["name"]], failure.script.languages
    has_lines = all(any(install_lines(failure.page, language)) for language in languages)
    if has_lines and not any(distribution_key(name) in installed(failure.page, language) for language in languages):
        yield Candidate((), f"add `{name}` to what the page says to install", install=name)


REPAIRS: tuple[Repair, ...] = (Repair(missing_package),)
