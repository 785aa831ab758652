"""Pages to their records."""

from collections.abc import Mapping, Sequence
from typing import Any

from generator.model.hub import Hub, Language
from generator.model.record import ROOT, PageRecord, ToldIn, ToldNews, without_root
from generator.rendering.api import meta_of
from generator.rendering.cards import ShownPage
from generator.rendering.comparing import column_of
from generator.rendering.environment import Templates
from generator.rendering.facts import bytes_text, count_text
from generator.rendering.json_files import json_text
from generator.rendering.list_orders import sorts_of
from generator.rendering.news import News, news_of
from generator.rendering.seen_text import claims_text, seen_text
from generator.rendering.status import Links, outer_links, status_of, status_row


def record_of(
    shown: ShownPage, hub: Hub, templates: Templates, findings: int, alive_links: Mapping[str, int] | None
) -> PageRecord:
    """What the rest of the site says of a page. Raises TemplatesError.

    Args:
        findings: how many there are about it.
        alive_links: see `SiteContext`.
    """
    page, head = shown.page, shown.page.front_matter
    links = outer_links(shown, alive_links)
    return PageRecord(
        id=page.id,
        title=head.title,
        author=head.author,
        summary=dict(head.summary),
        tags=head.tags,
        task=shown.task,
        organisation=page.organisation,
        entries=shown.entry_names,
        license=shown.license,
        weights_license=shown.weights_license,
        datasets=head.datasets,
        results=shown.results(),
        languages=tuple(section.language for section in page.sections),
        updated=page.updated,
        told={each.code: _told_in(shown, each, hub, templates, findings, links) for each in hub.languages},
        meta=json_text(meta_of(shown)),
        status=json_text(status_of(shown, hub, findings, links)),
        kind=head.kind,
        titles=dict(head.titles),
    )


def _news(shown: ShownPage, language: Language, templates: Templates) -> Sequence[News]:
    turns = shown.history.turns.get(shown.section_for(language.code).language, ())
    return list(news_of(turns, templates.strings[language.code]))


def _told_news(news: News, title: str, lang: str, language: Language, templates: Templates) -> ToldNews:
    entry = templates.word(language, "run_news_entry").replace("{entry}", news.turn.run.variant or "")
    of = f"{title} ({entry})" if news.turn.run.variant else title
    told = [news.around, *(f"{one.name} {one.old[:12]}..{one.new[:12]}" for one in news.commits)]
    row = templates.fragment("news-row.html", language, root=ROOT, news=news, title=title, lang=lang)
    colon = templates.word(language, "colon")
    return ToldNews(news.id, news.turn.run.started, f"{of}{colon}{news.text}", " · ".join(told), str(row))


def _told_in(
    shown: ShownPage,
    language: Language,
    hub: Hub,
    templates: Templates,
    findings: int,
    links: Links,
) -> ToldIn:
    news = _news(shown, language, templates)
    title = without_root(shown.page.front_matter.title_in(language.code))
    verification = shown.verification(language.code)
    lang = hub.language(shown.section_for(language.code).language).lang
    summary_lang = shown.summary_lang(language.code, hub)
    model = {
        "id": shown.id,
        "title": title,
        "summary": without_root(shown.summary(language.code)),
        "verification": verification,
        "thumbnail": lead.in_lists if (lead := shown.lead(language.code)) else None,
        "lang": lang,
        "summary_lang": summary_lang,
    }
    stated = {
        "license": shown.license,
        "weights_license": shown.weights_license,
        **_figures(shown, language),
    }
    tags = [(tag, hub.tags[tag][language.code]) for tag in shown.page.front_matter.tags]
    status = {**status_row(shown, language, hub, findings, links, news), "title": title}
    claims = str(templates.fragment("claims.html", language, verification=verification))
    return ToldIn(
        sign=verification.sign,
        urgency=verification.urgency,
        results=verification.results_word,
        device=verification.run.environment.device if verification.run and verification.snippets else "",
        lang=lang,
        summary=shown.summary(language.code),
        summary_lang=summary_lang,
        said=claims_text(verification, templates.strings[language.code]),
        seen=seen_text(verification, templates.strings[language.code]),
        sorts=sorts_of(shown.own_entry(language.code)),
        claims=claims,
        row=str(templates.fragment("row.html", language, root=ROOT, tags=tags, **stated, **model)),
        status_row=str(templates.fragment("status-row.html", language, root=ROOT, row=status)),
        related=str(templates.fragment("related-row.html", language, root=ROOT, other=model)),
        column=column_of(shown, language, hub, templates, claims),
        news=tuple(_told_news(one, title, lang, language, templates) for one in news),
    )


def _figures(shown: ShownPage, language: Language) -> Mapping[str, Any]:
    """What a row says of a model in figures, each with the entry that it is of where there are several.

    Those that were measured are of the entry that the page loads; the best of its tables is what the page states.
    """
    section = shown.section_for(language.code).language
    entries = shown.entries_for(language.code)
    own = shown.own_entry(language.code)
    measured = own.run.facts if own.run else None
    return {
        "entries": entries,
        "own": own,
        "parameters": count_text(measured.parameters) if measured and measured.parameters else "",
        "downloaded": bytes_text(own.run.downloaded) if own.run and own.run.downloaded else "",
        "best": next(iter(shown.results(section)), None),
    }
