"""`hubpages check`: what is wrong with the pages; and `hubpages rules`: what each rule asks."""

import argparse
import difflib
from pathlib import Path
from typing import TYPE_CHECKING

from generator.checking.baseline import BaselineError
from generator.checking.machine import MissingToolError, OfflineError
from generator.cli.arguments import command, paths
from generator.cli.console import CANNOT, CLEAN, FINDINGS, WRONG_CALL, fail, report_findings, say
from generator.commands.findings import check
from generator.commands.root import HubRoot
from generator.reporting import rules, text

if TYPE_CHECKING:
    from generator.cli.arguments import Commands


def add_to(of: "Commands") -> None:
    """Add it to the command line."""
    added = command(of, "check", _check, "read the pages and say what is wrong with them")
    paths(added)
    added.add_argument("--fix", action="store_true", help="mend what can safely be mended, in the files")
    added.add_argument("--format", choices=["text", "github", "sarif", "json"], default="text")
    added.add_argument("--external", action="store_true", help="ask the network whether links still lead somewhere")
    known = added.add_mutually_exclusive_group()
    known.add_argument("--baseline", type=Path, metavar="FILE", help="findings in it are known and do not count")
    known.add_argument("--update-baseline", type=Path, metavar="FILE", help="make today's findings the known ones")

    listing = command(of, "rules", _rules, "what each rule of check asks, with a bad and a good example")
    listing.add_argument("rule", nargs="?", metavar="RULE")
    listing.add_argument("--markdown", action="store_true", help="all of them, as CONTRIBUTING.md has them")
    listing.add_argument("--write", type=Path, metavar="FILE", help="put them into this document, at its marks")


def _check(root: HubRoot, options: argparse.Namespace) -> int:
    try:
        checked = check(
            root,
            options.paths,
            fix=options.fix,
            baseline=options.baseline,
            update_baseline=options.update_baseline,
            external=options.external,
        )
    except BaselineError as error:
        return fail(WRONG_CALL, str(error))
    except (MissingToolError, OfflineError) as error:
        return fail(CANNOT, str(error))
    report_findings(checked.findings, options.format)
    summary = f"{text.count(checked.pages, 'page')} read, {text.count(len(checked.findings), 'finding')}"
    summary += f", {checked.fixed} mended" if checked.fixed else ""
    summary += f", {checked.known} known" if checked.known else ""
    fixable = sum(finding.fix is not None for finding in checked.findings)
    say(summary + (f"; --fix mends {fixable} of them" if fixable else ""))
    return FINDINGS if checked.findings else CLEAN


def _rules(root: HubRoot, options: argparse.Namespace) -> int:
    from generator.commands.check import rule_texts  # the rules are slow to load

    texts = rule_texts()
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
        return fail(WRONG_CALL, f"there is no rule {options.rule!r}: {hint}")
    print("\n".join(rules.as_text(chosen[0])))
    return CLEAN
