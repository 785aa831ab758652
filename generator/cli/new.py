"""`hubpages new`: a page to begin with; and `hubpages schema`: the schema of its head."""

import argparse
import shlex
import sys
from typing import TYPE_CHECKING

from generator.cli.arguments import command
from generator.cli.console import CLEAN, WRONG_CALL, fail, program, say
from generator.commands.new import NewPage, new_page, only_of_hub1, schema
from generator.commands.root import HubRoot
from generator.frameworks import framework, names
from generator.model.page import GUIDE, MODEL
from generator.reporting.characters import terminal_line
from generator.scaffolding import parts_of, repository_of

if TYPE_CHECKING:
    from generator.cli.arguments import Commands


def add_to(of: "Commands") -> None:
    """Add it to the command line."""
    added = command(of, "new", _new, "write a page that passes every check, with what only its author knows marked")
    added.add_argument("id", metavar="ID", help="<org>_<task>_<name>, such as megengine_vision_resnet")
    added.add_argument("--title")
    added.add_argument("--tags", help="with commas: vision,classification")
    added.add_argument("--author")
    added.add_argument("--link", metavar="URL", help="its repository on GitHub, or a place in it")
    added.add_argument("--license", metavar="SPDX", help="of the code, as on https://spdx.org/licenses/: MIT")
    added.add_argument("--entry", help="what hub.load loads")
    added.add_argument("--framework", choices=names(), help="what the code is written for; default: as the hub's pages")
    kinds = "a page of a model, or a guide to choosing among them; default: %(default)s"
    added.add_argument("--kind", choices=(MODEL, GUIDE), default=MODEL, help=kinds)

    command(of, "schema", _schema, "JSON Schema of front matter in this hub, for editors")


def _new(root: HubRoot, options: argparse.Namespace) -> int:
    only_of_hub1(root, "a new page")  # before anything is asked
    org, task, name = parts_of(options.id)
    known = root.config.tags
    tags = options.tags or _ask("tags, with commas", task if task in known else next(iter(known)))
    title = options.title or _ask("title", name.replace("_", " ").title())
    ours = framework(options.framework or root.config.framework).scaffold
    is_owner = org == ours.repository.partition("/")[0]
    link = options.link or _ask("address of the model's code", f"https://github.com/{ours.repository}" * is_owner)
    if not link:
        return fail(WRONG_CALL, f"where is the code of {org}? give --link https://github.com/OWNER/REPO")
    repository = repository_of(link, ours)
    is_ours = repository == ours.repository
    wanted = NewPage(
        id=options.id,
        title=title,
        tags=[tag.strip() for tag in tags.split(",") if tag.strip()],
        author=options.author or _ask("author", ours.author if is_ours else repository.partition("/")[0]),
        link=link,
        license=_license(options, repository, ours.license * is_ours),
        entry=options.entry or _ask(f"entry of {repository}", ours.entry if is_ours else name),
        kind=options.kind,
        framework=options.framework or "",
    )
    path, open_places = new_page(root, wanted)
    say(f"{path} is written; what only its author knows is marked:")
    for line, what in open_places:
        say(f"{path}:{line}: {what}")
    say(f"then: {shlex.join([*program(options), 'check', str(path)])}")
    return CLEAN


def _license(options: argparse.Namespace, repository: str, usual: str) -> str:
    """Of the model's code; a guide has none."""
    if options.kind == GUIDE:
        return ""
    return options.license or _ask(f"licence of the code of {repository}", usual)


def _ask(what: str, default: str) -> str:
    """What a person at a terminal answers, or the default; nobody is asked elsewhere."""
    if not sys.stdin.isatty():
        return default
    sys.stderr.write(terminal_line(f"{what} [{default}]: "))
    sys.stderr.flush()
    return sys.stdin.readline().strip() or default


def _schema(root: HubRoot, options: argparse.Namespace) -> int:
    print(schema(root), end="")
    return CLEAN
