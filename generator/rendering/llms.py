"""llms.txt (https://llmstxt.org): what a language model should read of the site, in one short list a language."""

from collections.abc import Mapping, Sequence

from generator.model.addresses import LLMS, MODELS_JSON, card_markdown
from generator.model.hub import Hub
from generator.model.record import PageRecord
from generator.model.site import RenderedFile


def render_llms(records: Sequence[PageRecord], hub: Hub, strings: Mapping[str, Mapping[str, str]]) -> RenderedFile:
    """The hub's title and purpose, then each language's cards as Markdown."""
    parts = [f"# {hub.title}\n"]
    parts += [f"\n> {strings[language.code]['site_description']}\n" for language in hub.languages]
    ordered = sorted(records, key=lambda record: record.id)
    for language in hub.languages:
        words = strings[language.code]
        heading = words["models"] if hub.has_one_language else language.name
        parts.append(f"\n## {heading}\n\n{words['llms_intro']}\n\n")
        for record in ordered:
            if language.code in record.languages:
                summary = record.summary.get(language.code, "")
                url = hub.base_url + card_markdown(language, record.id)
                licence = record.license and words["filter_license"] + words["colon"] + record.license
                about = words["list_semicolon"].join(filter(None, (summary, record.told[language.code].seen, licence)))
                parts.append(f"- [{_link_text(record.title_in(language.code))}]({url}){about and f': {about}'}\n")
    words = strings[hub.languages[0].code]
    parts.append(f"\n## Optional\n\n- [{words['llms_api']}]({hub.base_url}{MODELS_JSON})\n")
    return RenderedFile(LLMS, "".join(parts).encode())


def _link_text(text: str) -> str:
    return text.replace("\\", "\\\\").replace("[", "\\[").replace("]", "\\]")
