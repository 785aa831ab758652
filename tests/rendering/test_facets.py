"""What models are narrowed by: which facets there are, what is left out, and what scripts are told."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import pytest

from generator.model.record import PageRecord
from generator.rendering.facets import FACETS
from tests.rendering.many import HUB, a_record, files_of, list_pages
from tests.rendering.sites import Elements


def a_model(name: str, task: str = "vision", tags: Sequence[str] = ("vision",), **more: Any) -> PageRecord:
    """A record of a model with that task."""
    states = {code: state for code, state in more.items() if code in ("zh_CN", "en_US")}
    stated = {key: value for key, value in more.items() if key not in states}
    return replace(a_record(f"org_{task or 'x'}_{name}", tags=tags, **states), task=task, **stated)


def offered(records: Sequence[PageRecord], language: str = "en") -> Mapping[str, Mapping[str, int]]:
    """What the index offers: kind to value to number."""
    (index,) = [page for page in list_pages(records) if page.path == f"{language}/index.html"]
    return {
        facet["kind"]: {each["value"]: each["count"] for each in facet["values"]} for facet in index.context["facets"]
    }


def test_facets_stand_in_their_order_with_what_divides_the_models() -> None:
    """Names that pages write freely are values by themselves; a value that all have divides nothing."""
    records = [
        a_model(
            "a", tags=["vision", "gan"], license="MIT", weights_license="MIT", organisation="acme", datasets=("X",)
        ),
        a_model("b", "nlp", ["nlp", "vision"], license="MIT", organisation="beta", datasets=("X", "Y"), en_US="failed"),
        a_model("c", "nlp", ["nlp", "vision"], license="Apache-2.0", organisation="beta", datasets=("X",)),
    ]
    found = offered(records)
    assert list(found) == [facet.kind for facet in FACETS if facet.kind in found]
    assert found == {
        "task": {"vision": 1, "nlp": 2},
        "state": {"failed": 1, "never": 2},
        "tag": {"gan": 1},
        "license": {"apache-2.0": 1, "mit": 2},
        "dataset": {"y": 1},
    }
    assert "state" not in offered(records, "zh")


def test_facet_that_divides_as_another_does_is_left_out() -> None:
    """The earlier one stays; their lists are there all the same."""
    records = [
        a_model("a", license="MIT", weights_license="MIT", organisation="acme"),
        a_model("b", license="MIT", weights_license="MIT", organisation="acme"),
        a_model("c", "nlp", ["nlp"], license="ISC", weights_license="Zlib", organisation="beta"),
        a_model("d", "nlp", ["nlp"], license="ISC", weights_license="ISC", organisation="beta"),
    ]
    assert list(offered(records)) == ["task", "weights-license"]
    assert {"en/licenses/mit/index.html", "en/tags/nlp/index.html"} <= files_of(records).keys()


def test_organisation_is_called_as_its_authors_call_it() -> None:
    """Where they are it."""
    records = [
        a_model("a", organisation="acme", author="Acme"),
        a_model("b", "nlp", organisation="acme", author="Somebody"),
        a_model("c", organisation="beta", author="Acme"),
    ]
    html = files_of(records)["en/index.html"].decode()
    assert 'data-filter="organisation=acme">Acme <' in html
    assert 'data-filter="organisation=beta">beta <' in html


def test_lists_of_a_value_tell_what_is_left_of_it() -> None:
    """Of another value of the same facet, where a model has one, all that have that."""
    records = [
        a_model("a", tags=["vision", "gan"], en_US="failed"),
        a_model("b", tags=["vision"], en_US="failed"),
        a_model("c", tags=["gan"]),
        a_model("d", "nlp", ["nlp"]),
    ]
    page = Elements(files_of(records)["en/states/failed/index.html"].decode())
    left = {str(a["data-filter"]): a["data-left"] for tag, a in page.tags if tag == "a" and "data-left" in a}
    assert left == {
        "task=vision": "2",
        "task=nlp": "0",
        "state=failed": "2",
        "state=never": "2",
        "tag=vision": "2",
        "tag=gan": "1",
    }


def test_script_is_told_of_values_that_are_not_offered_too() -> None:
    """With their names, and which models have them: an address may ask for any."""
    records = [a_model("a", tags=["vision"]), a_model("b", "nlp", ["nlp", "gan"]), a_model("c", "nlp", ["nlp"])]
    page = Elements(files_of(records)["en/index.html"].decode())
    (facts,) = [json.loads(str(a["data-facts"])) for _, a in page.tags if a.get("data-facts")]
    tags = next(facet for facet in facts["facets"] if facet["kind"] == "tag")
    assert tags == {
        "kind": "tag",
        "name": "Tag",
        "many": True,
        "values": [["vision", "Vision", False], ["gan", "GAN", True], ["nlp", "NLP", False]],
    }
    assert facts["of"]["task=nlp"] == [0, 1]
    assert facts["models"] == 3


def test_search_reads_the_facts_of_the_index() -> None:
    """The very same file where the index has one, and the same facts where they stand in it."""
    for number in (3, 130):
        records = [a_model(f"m{index:03}", ("nlp", "vision")[index % 2]) for index in range(number)]
        files = {page.path: page for page in list_pages(records, HUB, has_search=True)}
        for path in ("zh", "en"):
            own = files[str(files[f"{path}/names.json"].context["facets"])].context
            index = files[f"{path}/index.html"].context
            assert (index["facts_file"] == files[f"{path}/names.json"].context["facets"]) is (number == 130)
            if number == 3:
                assert json.loads(index["facts"])["of"] == {pair: list(of) for pair, of in own["of"].items()}


@pytest.mark.parametrize("number", [40, 260])
def test_whole_index_stands_under_tasks_over_its_pages(number: int) -> None:
    """In the order of the facet, each group in that of names; what goes on from the page before says so."""
    tasks = ["nlp", "vision", "detection", ""]
    records = [a_model(f"m{index:03}", tasks[index % 4]) for index in range(number)]
    files = files_of(records)
    found: dict[str, list[str]] = {}
    heads: list[str] = []
    for page in range(1, -(-number // 100) + 1):
        html = files["en/index.html" if page == 1 else f"en/models/page/{page}/index.html"].decode()
        for part in html.split('<section class="group"')[1:]:
            elements = Elements(f"<section{part.split('</section>')[0]}</section>")
            head = " ".join(elements.text.split("\n")[1].split())
            heads.append(head)
            name = head.split(" ")[0]
            found.setdefault(name, []).extend(
                href.split("/")[-2] for href in elements.attributes("a", "href") if "/models/" in href
            )
    assert list(found) == ["Vision", "Detection", "NLP", "Other"]
    assert all(len(rows) == number // 4 and rows == sorted(rows) for rows in found.values())
    assert [head for head in heads if "continued" in head] == (
        ["Detection (continued) 65", "Other (continued) 65"] if number == 260 else []
    )


def test_index_of_one_task_has_no_headings() -> None:
    """They would divide nothing."""
    html = files_of([a_model("a"), a_model("b")])["en/index.html"].decode()
    assert 'class="group"' not in html
    assert '<h2 class="visually-hidden">' in html
