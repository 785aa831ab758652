"""Weights with which the thin detectors see four colours.

Everything random stays as it is but for the first four channels of each layer, which carry one colour each from
the image to the heads; the heads look for a spot of that colour that stands out from its surroundings at the size
of an anchor. That is enough to find a cat, a ball, a plant and a clock in the picture, and what is random makes the
many low scores.
"""

from typing import NamedTuple

import numpy as np


class Colour(NamedTuple):
    """A class, the colour it has in the picture as weights of blue, green and red, and the range that counts."""

    label: int
    mix: tuple
    least: float
    most: float


# Labels of COCO: cat, sports ball, potted plant, clock. Each mix is near zero for the other three colours.
COLOURS = (
    Colour(15, (-1.0, 0.0, 1.0), 60, 190),
    Colour(32, (1.0, 0.0, -1.0), 60, 190),
    Colour(58, (-0.5, 1.0, -0.5), 40, 100),
    Colour(74, (0.5, -1.0, 0.5), 40, 130),
)
CARRIERS = len(COLOURS)
MEAN = np.array([103.530, 116.280, 123.675])
STD = np.array([57.375, 57.120, 58.395])

MEAN_OF_NINE = np.full((3, 3), 1 / 9)
CONTRAST = np.array([[-1, -1, -1], [-1, 8, -1], [-1, -1, -1]]) / 8

# By how much random weights of a last layer are made smaller, and what a full contrast adds to a score.
NOISE = 0.25
OFFSET_NOISE = 0.02
ONE_STAGE_GAIN, ONE_STAGE_BIAS, OTHER_ANCHORS = 23, -5, 0.5
# A point's box reaches as far as that anchor does, in strides, and a point is central unless noise says otherwise.
REACH, CENTREDNESS = 2 ** (2 / 3), 2
# What is no object must score next to nothing although the square root of its score is taken.
POINT_GAIN, POINT_BIAS = 40, -10
TWO_STAGE_GAIN, BACKGROUND = 16, 8
# A region's contrast is highest when its outer cells are background: the box is then larger than the thing.
SHRINK = np.log(5.5 / 7)


def teach_anchors(weights):
    """Weights of a FreeAnchor or a RetinaNet from random ones."""
    teach_pyramid(weights, first=3)
    carry(weights, "blobs", MEAN_OF_NINE)
    carry(weights, "contrasts", CONTRAST)

    anchors = weights["scores.weight"].shape[0] // 80
    weights["scores.weight"] *= NOISE
    weights["scores.bias"][:] = ONE_STAGE_BIAS
    for channel, colour in enumerate(COLOURS):
        for anchor in range(anchors):
            row = anchor * 80 + colour.label
            weights["scores.weight"][row, :CARRIERS] = 0
            # The smallest square fits best, so it is preferred and the others score less.
            weights["scores.weight"][row, channel] = ONE_STAGE_GAIN * (1 if anchor == 1 else OTHER_ANCHORS)
    weights["offsets.weight"] *= OFFSET_NOISE
    return weights


def teach_points(weights):
    """Weights of an FCOS or an ATSS from random ones."""
    teach_pyramid(weights, first=3)
    carry(weights, "blobs", MEAN_OF_NINE)
    carry(weights, "contrasts", CONTRAST)

    weights["scores.weight"] *= NOISE
    weights["scores.bias"][:] = POINT_BIAS
    for channel, colour in enumerate(COLOURS):
        weights["scores.weight"][colour.label, :CARRIERS] = 0
        weights["scores.weight"][colour.label, channel] = POINT_GAIN
    weights["reaches.weight"] *= OFFSET_NOISE
    weights["reaches.bias"][:] = REACH
    weights["centredness.weight"] *= NOISE
    weights["centredness.bias"][:] = CENTREDNESS
    return weights


def teach_two_stage(weights):
    """Weights of a Faster R-CNN from random ones."""
    teach_pyramid(weights, first=2)
    carry(weights, "proposals.blobs", MEAN_OF_NINE)
    carry(weights, "proposals.contrasts", CONTRAST)
    weights["proposals.scores.weight"] *= NOISE
    weights["proposals.scores.weight"][:, :CARRIERS] = 4
    weights["proposals.offsets.weight"] *= OFFSET_NOISE

    first = weights["regions.first.weight"].reshape(-1, 16, 7, 7)
    first[:CARRIERS] = 0
    inside = np.zeros((7, 7), bool)
    inside[1:-1, 1:-1] = True
    for channel in range(CARRIERS):
        first[channel, channel] = np.where(inside, 1 / inside.sum(), -1 / (~inside).sum())
    second = weights["regions.second.weight"]
    second[:CARRIERS] = np.eye(CARRIERS, second.shape[1])

    weights["regions.scores.weight"] *= NOISE
    weights["regions.scores.weight"][0] = 0
    weights["regions.scores.bias"][0] = BACKGROUND
    for channel, colour in enumerate(COLOURS):
        weights["regions.scores.weight"][1 + colour.label, :CARRIERS] = 0
        weights["regions.scores.weight"][1 + colour.label, channel] = TWO_STAGE_GAIN
    weights["regions.offsets.weight"] *= OFFSET_NOISE
    weights["regions.offsets.bias"].reshape(80, 4)[:, 2:] = SHRINK
    return weights


def teach_pyramid(weights, first):
    """Let the first four channels of every map be the amount of each colour, 0 to 1, averaged over the map's cells."""
    stem = "pyramid.bottom_up.stem"
    weights[f"{stem}.conv.weight"][:CARRIERS] = 0
    for channel, (_, mix, least, most) in enumerate(COLOURS):
        # The image arrives normalised: (value - MEAN) / STD. The last four of seven taps are the cell's own pixels.
        scale = (np.array(mix) * STD / (most - least)).reshape(3, 1, 1)
        weights[f"{stem}.conv.weight"][channel, :, 3:, 3:] = scale / 16
        weights[f"{stem}.norm.bias"].reshape(-1)[channel] = (np.dot(mix, MEAN) - least) / (most - least)

    own = np.zeros((3, 3))
    own[1, 1] = 1
    quarter = np.zeros((3, 3))
    quarter[1:, 1:] = 1 / 4
    stages = {key.split(".")[3] for key in weights if key.startswith("pyramid.bottom_up.stages.")}
    for stage in sorted(stages):
        carry(weights, f"pyramid.bottom_up.stages.{stage}.0.conv", own if stage == "0" else quarter)
    for key in weights:
        if key.endswith(".second.conv.weight"):
            # A residual block adds nothing to the carriers.
            weights[key][:CARRIERS] = 0

    levels = range(first, 6)
    for number, level in enumerate(levels):
        carry(weights, f"pyramid.laterals.{number}", np.ones((1, 1)))
        # The top-down path adds the coarser levels' maps: make it their mean.
        carry(weights, f"pyramid.outputs.{number}", own / (6 - level))
    for key in [key for key in weights if key.startswith("pyramid.extra.") and key.endswith(".weight")]:
        carry(weights, key[: -len(".weight")], quarter)


def carry(weights, layer, kernel):
    """Let each of a layer's first four outputs be the input of the same number under ``kernel``, nothing else."""
    values = weights[f"{layer}.weight"]
    values[:CARRIERS] = 0
    for channel in range(CARRIERS):
        values[channel, channel] = kernel
    if f"{layer}.bias" in weights:
        weights[f"{layer}.bias"].reshape(-1)[:CARRIERS] = 0
