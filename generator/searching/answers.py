"""Which card each answer of an index is of: Pagefind tells no more of it than a digest, but in a file of its own.

Whoever counts answers, or lists them in another way than Pagefind ranks them, need not ask for thousands of files.
"""

import json
import re
import zlib
from collections import defaultdict
from collections.abc import Mapping

from generator.model.addresses import in_language

_FRAGMENT = re.compile(r"fragment/(.+)\.pf_fragment")
_URL = re.compile(rb'"url":"/(?:([^/"]+)/)?models/([^/"]+)/"')
_BEGINNING = 1_000
"""Bytes of such a file, decompressed, in which its address is: it comes first."""


def cards_of(files: Mapping[str, bytes]) -> Mapping[str, bytes]:
    """For each language of an index a file that has the ids of pages, by the digests of the answers that are theirs.

    They are called as `addresses.search_cards_file` says. Of another make of index there are none.
    """
    found: dict[str, dict[str, str]] = defaultdict(dict)
    for name in sorted(files):
        if (match := _FRAGMENT.fullmatch(name)) and (url := _URL.search(_beginning(files[name]))):
            path, page_id = (part.decode() for part in url.groups(b""))
            found[path][match[1]] = page_id
    told = {in_language("cards", path): of for path, of in found.items()}
    return {f"{name}.json": json.dumps(of, separators=(",", ":")).encode() for name, of in told.items()}


def _beginning(data: bytes) -> bytes:
    try:
        return zlib.decompressobj(wbits=31).decompress(data, _BEGINNING)
    except zlib.error:
        return b""
