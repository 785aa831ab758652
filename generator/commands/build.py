"""Render the site."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from generator.commands.check import grave_rules, read_and_check
from generator.commands.root import HubRoot
from generator.model.diagnostic import Diagnostic
from generator.publishing import publish
from generator.rendering.environment import load_templates, template_folders
from generator.rendering.whole_site import render_site
from generator.running.planning import plan
from generator.scheduling.evidence import read_evidence


@dataclass(frozen=True, slots=True)
class Built:
    """What `build` wrote and found."""

    pages: int
    files: int
    findings: Sequence[Diagnostic]


def build(root: HubRoot, paths: Sequence[Path], out: Path, evidence: Sequence[Path] = ()) -> Built:
    """Render every page without an error and put the site in `out`, from the evidence at hand.

    Raises FileNotFoundError, TemplatesError and PublishError; the site is then as it was.
    """
    pages, findings = read_and_check(root, paths, grave_rules(root))
    broken = {finding.path for finding in findings if finding.severity == "error"}
    sound = [page for page in pages if page.path not in broken]
    runs, evidence_findings = read_evidence([*evidence, *root.evidence])
    templates = load_templates(template_folders(root.folder))
    files = render_site(sound, plan(sound), runs, root.config.hub, templates)
    number = publish(files, out)
    return Built(len(sound), number, [*findings, *evidence_findings])
