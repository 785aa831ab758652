"""Weights for every entry of the repository, from a fixed seed and what each family knows of itself."""

import os
import sys
import zlib

import autoencoders
import classifiers
import detectors
import keypoints
import megengine
import numpy as np
import segmenters
from megengine import hub
from megengine.core.tensor.dtype import convert_to_qint8, qint8

# How the weights of a family are made, by the prefix of its entries: (random weights by name) -> weights by name.
# What comes out of the others need not mean anything.
FAMILIES = {
    "atss_": detectors.teach_points,
    "deeplabv3plus_": segmenters.teach_segmenter,
    "faster_rcnn_": detectors.teach_two_stage,
    "fcos_": detectors.teach_points,
    "freeanchor_": detectors.teach_anchors,
    "openai_discrete_VAE_decoder": autoencoders.teach_decoder,
    "openai_discrete_VAE_encoder": autoencoders.teach_encoder,
    "quantized_": classifiers.teach_classifier,
    "resnet": classifiers.teach_classifier,
    "resnext": classifiers.teach_classifier,
    "retinanet_": detectors.teach_anchors,
    "shufflenet_": classifiers.teach_classifier,
    "simplebaseline_": keypoints.teach_keypoints,
    "vqgan_": autoencoders.keep_colours,
}


def save_weights(repository, folder):
    """Save the weights of every entry in ``folder``; return the file names by URL."""
    files = {}
    for name, (url, build) in find_entries(repository).items():
        teach = next((teach for prefix, teach in FAMILIES.items() if name.startswith(prefix)), as_they_are)
        model = build()
        # Loading is strict, so a weight that was named or shaped wrongly ends here.
        model.load_state_dict(teach(random_weights(model.state_dict(), name)))
        files[url] = url.rsplit("/", 1)[-1]
        megengine.save(model.state_dict(), str(folder / files[url]))
    return files


def as_they_are(weights):
    """Random weights."""
    return weights


def find_entries(repository):
    """URL and undecorated function of each entry, by name, as the repository's own decorators give them."""
    found = {}

    class Noting(hub.pretrained):
        def __call__(self, function):
            found[function.__name__] = (self.url, function)
            # Where a model is built on another, that one's weights are not made yet; they are replaced in any case.
            return lambda pretrained=False, **kwargs: function(**kwargs)

    original, hub.pretrained = hub.pretrained, Noting
    paths, modules = [*sys.path], set(sys.modules)
    sys.path.insert(0, str(repository))
    os.chdir(repository)  # one hubconf.py has relative paths
    try:
        import hubconf  # noqa: F401
    finally:
        sys.path[:] = paths
        hub.pretrained = original
        # The next repository may have modules of the same names.
        for name in set(sys.modules) - modules:
            del sys.modules[name]
    return found


def random_weights(state, name):
    """Small random weights of these names and shapes; norms, and the biases that ``state`` holds, as they are."""
    weights = {}
    for key in sorted(state):
        values = np.array(state[key], dtype=np.float32)
        if key.endswith(".weight") and "norm" not in key:
            # A seed for each weight: a layer more in one place changes no other.
            random = np.random.RandomState(zlib.crc32(f"{name} {key}".encode()))
            inputs = np.prod(values.shape[1:]) if values.ndim < 5 else np.prod(values.shape[2:])
            spread = np.sqrt(1 / inputs)
            values = (random.standard_normal(values.shape) * spread).astype(np.float32)
            if state[key].dtype == np.int8:
                # Three standard deviations become 127; the type carries what 1 stands for.
                values = convert_to_qint8(values, qint8(3 * spread / 127))
        weights[key] = values
    return weights
