"""All files of the site."""

from collections.abc import Iterator, Mapping, Sequence

from generator.model.hub import Hub
from generator.model.page import Page
from generator.model.run import Script, ScriptRun
from generator.model.site import RenderedFile
from generator.rendering.api import render_api
from generator.rendering.cards import render_cards, show
from generator.rendering.environment import Templates
from generator.rendering.indexes import render_indexes
from generator.rendering.outputs import captured_images
from generator.rendering.verification import verification_of


def render_site(
    pages: Sequence[Page],
    scripts: Sequence[Script],
    evidence: Mapping[str, Sequence[ScriptRun]],
    hub: Hub,
    templates: Templates,
) -> Iterator[RenderedFile]:
    """Every file of the site of these pages. Raises TemplatesError where a template is at fault."""
    of_page = {(script.page, language): script for script in scripts for language in script.languages}
    shown = []
    for page in pages:
        runs = evidence.get(page.id, ())
        verifications = {
            section.language: verification_of(of_page.get((page.id, section.language)), section.language, runs)
            for section in page.sections
        }
        shown.append(show(page, verifications))
    yield from templates.static
    yield from captured_images(
        output
        for page in shown
        for verification in page.verifications.values()
        for snippet in verification.snippets
        for output in snippet.outputs
    )
    yield from render_indexes(shown, hub, templates)
    for shown_page in shown:
        yield from render_cards(shown_page, hub, templates)
    yield from render_api(shown, hub)
