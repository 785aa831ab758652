"""The status page and its JSON twin."""

import json
from typing import Any

import jsonschema
import pytest

from tests.browser.showcase import KNOWN, evidence, pages
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
    assert models["acme_nlp_stale"]["languages"]["zh_CN"]["snippets"] == []
    assert models["acme_vision_never"]["languages"]["zh_CN"]["lastRun"] is None
    assert models["acme_vision_unstable"]["languages"]["en_US"]["translated"] is False


def test_links_count_once_each(models: dict[str, Any]) -> None:
    """Both languages link to the same papers."""
    assert models["megengine_vision_freeanchor"]["links"] == {"total": 5, "alive": 2}


def test_page_leads_to_each_snippet(site: dict[str, str]) -> None:
    """Its marks are links with a name, to a place that is there; a hidden snippet is on no card."""
    elements = Elements(site["en/status/index.html"])
    marks = [a for tag, a in elements.tags if tag == "a" and str(a.get("class")).startswith("mark ")]
    assert all(mark["aria-label"] for mark in marks)
    assert len(marks) > 12
    for mark in marks:
        card, _, anchor = str(mark["href"]).removeprefix("../../").partition("#")
        assert not anchor or f'id="{anchor}"' in site[f"{card}index.html"]


def test_links_that_nobody_asked_for_are_not_called_dead() -> None:
    """Nothing is claimed that was not seen."""
    (page, *_) = pages()
    status = json.loads(a_site(page)["api/v1/status.json"])
    assert status["models"][0]["links"] == {"total": 5, "alive": None}
