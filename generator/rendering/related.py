"""Models that are like another one: they share its tags and the data set it was trained or tested on."""

import re
from collections import defaultdict
from collections.abc import Hashable, Iterator, Mapping, Sequence
from itertools import islice

from generator.model.page import Page

MOST = 4
"""How many a card names."""

_DATASETS = re.compile(
    r"\b(COCO|ImageNet(?:-\d+k)?|CIFAR-?100?|VOC|Cityscapes|ADE20K|LVIS|Objects365|Open Images|MPII|CrowdPose|LFW|MS1M"
    r"|WIDER FACE|CelebA|FFHQ|LSUN|KITTI|nuScenes|Kinetics|UCF101|DIV2K|GLUE|SQuAD|WikiText|LibriSpeech|AISHELL)"
    r"\b",
    re.ASCII,  # so that Han ends a word
)


def datasets_of(text: str) -> tuple[str, ...]:
    """The well-known data sets that a text names, in the order of the alphabet."""
    return tuple(sorted(set(_DATASETS.findall(text))))


def related_pages(pages: Sequence[Page]) -> Mapping[str, tuple[str, ...]]:
    """Page id to the ids of its nearest relatives.

    Pages with the same tags and data sets come first, then those with the same tags, then those with its rarest tag.
    Each group is a ring, of which a page names those that follow it: so every page is named by others, and the work
    does not grow with the size of a group.
    """
    groups: dict[Hashable, list[str]] = defaultdict(list)
    keys: dict[str, tuple[Hashable, ...]] = {}
    of_tag: dict[str, int] = defaultdict(int)
    for page in pages:
        for tag in page.front_matter.tags:
            of_tag[tag] += 1
    for page in sorted(pages, key=lambda page: (page.front_matter.title.casefold(), page.id)):
        tags = tuple(sorted(page.front_matter.tags))
        rarest = min(tags, key=lambda tag: (of_tag[tag], tag), default="")
        keys[page.id] = (("data", tags, datasets_of(page.source)), ("tags", tags), ("tag", rarest))
        for key in keys[page.id]:
            groups[key].append(page.id)
    places = {(key, name): index for key, names in groups.items() for index, name in enumerate(names)}
    found = {}
    for name, of_page in keys.items():
        near = (other for key in of_page for other in _after(groups[key], places[key, name]))
        found[name] = tuple(islice(dict.fromkeys(near), MOST))
    return found


def _after(ring: Sequence[str], place: int) -> Iterator[str]:
    for step in range(1, min(len(ring), MOST + 1)):
        yield ring[(place + step) % len(ring)]
