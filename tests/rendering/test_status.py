"""The status page and its JSON twin."""

import json
import re
from dataclasses import replace
from html import unescape
from typing import Any

import jsonschema
import pytest

from generator.checking.external import places_of
from generator.model.site import SiteContext
from generator.rendering.verification import BY_URGENCY, STATES
from tests.browser.showcase import KNOWN, evidence, pages
from tests.pages import a_page, read
from tests.rendering.runs import a_run
from tests.rendering.sites import Elements, a_site


@pytest.fixture(scope="module")
def site() -> dict[str, str]:
    """A site with a page in every state."""
    of = pages()
    return a_site(*of, evidence=evidence(of), known=KNOWN)


@pytest.fixture(scope="module")
def models(site: dict[str, str]) -> dict[str, Any]:
    """The JSON by page id."""
    return {model["id"]: model for model in json.loads(site["api/v1/status.json"])["models"]}


def test_json_keeps_to_the_schema_beside_it(site: dict[str, str]) -> None:
    """The schema is one, and takes no other keys."""
    schema = json.loads(site["api/v1/status.schema.json"])
    jsonschema.Draft202012Validator.check_schema(schema)
    data = json.loads(site["api/v1/status.json"])
    jsonschema.validate(data, schema)
    data["models"][0]["languages"]["en_US"]["state"] = "splendid"
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(data, schema)


def test_every_state_is_told(models: dict[str, Any]) -> None:
    """As readers of each language meet it."""
    states = {name: model["languages"]["en_US"]["state"] for name, model in models.items()}
    assert states == {
        "megengine_vision_freeanchor": "passed",
        "megengine_vision_faster_rcnn": "standin",
        "acme_vision_broken": "failed",
        "acme_vision_directed": "passed",
        "acme_nlp_stale": "stale",
        "acme_nlp_flaky": "flaky",
        "acme_vision_unstable": "unstable",
        "acme_vision_skipped": "skipped",
        "acme_vision_never": "never",
    }


def test_every_snippet_is_told(models: dict[str, Any]) -> None:
    """With its line; nothing where this code was not run."""
    directed = models["acme_vision_directed"]["languages"]["zh_CN"]
    statuses = [snippet["status"] for snippet in directed["snippets"]]
    assert statuses == ["passed", "passed", "skipped", "compiled", "xfailed", "passed"]
    assert directed["extent"] == {"snippets": 6, "ran": 4, "skipped": 1, "compiled": 1, "xfailed": 1}
    assert models["acme_nlp_stale"]["languages"]["zh_CN"]["snippets"] == []
    assert models["acme_nlp_stale"]["languages"]["zh_CN"]["extent"] is None
    assert models["acme_vision_never"]["languages"]["zh_CN"]["lastRun"] is None
    assert models["acme_vision_unstable"]["languages"]["en_US"]["translated"] is False


def test_links_count_once_each(models: dict[str, Any]) -> None:
    """Both languages link to the same papers."""
    assert models["megengine_vision_freeanchor"]["links"] == {"total": 8, "alive": 2}


def test_page_leads_to_each_snippet(site: dict[str, str]) -> None:
    """Its marks are links with a name, to a place that is there; a hidden snippet is on no card."""
    elements = Elements(site["en/status/index.html"])
    marks = [a for tag, a in elements.tags if tag == "a" and str(a.get("class")).startswith("mark ")]
    assert all(mark["aria-label"] for mark in marks)
    assert len(marks) > 12
    for mark in marks:
        card, _, anchor = str(mark["href"]).removeprefix("../../").partition("#")
        assert not anchor or f'id="{anchor}"' in site[f"{card}index.html"]


@pytest.mark.parametrize(
    "url",
    [
        "https://example.org/论文#结果",
        "https://Example.org/a?b=c&d=é",
        "https://例子.example/a%20b#c",
        "http://example.org/plain",
    ],
)
def test_link_is_looked_up_as_it_was_asked(url: str) -> None:
    """However it is written, in the page and in the HTML made of it, the answer is kept under the address asked for."""
    page = read(a_page(en=f"[a]({url})", zh=f"[a]({url})"))
    asked = {address: 1 for address in places_of([page]) if "github.com" not in address}
    assert len(asked) == 1 and all(address.isascii() and "#" not in address for address in asked)
    status = json.loads(a_site(page, known=SiteContext(alive_links=asked))["api/v1/status.json"])
    assert status["models"][0]["links"] == {"total": 2, "alive": 1}


def test_links_that_nobody_asked_for_are_not_called_dead() -> None:
    """Nothing is claimed that was not seen."""
    (page, *_) = pages()
    status = json.loads(a_site(page)["api/v1/status.json"])
    assert status["models"][0]["links"] == {"total": 8, "alive": None}


def test_what_is_broken_comes_first_with_its_line_and_cause(site: dict[str, str], models: dict[str, Any]) -> None:
    """Above all stands how many models are in each state, as links to their lists."""
    html = site["en/status/index.html"]
    elements = Elements(html)
    states = [str(a["data-state"]) for tag, a in elements.tags if tag == "tr" and a.get("data-state")]
    totals = [str(a["data-state"]) for tag, a in elements.tags if tag == "a" and a.get("data-state")]
    assert list(dict.fromkeys(states)) == ["failed", "flaky", "stale", "never", "skipped", "partial", "passed"]
    assert totals == list(dict.fromkeys(states))
    assert set(BY_URGENCY) == set(STATES)
    for state in totals:
        assert f'data-state="{state}"><span class="state {state}">' in html
        number = re.search(rf'data-state="{state}"><span.*?class="number">(\d+)<', html)
        assert number and int(number[1]) == states.count(state)
    broken = models["acme_vision_broken"]["languages"]["en_US"]["snippets"]
    (failed,) = [number for number, snippet in enumerate(broken, 1) if snippet["status"] == "failed"]
    fault = re.search(
        r'href="../../en/models/acme_vision_broken/(#L\d+)">snippet (\d+), line (\d+)</a> <span[^>]*>([^<]+)', html
    )
    assert fault and int(fault[2]) == failed
    assert unescape(fault[4]) == "The page's code is wrong."
    card = site["en/models/acme_vision_broken/index.html"]
    assert f'id="{fault[1][1:]}"' in card
    assert f"Line {fault[3]} of the page" in card


def test_what_is_known_of_all_results_is_said_once() -> None:
    """Above the table, where it is the same of every model that ran; else in each row."""
    of = [read(a_page(), f"acme_vision_{name}.md") for name in ("one", "two", "three")]
    standin = [replace(a_run(page), weights="standin") for page in of]
    random = "results not checked: random weights"
    for runs, number in ((standin[:2], 0), ([standin[0], a_run(of[1])], 2), (standin[:1], 1)):
        html = a_site(*of, evidence={run.page: [run] for run in runs})["en/status/index.html"]
        rows = Elements(html[html.index("<tbody>") :]).text
        said = [text for text in (random, "output as it came: published weights") if text in rows]
        assert len(said) == number
        assert ("Of every model whose code was run: " + random in Elements(html).text) is (number == 0)
        assert rows.count("Code runs") == len(runs)
