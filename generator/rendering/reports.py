"""What a report of a problem with a page begins with, so that whoever reads it knows what was seen."""

from collections.abc import Mapping

from generator.frameworks import in_words
from generator.model.page import Page
from generator.rendering.card_snippets import Failure
from generator.rendering.entries import Offered

_LONGEST = 300
"""Characters of what went wrong: an address has room for no more."""


def report_of(page: Page, language: str, entry: Offered, failure: Failure | None) -> Mapping[str, str]:
    """Title and body of a new issue: the page, its entry, its latest run of this code, and the line that failed.

    Nothing of it is translated: it is read by the page's authors, and its words are those of evidence and reports.

    Args:
        language: of the section; empty where the hub has no other.
    """
    run = entry.run
    rows = [("page", f"{page.id}.md"), ("section", language), ("entry", entry.name), ("state", entry.state)]
    if run:
        rows += [("run", run.started), ("script", run.script), ("device", run.environment.device_in_words)]
        rows += [("weights", run.weights)]
        rows += [(run.environment.framework, in_words(run.environment)[1])]
        rows += [("reason", run.reason.partition("\n")[0][:_LONGEST])]
    title = page.front_matter.title
    if failure:
        rows += [("line", f"{failure.line} (snippet {failure.number})")]
        title += f": {page.id}.md:{failure.line}"
    return {"title": title, "body": "\n".join(f"{name}: {value}" for name, value in rows if value) + "\n\n"}
