"""Weights of the right shapes, made from a hub repository's own code in a sandbox."""
