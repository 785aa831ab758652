"""What models are narrowed by, in lists as in the search: facets, their values, and the models that have each."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

from generator.model.addresses import has_lists, list_place, list_value
from generator.model.hub import Hub, Language
from generator.model.record import PageRecord, ToldIn
from generator.rendering.environment import Templates
from generator.rendering.verification import SIGNS, sign_word

MOST_OFFERED = 100
"""How many values of a facet are offered beside a list: those with the most models."""


@dataclass(frozen=True, slots=True)
class Facet:
    """Something that tells models apart."""

    kind: str
    """As addresses have it, and `filter_` before it is the key of its word."""
    names: Callable[[PageRecord, ToldIn], Sequence[str]]
    """What a model has of it: ids that the hub or hubpages has names for, or names as pages write them."""
    is_written: bool = False
    """Whether these are names that pages write freely."""
    is_many: bool = False
    """Whether a model may have several, so that those that are chosen add up instead of taking each other's place."""


FACETS = (
    Facet("task", lambda record, told: (record.task,)),
    Facet("state", lambda record, told: (told.sign,)),
    Facet("tag", lambda record, told: record.tags, is_many=True),
    Facet("organisation", lambda record, told: (record.organisation,)),
    Facet("license", lambda record, told: (record.license,), is_written=True),
    Facet("weights-license", lambda record, told: (record.weights_license,), is_written=True),
    Facet("dataset", lambda record, told: record.datasets, is_written=True, is_many=True),
    Facet("device", lambda record, told: (told.device,), is_written=True),
)
"""All of them, in the order in which they are offered."""

Groups = Mapping[tuple[str, str], Sequence[int]]
"""Kind and value to the models that have it, as places in the list of all models."""

Value = Mapping[str, Any]
"""A value of a facet: its kind, value, name, count of models, and place of its list, which may be empty."""

Offered = tuple[Mapping[str, Any], ...]
"""Facets as a list offers them: of each its kind, whether it `is_many`, and its `values`."""


def groups_of(ordered: Sequence[PageRecord], language: str) -> Groups:
    """What the models have in common, as readers of this language meet it."""
    found: dict[tuple[str, str], list[int]] = defaultdict(list)
    for place, record in enumerate(ordered):
        told = record.told[language]
        for facet in FACETS:
            for value in dict.fromkeys(_values(facet, facet.names(record, told))):
                found[facet.kind, value].append(place)
    return dict(found)


def facets_of(
    ordered: Sequence[PageRecord], groups: Groups, hub: Hub, language: Language, templates: Templates, signs: set[str]
) -> Mapping[str, Sequence[Value]]:
    """By kind, every value that models have, in the order in which it is offered.

    The lists of other languages have the same places.

    Args:
        ordered: all models, as `groups` counts them.
        signs: those that models have in any language.
    """
    written = {facet.kind: _written(facet, ordered, language.code) for facet in FACETS if facet.is_written}
    tags = {tag: hub.tags[tag][language.code] for tag in hub.tags}
    tasks = [*tags, *sorted({record.task for record in ordered} - tags.keys() - {""})]
    named: Mapping[str, Mapping[str, str]] = {
        "task": {task: tags.get(task, task) for task in tasks if ("task", task) in groups},
        "state": {sign: templates.word(language, sign_word(sign)) for sign in SIGNS if sign in signs},
        "tag": {tag: name for tag, name in tags.items() if ("tag", tag) in groups},
        "organisation": _organisations(ordered),
        **written,
    }
    return {facet.kind: [_value(facet.kind, *each, groups) for each in named[facet.kind].items()] for facet in FACETS}


def offered(facets: Mapping[str, Sequence[Value]], groups: Groups, models: int) -> Offered:
    """What is offered beside every list: only what divides the models, and nothing that says what another facet says.

    Their lists are there all the same.

    Args:
        models: how many there are.
    """
    found, divided = [], set()
    for facet in FACETS:
        values = [each for each in facets[facet.kind] if 0 < each["count"] < models]
        if facet.kind == "tag":
            values = [each for each in values if not _is_task(each["value"], groups)]
        partition = frozenset(tuple(groups[facet.kind, each["value"]]) for each in values)
        if values and partition not in divided:
            divided.add(partition)
            found.append({"kind": facet.kind, "is_many": facet.is_many, "values": tuple(_most_used(values))})
    return tuple(found)


