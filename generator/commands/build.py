"""Render the site and publish it."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from generator.commands.root import HubRoot
from generator.commands.site import Site, check_links, make_site
from generator.memory import NoMemory
from generator.parallel import pool
from generator.publishing import publish, published
from generator.searching.pagefind_index import index_documents


def build(
    root: HubRoot, paths: Sequence[Path], out: Path, evidence: Sequence[Path] = (), *, search: bool = True
) -> tuple[Site, int]:
    """Render every page without an error and put the site in `out`; return it, and the number of its files.

    Where an index for the search cannot be made on this machine, the site is built without one.

    Raises FileNotFoundError, TemplatesError and PublishError; the site is then as it was.
    """
    index = partial(index_documents, cache=root.search_index) if search and root.config.search else None
    with pool() as mapper:
        memory = NoMemory(mapper)
        site = make_site(root, memory, paths, evidence, index)
    number = publish(site.files, out)
    links = check_links(published(out), site.pages, root, out, memory)
    return replace(site, findings=[*site.findings, *links]), number
