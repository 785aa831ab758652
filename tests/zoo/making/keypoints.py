"""Weights with which the thin SimpleBaseline is sure of each joint somewhere."""

GAIN = 3000


def teach_keypoints(weights):
    """Weights of a SimpleBaseline from random ones: its heatmaps reach the heights that real ones have."""
    weights["last_layer.weight"] *= GAIN
    return weights
