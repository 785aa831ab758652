"""Rules about addresses on GitHub."""

from collections.abc import Iterator
from functools import lru_cache
from urllib.parse import urlsplit

from generator.checking.parts import Finding
from generator.checking.registry import Rule
from generator.checking.view import PageView

_ROUTES = frozenset(
    """
    actions activity agents archive assets attestations blame blob branches codespaces commit commits community compare
    contributors contribute custom-properties dependabot deployments discussions downloads edit files find fork forks
    graphs info issues labels license licenses media merge-queue milestone milestones models network new packages people
    pkgs projects pull pulls pulse raw releases rules runs search security settings stargazers subscription tags tarball
    traffic tree upload used-by watchers wiki workflows zipball
    """.split()  # noqa: SIM905
)
"""What may stand behind owner and repository."""
_NO_OWNERS = frozenset(
    """
    about account advisories apps assets blog codespaces collections contact copilot customer-stories dashboard
    discussions enterprise enterprises events explore features github-copilot issues join login logout marketplace
    mobile new notifications open-source organizations orgs partners pricing pulls readme resources search security
    sessions settings site solutions sponsors stars team topics trending user-attachments users watching
    """.split()  # noqa: SIM905
)
"""What is GitHub's own and no owner of repositories."""


def github_route(view: PageView) -> Iterator[Finding]:
    """Behind owner and repository an address on GitHub says what it shows, a folder with tree, a file with blob: else a
    reader is told that there is no such page.

    Bad:  https://github.com/megengine/models/official/vision
    Good: https://github.com/megengine/models/tree/master/official/vision
    """
    head = view.page.front_matter
    if message := _fault(head.github_link):
        line = head.lines["github-link"]
        yield Finding(line, message, view.lines[line - 1].find(head.github_link) + 1)
    for section in view.sections:
        for link in section.links:
            if message := _fault(link.url):
                yield Finding(link.line, message, link.column)


@lru_cache(4096)
def _fault(url: str) -> str:
    if "github.com/" not in url.casefold():
        return ""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    path = [part for part in parts.path.split("/") if part]
    is_github = parts.netloc.casefold() in ("github.com", "www.github.com")
    if not is_github or len(path) < 3 or path[0] in _NO_OWNERS or path[2].casefold() in _ROUTES:
        return ""
    place, kind = "/".join(path[:2]), "blob" if "." in path[-1] else "tree"
    return (
        f"GitHub shows nothing at {place}/{path[2]}: write /{kind}/BRANCH/ before {path[2]}, with the branch or commit"
    )


RULES: tuple[Rule, ...] = (Rule(github_route),)
