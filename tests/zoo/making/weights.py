"""Weights for every entry of the repository, from a fixed seed and what each family knows of itself."""

import sys
import zlib

import detectors
import megengine
import numpy as np
from megengine import hub

# How the weights of a family are made, by the prefix of its entries: (random weights by name) -> weights by name.
FAMILIES = {"faster_rcnn_": detectors.teach_two_stage, "freeanchor_": detectors.teach_one_stage}


def save_weights(repository, folder):
    """Save the weights of every entry in ``folder``; return the file names by URL."""
    files = {}
    for name, (url, build) in find_entries(repository).items():
        [teach] = [teach for prefix, teach in FAMILIES.items() if name.startswith(prefix)]
        model = build()
        # Loading is strict, so a weight that was named or shaped wrongly ends here.
        model.load_state_dict(teach(random_weights(model.state_dict(), name)))
        files[url] = url.rsplit("/", 1)[-1]
        megengine.save(model.state_dict(), str(folder / files[url]))
    return files


def find_entries(repository):
    """URL and undecorated function of each entry, by name, as the repository's own decorators give them."""
    found = {}

    class Noting(hub.pretrained):
        def __call__(self, function):
            found[function.__name__] = (self.url, function)
            return super().__call__(function)

    original, hub.pretrained = hub.pretrained, Noting
    sys.path.insert(0, str(repository))
    try:
        import hubconf  # noqa: F401
    finally:
        sys.path.remove(str(repository))
        hub.pretrained = original
    return found


def random_weights(state, name):
    """Small random weights of these names and shapes; norms, and the biases that ``state`` holds, as they are."""
    weights = {}
    for key in sorted(state):
        values = np.array(state[key])
        if key.endswith(".weight") and "norm" not in key:
            # A seed for each weight: a layer more in one place changes no other.
            random = np.random.RandomState(zlib.crc32(f"{name} {key}".encode()))
            inputs = np.prod(values.shape[1:]) if values.ndim < 5 else np.prod(values.shape[2:])
            values = random.standard_normal(values.shape) * np.sqrt(1 / inputs)
        weights[key] = values.astype(np.float32)
    return weights
