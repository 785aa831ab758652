"""`python -m tests.soak`: rounds of faults, and a table of what came of them.

The status is 0 where nothing was lost and nothing left over, 1 where something was, and 3 where hubpages does not work
here.
"""

import argparse
import os
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from generator.files import temporary_folder
from generator.running.processes import adopt_orphans
from tests.soak.disks import way_to_mount
from tests.soak.faults import FAULTS
from tests.soak.rounds import Round, SoakError, faults_of, play, undisturbed

_WITHIN = "--within"
"""Said by this program to itself, once it has a view of its own of which disks are mounted."""


def main(arguments: Sequence[str]) -> int:
    """Run the rounds, and tell of each as it ends."""
    parser = argparse.ArgumentParser(prog="python -m tests.soak", description="Break runs and look what is lost.")
    parser.add_argument("--rounds", type=int, default=20, metavar="N")
    parser.add_argument("--seed", type=int, default=1, metavar="S", help="other moments and another order of faults")
    parser.add_argument("--only", type=int, metavar="K", help="round K alone, as it was among the others")
    parser.add_argument(_WITHIN, action="store_true", help=argparse.SUPPRESS)
    wanted = parser.parse_args(arguments)
    way = () if wanted.within else way_to_mount()
    if way:
        os.execvp(way[0], [*way, sys.executable, "-m", "tests.soak", *arguments, _WITHIN])
    if not wanted.within:
        print("left out: full disks: neither as root nor in a namespace can a disk be mounted here")
    adopt_orphans()
    with temporary_folder("soak-") as folder:
        try:
            done = _play(folder, wanted, can_mount=wanted.within)
        except SoakError as error:
            print(f"hubpages does not work here, undisturbed:\n{error}", file=sys.stderr)
            return 3
    print(*_summary(done), sep="\n")
    return 1 if any(one.losses or one.leftovers for one in done) else 0


def _play(folder: Path, wanted: argparse.Namespace, *, can_mount: bool) -> list[Round]:
    usual, done = undisturbed(folder / "0"), []
    last = wanted.only or wanted.rounds
    for number, fault in enumerate(faults_of(wanted.seed, last, can_mount=can_mount), 1):
        if wanted.only in (None, number):
            done.append(play(number, wanted.seed, fault, usual, folder / str(number)))
            print(*_lines(done[-1], wanted.seed), sep="\n", flush=True)
    return done


def _lines(one: Round, seed: int) -> list[str]:
    """A round, and what is wrong with it."""
    missed = "" if one.is_hit else ", which came too late"
    lines = [f"{one.number:>4}  {one.fault:<22} {one.seconds:5.1f} s  {one.told}{missed}"]
    lines += [f"      LOSS: {loss}" for loss in one.losses] + [f"      LEFT: {left}" for left in one.leftovers]
    if len(lines) > 1:
        lines.append(f"      again: python -m tests.soak --seed {seed} --only {one.number}")
    return lines


def _summary(done: Sequence[Round]) -> list[str]:
    """Rounds by kind, and all that is wrong."""
    rounds, hits, losses, left = Counter[str](), Counter[str](), Counter[str](), Counter[str]()
    for one in done:
        rounds[one.fault] += 1
        hits[one.fault] += one.is_hit
        losses[one.fault] += len(one.losses)
        left[one.fault] += len(one.leftovers)
    names = [fault.name for fault in FAULTS if rounds[fault.name]]
    rows = [(name, rounds[name], hits[name], losses[name], left[name]) for name in names]
    rows.append(("all", *(sum(column) for column in list(zip(*rows, strict=True))[1:])))
    head = f"{'fault':<22} {'rounds':>7} {'hits':>7} {'losses':>7} {'left over':>10}"
    return ["", head, *(f"{name:<22} {one:>7} {two:>7} {three:>7} {four:>10}" for name, one, two, three, four in rows)]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
