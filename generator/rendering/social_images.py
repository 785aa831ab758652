"""The pictures of all cards, kept by their text: only one whose words changed is drawn again."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path

from generator.files import BESIDE, remove_left_over, write_whole
from generator.model.addresses import asset
from generator.model.hub import Hub
from generator.model.page import Page
from generator.model.site import Pictures, RenderedFile
from generator.parallel import Mapper
from generator.rendering.fonts import Faces, find_faces
from generator.rendering.social_image import VERSION, CardText, draw_card

Job = tuple[CardText, Faces]


def social_images(
    pages: Sequence[Page],
    hub: Hub,
    strings: Mapping[str, Mapping[str, str]],
    cache: Path,
    mapper: Mapper = map,
) -> Pictures:
    """A picture for each page in each language that it is written in, and for each language's index.

    Nothing, where this machine has no font with Han characters: a picture without its words is worse than none.

    Args:
        cache: folder of the pictures that were drawn before.
    """
    jobs: dict[tuple[str, str], Job] = {}
    for key, text in _texts(pages, hub, strings):
        faces = find_faces(text.lang)
        if faces is None:
            return {}
        jobs[key] = (text, faces)
    paths = {key: _path(*job) for key, job in jobs.items()}
    kept = {path: cache / Path(path).name for path in paths.values()}
    missing = {paths[key]: job for key, job in jobs.items() if not kept[paths[key]].is_file()}
    cache.mkdir(parents=True, exist_ok=True)
    remove_left_over(BESIDE, cache)
    for path, data in zip(missing, mapper(_draw, missing.values()), strict=True):
        write_whole(kept[path], data, durable=False)
    read = {path: RenderedFile(path, file.read_bytes()) for path, file in kept.items()}
    pictures: dict[str, dict[str, RenderedFile]] = defaultdict(dict)
    for (page_id, language), path in paths.items():
        pictures[page_id][language] = read[path]
    return pictures


def _texts(
    pages: Sequence[Page], hub: Hub, strings: Mapping[str, Mapping[str, str]]
) -> Iterator[tuple[tuple[str, str], CardText]]:
    for language in hub.languages:
        make = partial(CardText, hub=hub.title, lang=language.lang)
        description = strings[language.code]["site_description"]
        yield ("", language.code), make(title=hub.title, summary=description, tags=())
        for page in pages:
            if page.section(language.code):
                head = page.front_matter
                tags = tuple(hub.tags[tag][language.code] for tag in head.tags if tag in hub.tags)
                summary = head.summary.get(language.code) or next(iter(head.summary.values()), "")
                yield (page.id, language.code), make(title=head.title, summary=summary, tags=tags)


def _path(text: CardText, faces: Faces) -> str:
    identity = repr((VERSION, text, faces.regular.identity, faces.bold.identity))
    return asset("card", identity.encode(), ".png")


def _draw(job: Job) -> bytes:
    return draw_card(*job)
