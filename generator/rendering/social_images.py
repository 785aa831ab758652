"""The pictures of all cards, kept by their text: only one whose words changed is drawn again."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path

from generator.files import write_whole
from generator.model.hub import Hub
from generator.model.page import Page
from generator.model.site import RenderedFile
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
) -> Mapping[tuple[str, str], RenderedFile]:
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
    names = {key: _name(*job) for key, job in jobs.items()}
    missing = {names[key]: job for key, job in jobs.items() if not (cache / names[key]).is_file()}
    cache.mkdir(parents=True, exist_ok=True)
    for name, data in zip(missing, mapper(_draw, missing.values()), strict=True):
        write_whole(cache / name, data, durable=False)
    read = {name: RenderedFile(f"assets/{name}", (cache / name).read_bytes()) for name in set(names.values())}
    return {key: read[name] for key, name in names.items()}


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


def _name(text: CardText, faces: Faces) -> str:
    identity = repr((VERSION, text, faces.regular.identity, faces.bold.identity))
    return f"card.{hashlib.sha256(identity.encode()).hexdigest()[:12]}.png"


def _draw(job: Job) -> bytes:
    return draw_card(*job)
