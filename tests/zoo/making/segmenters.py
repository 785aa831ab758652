"""Weights with which the thin DeepLabV3+ sees two of the colours that the detectors know: the cat's and the plant's."""

from detectors import COLOURS, MEAN, STD

# Classes of VOC by the detectors' labels: cat and potted plant. Cityscapes has other names for the numbers.
CLASSES = {15: 8, 58: 16}
GAIN, BACKGROUND, NOISE = 12, 5, 0.25


def teach_segmenter(weights):
    """Weights of a DeepLabV3+ from random ones."""
    seen = [(CLASSES[label], *colour) for label, *colour in COLOURS if label in CLASSES]
    weights["stem.conv.weight"][: len(seen)] = 0
    weights["conv_out.weight"] *= NOISE
    # A residual block adds nothing to what it carries.
    weights["context.second.conv.weight"][: len(seen)] = 0
    for channel, (label, mix, least, most) in enumerate(seen):
        # The picture arrives normalised, and the last four of seven taps are the cell's own pixels.
        scale = [part * std / (most - least) / 16 for part, std in zip(mix, STD, strict=True)]
        for colour, part in enumerate(scale):
            weights["stem.conv.weight"][channel, colour, 3:, 3:] = part
        amount = sum(part * mean for part, mean in zip(mix, MEAN, strict=True))
        weights["stem.norm.bias"].reshape(-1)[channel] = (amount - least) / (most - least)
        weights["conv_out.weight"][label] = 0
        weights["conv_out.weight"][label, channel] = GAIN
    weights["conv_out.bias"].reshape(-1)[0] = BACKGROUND
    return weights
