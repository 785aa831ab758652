"""Nothing that a page or a captured output holds becomes markup: not to a parser of HTML5, and not to a browser."""

import base64
import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from xml.etree import ElementTree

import html5lib
import pytest

from generator.model.page import Page
from generator.model.run import Output, ScriptRun, SnippetError
from generator.publishing import publish
from tests.browser.chromium import chromium, served
from tests.pages import a_page, read
from tests.rendering.attacks import ATTACKS, Attack
from tests.rendering.runs import a_run
from tests.rendering.sites import indexed, site_files

MARKDOWN = {"p", "h2", "h3", "h4", "ul", "ol", "li", "a", "em", "strong", "code", "pre", "blockquote", "hr", "s", "div"}
MARKDOWN |= {"table", "thead", "tbody", "tr", "th", "td", "span", "br", "sub", "sup", "kbd", "details", "summary"}
BENIGN = "### 标题\n\n正文[链接](https://example.org/)\n\n| a |\n| - |\n| b |\n"


def hostile(attack: Attack, page_id: str) -> tuple[Page, ScriptRun]:
    """A page that holds an attack, and a run of it."""
    payload = attack.payload
    text = payload if attack.place == "text" else BENIGN
    code = "x = 1" if attack.place not in ("sample", "snippet") else f"x = r'''{payload}'''"
    page = read(a_page(code, sample=code, zh=text, en=text), f"{page_id}{payload if attack.place == 'file' else ''}.md")
    head = page.front_matter
    if attack.place in ("title", "author"):
        head = replace(head, **{attack.place: payload})
    elif attack.place == "summary":
        head = replace(head, summary={"zh_CN": payload, "en_US": payload})
    elif attack.place == "link":
        head = replace(head, github_link=payload)
    page = replace(page, front_matter=head)
    error, outputs = None, []
    if attack.place == "error":
        error = SnippetError(payload, payload, {"zh_CN": 20, "en_US": 28}, traceback=payload)
    elif attack.place == "stdout":
        outputs = [Output("stdout", "text/plain", payload), Output("stderr", "text/plain", payload)]
    elif attack.place == "result":
        outputs = [Output("result", "text/plain", payload), Output("display", "text/plain", payload)]
    elif attack.place == "image":
        outputs = [Output("display", "image/png", base64.b64encode(payload.encode()).decode())]
    return page, a_run(page, (), outputs, error=error)


