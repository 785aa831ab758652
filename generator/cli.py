"""The command line: parses, calls one function of commands.py, prints, exits.

Exit status: 0 clean, 1 findings or failing snippets, 2 a wrong call or configuration, 3 the environment cannot do it,
130 interrupted. What people read goes to standard error, what programs read to standard output.
"""

import argparse
import difflib
import shlex
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from generator import __version__, commands
from generator.assets.lock import LockError
from generator.checking.baseline import BaselineError
from generator.checking.registry import MissingToolError, OfflineError
from generator.commands import HubRoot, NewPage, Progress
from generator.config import ConfigError, read_config
from generator.model.diagnostic import Diagnostic
from generator.model.run import Environment, Script, ScriptRun
from generator.publishing import PublishError
from generator.rendering.environment import TemplatesError
from generator.reporting import machine, rules, sarif, text

CLEAN, FINDINGS, WRONG_CALL, CANNOT, INTERRUPTED = 0, 1, 2, 3, 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; return the exit status."""
    options = _parser().parse_args(arguments)
    try:
        return _run(options)
    except KeyboardInterrupt:
        _say("interrupted; what was done so far is kept")
        return INTERRUPTED
    except BrokenPipeError:  # whoever read the output has seen enough
        sys.stderr.close()
        return CANNOT


def _run(options: argparse.Namespace) -> int:
    folder: Path = options.root
    if not folder.is_dir():
        return _fail(WRONG_CALL, f"{folder} is not a folder: -C takes the folder that holds hub_pages/")
    try:
        root = HubRoot(folder, read_config(folder / "hub.toml"))
        status: int = options.run(root, options)
    except (ConfigError, LockError, TemplatesError, FileNotFoundError, ValueError) as error:
        return _fail(WRONG_CALL, str(error))
    except (PublishError, OSError) as error:
        return _fail(CANNOT, str(error))
    return status


def _check(root: HubRoot, options: argparse.Namespace) -> int:
    try:
        checked = commands.check(
            root,
            options.paths,
            fix=options.fix,
            baseline=options.baseline,
            update_baseline=options.update_baseline,
            external=options.external,
        )
    except BaselineError as error:
        return _fail(WRONG_CALL, str(error))
    except (MissingToolError, OfflineError) as error:
        return _fail(CANNOT, str(error))
    _report_findings(checked.findings, options.format)
    summary = f"{text.count(checked.pages, 'page')} read, {text.count(len(checked.findings), 'finding')}"
    summary += f", {checked.fixed} mended" if checked.fixed else ""
    summary += f", {checked.known} known" if checked.known else ""
    fixable = sum(finding.fix is not None for finding in checked.findings)
    _say(summary + (f"; --fix mends {fixable} of them" if fixable else ""))
    return FINDINGS if checked.findings else CLEAN


def _rules(root: HubRoot, options: argparse.Namespace) -> int:
    texts = commands.rule_texts()
    if options.markdown:
        print(rules.as_markdown(texts), end="")
        return CLEAN
    if options.write:
        document = options.write.read_text(encoding="utf-8")
        options.write.write_text(rules.in_document(document, texts), encoding="utf-8")
        return CLEAN
    if options.rule is None:
        print("\n".join(rules.as_list(texts)))
        return CLEAN
    chosen = [one for one in texts if one.name == options.rule]
    if not chosen:
        near = difflib.get_close_matches(options.rule, [one.name for one in texts], 1, 0.5)
        hint = f"did you mean {near[0]}?" if near else "`hubpages rules` lists them all"
        return _fail(WRONG_CALL, f"there is no rule {options.rule!r}: {hint}")
    print("\n".join(rules.as_text(chosen[0])))
    return CLEAN


def _new(root: HubRoot, options: argparse.Namespace) -> int:
    _, _, name = options.id.partition("_")
    task, _, family = name.partition("_")
    known = root.config.tags
    tags = options.tags or _ask("tags, with commas", task if task in known else next(iter(known)))
    wanted = NewPage(
        id=options.id,
        title=options.title or _ask("title", family.replace("_", " ").title() or options.id),
        tags=[tag.strip() for tag in tags.split(",") if tag.strip()],
        author=options.author or _ask("author", "MegEngine Team"),
        link=options.link or _ask("address of the model's code", "https://github.com/megengine/models"),
        entry=options.entry or _ask("entry of megengine/models", "resnet18"),
    )
    try:
        path, open_places = commands.new_page(root, wanted)
    except FileExistsError as error:
        return _fail(WRONG_CALL, str(error))
    _say(f"{path} is written; what only its author knows is marked:")
    for line, what in open_places:
        _say(f"{path}:{line}: {what}")
    _say(f"then: {shlex.join([*_program(options), 'check', str(path)])}")
    return CLEAN


def _ask(what: str, default: str) -> str:
    """What a person at a terminal answers, or the default; nobody is asked elsewhere."""
    if not sys.stdin.isatty():
        return default
    sys.stderr.write(f"{what} [{default}]: ")
    sys.stderr.flush()
    return sys.stdin.readline().strip() or default


def _schema(root: HubRoot, options: argparse.Namespace) -> int:
    print(commands.schema(root), end="")
    return CLEAN


def _build(root: HubRoot, options: argparse.Namespace) -> int:
    out = options.out or root.folder / "site"
    built = commands.build(root, options.paths, out, options.evidence)
    _report_findings(built.findings, "text")
    _say(f"{text.count(built.pages, 'page')} in {text.count(built.files, 'file')} written to {out}")
    counted = built.findings if options.strict else [f for f in built.findings if f.severity == "error"]
    return FINDINGS if counted else CLEAN


def _verify(root: HubRoot, options: argparse.Namespace) -> int:
    from generator.assets.proxy import ProxyError
    from generator.assets.standin_process import StandInError
    from generator.running.kernel import KernelError

    try:
        verified = commands.verify(
            root,
            options.paths,
            Progress(_warned, _planned, _started, _finished),
            assets=options.assets,
            weights=options.weights,
            accept_changes=options.accept_changes,
            jobs=options.jobs,
            evidence=options.evidence,
        )
    except (KernelError, ProxyError, StandInError) as error:
        return _fail(CANNOT, str(error))
    failed = [run for run in verified.runs if run.verdict != "passed"]
    if options.format == "json":
        print(machine.runs_json(verified.runs, verified.findings))
    for line in text.diagnostic_lines(verified.findings):
        _say(line)
    for run in failed:
        _say("")
        for line in text.failure_lines(run):
            _say(line)
        _say(f"  again: {_command_for(run, options)}")
    changed = {one for run in verified.runs for one in run.assets if one.status == "changed"}
    for asset in sorted(changed, key=lambda asset: asset.url):
        _say(f"changed upstream: {asset.url} was sha256 {asset.previous}, is {asset.sha256}")
    passed = len(verified.runs) - len(failed)
    _say(f"\n{text.count(len(verified.runs), 'script')} run: {passed} passed, {len(failed)} failed")
    unaccepted = changed and not options.accept_changes
    return FINDINGS if failed or verified.findings or unaccepted else CLEAN


def _command_for(run: ScriptRun, options: argparse.Namespace) -> str:
    """What to type to run this one again."""
    return shlex.join([*_program(options), "verify", run.path, *_how(options)])


def _how(options: argparse.Namespace) -> list[str]:
    return ["--assets", options.assets, *(["--weights", "standin"] if options.weights == "standin" else [])]


def _program(options: argparse.Namespace) -> list[str]:
    return ["hubpages"] if options.root == Path() else ["hubpages", "-C", str(options.root)]


def _assets_add(root: HubRoot, options: argparse.Namespace) -> int:
    asset = commands.add_asset(root, options.url, options.file)
    _say(f"{asset.url} is locked: sha256 {asset.sha256}, {asset.size:,} bytes")
    return CLEAN


def _assets_list(root: HubRoot, options: argparse.Namespace) -> int:
    assets = commands.list_assets(root)
    for asset, is_here in assets.items():
        print(f"{asset.sha256}  {asset.size:>13,}  {'here   ' if is_here else 'missing'}  {asset.url}")
    _say(f"{text.count(len(assets), 'asset')}, {sum(assets.values())} in the store")
    return CLEAN


def _assets_standin(root: HubRoot, options: argparse.Namespace) -> int:
    from generator.assets.standin_process import StandInError

    try:
        requests = commands.standin_requests(root, options.repositories)
        failures = commands.standins(root, requests)
    except StandInError as error:
        return _fail(CANNOT, str(error))
    _warned(failures)
    _say(f"stand-in weights for {len(requests) - len(failures)} of {len(requests)} entries")
    return FINDINGS if failures else CLEAN


def _assets_verify(root: HubRoot, options: argparse.Namespace) -> int:
    problems = commands.damaged_assets(root)
    _warned(problems)
    _say("every locked file is here, as it was locked" if not problems else text.count(len(problems), "problem"))
    return FINDINGS if problems else CLEAN


def _assets_prune(root: HubRoot, options: argparse.Namespace) -> int:
    files, size = commands.prune_assets(root)
    _say(f"{text.count(files, 'file')} that no lock names deleted, {size:,} bytes")
    return CLEAN


def _warned(lines: Sequence[str]) -> None:
    for line in lines:
        _say(line)


def _report_findings(findings: Sequence[Diagnostic], form: str) -> None:
    if form == "json":
        print(machine.diagnostics_json(findings))
    elif form == "sarif":
        print(sarif.sarif(findings, {one.name: one.documentation for one in commands.rule_texts()}, __version__))
    elif form == "github":
        for line in machine.github_annotations(findings):
            print(line)
    else:
        for line in text.diagnostic_lines(findings):
            _say(line)


def _planned(environment: Environment, scripts: Sequence[Script]) -> None:
    _say(f"{text.count(len(scripts), 'script')} to run on {text.environment_line(environment)}")


def _started(script: Script) -> None:
    _say(f"… {script.page} [{', '.join(script.languages)}]")


def _finished(run: ScriptRun) -> None:
    _say(text.run_line(run))


def _say(line: str) -> None:
    sys.stderr.write(f"{line}\n")  # in one piece: several threads report
    sys.stderr.flush()


def _fail(status: int, message: str) -> int:
    _say(f"hubpages: {message}")
    return status


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="hubpages", description="Model cards whose every snippet was run.")
    parser.add_argument("--version", action="version", version=f"hubpages {__version__}")
    parser.add_argument("-C", dest="root", type=Path, default=Path(), metavar="DIR", help="the hub's root")
    of_command = parser.add_subparsers(metavar="COMMAND", required=True)

    def command(name: str, run: Callable[[HubRoot, argparse.Namespace], int], summary: str) -> argparse.ArgumentParser:
        added = of_command.add_parser(name, help=summary, description=summary)
        added.set_defaults(run=run)
        return added

    def paths(added: argparse.ArgumentParser) -> None:
        added.add_argument("paths", nargs="*", type=Path, metavar="PATH", help="pages or folders of them")

    check = command("check", _check, "read the pages and say what is wrong with them")
    paths(check)
    check.add_argument("--fix", action="store_true", help="mend what can safely be mended, in the files")
    check.add_argument("--format", choices=["text", "github", "sarif", "json"], default="text")
    check.add_argument("--external", action="store_true", help="ask the network whether links still lead somewhere")
    known = check.add_mutually_exclusive_group()
    known.add_argument("--baseline", type=Path, metavar="FILE", help="findings in it are known and do not count")
    known.add_argument("--update-baseline", type=Path, metavar="FILE", help="make today's findings the known ones")

    listing = command("rules", _rules, "what each rule of check asks, with a bad and a good example")
    listing.add_argument("rule", nargs="?", metavar="RULE")
    listing.add_argument("--markdown", action="store_true", help="all of them, as CONTRIBUTING.md has them")
    listing.add_argument("--write", type=Path, metavar="FILE", help="put them into this document, at its marks")

    new = command("new", _new, "write a page that passes every check, with what only its author knows marked")
    new.add_argument("id", metavar="ID", help="<org>_<task>_<name>, such as megengine_vision_resnet")
    new.add_argument("--title")
    new.add_argument("--tags", help="with commas: vision,classification")
    new.add_argument("--author")
    new.add_argument("--link", metavar="URL", help="where the model's code is")
    new.add_argument("--entry", help="what hub.load loads")

    command("schema", _schema, "JSON Schema of front matter in this hub, for editors")

    verify = command("verify", _verify, "run every snippet in a real kernel and keep the evidence")
    paths(verify)
    verify.add_argument(
        "--assets",
        choices=["live", "record", "replay"],
        default="live",
        help="where downloads come from: the network, the network into store and lock (trusted pages only), the store",
    )
    verify.add_argument("--weights", choices=["published", "standin"], default="published")
    verify.add_argument("--accept-changes", action="store_true", help="with record: lock anew what changed upstream")
    verify.add_argument("--jobs", type=_positive, metavar="N", help="scripts at a time; default: one a core")
    verify.add_argument("--evidence", type=Path, metavar="DIR", help="where runs are kept; default: .hub/evidence")
    verify.add_argument("--format", choices=["text", "json"], default="text")

    build = command("build", _build, "render the site from the pages and the evidence at hand")
    paths(build)
    build.add_argument("--out", type=Path, metavar="DIR", help="the site's folder; default: site in the hub's root")
    build.add_argument("--evidence", type=Path, action="append", default=[], metavar="DIR", help="more evidence")
    build.add_argument("--strict", action="store_true", help="exit 1 for warnings too")

    assets = of_command.add_parser("assets", help="what snippets download", description="What snippets download.")
    of_assets = assets.add_subparsers(metavar="ACTION", required=True)
    add = of_assets.add_parser("add", help="lock a file under the URL that snippets ask for")
    add.add_argument("url", metavar="URL")
    add.add_argument("file", type=Path, metavar="FILE")
    add.set_defaults(run=_assets_add)
    stored = of_assets.add_parser("list", help="every locked asset and whether it is here")
    stored.set_defaults(run=_assets_list)
    standin = of_assets.add_parser("standin", help="make stand-in weights for what the pages load and offer")
    standin.add_argument("repositories", nargs="*", metavar="REPO", help="owner/name; default: every one")
    standin.set_defaults(run=_assets_standin)
    whole = of_assets.add_parser("verify", help="read every locked file and compare it with the lock")
    whole.set_defaults(run=_assets_verify)
    useless = of_assets.add_parser("prune", help="delete the files that no lock names")
    useless.set_defaults(run=_assets_prune)
    return parser


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("must be 1 or more")
    return number
