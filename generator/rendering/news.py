"""What changed from run to run, in words: for the status page, the page of changes and its feed."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from generator.model.history import Turn
from generator.rendering.facts import CommitRange, bytes_text, commit_range
from generator.rendering.histories import seconds_text, sign_of
from generator.rendering.verification import sign_word

_OF_ID = 10
_OTHERS = ("output", "slower", "larger")


@dataclass(frozen=True, slots=True)
class News:
    """A turn as it is told in one language."""

    turn: Turn
    id: str
    """Of its anchor and its entry in the feed: the same in every build."""
    look: str
    """What is seen of it at a glance: the sign of the run, or `changed` where something else than that is new."""
    text: str
    """What changed."""
    around: str
    """On which device and with which weights, and what else was another."""
    commits: tuple[CommitRange, ...]


def news_of(turns: Iterable[Turn], words: Mapping[str, str]) -> Iterator[News]:
    """Turns as they are told.

    Args:
        words: the strings of the reader's language.
    """
    for turn in turns:
        ranges = tuple(map(commit_range, turn.commits))
        look = "changed" if turn.kind in _OTHERS else sign_of(turn.run)
        yield News(turn, _id(turn), look, _text(turn, words), _around(turn, words), ranges)


def _id(turn: Turn) -> str:
    run = turn.run
    of = repr((turn.kind, run.page, run.variant, run.device, run.weights, run.started))
    return f"run-{run.started[:10]}-{hashlib.sha256(of.encode()).hexdigest()[:_OF_ID]}"


def _text(turn: Turn, words: Mapping[str, str]) -> str:
    run = turn.run
    state = words["state_unstable" if run.verdict == "unstable" else sign_word(sign_of(run))]
    is_failure = turn.kind == "broken" and run.verdict == "failed"
    kind = "new" if turn.before is None else "failed" if is_failure else turn.kind
    now, usual = "", ""
    if turn.kind == "slower":
        now, usual = seconds_text(run.seconds), seconds_text(turn.usual)
    elif turn.kind == "larger":
        now, usual = bytes_text(run.memory or 0), bytes_text(int(turn.usual))
    told = words[f"news_{kind}"]
    return told.replace("{state}", state).replace("{now}", now).replace("{usual}", usual)


def _around(turn: Turn, words: Mapping[str, str]) -> str:
    run = turn.run
    told = [words[f"cause_{run.cause}"]] if run.cause else []
    told += [words["changed_code"]] if turn.is_other_code else []
    told += [words["changed_packages"]] if turn.is_moved else []
    return " · ".join([*told, run.device.upper(), words[f"with_{run.weights}"]])
