"""The pages that lead to cards."""

from collections.abc import Iterator, Sequence

from generator.model.hub import Hub
from generator.model.site import RenderedFile
from generator.rendering.cards import ShownPage
from generator.rendering.environment import Templates


def render_indexes(pages: Sequence[ShownPage], hub: Hub, templates: Templates) -> Iterator[RenderedFile]:
    """The chooser of languages at the root, and an index of all models for each language."""
    first = hub.languages[0]
    yield templates.render("chooser.html", "index.html", first, hub=hub, here="")
    for language in hub.languages:
        rows = [
            {
                "id": shown.id,
                "title": shown.page.front_matter.title,
                "summary": shown.summary(language.code),
                "tags": [hub.tags[tag][language.code] for tag in shown.page.front_matter.tags],
                "state": shown.verification(language.code).state,
                "lang": hub.language(shown.section_for(language.code).language).lang,
            }
            for shown in sorted(pages, key=lambda shown: shown.page.front_matter.title.casefold())
        ]
        path = f"{language.path}/index.html"
        yield templates.render("index.html", path, language, hub=hub, rows=rows, here="")