@pytest.fixture(scope="module")
def hostile_site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A site in which every attack has a page of its own, and one page has none."""
    made = [hostile(attack, f"attack_{attack.place}_{number:03}") for number, attack in enumerate(ATTACKS)]
    calm = read(a_page("x = 1", zh=BENIGN, en=BENIGN), "calm_page_here.md")
    evidence = {page.id: [run] for page, run in made}
    folder = tmp_path_factory.mktemp("hostile") / "site"
    publish(site_files(calm, *(page for page, _ in made), evidence=evidence, index=indexed), folder)
    return folder


@cache
def elements(html: str) -> Sequence[tuple[str, dict[str, str]]]:
    """Every element that a browser would make of a document, with its attributes; several tests look at each."""
    return [
        (element.tag.rpartition("}")[2], {str(name): value for name, value in element.attrib.items()})
        for element in html5lib.parse(html, namespaceHTMLElements=False).iter()
        if isinstance(element.tag, str)
    ]


def faults(html: str, allowed: set[str], scripts: set[str]) -> Iterator[str]:
    """What does not belong into a document that holds only these elements and loads only these scripts."""
    for tag, attributes in elements(html):
        if tag not in allowed:
            yield f"<{tag}>"
        if tag == "script" and attributes.get("type") != "application/ld+json" and attributes.get("src") not in scripts:
            yield f"<script> {attributes}"
        for name, value in attributes.items():
            if name.startswith("on") or name in ("style", "srcdoc", "formaction", "action", "ping"):
                yield f"{name} at <{tag}>"
            if name in ("href", "src", "xlink:href"):
                scheme, colon, _ = value.strip().lower().partition(":")
                relative = not colon or "/" in scheme or "#" in scheme or "?" in scheme
                if not relative and scheme not in ("http", "https", "mailto"):
                    yield f"{name}={value}"
                if value.startswith(("//", "\\", "/\\")):
                    yield f"{name}={value}"
                if name == "src" and "//" in value:
                    yield f"{name}={value}"


def test_there_are_enough_attacks() -> None:
    """Each of its own kind: in text, links, tables, code, front matter, captured outputs."""
    assert len(set(ATTACKS)) == len(ATTACKS) >= 60
    assert len({attack.place for attack in ATTACKS}) == 12


def test_no_attack_becomes_an_element(hostile_site: Path) -> None:
    """Only what Markdown makes and what a page without an attack has, its scripts included."""
    pages = {path: path.read_text(encoding="utf-8") for path in sorted(hostile_site.rglob("*.html"))}
    own = [html for path, html in pages.items() if "attack" not in str(path.relative_to(hostile_site))]
    allowed = MARKDOWN | {tag for html in own if "attack_" not in html for tag, _ in elements(html)}
    calm = [pages[hostile_site / f"{language}/models/calm_page_here/index.html"] for language in ("zh", "en")]
    allowed |= {tag for html in calm for tag, _ in elements(html)} | {"img", "figure", "figcaption", "samp", "time"}
    allowed |= {
        "search",
        "input",
        "select",
        "option",
        "label",
        "noscript",
        "button",
        "article",
        "header",
        "svg",
        "script",
    }
    scripts = {a["src"] for html in pages.values() for tag, a in elements(html) if tag == "script" and "src" in a}
    assert all("assets/" in script for script in scripts)
    found = {str(path.relative_to(hostile_site)): list(faults(html, allowed, scripts)) for path, html in pages.items()}
    assert {path: some for path, some in found.items() if some} == {}


def test_no_attack_changes_when_it_is_written_and_read_again(hostile_site: Path) -> None:
    """Mutation: what a parser makes of a page, written out and parsed again, is the same elements."""
    for path in sorted(hostile_site.glob("zh/models/*/index.html")):
        html = path.read_text(encoding="utf-8")
        again = html5lib.serialize(html5lib.parse(html), omit_optional_tags=False, quote_attr_values="always")
        assert [tag for tag, _ in elements(again)] == [tag for tag, _ in elements(html)], path


def test_no_attack_gets_out_of_the_files_for_machines(hostile_site: Path) -> None:
    """JSON is JSON, its HTML is as clean as the card's, and XML is well-formed."""
    for path in sorted(hostile_site.rglob("*.json")):
        data = json.loads(path.read_text(encoding="utf-8"))
        if path.parent.name == "models":
            for html in data["content"]["fullText"].values():
                assert list(faults(html, MARKDOWN | {"html", "head", "body"}, set())) == [], path
    for path in sorted(hostile_site.rglob("*.xml")):
        ElementTree.parse(path)


def test_no_attack_makes_an_id_twice(hostile_site: Path) -> None:
    """A heading cannot take the place of a part of the page that links and scripts go to."""
    for path in sorted(hostile_site.rglob("*.html")):
        ids = [a["id"] for _, a in elements(path.read_text(encoding="utf-8")) if "id" in a]
        assert len(ids) == len(set(ids)), (path, sorted(name for name in ids if ids.count(name) > 1))


def test_no_attack_runs_in_a_browser(hostile_site: Path) -> None:
    """No dialog, nothing on the console, no request to anyone else, wherever a card is opened."""
    seen: list[str] = []
    with served(hostile_site) as address, chromium() as browser:
        page = browser.new_page()
        page.on("dialog", lambda dialog: (seen.append(f"dialog {page.url}"), dialog.dismiss()))
        page.on("console", lambda message: seen.append(f"{message.text} {page.url}"))
        page.on("request", lambda request: request.url.startswith(address) or seen.append(f"asked {request.url}"))
        page.add_init_script("window.alert = () => console.log('an attack ran')")
        for kind in ("text", "link", "image", "stdout", "error"):
            for path in sorted(hostile_site.glob(f"en/models/attack_{kind}_*/index.html")):
                card = path.parent.relative_to(hostile_site).as_posix()
                page.goto(f"{address}{card}/", wait_until="domcontentloaded")
        page.goto(f"{address}en/")
    assert seen == []
