"""The same index, the same bytes: Pagefind writes what it keeps in a hash table in another order on each run.

That is the languages in pagefind-entry.json: of what else it would shuffle, filters, the documents have none.
"""

import json
from collections.abc import Mapping

_ENTRY = "pagefind-entry.json"


def canonical(files: Mapping[str, bytes]) -> Mapping[str, bytes]:
    """The files of an index with everything in a fixed order.

    Where another version of Pagefind lays them out otherwise, they stay as they are.
    """
    try:
        entry = json.loads(files[_ENTRY])
    except (ValueError, KeyError):
        return files
    return {**files, _ENTRY: json.dumps(entry, sort_keys=True, separators=(",", ":")).encode()}