def beside(shown: Offered, chosen: Value, groups: Groups) -> Offered:
    """Those that are shown beside the list of one value, which is there though few models have it, or all.

    Each value tells in `left` how many models would be left if it was chosen as well, or in the place of this one.
    """
    if not any(chosen in facet["values"] for facet in shown):
        own = [facet for facet in shown if facet["kind"] == chosen["kind"]]
        is_many = next(facet.is_many for facet in FACETS if facet.kind == chosen["kind"])
        values = (*(own[0]["values"] if own else ()), chosen)
        changed = {"kind": chosen["kind"], "is_many": is_many, "values": values}
        kinds = [facet.kind for facet in FACETS]
        shown = tuple(
            sorted([*(each for each in shown if each not in own), changed], key=lambda each: kinds.index(each["kind"]))
        )
    within = set(groups.get((chosen["kind"], chosen["value"]), ()))
    return tuple({**facet, "values": tuple(_left(facet, chosen, groups, within))} for facet in shown)


def _left(facet: Mapping[str, Any], chosen: Value, groups: Groups, within: set[int]) -> Iterable[Value]:
    takes_its_place = facet["kind"] == chosen["kind"] and not facet["is_many"]
    for each in facet["values"]:
        places = groups.get((each["kind"], each["value"]), ())
        yield {**each, "left": len(places) if takes_its_place else len(within.intersection(places))}


def described(facets: Mapping[str, Sequence[Value]], shown: Offered, language: Language, templates: Templates) -> Any:
    """All facets for a script: of each its kind, word, whether a model may have several, and its values.

    A value is what addresses have, its name, and whether it is offered: what an address asks for has a name also where
    it is not.
    """
    values = {(each["kind"], each["value"]) for facet in shown for each in facet["values"]}
    return tuple(
        {
            "kind": facet.kind,
            "name": templates.word(language, f"filter_{facet.kind}"),
            "many": facet.is_many,
            "values": tuple(
                (each["value"], each["name"], (facet.kind, each["value"]) in values) for each in facets[facet.kind]
            ),
        }
        for facet in FACETS
        if facets[facet.kind]
    )


def _values(facet: Facet, names: Sequence[str]) -> Iterable[str]:
    return (list_value(name) if facet.is_written else name for name in names if name)


def _value(kind: str, value: str, name: str, groups: Groups) -> Value:
    place = list_place(kind, value) if has_lists(kind) else ""
    return {"kind": kind, "value": value, "name": name, "count": len(groups.get((kind, value), ())), "place": place}


def _written(facet: Facet, ordered: Sequence[PageRecord], language: str) -> Mapping[str, str]:
    """By the value that lists know them by, in the order of the alphabet: each as it is written first."""
    names = chain.from_iterable(facet.names(record, record.told[language]) for record in ordered)
    found: dict[str, str] = {}
    for name in filter(None, names):
        found.setdefault(list_value(name), name.upper() if facet.kind == "device" and name == "cpu" else name)
    return dict(sorted(found.items(), key=lambda each: (each[1].casefold(), each[0])))


def _organisations(ordered: Sequence[PageRecord]) -> Mapping[str, str]:
    """Each as authors write it where they are called so, else as ids do."""
    found: dict[str, str] = {}
    for record in ordered:
        own = record.organisation
        if own and found.get(own, own) == own:
            found[own] = record.author if record.author.casefold() == own else own
    return dict(sorted(found.items()))


def _is_task(tag: str, groups: Groups) -> bool:
    """Whether exactly the models of a task have this tag, so that it says the same."""
    return groups.get(("tag", tag)) == groups.get(("task", tag))


def _most_used(values: Sequence[Value]) -> Sequence[Value]:
    if len(values) <= MOST_OFFERED:
        return values
    most = Counter({each["value"]: each["count"] for each in values}).most_common(MOST_OFFERED)
    kept = {value for value, _ in most}
    return [each for each in values if each["value"] in kept]
