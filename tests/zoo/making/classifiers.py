"""Weights with which the thin classifiers take whatever they see for a cat, and for which one with little doubt."""

# Tabby, tiger cat, Egyptian cat: what is random decides about the other classes of ImageNet.
CATS = {281: 8, 282: 7, 285: 6}
NOISE = 0.1


def teach_classifier(weights):
    """Weights of a classifier from random ones."""
    [last] = [name for name, values in weights.items() if name.endswith(".bias") and values.shape == (1000,)]
    weights[last.replace("bias", "weight")] *= NOISE
    for label, bias in CATS.items():
        weights[last][label] = bias
    return weights
